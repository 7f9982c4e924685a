"""What happens when somebody types or presses in the browser? It is kept, asked of the handlers, and the answer kept."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

from aiohttp import web

from bot.platforms.base import Form, Front, Incoming, Message
from bot.platforms.web import public
from bot.platforms.web.render import ask_json, render
from bot.platforms.web.stream import BEAT_S, Bell, Event, last_seen, rung_or_beat, stream
from digest.audience import Place
from digest.calendar import Clock
from digest.document import Paragraph, Text
from digest.errors import Refused
from digest.page import Action, Ask, Page, Reply, page
from handlers.ports import IncomingFile
from storage.chats import ChatsRoom

LOOK_S: Final = 2.0  # another process may write into the chat: looked for this often
LONGEST: Final = 4_000  # characters that are read of what was typed
AT_ONCE: Final = 200  # messages that are read from storage in one go
FORM: Final = Form("private")


class Chat:
    """The conversation of every chat of the platform. `ring`: something new stands in this chat."""

    def __init__(self, front: Front, chats: ChatsRoom, clock: Clock, ring: Callable[[str], None]) -> None:
        self._front = front
        self._chats = chats
        self._clock = clock
        self._ring = ring

    async def said(
        self, place: Place, person: str, language: str | None, wanted: Mapping[str, Any]
    ) -> str | None:
        """Carry out one request of the page; returns the passing word. Raises Refused for what makes no sense.

        `wanted`: `id` (the same again is the same request), `kind` text, action or answer, `text`, `action`, `message`.
        """
        incoming, key, message_id = _read(place, person, language, wanted)
        said = None if incoming.kind == "action" else incoming.text
        return await self._answered(incoming, key, said, message_id)

    async def sent(
        self, place: Place, person: str, language: str | None, key: str, file: IncomingFile
    ) -> str | None:
        """Carry out the sending of a file; the same `key` again is the same request. Returns the passing word."""
        _check_key(key)
        incoming = Incoming(
            platform=place.platform,
            kind="text",
            place=place,
            channel_kind="private",
            native_id=place.address,
            person=person,
            language=language,
            files=(file,),
        )
        return await self._answered(incoming, key, f"📎 {file.name}")

    async def _answered(
        self, incoming: Incoming, key: str, said: str | None, pressed: int | None = None
    ) -> str | None:
        """What the person did stands in the chat as `said`, unless it was a press; the answer after it."""
        place = incoming.place
        if said is not None:
            await self._put(place, f"{key}/said", {"author": "person", "text": said})
        reply = await self._front.answer(incoming)
        await self._keep(place, key, pressed, reply)
        return reply.toast

    async def _keep(self, place: Place, key: str, pressed: int | None, reply: Reply) -> None:
        shown: int | None = None
        for index, one in enumerate(reply.pages):
            is_edit = index == 0 and reply.replaces and pressed is not None
            message_id = await self._show(place, f"{key}/{index}", one, pressed if is_edit else None)
            shown = message_id if index == 0 else shown
        if reply.ask is not None:
            await self._put(place, f"{key}/ask", _question(reply.ask))
        if reply.files:
            files = [public.kept_file(file) for file in reply.files]
            await self._put(place, f"{key}/files", {"author": "bot", "files": files})
        if reply.watch is not None and shown is not None:
            await self._front.watching(reply.watch, place, shown)

    async def _show(self, place: Place, key: str, one: Page, replaced: int | None) -> int | None:
        shown: int | None = None
        for number, message in enumerate(render(one, FORM)):
            body = _body(message)
            if number == 0 and replaced is not None:
                kept = await self._chats.edit(place.address, replaced, body)
                if kept is not None:
                    self._ring(place.address)
                    shown = kept.id
                    continue
            message_id = await self._put(place, f"{key}.{number}", body)
            shown = message_id if shown is None else shown
        return shown

    async def _put(self, place: Place, key: str, body: Mapping[str, Any]) -> int:
        kept = await self._chats.put(place.address, key, body, self._clock.now())
        self._ring(place.address)
        return kept.id

    async def events(self, request: web.Request, address: str, bell: Bell) -> web.StreamResponse:
        """The chat as a stream: the newest messages first of all, or what came after the last one seen."""

        async def found() -> AsyncIterator[Event | None]:
            seen = last_seen(request)
            rung = bell.listen()
            if seen is None:
                latest = await self._chats.latest(address)
                seen = max((message.change for message in latest), default=0)
                for number, message in enumerate(latest, 1):
                    # who is cut off in the middle of the beginning begins anew: only its end has an id
                    yield Event("message", public.shown(message), seen if number == len(latest) else None)
            waited = 0.0
            while True:
                new = await self._chats.after(address, seen, AT_ONCE)
                for message in new:
                    seen = message.change
                    waited = 0.0
                    yield Event("message", public.shown(message), seen)
                if len(new) == AT_ONCE:
                    continue
                if not await rung_or_beat(rung, LOOK_S):
                    waited += LOOK_S
                    if waited >= BEAT_S:
                        waited = 0.0
                        yield None
                rung = bell.listen()

        return await stream(request, found)


def _read(
    place: Place, person: str, language: str | None, wanted: Mapping[str, Any]
) -> tuple[Incoming, str, int | None]:
    """The page's request as a neutral event, its key, and the message that was pressed."""
    key, kind = _check_key(wanted.get("id")), wanted.get("kind")
    if kind not in ("text", "action", "answer"):
        raise Refused("web.request", part="kind")
    action = Action("")
    if kind in ("action", "answer"):
        if not isinstance(wanted.get("action"), str):
            raise Refused("web.request", part="action")
        action = Action.decode(wanted["action"])
    text = str(wanted.get("text") or "")[:LONGEST]
    if kind in ("text", "answer") and not text.strip():
        raise Refused("web.request", part="text")
    message = wanted.get("message")
    incoming = Incoming(
        platform=place.platform,
        kind=kind,
        place=place,
        channel_kind="private",
        native_id=place.address,
        person=person,
        language=language,
        route=action.route,
        text=text,
        arguments=action.arguments,
    )
    return incoming, key, message if isinstance(message, int) and kind == "action" else None


def _check_key(key: object) -> str:
    if not isinstance(key, str) or not 8 <= len(key) <= 64:
        raise Refused("web.request", part="id")
    return key


def _body(message: Message) -> dict[str, Any]:
    return {"author": "bot", **message.payload}


def _question(ask: Ask) -> dict[str, Any]:
    """A question as a message; the page gives its box to the answer."""
    (message,) = render(page(Paragraph((Text(ask.prompt),))), FORM)
    return {**_body(message), "ask": ask_json(ask)}
