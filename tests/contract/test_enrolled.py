"""Is a place that was enrolled served as its line says, in its own language and its own time?"""

from dataclasses import replace
from typing import Literal, cast

import pytest

from bot.config import ChannelEntry
from bot.enrol import Enrolment, enrol, wished
from bot.front import House
from bot.platforms.base import Incoming
from digest.audience import ChannelKind, Place
from digest.document import plain
from storage.store import Store, open_store
from tests.contract.handlers.house import StoppedClock
from tests.contract.storage.making import NOW

GROUP = Place("telegram", "-100123")
PERSON = Place("telegram", "42")


@pytest.fixture
async def store():
    opened = await open_store("sqlite+aiosqlite://")
    yield opened
    await opened.close()


async def enrolled(store: Store, place: Place, language: str | None, zone: str | None) -> str:
    return await enrol(store, Enrolment(place, None, "weekly", None, language, zone), {}, NOW)


async def settings(store: Store, place: Place) -> str:
    """What `/settings` says there to person 42."""
    house = House(
        store,
        StoppedClock(),
        language="zh-Hans",
        time_zone="Asia/Shanghai",
        series={},
        schedules={},
        curators={},
    )
    kind: ChannelKind = "private" if place == PERSON else "group"
    reply = await house.answer(
        Incoming(
            "telegram", "command", place, kind, "42", language="en", route="settings", is_place_admin=True
        )
    )
    return "\n".join(plain(passage.blocks) for page in reply.pages for passage in page.passages)


async def test_a_group_tells_its_own_time(store):
    """The zone of its line stands in what is shown there, whoever asks, and nowhere else."""
    await enrolled(store, GROUP, "en", "Europe/Berlin")
    assert "Berlin" in await settings(store, GROUP)
    assert "Shanghai" in await settings(store, PERSON)


async def test_a_persons_zone_is_the_persons(store):
    """A private chat's line is about the reader, so that it holds wherever he asks."""
    await enrolled(store, PERSON, "en", "Europe/Berlin")
    assert "Berlin" in await settings(store, PERSON)
    assert "Berlin" in await settings(store, GROUP)


async def test_a_new_language_of_a_known_reader_holds(store):
    """Not only the first word counts: a line that names another language changes it."""
    assert await enrolled(store, PERSON, "en", None) == "added"
    assert await enrolled(store, PERSON, "zh-Hans", None) == "changed"
    reader = await store.audience.reader("telegram", "42", now=NOW)
    assert reader.language == "zh-Hans"


async def test_rich_messages_are_a_channels_by_its_line_and_a_readers_by_his_own(store):
    """A line without the word leaves what is; a reader's choice in /settings outlives every start."""
    wished_for: dict[Place, Literal["rich", "classic"]] = {GROUP: "rich", PERSON: "classic"}
    for place, style in wished_for.items():
        channel = await store.audience.channel(place, "private" if place == PERSON else "group")
        settings = replace(channel.settings, style="rich" if place == PERSON else "classic")
        await store.audience.set_settings(channel.id, settings)
        await enrol(store, Enrolment(place, None, "weekly", style=style), {}, NOW)
        await enrol(store, Enrolment(place, None, "weekly"), {}, NOW)
    for place in (GROUP, PERSON):
        channel = await store.audience.find(place)
        assert channel.settings.style == "rich"


async def test_what_is_discords_comes_from_the_line_and_stays(store):
    """Roles, tags and crossposting are kept over a line that does not name them, and go where it empties them."""
    place = Place("discord", "7")
    entry = ChannelEntry(
        address="discord:7",
        series="weekly",
        kind="announcement",
        render="embeds",
        crosspost=True,
        role=cast("str", 123456789012345678),  # TOML has numbers
        role_mentions={"chips": "123456789012345679"},
        tag="周刊",
        tags={"models": "模型"},
    )
    bare = ChannelEntry(address="discord:7", series="weekly", kind="announcement", render="components")
    assert await enrol(store, wished(entry), {}, NOW) == "added"
    assert await enrol(store, wished(entry), {}, NOW) == "unchanged"
    assert await enrol(store, wished(bare), {}, NOW) == "changed"  # the dress alone
    settings = (await store.audience.find(place)).settings
    assert (settings.style, settings.crosspost, settings.role) == ("classic", True, "123456789012345678")
    assert settings.roles == (("chips", "123456789012345679"),)
    assert (settings.tag, settings.tags) == ("周刊", (("models", "模型"),))
    none = bare.model_copy(update={"role": "", "role_mentions": {}, "crosspost": False})
    assert await enrol(store, wished(none), {}, NOW) == "changed"
    settings = (await store.audience.find(place)).settings
    assert (settings.role, settings.roles, settings.crosspost) == ("", (), False)


async def test_the_looks_of_a_channel_come_from_its_line_and_stay(store):
    """What the line names is set, what it leaves out is kept; a reader's own choice is not touched."""
    entry = ChannelEntry(
        address="telegram:-100123", series="weekly", density="brief", images="cover", overview="never"
    )
    assert await enrol(store, wished(entry), {}, NOW) == "added"
    assert await enrol(store, Enrolment(GROUP, None, "weekly"), {}, NOW) == "unchanged"
    looks = (await store.audience.find(GROUP)).settings
    assert (looks.density, looks.images, looks.overview) == ("brief", "cover", "never")
    await enrol(store, wished(entry.model_copy(update={"address": "telegram:42"})), {}, NOW)
    assert (await store.audience.find(PERSON)).settings.density is None
