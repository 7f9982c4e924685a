"""What do these tests stand on? A bot whose handlers are a short script, a reader, a server and its channels."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.clock import SystemClock
from bot.delivery.pace import Pacer, Rates
from bot.platforms.base import Form, Incoming, Message, Parcel
from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.settings import DiscordSettings
from digest.audience import Channel, ChannelKind, Place, PlatformName
from digest.document import paragraph
from digest.errors import NotFound
from digest.page import Page, Reply, page
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.state import Channel as FakeChannel

SHA = "ab" * 32
PNG = b"\x89PNG fake"


@dataclass
class Script:
    """A front that answers by the script: by `kind route`, else by route."""

    lines: dict[str, Any] = field(default_factory=dict)
    heard: list[Incoming] = field(default_factory=list)
    offers: list[tuple[str, str]] = field(default_factory=list)
    watched: list[tuple[int, Place, int]] = field(default_factory=list)
    pause_s: float = 0

    async def answer(self, incoming: Incoming) -> Reply:
        self.heard.append(incoming)
        await asyncio.sleep(self.pause_s)
        line = self.lines.get(f"{incoming.kind} {incoming.route}", self.lines.get(incoming.route, say("?")))
        found = line(incoming) if callable(line) else line
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Reply)
        return found

    async def complete(
        self, platform: PlatformName, route: str, option: str, typed: str
    ) -> Sequence[tuple[str, str]]:
        assert (platform, route) == ("discord", "search")
        return [(label, value) for label, value in self.offers if typed in label and option == "query"]

    async def watching(self, campaign_id: int, place: Place, message_id: int) -> None:
        self.watched.append((campaign_id, place, message_id))


class Shelf:
    """Pictures by their name."""

    def read(self, sha: str) -> bytes:
        if sha != SHA:
            raise NotFound("picture.unknown", sha=sha)
        return PNG


@dataclass
class Scene:
    """A platform, what it talks to and what answers it."""

    fake: FakeDiscord
    platform: DiscordPlatform
    front: Script
    text: FakeChannel
    running: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Until the gateway is up."""
        self.running = asyncio.create_task(self.platform.run())
        await self.until(lambda: self.platform.status.state == "up")

    async def until(self, condition: Callable[[], bool], patience: float = 15) -> None:
        async with asyncio.timeout(patience):
            while not condition():
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
        await self.platform.close()


def build(fake: FakeDiscord, **more: Any) -> Scene:
    guild = next(iter(fake.state.guilds.values()), None) or fake.state.guild()
    text = next((one for one in fake.state.channels.values() if one.kind == "text"), None)
    front = Script()
    settings: dict[str, Any] = {
        "token": fake.token,
        "api_base": fake.api_base,
        "gateway_url": fake.gateway_url,
        "cdn_base": fake.cdn_base,
        "backoff_s": 0.05,
        "backoff_cap_s": 0.2,
        "quarrel_cap_s": 0.2,
        "answer_s": 2,
        "sync_again_s": 0.05,
        "servers_s": 0.1,
    }
    arguments = {
        key: more.pop(key)
        for key in list(more)
        if key in ("commands", "known_commands", "remember_commands", "filing")
    }
    arguments.setdefault("commands", ())
    platform = DiscordPlatform(
        DiscordSettings(**{**settings, **more}),
        front=front,
        pictures=Shelf(),
        pace=Pacer(Rates(45, 0, 0)),
        clock=SystemClock(),
        **arguments,
    )
    return Scene(fake, platform, front, text or fake.state.channel(guild))


@asynccontextmanager
async def playing(fake: FakeDiscord, **more: Any) -> AsyncIterator[Scene]:
    """A scene of special settings."""
    scene = build(fake, **more)
    try:
        yield scene
    finally:
        await scene.stop()


def say(*words: str, **more: Any) -> Reply:
    """A reply of one page with these paragraphs."""
    return Reply((page(*(paragraph(word) for word in words)),), **more)


def show(*pages: Page, **more: Any) -> Reply:
    return Reply(pages, **more)


def channel_of(fake_channel: FakeChannel) -> Channel:
    kinds: dict[str, ChannelKind] = {"direct": "private"}
    kind: Any = kinds.get(fake_channel.kind, fake_channel.kind)
    return Channel(fake_channel.id % 1000, Place("discord", str(fake_channel.id)), kind)


def parcel(scene: Scene, target: FakeChannel, words: str = "你好", key: str = "KEY", **more: Any) -> Parcel:
    """A push of one message."""
    message: Message = (
        more.pop("message", None) or scene.platform.render(page(paragraph(words)), Form("public"))[0]
    )
    return Parcel(channel_of(target), message, key, **more)
