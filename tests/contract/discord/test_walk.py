"""Does the real house work behind the real platform? Every command and every button, over sockets, strictly checked."""

import hashlib
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import structlog

from bot.front import House
from bot.platforms.discord.commands import house_commands
from digest.audience import Place
from storage.store import Store, open_store
from tests.contract.discord.stage import Scene, playing
from tests.contract.handlers.house import MONDAYS, SERIES, StoppedClock, add, issue
from tests.fakes.discord import FakeDiscord, components, texts
from tests.fakes.discord.state import Channel, Interaction, Message

TYPED: tuple[tuple[str, dict[str, str]], ...] = (
    ("start", {}),
    ("help", {}),
    ("latest", {}),
    ("issues", {}),
    ("sections", {}),
    ("search", {"query": "模型"}),
    ("subscribe", {}),
    ("subscriptions", {}),
    ("settings", {}),
    ("unsubscribe", {}),
    ("broadcast", {}),
)


class AnyPicture:
    def read(self, sha: str) -> bytes:
        return hashlib.sha256(sha.encode()).digest()


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    opened = await open_store("sqlite+aiosqlite://")
    yield opened
    await opened.close()


@pytest.fixture
async def scene(fake: FakeDiscord, store: Store) -> AsyncIterator[Scene]:
    """The real handlers and a real store behind the platform."""
    async with playing(fake, commands=house_commands()) as built:
        await add(store, issue(11, date(2026, 11, 16)))
        await add(store, issue(12, date(2026, 11, 23)))
        await store.search.ensure()
        house = House(
            store,
            StoppedClock(),
            language="zh-Hans",
            time_zone="Asia/Shanghai",
            series=SERIES,
            schedules={"weekly": MONDAYS},
            curators={Place("discord", str(user.id)): "publisher" for user in fake.state.users.values()},
        )
        for part in (built.platform, built.platform._replier):
            part._front = house
        built.platform._replier._pictures = AnyPicture()
        await built.start()
        yield built


def shown(scene: Scene, channel: Channel) -> list[Message]:
    """Everything in a channel that still stands, ephemeral answers too."""
    return [
        one for one in scene.fake.state.messages.values() if one.channel == channel.id and not one.is_deleted
    ]


def pressable(scene: Scene, channel: Channel) -> list[tuple[Message, dict[str, Any]]]:
    return [
        (message, part)
        for message in shown(scene, channel)
        for part in components(message)
        if part.get("custom_id") and not part.get("disabled")
    ]


def meanings(part: dict[str, Any]) -> list[str]:
    """What a part can mean: a button one thing, a choice as many as it offers."""
    if part["type"] == 2:
        return [part["custom_id"]]
    return [f"{part['custom_id'].split(':')[0]} {option['value']}" for option in part.get("options", ())]


async def touch(scene: Scene, message: Message, part: dict[str, Any], meaning: str) -> Interaction:
    people = scene.fake.people
    if part["type"] == 2:
        return await people.press(message, part["custom_id"], is_admin=True)
    value = meaning.partition(" ")[2]
    if part["custom_id"].startswith("multi"):
        ticked = {option["value"] for option in part["options"] if option.get("default")}
        return await people.select(message, part["custom_id"], sorted(ticked ^ {value}), is_admin=True)
    return await people.select(message, part["custom_id"], [value], is_admin=True)


@pytest.mark.parametrize("kind", ["direct", "text"])
async def test_everything_that_can_be_pressed_is_pressed(scene: Scene, kind: str) -> None:
    """Each is answered in time, nothing is refused by the strict server, nothing is logged as a failure."""
    channel = next(one for one in scene.fake.state.channels.values() if one.kind == kind)
    seen: set[str] = set()
    with structlog.testing.capture_logs() as lines:
        for name, options in TYPED:
            said = await scene.fake.people.slash(channel, name, options, is_admin=True)
            assert said.messages or said.modal, name
        progress = True
        while progress and len(seen) < 300:
            progress = False
            for message, part in pressable(scene, channel):
                fresh = next((meaning for meaning in meanings(part) if meaning not in seen), None)
                if fresh is None:
                    continue
                seen.add(fresh)
                progress = True
                said = await touch(scene, message, part, fresh)
                if said.modal is not None:
                    await scene.fake.people.submit(said, "上海", is_admin=True)
                break
    assert [line for line in lines if line["log_level"] in ("warning", "error", "critical")] == []
    assert [call for call in scene.fake.log if (call.status or 500) >= 400] == []
    assert len(seen) > 40
    assert all(words.answered_after is not None for words in scene.fake.state.interactions.values())


async def test_a_member_without_rights_is_told_what_he_may_do(scene: Scene) -> None:
    """In a server only its admins change the place; anybody else gets an answer of his own."""
    said = await scene.fake.people.slash(scene.text, "subscribe")
    (message,) = scene.fake.replies(said)
    assert message.is_ephemeral
    assert texts(message)


async def test_completions_of_the_house(scene: Scene) -> None:
    """Titles while searching, issues by number, from memory."""
    assert await scene.fake.people.complete(scene.text, "issue", "n", "12")
    assert await scene.fake.people.complete(scene.text, "search", "query", "模")
    assert await scene.fake.people.complete(scene.text, "subscribe", "category", "")
