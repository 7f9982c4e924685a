"""What answers on the port? A strict Bot API on loopback: every call checked, every fault at its chosen moment."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.telegram import account, editing, posting
from tests.fakes.telegram.calls import Call, read_call
from tests.fakes.telegram.faults import BEFORE_STORING, Fault, FaultPlan
from tests.fakes.telegram.limits import Rates
from tests.fakes.telegram.log import Entry, Log
from tests.fakes.telegram.people import People
from tests.fakes.telegram.refusals import (
    MALFORMED_TOKEN,
    NO_METHOD,
    NOT_FOUND,
    UNKNOWN_TOKEN,
    Refusal,
    flood,
    forbidden,
)
from tests.fakes.telegram.specification import Specification
from tests.fakes.telegram.state import FakeChat, Json, StoredMessage
from tests.fakes.telegram.world import World, new_world

TOKEN = "123456789:AAFakeTokenOfTheStrictServer-0123456"
USERNAME = "zhouzhi_test_bot"
_PATH = re.compile(r"/bot([^/]*)/([A-Za-z]+)$")
_TOKEN = re.compile(r"\d{3,}:[\w-]{20,}$")
UNSENT = 310  # waiting messages in one chat, Client.h:73

Method = Callable[[World, Call], Any]
METHODS: dict[str, Method] = {
    "getMe": account.get_me,
    "deleteWebhook": account.delete_webhook,
    "getWebhookInfo": account.get_webhook_info,
    "answerCallbackQuery": account.answer_callback_query,
    "getChat": account.get_chat,
    "getChatMember": account.get_chat_member,
    "getFile": account.get_file,
    "setMyCommands": account.set_my_commands,
    "getMyCommands": account.get_my_commands,
    "deleteMyCommands": account.delete_my_commands,
    "setMyName": account.profile_setter("name", 64),
    "getMyName": account.profile_getter("name"),
    "setMyDescription": account.profile_setter("description", 512),
    "getMyDescription": account.profile_getter("description"),
    "setMyShortDescription": account.profile_setter("short_description", 120),
    "getMyShortDescription": account.profile_getter("short_description"),
    "sendChatAction": account.send_chat_action,
    "sendMessage": posting.send_message,
    "sendRichMessage": posting.send_rich_message,
    "sendPhoto": posting.send_photo,
    "sendDocument": posting.send_document,
    "sendAnimation": posting.send_animation,
    "sendMediaGroup": posting.send_media_group,
    "forwardMessage": posting.forward_message,
    "copyMessage": posting.copy_message,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "setMessageReaction": editing.set_message_reaction,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
}
_BY_LOWER = {name.lower(): name for name in (*METHODS, "getUpdates")}


class FakeTelegram:
    """The server of one bot. `async with FakeTelegram() as fake:` and point the bot at `fake.base`.

    `fake.people` acts for people, `fake.faults` breaks things, `fake.log` and `fake.messages` tell what came, and
    `fake.findings` must be empty at the end: everything the real server would let pass or drop in silence.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = USERNAME,
        rates: Rates | None = None,
        log: Path | None = None,
        port: int = 0,
        specification: Specification | None = None,
    ) -> None:
        self.token = token
        self.is_revoked = False
        self.specification = specification or Specification()
        self.world = new_world(username, int(token.partition(":")[0]), rates or Rates())
        self.people = People(self.world, self._check_update)
        self.faults = FaultPlan()
        self.log = Log(log)
        self.findings: list[str] = []
        self.port = port
        self.stopping = asyncio.Event()
        self._sending: Counter[int] = Counter()
        self._runner: web.AppRunner | None = None

    @property
    def base(self) -> str:
        """The address without a slash at its end: both `api_base` and `file_base`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def checks_calls(self) -> bool:
        """False where the specification file is absent: validation is off then."""
        return self.specification.is_there

    async def __aenter__(self) -> Self:
        from tests.fakes.telegram.control import add_control  # noqa: PLC0415  the door knows the server, not the reverse

        app = web.Application(client_max_size=64 * 1024 * 1024)
        add_control(app, self)
        app.router.add_route("*", "/file/bot{token}/{path:.+}", self._download)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await self.open_port()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()
        self.log.close()

    async def open_port(self) -> None:
        """Listen (again, on the same port)."""
        assert self._runner is not None
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        if not self.port:
            self.port = self._runner.addresses[0][1]

    async def close_port(self) -> None:
        """Refuse connections and cut those that are open."""
        assert self._runner is not None
        for site in list(self._runner.sites):
            await site.stop()
        assert self._runner.server is not None
        for connection in list(self._runner.server.connections):
            if connection.transport is not None:
                connection.transport.abort()

    def messages(self, chat_id: int, *, own: bool = True) -> list[Json]:
        """What stands in a chat: the bot's messages, oldest first; with `own=False` everybody's."""
        chat = self.world.state.chats[chat_id]
        return [one.body for one in chat.messages.values() if not one.is_deleted and (one.is_own or not own)]

    def stored(self, chat_id: int, message_id: int) -> StoredMessage:
        return self.world.state.chats[chat_id].messages[message_id]

    def chat(self, chat_id: int) -> FakeChat:
        return self.world.state.chats[chat_id]

    def _check_update(self, update: Json) -> None:
        self.findings += [
            f"the fake's own update: {one}" for one in self.specification.value(update, "Update")
        ]

    # --- one request

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _response(UNKNOWN_TOKEN.status, UNKNOWN_TOKEN.envelope())
        file = self.world.state.files.get(request.match_info["path"].rpartition("/")[2])
        if file is None:
            return _response(NOT_FOUND.status, NOT_FOUND.envelope())
        return web.Response(body=file.content, content_type=file.mime)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        found = _PATH.fullmatch(request.path)
        method = _BY_LOWER.get(found[2].lower(), found[2]) if found else ""
        entry = self.log.open(method or request.path, self.world.now())
        fault = self.faults.strike_before_body(method)
        if fault is not None:
            entry.fault = fault.kind
            return self._cut(request, entry)
        try:
            if found is None:
                raise NOT_FOUND
            self._check_token(found[1])
            result = await self._perform(request, method, entry)
        except Refusal as refused:
            if refused.delay_s:
                await asyncio.sleep(refused.delay_s)
            return self._close(entry, refused.status, refused.envelope())
        except Exception as error:
            # the fake itself is wrong about something: the test must not pass over it
            self.findings.append(f"{method}: the fake failed with {error!r}")
            raise
        if isinstance(result, web.StreamResponse):
            return result
        return self._close(entry, 200, {"ok": True, "result": result})

    def _check_token(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise MALFORMED_TOKEN
        if token != self.token or self.is_revoked:
            raise UNKNOWN_TOKEN

    async def _perform(self, request: web.Request, method: str, entry: Entry) -> Any:
        """The call's result, or the broken answer a fault makes of it."""
        if method not in _BY_LOWER.values():
            self.findings.append(f"{method}: a method this server does not know")
            raise NO_METHOD
        if method == "sendRichMessage" and not self.world.has_rich:
            raise NO_METHOD
        call = await read_call(request, method, self.specification)
        call.arrived = entry.arrived
        entry.parameters = call.parameters
        entry.files = {name: len(part.content) for name, part in call.files.items()}
        entry.chat = call.integer("chat_id")
        self.findings += self.specification.call(method, call.parameters, dict(call.files))
        fault = self.faults.strike(method, entry.chat)
        if fault is not None:
            entry.fault = fault.kind
            if fault.kind in BEFORE_STORING:
                raise _refused_by(fault)
        if method == "getUpdates":
            return await self._poll(call)
        result = self._store(method, call, entry)
        return await self._broken(request, fault, entry, result) if fault is not None else result

    async def _poll(self, call: Call) -> list[Json]:
        timeout = call.integer("timeout", 0) or 0
        return await self.world.updates.poll(
            call.integer("offset"), call.integer("limit", 100) or 100, timeout, call.get("allowed_updates")
        )

    def _store(self, method: str, call: Call, entry: Entry) -> Any:
        chat = entry.chat or 0
        self._sending[chat] += 1
        try:
            if self._sending[chat] > UNSENT:
                raise flood(60, delay_s=3)
            result = METHODS[method](self.world, call)
        finally:
            self._sending[chat] -= 1
            self.findings += [f"{method}: {one}" for one in call.findings]
        self.findings += self.specification.answer(method, result)
        sends = method.startswith(("send", "forward", "copy")) and method != "sendChatAction"
        if sends:
            answered = result if isinstance(result, list) else [result]
            entry.stored = tuple(one["message_id"] for one in answered)
            self.log.write("stored", entry)
        return result

    async def _broken(self, request: web.Request, fault: Fault, entry: Entry, result: Any) -> Any:
        """What becomes of the answer to a call that was carried out."""
        match fault.kind:
            case "error_after":
                raise Refusal(fault.status, fault.description or "Internal Server Error: restart")
            case "lose_answer":
                return self._cut(request, entry)
            case "hang":
                await asyncio.sleep(fault.seconds)
                return self._cut(request, entry)
            case "slow":
                await asyncio.sleep(fault.seconds)
            case "truncated":
                whole = json.dumps({"ok": True, "result": result}).encode()
                return self._raw(entry, whole[: len(whole) // 2])
            case "unreadable":
                return self._raw(entry, b"<html>a gateway's page</html>")
        return result

    def _raw(self, entry: Entry, body: bytes) -> web.Response:
        entry.status, entry.answer, entry.answered = 200, body.decode(), self.world.now()
        self.log.write("answered", entry)
        return web.Response(body=body, content_type="application/json")

    def _cut(self, request: web.Request, entry: Entry) -> web.Response:
        """The connection ends here."""
        entry.answered = self.world.now()
        self.log.write("cut", entry)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _close(self, entry: Entry, status: int, envelope: Json) -> web.Response:
        entry.status, entry.answer, entry.answered = status, envelope, self.world.now()
        if entry.method != "getUpdates":
            self.log.write("answered", entry)
        return _response(status, envelope)


def _refused_by(fault: Fault) -> Refusal:
    match fault.kind:
        case "retry_after":
            return flood(int(fault.seconds))
        case "forbidden":
            return forbidden(fault.description or "bot was blocked by the user")
        case "missing":
            return NO_METHOD
        case "error_before":
            return Refusal(fault.status, fault.description or "Internal Server Error: restart")
        case _:
            return Refusal(fault.status, fault.description, dict(fault.parameters))


def _response(status: int, envelope: Json) -> web.Response:
    return web.Response(
        status=status, text=json.dumps(envelope, ensure_ascii=False), content_type="application/json"
    )
