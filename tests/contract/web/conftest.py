"""A served chat page on a free port, its front a scripted one, its chats in real SQLite."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.media.cellar import Cellar
from bot.media.images import Prepared
from bot.platforms.web.client import WebPlatform, WebSettings
from digest.document import Paragraph, Text
from digest.page import Action, Ask, Button, File, Picture, Reply, page
from storage.store import open_store

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
SHA = "ab" * 32


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@dataclass
class Scripted:
    """A front that says one thing and remembers what it was asked."""

    replies: dict[str, Reply] = field(default_factory=dict)
    heard: list[Any] = field(default_factory=list)
    watched: list[Any] = field(default_factory=list)

    async def answer(self, incoming):
        self.heard.append(incoming)
        default = Reply((say(f"heard {incoming.text or incoming.route}"),))
        return self.replies.get(incoming.text or incoming.route, default)

    async def complete(self, platform, route, option, typed):
        return [(f"{route} {option} {typed}", "value")]

    async def watching(self, campaign_id, place, message_id):
        self.watched.append((campaign_id, place, message_id))


def say(words, *buttons):
    return page(Paragraph((Text(words),)), rows=(buttons,) if buttons else ())


NEXT = Button("next", Action("turn", ("2",)))
ASK = Ask("Which one?", "for example: 12", Action("ask", ("7",)))
FILE = File("a b.csv", b"\xef\xbb\xbfx,y", "text/csv")


class Browser:
    """A client that behaves as the page does: key in the address once, then the cookie."""

    def __init__(self, platform, session):
        self.door = platform.server.door
        self.session = session

    def url(self, path):
        return f"{self.door.origin}{path}"

    def get(self, path, **options):
        return self.session.get(self.url(path), allow_redirects=False, **options)

    def post(self, path, body, **headers):
        return self.session.post(
            self.url(path), json=body, headers={"Origin": self.door.origin, **headers}, allow_redirects=False
        )

    async def say(self, what, chat="me"):
        async with self.post(f"/chat/{chat}/say", {"id": f"request-{id(what)}", **what}) as answer:
            return answer.status, await (answer.json() if answer.status == 200 else answer.text())

    async def events(self, count, chat="me", last=None):
        """The first `count` events of the stream, each (id, data)."""
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        found, lines = [], {}
        async with asyncio.timeout(5), self.get(f"/chat/{chat}/events", headers=headers) as stream:
            async for raw in stream.content:
                line = raw.decode().rstrip("\n")
                if line:
                    name, _, value = line.partition(": ")
                    lines[name] = value
                    continue
                if "data" in lines:
                    found.append((lines.get("id"), lines["data"]))
                    if len(found) == count:
                        return found
                lines = {}
        return found


@pytest.fixture
async def store():
    opened = await open_store("sqlite+aiosqlite://")
    yield opened
    await opened.close()


@pytest.fixture
def front():
    return Scripted()


@pytest.fixture
async def platform(store, front, tmp_path):
    cellar = Cellar(tmp_path / "media")
    cellar.keep(Prepared(Picture(SHA, "image/png", 1, 1, len(PNG)), PNG))
    made = WebPlatform(
        WebSettings(port=0, people={"me": "Lan", "desk": "Mei"}, roles={"desk": "publisher"}),
        front=front,
        pictures=cellar,
        chats=store.chats,
        clock=Clock(),
    )
    running = asyncio.create_task(made.run())
    while made.status.state == "starting":
        await asyncio.sleep(0)
    yield made
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.fixture
async def stranger(platform):
    """A browser without the key."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Browser(platform, session)


@pytest.fixture
async def browser(stranger):
    """A browser that has opened the printed address."""
    async with stranger.session.get(stranger.door.address) as page_:
        assert page_.status == 200
    return stranger
