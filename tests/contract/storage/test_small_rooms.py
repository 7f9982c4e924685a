"""Do schedules, leases, tokens and media keep what they are told?"""

import asyncio
from datetime import time, timedelta

import pytest

from digest.audience import Subscription
from digest.calendar import Schedule
from digest.errors import NotFound
from storage import tokens
from storage.leases import Lease
from storage.store import open_store
from tests.contract.storage.making import LATER, NOW, subscribers

MONDAY = Schedule(frozenset({0}), (time(8, 30),), "Asia/Shanghai")
THURSDAY = Schedule(frozenset({3}), (time(18), time(7)), "Europe/Berlin", timedelta(hours=2))


async def test_the_default_moves_and_keeps_its_slots(store):
    """Changing a series' time changes its row; what was opened or passed over stays known."""
    first = await store.schedules.set_default("weekly", MONDAY, NOW)
    await store.schedules.pass_over(first, ["2026-W08", "2026-W09"], NOW)
    await store.schedules.pass_over(first, ["2026-W09"], LATER)
    assert await store.schedules.set_default("weekly", THURSDAY, LATER) == first
    found = await store.schedules.default("weekly")
    assert found is not None
    assert (found.id, found.is_default, found.since, found.series) == (first, True, NOW, "weekly")
    assert found.schedule == Schedule(THURSDAY.days, (time(7), time(18)), "Europe/Berlin", timedelta(hours=2))
    assert await store.schedules.known_slots(first) == {"2026-W08", "2026-W09"}
    assert await store.schedules.get(first) == found


async def test_a_default_that_is_off_is_not_due(store):
    """Nothing is forgotten; switched on again it begins anew, without catching up with its sleep."""
    assert await store.schedules.set_default("weekly", None, NOW) is None
    first = await store.schedules.set_default("weekly", MONDAY, NOW)
    assert await store.schedules.set_default("weekly", None, NOW) == first
    assert await store.schedules.default("weekly") is None
    assert await store.schedules.all() == []
    assert await store.schedules.set_default("weekly", MONDAY, LATER) == first
    assert (await store.schedules.get(first)).since == LATER


async def test_values_are_shared(store):
    """Readers who choose the same time share a row, apart from the default of the same value."""
    default = await store.schedules.set_default("weekly", MONDAY, NOW)
    one = await store.schedules.value("weekly", MONDAY, NOW)
    again = await store.schedules.value("weekly", MONDAY, LATER)
    other = await store.schedules.value("daily", MONDAY, NOW)
    assert (one, len({default, one, other})) == (again, 3)
    assert [stored.id for stored in await store.schedules.all()] == [default, one, other]
    [channel] = await subscribers(store, 1)
    await store.audience.subscribe(Subscription(channel.id, "weekly", schedule_id=one))
    assert await store.schedules.subscriber_count(one) == 1
    assert await store.schedules.subscriber_count(other) == 0
    with pytest.raises(NotFound):
        await store.schedules.get(99)


async def test_a_lease_is_held_by_one(store):
    """A second taker gets nothing until it is released, and then a higher fence."""
    mine = await store.leases.take("token", "me", 60)
    assert mine is not None
    assert await store.leases.take("token", "you", 60) is None
    assert await store.leases.holder("token") == mine
    assert await store.leases.renew(mine, 60)
    await store.leases.release(mine)
    assert await store.leases.holder("token") is None
    yours = await store.leases.take("token", "you", 60)
    assert yours is not None
    assert yours.fence > mine.fence
    assert not await store.leases.renew(mine, 60)
    await store.leases.release(mine)
    assert await store.leases.holder("token") == yours


async def test_a_lease_expires_by_the_databases_clock(store):
    """When its term is over it may be taken; by force at once."""
    mine = await store.leases.take("token", "me", 0.05)
    assert await store.leases.take("token", "you", 60) is None
    await asyncio.sleep(0.06)
    assert await store.leases.holder("token") is None
    yours = await store.leases.take("token", "you", 60)
    forced = await store.leases.take("token", "they", 60, by_force=True)
    assert mine is not None
    assert yours is not None
    assert forced is not None
    assert mine.fence < yours.fence < forced.fence


async def test_a_fence_names_one_holding_of_one_lease(store):
    """Fences of two tokens are never the same."""
    fences = [(await store.leases.take(name, "me", 60, by_force=True)) for name in "aabab"]
    assert len({held.fence for held in fences if held}) == 5


async def test_two_processes_race_for_a_lease(file_url):
    """Of many takers at once exactly one gets it."""
    stores = [await open_store(file_url) for _ in range(3)]
    taken = await asyncio.gather(
        *(store.leases.take("token", f"{n}", 60) for n in range(5) for store in stores)
    )
    assert sum(isinstance(one, Lease) for one in taken) == 1
    for store in stores:
        await store.close()


@pytest.mark.parametrize("value", ["数据库 索引", "a" * 5000, "", "\x00\ud800 odd"[:1] + "x"])
async def test_tokens(store, value):
    """The same value has the same short token, which says it again."""
    token = await store.tokens.keep(value, NOW)
    assert await store.tokens.keep(value, LATER) == token
    assert await store.tokens.read(token) == value
    assert len(token) <= 10
    assert token.isascii()
    assert token.isalnum()


async def test_an_unknown_token_is_a_dead_link(store):
    """A token nobody kept is told as such."""
    with pytest.raises(NotFound) as raised:
        await store.tokens.read("nothing")
    assert raised.value.key == "link.dead"


async def test_values_whose_tokens_meet_stay_apart(store, monkeypatch):
    """In a tiny range two values meet; the later one gets another token."""
    monkeypatch.setattr(tokens, "_RANGE", 40)
    kept = {value: await store.tokens.keep(value, NOW) for value in map(str, range(20))}
    assert len(set(kept.values())) == 20
    assert {value: await store.tokens.read(token) for value, token in kept.items()} == {
        value: value for value in kept
    }


async def test_media(store):
    """File ids are known by token, picture and form, replaced and forgotten."""
    await store.media.remember("t", "aa", "photo", "one")
    await store.media.remember("t", "aa", "photo", "two")
    await store.media.remember("t", "bb", "photo", "three")
    await store.media.remember("t", "aa", "document", "four")
    await store.media.remember("u", "aa", "photo", "five")
    assert await store.media.file_ids("t", ["aa", "bb", "cc"]) == {"aa": "two", "bb": "three"}
    assert await store.media.file_ids("t", ["aa"], "document") == {"aa": "four"}
    assert await store.media.file_ids("t", []) == {}
    await store.media.forget("t", "aa", "photo", "one")  # told of late: another id is there since
    assert await store.media.file_ids("t", ["aa"]) == {"aa": "two"}
    await store.media.forget("t", "aa", "photo", "two")
    assert await store.media.file_ids("t", ["aa"]) == {}


async def test_notes_are_read_back_and_replaced(store):
    """One value a key; an unknown key has none."""
    assert await store.notes.read("menus") is None
    await store.notes.write("menus", "abc")
    await store.notes.write("menus", "def")
    assert await store.notes.read("menus") == "def"
    assert await store.notes.read("commands") is None
