"""What stands around the Telegram platform in these tests? A scripted front, a patient pace, pictures in memory."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.clock import SystemClock
from bot.platforms.base import Incoming, Lane, Message, Parcel
from bot.platforms.telegram.client import TelegramPlatform
from bot.platforms.telegram.settings import TelegramSettings
from digest.audience import Channel, ChannelKind, Place, PlatformName
from digest.document import Paragraph, text
from digest.errors import NotFound
from digest.page import Button, Page, Reply, page
from storage.store import Store
from tests.fakes.telegram import FakeTelegram

READER = 101
ADMIN = 102
GROUP = -1001234567890
BASIC = -4321
NEWS = -1009876543210
QUICK: dict[str, Any] = {
    "poll_s": 1, "connect_s": 1, "read_s": 1, "upload_s": 2, "backoff_s": 0.02, "backoff_cap_s": 0.1,
}  # fmt: skip
Script = Callable[[Incoming], Reply]


def silence(_incoming: Incoming) -> Reply:
    return Reply()


@dataclass
class Front:
    """Answers by a script and remembers what it was asked."""

    script: Script = silence
    heard: list[Incoming] = field(default_factory=list)
    watched: list[tuple[int, Place, int]] = field(default_factory=list)
    delay_s: float = 0

    async def answer(self, incoming: Incoming) -> Reply:
        self.heard.append(incoming)
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        return self.script(incoming)

    async def complete(
        self, platform: PlatformName, route: str, option: str, typed: str
    ) -> Sequence[tuple[str, str]]:
        return []

    async def watching(self, campaign_id: int, place: Place, message_id: int) -> None:
        self.watched.append((campaign_id, place, message_id))


@dataclass
class Pace:
    """Lets everything through and remembers it."""

    slots: list[tuple[Place, Lane, int]] = field(default_factory=list)
    halts: list[tuple[Place | None, float]] = field(default_factory=list)

    @asynccontextmanager
    async def slot(self, place: Place, lane: Lane, messages: int = 1) -> AsyncIterator[None]:
        self.slots.append((place, lane, messages))
        yield

    def halt(self, place: Place | None, seconds: float) -> None:
        self.halts.append((place, seconds))


@dataclass
class Drawer:
    """Pictures by their hash."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def read(self, sha: str) -> bytes:
        if sha not in self.kept:
            raise NotFound("picture.gone", sha=sha[:8])
        return self.kept[sha]


@dataclass
class Scene:
    """One fake server with one platform before it."""

    fake: FakeTelegram
    platform: TelegramPlatform
    front: Front
    pace: Pace
    drawer: Drawer
    store: Store
    relocated: list[tuple[Place, Place]]

    def channel(self, address: str | int, kind: ChannelKind = "private") -> Channel:
        return Channel(1, Place("telegram", str(address)), kind)

    def parcel(self, message: Message, address: str | int = READER, **details: Any) -> Parcel:
        return Parcel(self.channel(address), message, "key", **details)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The platform receives; ended in good order."""
        task = asyncio.create_task(self.platform.run())
        try:
            await until(lambda: self.platform.status.state == "up")
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def build(
    fake: FakeTelegram,
    store: Store,
    *,
    base: str | None = None,
    **changes: Any,
) -> Scene:
    """A platform that speaks to the fake; `changes` are fields of the settings."""
    front, pace, drawer = Front(), Pace(), Drawer()
    relocated: list[tuple[Place, Place]] = []

    async def note(old: Place, new: Place) -> None:
        relocated.append((old, new))

    address = base or fake.base
    settings = TelegramSettings(
        **{"token": fake.token, "api_base": address, "file_base": address, **QUICK, **changes}
    )
    platform = TelegramPlatform(
        settings,
        front=front,
        pictures=drawer,
        pace=pace,
        media=store.media,
        clock=SystemClock(),
        relocated=note,
        menus=(),
    )
    return Scene(fake, platform, front, pace, drawer, store, relocated)


async def until(condition: Callable[[], Any], seconds: float = 5) -> None:
    """Wait for something that must come to be."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def heard_next(scene: Scene, act: Callable[[], Any]) -> Incoming:
    """Do something and wait until the handlers were asked about it."""
    count = len(scene.front.heard)
    act()
    await until(lambda: len(scene.front.heard) > count)
    return scene.front.heard[count]


def png(width: int, height: int, shade: int = 0) -> bytes:
    """A real picture of one shade."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + bytes([shade]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def said(words: str, *rows: tuple[Button, ...]) -> Page:
    """A page of one line."""
    return page(Paragraph(text(words)), rows=rows)


def message(words: str = "周知 第 12 期", **more: Any) -> Message:
    """A frozen text message."""
    return Message("sendMessage", {"text": words, **more})
