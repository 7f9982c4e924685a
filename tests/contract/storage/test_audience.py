"""Are readers, channels and subscriptions remembered as they were told?"""

from datetime import timedelta

import pytest

from digest.audience import ChannelSettings, Place, Reader, Subscription
from digest.errors import NotFound
from tests.contract.storage.making import NOW, subscribers

OLD, NEW = Place("telegram", "-5"), Place("telegram", "-1005")


async def test_a_reader_is_made_at_first_sight(store):
    """The first language is a guess that later sights do not overrule."""
    first = await store.audience.reader("telegram", "1", now=NOW, language="en")
    again = await store.audience.reader("telegram", "1", now=NOW, language="fr")
    other = await store.audience.reader("discord", "1", now=NOW)
    assert (first, again.id != other.id) == (again, True)
    changed = Reader(first.id, "zh-Hant", "Asia/Taipei")
    await store.audience.set_reader(changed)
    assert await store.audience.reader("telegram", "1", now=NOW) == changed


async def test_a_channel_is_made_at_first_sight(store):
    """Place, kind and owner; what is known better later is stored, settings stay."""
    place = Place("telegram", "1")
    assert await store.audience.find(place) is None
    made = await store.audience.channel(place, "group")
    assert (made.kind, made.state, made.settings, made.reader_id) == (
        "group",
        "active",
        ChannelSettings(),
        None,
    )
    await store.audience.set_settings(made.id, ChannelSettings(density="brief", is_paused=True))
    reader = await store.audience.reader("telegram", "1", now=NOW)
    better = await store.audience.channel(place, "private", reader_id=reader.id)
    assert (better.id, better.kind, better.reader_id) == (made.id, "private", reader.id)
    assert better.settings == ChannelSettings(density="brief", is_paused=True)
    assert await store.audience.channel(place, "private") == better
    assert await store.audience.reader_of(better) == reader
    assert await store.audience.reader_of(made) is None


async def test_state_and_parking(store):
    """A channel may sleep and wait; both are read back, times in UTC to the millisecond."""
    [channel] = await subscribers(store, 1)
    await store.audience.set_state(channel.id, "gone")
    await store.audience.park(channel.id, NOW + timedelta(microseconds=1))
    found = await store.audience.get(channel.id)
    assert (found.state, found.parked_until) == ("gone", NOW + timedelta(milliseconds=1))
    await store.audience.park(channel.id, None)
    await store.audience.set_state(channel.id, "active")
    assert await store.audience.get(channel.id) == channel
    with pytest.raises(NotFound):
        await store.audience.get(99)


async def test_naive_times_are_refused(store):
    """A time without a zone is a mistake, not local time."""
    [channel] = await subscribers(store, 1)
    with pytest.raises(Exception, match="no zone"):
        await store.audience.park(channel.id, NOW.replace(tzinfo=None))


async def test_subscribing_replaces(store):
    """One wish a series: the last one holds, "all" is different from every category."""
    [channel] = await subscribers(store, 1)
    wish = Subscription(channel.id, "weekly", frozenset({"b", "a"}))
    await store.audience.subscribe(wish)
    await store.audience.subscribe(Subscription(channel.id, "daily"))
    assert await store.audience.subscriptions(channel.id) == [Subscription(channel.id, "daily"), wish]
    await store.audience.subscribe(Subscription(channel.id, "weekly", frozenset()))
    assert (await store.audience.subscriptions(channel.id))[1].categories == frozenset()


async def test_unsubscribing(store):
    """One series or all; the number of those that ended is told."""
    [channel] = await subscribers(store, 1)
    await store.audience.subscribe(Subscription(channel.id, "daily"))
    assert await store.audience.unsubscribe(channel.id, "nothing") == 0
    assert await store.audience.unsubscribe(channel.id, "daily") == 1
    assert await store.audience.unsubscribe(channel.id) == 1
    assert await store.audience.subscriptions(channel.id) == []


async def test_lines_and_counts(store):
    """Every subscription with its place and reader; private chats and others counted apart."""
    reader = await store.audience.reader("telegram", "1", now=NOW, language="en")
    private = await store.audience.channel(Place("telegram", "1"), "private", reader_id=reader.id)
    group = await store.audience.channel(Place("telegram", "-2"), "group")
    text = await store.audience.channel(Place("discord", "3"), "text")
    for channel in (private, group, text):
        await store.audience.subscribe(Subscription(channel.id, "weekly"))
    lines = await store.audience.lines("weekly")
    assert [(line.channel, line.reader) for line in lines] == [(private, reader), (group, None), (text, None)]
    assert [line.subscription.series for line in lines] == ["weekly"] * 3
    assert await store.audience.lines("daily") == []
    assert await store.audience.counts("weekly") == {"telegram": (1, 1), "discord": (0, 1)}
    await store.audience.set_state(group.id, "gone")
    assert (await store.audience.counts("weekly"))["telegram"] == (1, 0)


async def test_moving_to_a_new_address(store):
    """The channel keeps its id; moving again is moving once."""
    made = await store.audience.channel(OLD, "group")
    await store.audience.subscribe(Subscription(made.id, "weekly"))
    moved = await store.audience.move(OLD, NEW)
    assert (moved.id, moved.place) == (made.id, NEW)
    assert await store.audience.move(OLD, NEW) == moved
    assert await store.audience.find(OLD) is None
    with pytest.raises(NotFound):
        await store.audience.move(Place("telegram", "8"), Place("telegram", "9"))


async def test_moving_into_a_known_channel_merges(store):
    """Subscriptions become the union: categories join, "all" wins, other series move over."""
    old, new = await store.audience.channel(OLD, "group"), await store.audience.channel(NEW, "group")
    for wish in (
        Subscription(old.id, "weekly", frozenset({"a"})),
        Subscription(old.id, "daily", frozenset({"x"})),
        Subscription(old.id, "monthly"),
        Subscription(new.id, "weekly", frozenset({"b"})),
        Subscription(new.id, "monthly", frozenset({"c"})),
    ):
        await store.audience.subscribe(wish)
    assert (await store.audience.move(OLD, NEW)).id == new.id
    assert await store.audience.subscriptions(old.id) == []
    assert await store.audience.subscriptions(new.id) == [
        Subscription(new.id, "daily", frozenset({"x"})),
        Subscription(new.id, "monthly"),
        Subscription(new.id, "weekly", frozenset({"a", "b"})),
    ]
    assert (await store.audience.get(old.id)).state == "gone"
