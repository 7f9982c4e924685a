"""Does the ledger get sent exactly as planned, whatever the platform answers and whenever the process dies?"""

import pytest

from bot.delivery.dispatcher import Window
from digest.audience import Place
from digest.delivery import (
    Gone,
    Moved,
    Rejected,
    RetryAfter,
    State,
    Unavailable,
    Unknown,
)
from storage.deliveries import Order
from tests.contract.delivery.floor import build


async def push(floor, issue_id, idem="weekly/1@publish", **more):
    campaign, _ = await floor.store.deliveries.open(Order(idem, "push", issue_id, **more), floor.clock.now())
    return campaign.id


async def test_every_subscriber_gets_the_issue_once(floor):
    """Twenty channels, one part each, one message each."""
    issue = await floor.issue(1)
    for n in range(20):
        await floor.subscriber(str(n + 1))
    campaign = await push(floor, issue)
    await floor.sweep()
    assert await floor.states(campaign) == {"SENT": 20}
    assert len(floor.platform.accepted) == len(set(floor.platform.accepted)) == 20


async def test_categories_filter_what_is_sent(floor):
    """A subscriber to chips gets the chips and nothing else; one who wants nothing of it gets nothing."""
    issue = await floor.issue(1)
    await floor.subscriber("1", {"chips"})
    await floor.subscriber("2", {"opinion"})
    campaign = await push(floor, issue)
    await floor.sweep()
    assert [place for place, _ in floor.platform.accepted] == ["telegram:1"]
    assert "Chips item" in floor.platform.texts[0]
    assert "Models item" not in floor.platform.texts[0]
    report = await floor.store.deliveries.report(campaign)
    assert report.campaign.excluded_no_match == 1


async def test_the_same_issue_never_reaches_a_channel_twice(floor):
    """Whatever opens the second campaign, those who have the issue are left out and counted."""
    issue = await floor.issue(1)
    await floor.subscriber("1")
    await push(floor, issue)
    await floor.sweep()
    await floor.subscriber("2")
    second = await push(floor, issue, "weekly/1@broadcast-1")
    await floor.sweep()
    assert [place for place, _ in floor.platform.accepted] == ["telegram:1", "telegram:2"]
    assert (await floor.store.deliveries.report(second)).campaign.excluded_sent == 1


async def test_opening_twice_is_opening_once(floor):
    """The idempotency key swallows a double fire."""
    issue = await floor.issue(1)
    await floor.subscriber("1")
    assert await push(floor, issue) == await push(floor, issue)
    await floor.sweep()
    assert len(floor.platform.accepted) == 1


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Gone("blocked"), "GONE"),
        (Rejected("permission", "no rights"), "SUSPENDED"),
        (Rejected("content", "too long"), "DEAD"),
    ],
)
async def test_what_is_refused_rests_and_is_counted(floor, outcome, state):
    """One refusal stops one channel; the others go on and the campaign ends."""
    issue = await floor.issue(1)
    await floor.subscriber("1")
    await floor.subscriber("2")
    floor.platform.script = lambda parcel: outcome if parcel.channel.place.address == "1" else None
    campaign = await push(floor, issue)
    await floor.sweep()
    assert await floor.states(campaign) == {"SENT": 1, state: 1}
    assert (await floor.store.deliveries.campaign(campaign)).state == "finished"


async def test_a_blocked_reader_sleeps_until_he_returns(floor):
    """His channel is gone, his subscription kept; awake again he gets the next issue."""
    channel = await floor.subscriber("1")
    floor.platform.script = lambda _: Gone("blocked")
    await push(floor, await floor.issue(1))
    await floor.sweep()
    assert (await floor.store.audience.get(channel.id)).state == "gone"
    floor.platform.script = lambda _: None
    await push(floor, await floor.issue(2), "weekly/2@publish")
    await floor.sweep()
    assert floor.platform.accepted == []
    await floor.store.audience.set_state(channel.id, "active")
    await push(floor, await floor.issue(3), "weekly/3@publish")
    await floor.sweep()
    assert len(floor.platform.accepted) == 1


async def test_being_asked_to_wait_loses_nothing(floor):
    """429: the part waits in the ledger, uncounted, and goes when its time has come."""
    issue = await floor.issue(1)
    await floor.subscriber("1")
    answers = iter([RetryAfter(30), None])
    floor.platform.script = lambda _: next(answers)
    campaign = await push(floor, issue)
    await floor.sweep(3)
    assert await floor.states(campaign) == {"PENDING": 1}
    floor.dispatcher = (await build(floor.store, floor.platform, floor.clock)).dispatcher
    floor.lease = (await floor.again()).lease
    floor.clock.move(seconds=31)
    await floor.sweep()
    rows = await floor.store.deliveries.rows(campaign)
    assert [(row.state, row.attempts) for row, _, _ in rows] == [(State.SENT, 0)]


async def test_a_moved_group_keeps_its_subscription(floor):
    """The address is rewritten in one transaction and the same part goes there."""
    issue = await floor.issue(1)
    await floor.subscriber("-5", kind="group")
    new = Place("telegram", "-100500")
    floor.platform.script = lambda parcel: Moved(new) if parcel.channel.place.address == "-5" else None
    campaign = await push(floor, issue)
    await floor.sweep()
    assert [place for place, _ in floor.platform.accepted] == ["telegram:-100500"]
    assert await floor.states(campaign) == {"SENT": 1}


async def test_a_lost_answer_is_settled_by_resend_and_named(floor):
    """May double by what was in flight; the doubt is counted and its reason kept."""
    issue = await floor.issue(1)
    await floor.subscriber("1")
    answers = iter([Unknown("reset"), None])
    floor.platform.script = lambda _: next(answers)
    campaign = await push(floor, issue)
    await floor.sweep(3)
    floor.clock.move(seconds=61)
    await floor.sweep()
    assert await floor.states(campaign) == {"SENT": 1}
    ((row, _, reason),) = await floor.store.deliveries.rows(campaign)
    assert (row.attempts, reason) == (1, "reset")


async def test_hold_leaves_the_doubt_to_a_curator(floor):
    """At most once: nothing is sent again by itself, and a curator can close it."""
    floor = await build(floor.store, floor.platform, floor.clock, Window(policy="hold"))
    issue = await floor.issue(1)
    await floor.subscriber("1")
    floor.platform.script = lambda _: Unknown("reset")
    campaign = await push(floor, issue)
    await floor.sweep()
    floor.clock.move(hours=1)
    await floor.sweep()
    assert await floor.states(campaign) == {"UNKNOWN": 1}
    ((row, _, _),) = await floor.store.deliveries.rows(campaign, (State.UNKNOWN,))
    assert await floor.store.deliveries.settle(row, State.SENT, floor.clock.now())
    assert await floor.states(campaign) == {"SENT": 1}


async def test_a_crash_in_flight_is_counted_and_nothing_sent_is_repeated(floor):
    """Killed between intent and record: those rows are in doubt, the sent ones stay sent, the rest goes on."""
    issue = await floor.issue(1)
    for n in range(30):
        await floor.subscriber(str(n + 1))
    campaign = await push(floor, issue)
    await floor.fan_out.run()
    now = floor.clock.now()
    claims = await floor.store.deliveries.turn(floor.lease, [], 8, now, ("telegram",))
    assert len(claims) == 8
    new = await floor.again()
    found = await new.store.deliveries.recover(new.lease, floor.clock.now())
    assert len(found) == 8
    assert await new.states(campaign) == {"PENDING": 22, "UNKNOWN": 8}
    await new.dispatcher.settle_unknown()
    new.clock.move(seconds=61)
    await new.sweep()
    assert await new.states(campaign) == {"SENT": 30}
    assert len(floor.platform.accepted) == 30
    report = await new.store.deliveries.report(campaign)
    assert report.doubted == 8
    named = await new.store.deliveries.rows(campaign, doubted=True)
    assert {channel.id for _, channel, _ in named} == {claim.channel.id for claim in claims}
    assert {reason for _, _, reason in named} == {"interrupted while sending"}


async def test_no_byte_left_means_no_attempt(floor):
    """The network was away: nothing is counted against the part, and it goes when it is back."""
    issue = await floor.issue(1)
    await floor.subscriber("1")
    answers = iter([Unavailable("refused"), None])
    floor.platform.script = lambda _: next(answers)
    campaign = await push(floor, issue)
    await floor.sweep(2)
    fresh = await floor.again()
    fresh.clock.move(seconds=61)
    await fresh.sweep()
    ((row, _, _),) = await fresh.store.deliveries.rows(campaign)
    assert (row.state, row.attempts) == (State.SENT, 0)


async def test_unsubscribing_cancels_what_is_pending(floor):
    """Who leaves during a push is sent nothing more."""
    issue = await floor.issue(1)
    channel = await floor.subscriber("1")
    campaign = await push(floor, issue)
    await floor.fan_out.run()
    await floor.store.audience.unsubscribe(channel.id)
    await floor.sweep()
    assert floor.platform.accepted == []
    assert await floor.states(campaign) == {"CANCELLED": 1}
