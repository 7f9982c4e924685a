"""Who gets a campaign, and never twice?"""

import asyncio
from typing import Any

import pytest

from digest.audience import ChannelSettings, Place, Reader, Subscription
from digest.calendar import Schedule
from digest.errors import NotFound
from storage.deliveries import Campaign, Order
from storage.store import Store, open_store
from tests.contract.storage.making import (
    LATER,
    NOW,
    an_issue,
    fan,
    frozen,
    pushed,
    rendition,
    save,
    subscribers,
)


async def opened(store: Store, issue_id: int, idem: str = "weekly/1@broadcast-1", **order: Any) -> Campaign:
    kind = order.pop("kind", "broadcast")
    return (await store.deliveries.open(Order(idem, kind, issue_id, **order), NOW))[0]


async def test_opening_twice_is_opening_once(store):
    """The idempotency key finds the campaign that is there."""
    saved = await save(store, an_issue())
    order = Order("weekly/1@publish", "push", saved.issue_id, opened_by="@lan", is_silent=True)
    first, is_new = await store.deliveries.open(order, NOW)
    second, is_new_again = await store.deliveries.open(order, LATER)
    assert (is_new, is_new_again, first) == (True, False, second)
    assert (first.opened_by, first.is_silent, first.revision, first.state) == (
        "@lan",
        True,
        "1-r1",
        "fanning",
    )


async def test_a_slot_opens_one_campaign(store):
    """Two keys for one slot of one schedule still make one campaign."""
    saved = await save(store, an_issue())
    times = await store.schedules.set_default("weekly", Schedule(frozenset({0}), (), "UTC"), NOW)
    first = await opened(store, saved.issue_id, "a", schedule_id=times, slot="2026-W10")
    second = await opened(store, saved.issue_id, "b", schedule_id=times, slot="2026-W10")
    assert first == second
    assert await store.schedules.known_slots(times) == {"2026-W10"}


async def test_an_issue_that_is_not_there(store):
    """Nothing is opened for nothing."""
    with pytest.raises(NotFound):
        await opened(store, 99)


async def test_chunks_go_by_keyset(store):
    """Small chunks reach everybody once, and the sum is written when the last one is in."""
    saved = await save(store, an_issue())
    await subscribers(store, 7)
    campaign = await fan(store, await opened(store, saved.issue_id), parts=2, limit=3)
    assert (campaign.state, campaign.planned, campaign.excluded_sent) == ("running", 14, 0)


async def test_a_replayed_chunk_changes_nothing(store):
    """After a crash the same chunk is written again, by a campaign as it was read before."""
    saved = await save(store, an_issue())
    [one, *_] = await subscribers(store, 3)
    campaign = await opened(store, saved.issue_id)
    rendition_id = await rendition(store)
    chunk = {"cursor": one.id, "no_match": 2, "already": 0, "now": NOW}
    after = await store.deliveries.fan_chunk(campaign, [(one.id, rendition_id, 2)], **chunk)
    again = await store.deliveries.fan_chunk(campaign, [(one.id, rendition_id, 2)], **chunk)
    assert after == again
    assert (after.fan_cursor, after.excluded_no_match, after.planned) == (one.id, 2, None)
    assert len(await store.deliveries.rows(campaign.id)) == 2


async def test_later_subscribers_wait_for_the_next(store):
    """The audience is frozen when the campaign is opened; a draft's when it is confirmed."""
    saved = await save(store, an_issue())
    await subscribers(store, 2)
    campaign = await opened(store, saved.issue_id)
    draft = await opened(store, saved.issue_id, "b", is_draft=True, again="all")
    await subscribers(store, 4)
    assert (await fan(store, campaign, parts=1)).planned == 2
    await save(store, an_issue(), "r2")
    assert await store.deliveries.set_state(draft.id, "fanning", LATER)
    confirmed = await store.deliveries.campaign(draft.id)
    assert confirmed.revision == "1-r2"
    assert (await fan(store, confirmed, parts=1)).planned == 4


async def test_nobody_gets_an_issue_twice(store):
    """A second campaign of the issue reaches those who lack it, and counts the others."""
    first = await pushed(store, channels=2)
    await subscribers(store, 3)
    second = await fan(store, await opened(store, first.issue_id, "b"), parts=1)
    assert (second.planned, second.excluded_sent) == (1, 2)
    third = await fan(store, await opened(store, first.issue_id, "c", again="all"), parts=1)
    assert (third.planned, third.excluded_sent) == (3, 0)


async def test_cancelled_rows_do_not_count_as_had(store):
    """What was cancelled before it went may come by another campaign."""
    first = await pushed(store, channels=2)
    await store.deliveries.set_state(first.id, "cancelled", NOW)
    assert (await fan(store, await opened(store, first.issue_id, "b"), parts=1)).planned == 2


async def test_a_preview_counts_for_nothing(store):
    """The curator who looked at a preview still gets the push, and may look again."""
    saved = await save(store, an_issue())
    [one] = await subscribers(store, 1)
    for n in (1, 2):
        preview = await opened(store, saved.issue_id, f"p{n}", kind="preview", places=(one.place,))
        assert (await fan(store, preview, parts=1)).planned == 1
    assert (await fan(store, await opened(store, saved.issue_id), parts=1)).planned == 1


async def test_two_campaigns_racing_do_not_double_a_channel(file_url):
    """Both read their candidates before either wrote: the second one's chunk finds out inside its transaction."""
    one = await open_store(file_url)
    two = await open_store(file_url)
    saved = await save(one, an_issue())
    await subscribers(one, 5)
    rendition_id = await rendition(one, 1)
    campaigns = [await opened(one, saved.issue_id, idem) for idem in "ab"]
    found = [await one.deliveries.fan_candidates(campaign) for campaign in campaigns]
    assert [len(candidates) for candidates in found] == [5, 5]
    done = await asyncio.gather(
        *(
            store.deliveries.fan_chunk(
                campaign,
                [(planned.channel.id, rendition_id, 1) for planned in candidates],
                cursor=campaign.fan_max,
                no_match=0,
                already=0,
                now=NOW,
            )
            for store, campaign, candidates in zip((one, two), campaigns, found, strict=True)
        )
    )
    assert sorted((campaign.planned, campaign.excluded_sent) for campaign in done) == [(0, 5), (5, 0)]
    await one.close()
    await two.close()


async def test_who_left_meanwhile_is_not_planned(store):
    """A reader who unsubscribes between the question and the chunk gets nothing."""
    saved = await save(store, an_issue())
    [one, two] = await subscribers(store, 2)
    campaign = await opened(store, saved.issue_id)
    rendition_id = await rendition(store, 1)
    found = await store.deliveries.fan_candidates(campaign)
    await store.audience.unsubscribe(one.id)
    rows = [(planned.channel.id, rendition_id, 1) for planned in found]
    campaign = await store.deliveries.fan_chunk(campaign, rows, cursor=two.id, no_match=0, already=0, now=NOW)
    assert campaign.planned == 1


async def test_sleepers_and_the_paused_are_left_out(store):
    """Gone and paused channels are not asked; a pause is the channel's own setting."""
    saved = await save(store, an_issue())
    gone, paused, _ = await subscribers(store, 3)
    await store.audience.set_state(gone.id, "gone")
    await store.audience.set_settings(paused.id, ChannelSettings(is_paused=True))
    assert (await fan(store, await opened(store, saved.issue_id), parts=1)).planned == 1
    assert await store.audience.counts("weekly") == {"telegram": (1, 0)}


async def test_a_slot_is_for_those_who_chose_it(store):
    """Each schedule's campaign goes to its own subscribers, a publish trigger to those without one."""
    saved = await save(store, an_issue())
    own, other, at_once = await subscribers(store, 3)
    default = await store.schedules.set_default("weekly", Schedule(frozenset({0}), (), "UTC"), NOW)
    chosen = await store.schedules.value("weekly", Schedule(frozenset({3}), (), "UTC"), NOW)
    await store.audience.subscribe(Subscription(own.id, "weekly", schedule_id=default))
    await store.audience.subscribe(Subscription(other.id, "weekly", schedule_id=chosen))

    async def reached(idem: str, **order: Any) -> list[int]:
        campaign = await opened(store, saved.issue_id, idem, is_draft=True, **order)
        return [planned.channel.id for planned in await store.deliveries.fan_candidates(campaign)]

    assert await reached("a", kind="push", schedule_id=default, slot="2026-W10") == [own.id]
    assert await reached("b", kind="push", schedule_id=chosen, slot="2026-W10") == [other.id]
    assert await reached("c", kind="push") == [at_once.id]
    assert await reached("d") == [own.id, other.id, at_once.id]
    await store.schedules.set_default("weekly", None, NOW)
    assert await reached("e", kind="push") == [own.id, at_once.id]


async def test_candidates_carry_the_wish(store):
    """Categories, looks and language come with the channel; a preview shows everything, as everybody else sees it."""
    saved = await save(store, an_issue())
    reader = await store.audience.reader("telegram", "1", now=NOW, language="en")
    channel = await store.audience.channel(Place("telegram", "1"), "private", reader_id=reader.id)
    await store.audience.subscribe(Subscription(channel.id, "weekly", frozenset({"tools"})))
    looks = ChannelSettings(density="headlines", images="cover", overview="never")
    await store.audience.set_settings(channel.id, looks)
    [planned] = await store.deliveries.fan_candidates(await opened(store, saved.issue_id))
    assert (planned.categories, planned.language) == (frozenset({"tools"}), "en")
    assert planned.channel.settings == looks
    await store.audience.set_reader(Reader(reader.id, "zh-Hans"))
    order = {"kind": "preview", "places": (channel.place,)}
    [planned] = await store.deliveries.fan_candidates(await opened(store, saved.issue_id, "p", **order))
    assert (planned.categories, planned.language) == (None, "zh-Hans")
    assert planned.channel.settings == ChannelSettings()


async def test_platforms_narrow_a_campaign(store):
    """A broadcast to Discord alone reaches no Telegram chat."""
    saved = await save(store, an_issue())
    await subscribers(store, 1)
    campaign = await opened(store, saved.issue_id, platforms=("discord",))
    assert await store.deliveries.fan_candidates(campaign) == []
    assert (await fan(store, campaign)).planned == 0
    assert [one.id for one in await store.deliveries.finish(NOW)] == [campaign.id]


async def test_renditions_are_frozen_once(store):
    """The same variant is the same rendition, and its parts come back as they were."""
    first = await rendition(store, 2)
    assert await rendition(store, 2) == first
    assert await rendition(store, 3) != first
    assert await store.deliveries.parts(first) == [frozen(1), frozen(2)]


async def test_ordinals(store):
    """The n of `broadcast-n` counts campaigns of one issue and kind."""
    first = await pushed(store, channels=1)
    assert await store.deliveries.next_ordinal(first.issue_id, "broadcast") == 2
    assert await store.deliveries.next_ordinal(first.issue_id, "preview") == 1


async def test_campaigns_are_listed_newest_first(store):
    """Lists can be narrowed to states."""
    saved = await save(store, an_issue())
    first = await opened(store, saved.issue_id, "a")
    second = await opened(store, saved.issue_id, "b", is_draft=True)
    assert [one.id for one in await store.deliveries.campaigns()] == [second.id, first.id]
    assert [one.id for one in await store.deliveries.campaigns(states=("draft",))] == [second.id]
    assert len(await store.deliveries.campaigns(limit=1)) == 1


async def test_retracting_an_issue_stops_its_campaigns(store):
    """What waits of a withdrawn issue is cancelled with it."""
    first = await pushed(store, channels=2, parts=1)
    await store.issues.set_state(first.issue_id, "retracted", LATER)
    report = await store.deliveries.report(first.id)
    assert (report.campaign.state, report.rows.cancelled) == ("cancelled", 2)
