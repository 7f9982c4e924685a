"""Is the demo's page guarded, resumed and answered, also when the process behind it dies?"""

import asyncio
import json

import aiohttp
import pytest

from bot.platforms.web.door import POLICY
from bot.stage.play import Play
from bot.stage.routes import opened
from digest.errors import Refused
from tests.contract.stage.conftest import FAST, Theatre


class Visitor:
    """The page's requests."""

    def __init__(self, theatre, server, session):
        self.theatre = theatre
        self.door = server.door
        self.session = session

    def get(self, path, **options):
        return self.session.get(f"{self.door.origin}{path}", allow_redirects=False, **options)

    async def post(self, path, body, **headers):
        origin = {"Origin": self.door.origin, **headers}
        async with self.session.post(f"{self.door.origin}{path}", json=body, headers=origin) as answer:
            return answer.status, await answer.text()

    async def events(self, path, enough, last=None):
        """Events (name, id, data) until `enough(events)`."""
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        found, lines = [], {}
        async with asyncio.timeout(10), self.get(path, headers=headers) as stream:
            async for raw in stream.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name:
                    lines[name] = value
                    continue
                if "data" in lines:
                    found.append((lines["event"], lines.get("id"), json.loads(lines["data"])))
                    if enough(found):
                        return found
                lines = {}
        return found


@pytest.fixture
async def visitor(tmp_path, examples):
    play = Play(
        tmp_path / "demo",
        examples=examples,
        language="en",
        names={"reader": "Reader", "curator": "Curator"},
        trip_s=0.01,
        rates=FAST,
    )
    server = await opened(play, 0)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.get(server.door.address) as page:
            assert page.status == 200
        yield Visitor(Theatre(play), server, session)
    await server.close()
    await play.end()


def bubbles(events):
    return [data for name, _, data in events if name == "bubble"]


ACT = {"scene": "telegram-reader", "role": "reader", "kind": "text", "text": "/latest"}


async def test_the_stage_stands_behind_the_same_door(visitor):
    """Without key, from elsewhere or without origin nothing of it is reached; every answer is hardened."""
    async with aiohttp.ClientSession() as stranger:
        for path in ("/", "/stage/words", "/stage/events", "/stage/page/demo.js"):
            async with stranger.get(f"{visitor.door.origin}{path}") as answer:
                assert answer.status == 401
    assert (await visitor.post("/stage/act", ACT, Origin="https://evil.example"))[0] == 403
    assert (await visitor.post("/stage/control", {"do": "reset"}, Origin="null"))[0] == 403
    async with visitor.get("/stage/words") as answer:
        assert answer.headers["Content-Security-Policy"] == POLICY
    assert visitor.theatre.play.round == 0


@pytest.mark.parametrize(
    "path",
    [
        "/stage/page/..%2froutes.py",
        "/stage/page/__init__.py",
        "/stage/file/telegram-reader/1",
        "/stage/file/..%2f/1",
        "/stage/complete?look=x",
    ],
)
async def test_no_path_leads_out(visitor, path):
    """Only the page's own files and handed-over files are found."""
    async with visitor.get(path) as answer:
        assert answer.status == 404


async def test_typing_shows_in_the_stream_and_is_resumed(visitor):
    """What is typed and answered comes as events; with the last id only what is newer comes again."""
    assert (await visitor.post("/stage/act", ACT))[0] == 200
    first = await visitor.events("/stage/events", lambda found: len(bubbles(found)) >= 2)
    said, answered = bubbles(first)[:2]
    assert (said["author"], said["drawn"]["words"]) == ("Reader", "/latest")
    assert (answered["author"], answered["scene"]) == ("bot", "telegram-reader")
    last = [number for name, number, _ in first if name == "bubble"][1]
    assert (await visitor.post("/stage/act", {**ACT, "text": "/help"}))[0] == 200
    after = await visitor.events(
        "/stage/events",
        lambda found: any(one["drawn"].get("words") == "/help" for one in bubbles(found)),
        last,
    )
    assert "/latest" not in [one["drawn"].get("words") for one in bubbles(after)]


async def test_an_id_of_an_earlier_round_begins_anew(visitor):
    """After a reset the old ids mean nothing: everything of the new round is sent."""
    assert (await visitor.post("/stage/control", {"do": "reset"}))[0] == 200
    assert (await visitor.post("/stage/act", ACT))[0] == 200
    events = await visitor.events("/stage/events", lambda found: len(bubbles(found)) >= 2, last=999)
    assert {one["round"] for one in bubbles(events)} == {1}


@pytest.mark.parametrize(
    "body",
    [{}, {**ACT, "scene": "elsewhere"}, {**ACT, "text": "  "}, {"do": "dance"}],
)
async def test_nonsense_is_refused(visitor, body):
    """What the page never sends is refused."""
    path = "/stage/control" if "do" in body else "/stage/act"
    assert (await visitor.post(path, body))[0] in (400, 404)


async def test_the_first_look_raises_the_curtain(visitor):
    """The clock runs from the first look on, and the push comes to the open stream."""
    assert visitor.theatre.play.clock.factor == 0
    events = await visitor.events("/stage/events", lambda found: len(bubbles(found)) >= 1)
    assert visitor.theatre.play.clock.factor == 1
    assert events[0][0] == "state"


async def test_the_web_chat_outlives_a_killed_process(visitor):
    """The stream ends in good order, the next life goes on with the same chat and the same ids."""
    said = {"id": "request-1", "kind": "text", "text": "/help"}
    assert (await visitor.post("/chat/reader/say", said))[0] == 200
    first = await visitor.events("/chat/reader/events", lambda found: len(found) >= 2)
    waiting = asyncio.create_task(visitor.events("/chat/reader/events", lambda _: False, first[-1][1]))
    await asyncio.sleep(0.1)
    visitor.theatre.play.kill()
    assert await waiting == []
    await visitor.theatre.play.reborn()
    assert (await visitor.post("/chat/reader/say", {**said, "id": "request-2"}))[0] == 200
    after = await visitor.events("/chat/reader/events", lambda found: len(found) >= 2, first[-1][1])
    assert after[0][2]["text"] == "/help"
    assert int(after[0][1]) == int(first[-1][1]) + 1


async def test_a_request_under_a_killed_process_is_told_so(visitor):
    """It is not answered as if all were well, and the next one is."""
    visitor.theatre.play.kill()
    assert (await visitor.post("/stage/act", ACT))[0] == 503
    await visitor.theatre.play.reborn()
    assert (await visitor.post("/stage/act", ACT))[0] == 200


async def test_a_second_demo_on_the_port_is_refused(visitor, tmp_path, examples):
    """It leaves nothing behind."""
    names = {"reader": "Reader", "curator": "Curator"}
    second = Play(tmp_path / "second", examples=examples, language="en", names=names)
    with pytest.raises(Refused, match=r"port\.in_use"):
        await opened(second, visitor.door.port)
    assert second.life.task is None
