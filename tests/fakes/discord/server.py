"""What does Discord look like from the other side? REST and gateway on one loopback port: discord.md §4, for tests only.

async with FakeDiscord() as fake:
    guild = fake.state.guild()
    news = fake.state.channel(guild)
    ...                                    # point a bot at fake.api_base, fake.gateway_url with fake.token
    heard = await fake.people.slash(news, "latest")
assert fake.findings == []
"""

import asyncio
import re
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.discord import applications, channels, control, conversations
from tests.fakes.discord.calls import REQUEST_LIMIT, Unreadable, read_body
from tests.fakes.discord.clock import Clock
from tests.fakes.discord.faults import BEFORE, Fault, Faults
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.limits import Limits, Rates
from tests.fakes.discord.log import Call, Log, is_exempt
from tests.fakes.discord.people import People
from tests.fakes.discord.refusals import Broken, Refusal, TooFast
from tests.fakes.discord.specification import specification
from tests.fakes.discord.state import Interaction, Message, State
from tests.fakes.discord.world import Handler, Ids, World

TOKEN = "MTA.fake.token"
BOT_NAME = "周知"
BASE = "/api/v10"
CHANNEL, MESSAGE = "/channels/{channel_id}", "/channels/{channel_id}/messages/{message_id}"
REPLY = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
COMMANDS = "/applications/{application_id}/commands"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
ENDPOINTS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/users/@me", applications.me),
    ("POST", "/users/@me/channels", channels.open_direct),
    ("GET", "/oauth2/applications/@me", applications.application),
    ("GET", "/applications/@me", applications.application),
    ("GET", COMMANDS, applications.get_commands),
    ("PUT", COMMANDS, applications.put_commands),
    ("GET", GUILD_COMMANDS, applications.get_commands),
    ("PUT", GUILD_COMMANDS, applications.put_commands),
    ("GET", "/gateway", applications.gateway),
    ("GET", "/gateway/bot", applications.gateway),
    ("GET", CHANNEL, channels.get_channel),
    ("PATCH", CHANNEL, channels.patch_channel),
    ("DELETE", CHANNEL, channels.delete_channel),
    ("GET", f"{CHANNEL}/messages", channels.get_messages),
    ("POST", f"{CHANNEL}/messages", channels.post_message),
    ("GET", MESSAGE, channels.get_message),
    ("PATCH", MESSAGE, channels.patch_message),
    ("DELETE", MESSAGE, channels.delete_message),
    ("POST", f"{MESSAGE}/crosspost", channels.crosspost),
    ("POST", f"{MESSAGE}/threads", channels.post_message_thread),
    ("POST", f"{CHANNEL}/threads", channels.post_thread),
    ("PUT", f"{CHANNEL}/pins/{{message_id}}", channels.put_pin),
    ("DELETE", f"{CHANNEL}/pins/{{message_id}}", channels.delete_pin),
    ("PUT", f"{CHANNEL}/messages/pins/{{message_id}}", channels.put_pin),
    ("DELETE", f"{CHANNEL}/messages/pins/{{message_id}}", channels.delete_pin),
    ("GET", "/guilds/{guild_id}/threads/active", channels.active_threads),
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", conversations.callback),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}", conversations.followup),
    ("GET", REPLY, conversations.get_reply),
    ("PATCH", REPLY, conversations.patch_reply),
    ("DELETE", REPLY, conversations.delete_reply),
)
_COMPILED = [
    (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)), template, handler)
    for method, template, handler in ENDPOINTS
]
PACED = frozenset((f"POST {CHANNEL}/messages", f"PATCH {MESSAGE}", f"POST {CHANNEL}/threads"))
OPEN = ("/interactions/", "/webhooks/", "/gateway")  # their address is their key


class FakeDiscord:
    """One fake Discord with one bot. `port` 0: any free one."""

    def __init__(
        self, *, token: str = TOKEN, port: int = 0, log: Path | None = None, rates: Rates | None = None
    ) -> None:
        self.token = token
        self.clock = Clock()
        self.state = State(self.clock, BOT_NAME)
        self.log = Log(log)
        self.limits = Limits(self.clock, rates or Rates())
        self.faults = Faults()
        self.world = World(self.state, self.log, self.limits)
        self.gateway = Gateway(self.state, token)
        self.people = People(self.state, self.gateway)
        self.stopping = asyncio.Event()
        self._port = port
        self._runner: web.AppRunner | None = None
        self._hanging: set[asyncio.Event] = set()

    @property
    def findings(self) -> list[str]:
        """Calls that Discord would refuse or silently bend: to be empty at the end of a test."""
        return self.world.findings

    @property
    def checks_calls(self) -> bool:
        """Whether the specification is there to check against."""
        return specification() is not None

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self._port}{BASE}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/gateway/"

    @property
    def cdn_base(self) -> str:
        return f"http://127.0.0.1:{self._port}/cdn"

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def replies(self, interaction: Interaction) -> list[Message]:
        """What a conversation shows, in order."""
        return [self.state.messages[number] for number in interaction.messages]

    async def until(self, condition: Any, patience: float = 10.0) -> None:
        """Wait until something has happened on the server. `condition` is called after every change."""
        async with asyncio.timeout(patience), self.state.changes:
            await self.state.changes.wait_for(condition)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        self.log.close()

    async def start(self) -> None:
        """Listen; after `stop` again on the same port, with everything still stored."""
        application = web.Application(client_max_size=2 * REQUEST_LIMIT)
        application.router.add_get("/gateway/", self.gateway.handle)
        control.add_routes(application, self)
        application.router.add_get("/cdn/{path:.*}", self._attachment)
        application.router.add_route("*", f"{BASE}/{{tail:.*}}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        server = site._server  # the free port is told nowhere else
        assert isinstance(server, asyncio.Server)
        self._port = server.sockets[0].getsockname()[1]
        self.gateway.address = self.gateway_url
        self.state.cdn_base = self.cdn_base

    async def stop(self) -> None:
        """Refuse connections; what hangs is let go."""
        for event in self._hanging:
            event.set()
        await self.gateway.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _attachment(self, request: web.Request) -> web.StreamResponse:
        """A file of the CDN: its address is its key, and a token in the request goes astray."""
        if "Authorization" in request.headers:
            self.world.findings.append("the bot's token was sent to the CDN")
        content = self.state.attachments.get(request.rel_url.raw_path.removeprefix("/cdn"))
        if content is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=content, content_type="application/octet-stream")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(BASE)
        call = self.log.open(request.method, path, self.clock.monotonic(), dict(request.query))
        fault = self.faults.take(call.method, call.path)
        if fault is not None:
            call.fault = fault.kind
            if fault.kind == "cut":
                return self._cut(request)
            if fault.kind == "slow":
                await asyncio.sleep(fault.seconds)
        if self.limits.is_banned():
            return self._send(call, 429, "<html>banned</html>", {}, is_discord=False)
        if call.fault in BEFORE:
            assert fault is not None
            return self._fail(call, fault)
        status, answer, headers = await self._carry_out(request, call)
        if fault is not None and fault.kind not in ("slow", *BEFORE):
            return await self._spoil(request, call, fault, status, answer, headers)
        return self._send(call, status, answer, headers)

    async def _carry_out(self, request: web.Request, call: Call) -> tuple[int, Any, dict[str, str]]:
        headers: dict[str, str] = {}
        try:
            if (request.content_length or 0) > REQUEST_LIMIT:
                raise Refusal(413, 40005)
            await read_body(request, call)
            self._admit(request, call)
            template, ids, handler = self._route(call)
            headers = self.limits.take(self._bucket(call, template, ids))
            if (known := specification()) is not None:
                self.world.found(call, known.check(call.method, call.path, call.body, call.query))
            status, answer = await handler(self.world, call, ids)
        except Refusal as refusal:
            return refusal.status, refusal.body, headers
        except TooFast as fast:
            return 429, fast.body, self._limited(fast)
        except Broken:
            return 500, {"message": "500: Internal Server Error", "code": 0}, headers
        except Unreadable as error:
            self.world.findings.append(f"{call.method} {call.path}: unreadable: {error}")
            return 400, {"message": str(error), "code": 50109}, headers
        return status, answer, headers

    def _admit(self, request: web.Request, call: Call) -> None:
        if call.path.startswith(OPEN):
            return
        if request.headers.get("Authorization") != f"Bot {self.token}":
            raise Refusal(401, 0)

    def _route(self, call: Call) -> tuple[str, Ids, Handler]:
        for method, pattern, template, handler in _COMPILED:
            found = pattern.fullmatch(call.path) if method == call.method else None
            if found is not None:
                return template, found.groupdict(), handler
        self.world.findings.append(f"{call.method} {call.path}: no such endpoint here")
        raise Refusal(404, 10003)

    def _bucket(self, call: Call, template: str, ids: Ids) -> str | None:
        if is_exempt(call.path):
            return None
        if f"{call.method} {template}" in PACED:
            return f"channel:{call.method} {template}:{ids['channel_id']}"
        return f"{call.method} {template}"

    def _limited(self, fast: TooFast) -> dict[str, str]:
        headers = {"Retry-After": str(fast.retry_after), "X-RateLimit-Scope": fast.scope}
        return headers | ({"X-RateLimit-Global": "true"} if fast.scope == "global" else {})

    def _fail(self, call: Call, fault: Fault) -> web.Response:
        """An answer that did nothing."""
        match fault.kind:
            case "429" | "429 shared" | "429 global":
                scope = fault.kind.partition(" ")[2] or "user"
                fast = TooFast(scope, fault.seconds)
                return self._send(call, 429, fast.body, self._limited(fast))
            case "429 cloudflare":
                return self._send(call, 429, "<html>error 1015</html>", {}, is_discord=False)
            case "403 html":
                return self._send(call, 403, "<html>blocked</html>", {}, is_discord=False)
            case _:
                return self._send(call, int(fault.kind), {"message": "server error", "code": 0}, {})

    async def _spoil(
        self,
        request: web.Request,
        call: Call,
        fault: Fault,
        status: int,
        answer: Any,
        headers: dict[str, str],
    ) -> web.StreamResponse:
        """The call was carried out; its answer is lost or bent."""
        match fault.kind:
            case "500 after":
                return self._send(call, 500, {"message": "500: Internal Server Error", "code": 0}, headers)
            case "lose":
                return self._cut(request)
            case "hang":
                event = asyncio.Event()
                self._hanging.add(event)
                await event.wait()
                return self._cut(request)
            case "html":
                return self._send(call, 200, "<html>hello</html>", {}, is_discord=False)
            case "204":
                return self._send(call, 204, None, headers)
            case "no ids" if isinstance(answer, list):
                stripped = [{key: value for key, value in entry.items() if key != "id"} for entry in answer]
                return self._send(call, status, stripped, headers)
            case _:
                return self._send(call, status, answer, headers)

    def _cut(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)  # to nobody: the connection is gone

    def _send(
        self, call: Call, status: int, answer: Any, headers: dict[str, str], *, is_discord: bool = True
    ) -> web.Response:
        call.status, call.answer, call.answered = status, answer, self.clock.monotonic()
        if status in (401, 403) or (status == 429 and headers.get("X-RateLimit-Scope") != "shared"):
            self.limits.refused()
        self.log.answered(call)
        if not is_discord:
            return web.Response(status=status, text=str(answer), content_type="text/html")
        if status == 204:
            return web.Response(status=204, headers={"Via": "1.1 google", **headers})
        raw = control.dumps(answer).encode()
        # exactly this content type, without a charset: else the library leaves the body a string (discord.md §3)
        return web.Response(
            status=status,
            body=raw,
            headers={"Content-Type": "application/json", "Via": "1.1 google", **headers},
        )
