"""How does the bot live in a browser? Chats kept in storage, pushed by key exactly once, read as a stream of events."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import structlog
from aiohttp import web

from bot.platforms.base import Form, Message, PageFront, Parcel, Pictures, Status
from bot.platforms.web import files, public
from bot.platforms.web.chat import Chat
from bot.platforms.web.completion import completions
from bot.platforms.web.door import Door
from bot.platforms.web.reading_room import ReadingRoom
from bot.platforms.web.render import render
from bot.platforms.web.server import Folder, Server, read_json
from bot.platforms.web.stream import Bell
from bot.platforms.web.writer import ISSUES
from bot.sentences import sentence
from digest.audience import Place, PlatformName, Role
from digest.calendar import Clock
from digest.delivery import Outcome, Rejected, Sent
from digest.errors import Refused, ZhouzhiError
from digest.page import Page
from handlers.texts import language_for, texts_for
from storage.chats import ChatsRoom

PAGE: Final = Path(__file__).parent / "page"
WORDS: Final = ("title", "log", "placeholder", "send", "answer_cancel", "lost", "closed", "unsent", "attach")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`people`: chat address -> how the person is called; the address is the person's id too. The first is the default.

    `roles`: who of them is a curator, for the commands that are offered; what is allowed the handlers decide.
    """

    listen: str = "127.0.0.1"
    port: int = 8421
    people: Mapping[str, str] = field(default_factory=lambda: {"me": "me"})
    roles: Mapping[str, Role] = field(default_factory=dict)


def words(language: str) -> dict[str, str]:
    """What the page says around the chat."""
    texts = texts_for(language)
    return {name: texts(f"web.{name}") for name in WORDS}


class WebPlatform:
    """The chat page; a `bot.platforms.base.Platform`. `server` may be shared with who adds rooms to it."""

    name: PlatformName = "web"
    username: str | None = None

    def __init__(
        self,
        settings: WebSettings,
        *,
        front: PageFront,
        pictures: Pictures,
        chats: ChatsRoom,
        clock: Clock,
        server: Server | None = None,
    ) -> None:
        self.server = server or Server(Door(settings.listen), settings.port, pictures)
        self._owns_server = server is None
        self._settings = settings
        self._front = front
        self._chats = chats
        self._clock = clock
        self._status = Status("starting")
        self._bells: dict[str, Bell] = {address: Bell() for address in settings.people}
        self._chat = Chat(front, chats, clock, self.ring)
        self._page = Folder(PAGE)
        self._reading = ReadingRoom(front)
        if self._owns_server:
            self.server.add([web.get("/", self._index), *self.routes()])

    def routes(self) -> list[web.RouteDef]:
        """What the chat page asks for; the front page itself is left to whoever owns the server."""
        return [
            web.get("/page/{name}", self._page.serve),
            web.get("/chat/{chat}/events", self._events),
            web.post("/chat/{chat}/say", self._say),
            web.post("/chat/{chat}/file", self._take),
            web.get("/chat/{chat}/complete", self._complete),
            web.get("/chat/{chat}/file/{message}/{number}", self._file),
            web.get("/chats", self._people),
            web.get(f"{ISSUES}{{series}}/{{key}}", self._issue),
        ]

    @property
    def status(self) -> Status:
        return self._status

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        return render(page, form)

    async def send(self, parcel: Parcel) -> Outcome:
        """Insert-or-ignore by the part's key: however often it is called, the chat has the message once."""
        address = parcel.channel.place.address
        body = {"author": "bot", **parcel.message.payload}
        if parcel.is_silent:
            body["is_silent"] = True
        kept = await self._chats.put(address, parcel.key, body, self._clock.now())
        self.ring(address)
        return Sent((kept.id,))

    async def close(self) -> None:
        """The server ends with `run`; nothing else is held open."""

    async def edit(self, place: Place, message_id: int, message: Message) -> Outcome:
        body = {"author": "bot", **message.payload}
        kept = await self._chats.edit(place.address, message_id, body)
        if kept is None:
            return Rejected("content", "no such message")
        self.ring(place.address)
        return Sent((message_id,))

    def ring(self, address: str) -> None:
        bell = self._bells.get(address)
        if bell is not None:
            bell.ring()

    async def run(self) -> None:
        """Serve until cancelled. A port that is taken needs a person: the platform is off until then."""
        try:
            if self._owns_server:
                await self.server.open()
                log.info("web.up", address=self.server.door.address)
            self._turn("up")
            await asyncio.Event().wait()
        except Refused as error:
            reason = sentence(error)
            self._turn("off", reason)
            log.warning("web.off", reason=reason)
        finally:
            if self._owns_server:
                await self.server.close()
            if self._status.state == "up":
                self._turn("down", "stopped")

    def _turn(self, state: Any, reason: str = "") -> None:
        self._status = Status(state, reason, self._clock.now())

    # --- what the browser asks for

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        response = self._page.answer("index.html")
        self.server.door.remember(response)
        return response

    async def _issue(self, request: web.Request) -> web.StreamResponse:
        """Its stylesheet and pictures are let in like the page, also where the link came with the key."""
        response = await self._reading.serve(request)
        self.server.door.remember(response)
        return response

    async def _people(self, request: web.Request) -> web.StreamResponse:
        people = [
            {"chat": chat, "name": name, "takes_files": self._takes_files(chat)}
            for chat, name in self._settings.people.items()
        ]
        language = language_for(request.query.get("language"))
        return web.json_response({"chats": people, "language": language, "words": words(language)})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        address = self._address(request)
        return await self._chat.events(request, address, self._bells[address])

    async def _say(self, request: web.Request) -> web.StreamResponse:
        address = self._address(request)
        wanted = await read_json(request)
        language = str(wanted.get("language") or "") or None
        name = self._settings.people[address]
        try:
            toast = await self._chat.said(Place("web", address), name, language, wanted)
        except ZhouzhiError as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response({"toast": toast})

    async def _take(self, request: web.Request) -> web.StreamResponse:
        """A file, its bytes as the body; who is no curator sends none, so nothing of it is read."""
        address = self._address(request)
        if not self._takes_files(address):
            raise web.HTTPForbidden(text="files are taken from curators")
        file = await files.received(request, request.query.get("name", ""))
        language = request.query.get("language") or None
        person, key = self._settings.people[address], request.query.get("id", "")
        try:
            toast = await self._chat.sent(Place("web", address), person, language, key, file)
        except ZhouzhiError as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response({"toast": toast})

    def _takes_files(self, chat: str) -> bool:
        return self._settings.roles.get(chat, "reader") != "reader"

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        address = self._address(request)
        typed, language = request.query.get("typed", ""), request.query.get("language")
        role = self._settings.roles.get(address, "reader")
        found = await completions(self._front, self.name, typed, language, role)
        return web.json_response({"found": found})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file that was handed over, as an attachment and never shown by the browser."""
        numbers = request.match_info["message"], request.match_info["number"]
        if not all(number.isdecimal() for number in numbers):
            raise web.HTTPNotFound(text="no such file")
        kept = await self._chats.get(self._address(request), int(numbers[0]))
        file = public.file_of(kept, int(numbers[1])) if kept else None
        if file is None:
            raise web.HTTPNotFound(text="no such file")
        return web.Response(body=file.content, headers=public.file_headers(file))

    def _address(self, request: web.Request) -> str:
        address = request.match_info["chat"]
        if address not in self._settings.people:
            raise web.HTTPNotFound(text="no such chat")
        return address
