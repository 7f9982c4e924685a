"""What does the demo's page ask for? Its files, its stream, what a visitor does, and what he turns and breaks."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from aiohttp import web

from bot.platforms.web.client import words as chat_words
from bot.platforms.web.completion import completions
from bot.platforms.web.door import Door
from bot.platforms.web.public import file_headers
from bot.platforms.web.server import Folder, Server, read_json
from bot.platforms.web.stream import Event, last_seen, rung_or_beat, stream
from bot.stage.controls import Controls
from bot.stage.ledger import state
from bot.stage.play import Play
from bot.stage.scenery import CURATOR, PEOPLE, READER, SCENES, person
from bot.stage.visitor import Heard, Person, Scene, Visitor
from digest.audience import Role
from digest.errors import Refused, ZhouzhiError
from digest.page import Action
from handlers.texts import LANGUAGES, texts_for

PAGE: Final = Path(__file__).parent / "page"
ROUND: Final = 10**9  # event ids of one round stay below
LOOK_S: Final = 0.4  # the ledger is looked at so often
PREFIX: Final = "demo."
NAMES: Final = {scene.place: scene.name for scene in SCENES.values()}


class CurrentPictures:
    """The present life's cellar."""

    def __init__(self, play: Play) -> None:
        self._play = play

    def read(self, sha: str) -> bytes:
        return self._play.life.bot.cellar.read(sha)


async def opened(play: Play, port: int) -> Server:
    """The demo is on: begun, served, and waiting for somebody to look. Raises Refused, with nothing left behind."""
    server = Server(Door("127.0.0.1"), port, CurrentPictures(play))
    play.server = server
    await play.begin()
    server.add([*Stage(play, server.door).routes(), *forwarded(play)])
    try:
        await server.open()
    except BaseException:
        await play.end()
        raise
    play.start()
    return server


@contextmanager
def survived() -> Iterator[None]:
    """A life that ends under a request is told as such: the request itself was not cancelled."""
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise web.HTTPServiceUnavailable(text="the process was killed") from None


def forwarded(play: Play) -> list[web.RouteDef]:
    """The web platform's routes, each answered by the platform of the present life."""

    async def forward(number: int, request: web.Request) -> web.StreamResponse:
        handler = cast("Any", play.life.web.routes()[number].handler)
        with survived():
            return cast("web.StreamResponse", await handler(request))

    return [
        web.RouteDef(route.method, route.path, partial(forward, number), route.kwargs)
        for number, route in enumerate(play.life.web.routes())
    ]


class Stage:
    """The rooms of the demo's page."""

    def __init__(self, play: Play, door: Door) -> None:
        self._play = play
        self._door = door
        self._folder = Folder(PAGE)
        self._controls = Controls(play)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._index),
            web.get("/stage/file/{scene}/{message}", self._file),
            web.get("/stage/page/{name}", self._folder.serve),
            web.get("/stage/events", self._events),
            web.get("/stage/words", self._words),
            web.get("/stage/complete", self._complete),
            web.post("/stage/act", self._act),
            web.post("/stage/control", self._control),
        ]

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        response = self._folder.answer("demo.html")
        self._door.remember(response)
        return response

    async def _words(self, _request: web.Request) -> web.StreamResponse:
        """Everything the page says, in the demo's language."""
        language = self._play.language
        texts = texts_for(language)
        found = {
            key.removeprefix(PREFIX): words for key, words in texts.singular.items() if key.startswith(PREFIX)
        }
        body = {
            "language": language,
            "languages": list(LANGUAGES),
            "words": found,
            "chat": chat_words(language),
            "people": PEOPLE,
        }
        return web.json_response(body)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        self._play.curtain()

        async def found() -> AsyncIterator[Event | None]:
            seen = last_seen(request) or 0
            told = ""
            while True:
                play = self._play
                rung = play.world.bell.listen()
                base = play.round * ROUND
                if not base <= seen < base + ROUND:
                    seen = base
                now = await state(play)
                spelled = json.dumps({**now, "clock": {**now["clock"], "at": ""}}, sort_keys=True)
                if spelled != told:
                    told = spelled
                    yield Event("state", now)
                for bubble in play.world.after(seen - base):
                    seen = base + bubble.seq
                    yield Event(
                        "bubble",
                        {**bubble.as_json(), "scene": NAMES[bubble.place], "round": play.round},
                        seen,
                    )
                await rung_or_beat(rung, LOOK_S)

        return await stream(request, found)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        look = self._play.looks.get(request.query.get("look", ""))
        if look is None:
            raise web.HTTPNotFound(text="no such look")
        role: Role = "publisher" if request.query.get("role") == CURATOR else "reader"
        front = self._play.life.bot.house
        typed = request.query.get("typed", "")
        found = await completions(front, look.name, typed, self._play.language, role)
        return web.json_response({"found": found})

    async def _act(self, request: web.Request) -> web.StreamResponse:
        """A visitor types or presses."""
        wanted = await read_json(request)
        scene = _scene(wanted)
        role = wanted.get("role") if wanted.get("role") in (READER, CURATOR) else READER
        texts = texts_for(self._play.language)
        who = person(scene.place.platform, str(role), texts(f"demo.role_{role}"), self._play.language)
        visitor = self._play.life.visitors[scene.place.platform]
        try:
            with survived():
                heard = await self._heard(visitor, who, scene, wanted)
        except Refused as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        ask = heard.ask
        question = None
        if ask is not None:
            question = {"prompt": ask.prompt, "placeholder": ask.placeholder, "action": ask.action.encode()}
        return web.json_response({"toast": heard.toast, "ask": question})

    async def _heard(self, visitor: Visitor, who: Person, scene: Scene, wanted: Mapping[str, Any]) -> Heard:
        if wanted.get("kind") == "press":
            data, message = str(wanted.get("data") or ""), str(wanted.get("message") or "")
            return await visitor.presses(who, scene, data, int(message) if message.isdecimal() else 0)
        answers = wanted.get("answers")
        action = Action.decode(answers) if isinstance(answers, str) and answers else None
        return await visitor.types(who, scene, str(wanted.get("text") or ""), action)

    async def _control(self, request: web.Request) -> web.StreamResponse:
        wanted: Mapping[str, Any] = await read_json(request)
        try:
            await self._controls.turn(wanted)
        except (ZhouzhiError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.json_response({})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        scene, number = SCENES.get(request.match_info["scene"]), request.match_info["message"]
        bubble = self._play.world.find(scene.place, int(number)) if scene and number.isdecimal() else None
        if bubble is None or bubble.file is None:
            raise web.HTTPNotFound(text="no such file")
        return web.Response(body=bubble.file.content, headers=file_headers(bubble.file))


def _scene(wanted: Mapping[str, Any]) -> Scene:
    scene = SCENES.get(str(wanted.get("scene")))
    if scene is None:
        raise web.HTTPNotFound(text="no such chat")
    return scene
