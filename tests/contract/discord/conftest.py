"""A fake server for every test; at its end nothing was found that the real one would refuse or silently bend."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.contract.discord.stage import Scene, build
from tests.fakes.discord import FakeDiscord


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        guild = server.state.guild()
        server.state.channel(guild, "text", "news")
        server.state.channel(guild, "announcement", "official")
        server.state.channel(guild, "forum", "archive")
        server.state.direct(server.state.user())
        yield server
    assert server.findings == []


@pytest.fixture
async def scene(fake: FakeDiscord) -> AsyncIterator[Scene]:
    built = build(fake)
    yield built
    await built.stop()


@pytest.fixture
async def live(scene: Scene) -> Scene:
    """A scene whose gateway is up."""
    await scene.start()
    return scene


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's pauses between its own tries (1+3+5+7+9 s) pass at once."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))

    class Hasty(SimpleNamespace):
        def __getattr__(self, name: str) -> Any:
            return getattr(asyncio, name)

    monkeypatch.setattr("discord.http.asyncio", Hasty(sleep=sleep))
