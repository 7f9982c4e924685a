"""Does the ledger keep delivery.md §3, §5, §9: intent first, one in flight, fences, sums that add up?"""

import asyncio
from datetime import timedelta

import pytest

from digest.audience import Place
from digest.delivery import Gone, Moved, Rejected, RetryAfter, Sent, State, Tally, Unavailable, Unknown
from digest.errors import NotFound, Superseded
from storage.deliveries import Campaign, Order
from storage.store import Store, open_store
from tests.contract.storage.making import (
    LATER,
    NOW,
    an_issue,
    claim,
    fan,
    lease,
    pushed,
    result,
    save,
    subscribers,
)


async def tally(store: Store, campaign: Campaign) -> Tally:
    report = await store.deliveries.report(campaign.id)
    assert report.rows.total == report.campaign.planned
    return report.rows


async def test_a_push_from_end_to_end(store):
    """Three channels of two parts each: every part is claimed once, in order, and the report adds up."""
    campaign = await pushed(store, channels=3, parts=2)
    assert (campaign.state, campaign.planned) == ("running", 6)
    held = await lease(store)
    first = await claim(store, held)
    assert [(one.channel.place.address, one.row.part) for one in first] == [("1", 1), ("2", 1), ("3", 1)]
    assert all(one.row.state is State.SENDING and one.row.fence == held.fence for one in first)
    assert [one.part.body for one in first] == ['"text":"part 1"}'] * 3
    assert await claim(store, held) == []
    second = await claim(store, held, done=[result(one, Sent((n,))) for n, one in enumerate(first, 100)])
    assert [one.row.part for one in second] == [2, 2, 2]
    await claim(store, held, done=[result(one, Sent((n,))) for n, one in enumerate(second, 200)])
    assert await tally(store, campaign) == Tally(sent=6)
    [finished] = await store.deliveries.finish(LATER)
    assert (finished.id, finished.state, finished.finished_at) == (campaign.id, "finished", LATER)
    assert await store.deliveries.finish(LATER) == []
    report = await store.deliveries.report(campaign.id)
    assert (report.deliveries, report.messages, report.channels) == (Tally(sent=3), 6, {"telegram": 3})


async def test_the_claim_is_no_larger_than_asked(store):
    """The size of the claim is the size of the doubt."""
    await pushed(store, channels=5, parts=1)
    held = await lease(store)
    assert len(await claim(store, held, k=2)) == 2
    assert len(await claim(store, held, k=0)) == 0
    assert len(await claim(store, held, k=9)) == 3


async def test_rows_are_not_claimed_before_they_are_due(store):
    """`due` is kept to the millisecond, also when it was given in microseconds."""
    saved = await save(store, an_issue())
    await subscribers(store, 1)
    at = NOW + timedelta(microseconds=1)
    order = Order("x", "broadcast", saved.issue_id, send_at=at)
    await fan(store, (await store.deliveries.open(order, NOW))[0], parts=1)
    held = await lease(store)
    assert await claim(store, held, now=NOW) == []
    assert len(await claim(store, held, now=NOW + timedelta(milliseconds=1))) == 1


@pytest.mark.parametrize(
    ("outcome", "state", "attempts"),
    [
        (Sent((1,)), State.SENT, 0),
        (RetryAfter(60), State.PENDING, 0),
        (Unavailable("no route"), State.PENDING, 0),
        (Unknown("reset"), State.UNKNOWN, 1),
        (Rejected("content", "too long"), State.DEAD, 1),
        (Rejected("permission", "no rights"), State.SUSPENDED, 1),
        (Gone("blocked"), State.GONE, 0),
    ],
)
async def test_every_outcome_is_recorded(store, outcome, state, attempts):
    """Each outcome leaves the row, its attempts and its reason as decided."""
    campaign = await pushed(store, channels=1, parts=1)
    held = await lease(store)
    [claimed] = await claim(store, held)
    decided = result(claimed, outcome)
    await claim(store, held, k=0, done=[decided])
    [(row, _, reason)] = await store.deliveries.rows(campaign.id)
    assert (row.state, row.attempts) == (state, attempts)
    assert reason == getattr(outcome, "reason", "") * isinstance(outcome, Unknown | Rejected | Gone)
    assert row.due == decided.row.due


async def test_retry_after_waits_out_its_time(store):
    """A row the platform asked to wait is claimed again only afterwards."""
    await pushed(store, channels=1, parts=1)
    held = await lease(store)
    [claimed] = await claim(store, held)
    assert await claim(store, held, done=[result(claimed, RetryAfter(30))]) == []
    assert await claim(store, held, now=LATER + timedelta(seconds=29)) == []
    assert len(await claim(store, held, now=LATER + timedelta(seconds=30))) == 1


async def test_an_album_keeps_all_its_ids(store):
    """One part may make several messages; each id is kept in order."""
    campaign = await pushed(store, channels=1, parts=1)
    held = await lease(store)
    [claimed] = await claim(store, held)
    await claim(store, held, k=0, done=[result(claimed, Sent((7, 8, 9)))])
    [(row, _, _)] = await store.deliveries.rows(campaign.id, [State.SENT])
    assert row.message_ids == (7, 8, 9)


async def test_who_is_gone_takes_the_rest_along(store):
    """After Gone the later parts are gone too, the channel sleeps, and retry waits until it came back."""
    campaign = await pushed(store, channels=1, parts=3)
    held = await lease(store)
    [claimed] = await claim(store, held)
    await claim(store, held, done=[result(claimed, Gone("blocked"))])
    assert await tally(store, campaign) == Tally(gone=3)
    assert (await store.audience.get(claimed.channel.id)).state == "gone"
    assert [one.id for one in await store.deliveries.finish(LATER)] == [campaign.id]
    assert await store.deliveries.retry(campaign.id, LATER) == 0
    await store.audience.set_state(claimed.channel.id, "active")
    assert await store.deliveries.retry(campaign.id, LATER) == 3
    assert (await store.deliveries.campaign(campaign.id)).state == "running"
    assert len(await claim(store, held)) == 1


async def test_a_lacking_permission_suspends_and_the_next_campaign_tries_again(store):
    """Suspended rows come back by retry, the channel with it; a new campaign tries the channel anyway."""
    campaign = await pushed(store, channels=1, parts=2)
    held = await lease(store)
    [claimed] = await claim(store, held)
    await claim(store, held, done=[result(claimed, Rejected("permission", "no rights"))])
    assert await tally(store, campaign) == Tally(suspended=2)
    assert (await store.audience.get(claimed.channel.id)).state == "suspended"
    other = await save(store, an_issue(2))
    opened, _ = await store.deliveries.open(Order("y", "broadcast", other.issue_id), NOW)
    assert (await fan(store, opened)).planned == 2
    assert (await store.audience.get(claimed.channel.id)).state == "active"
    assert await store.deliveries.retry(campaign.id, LATER) == 2


async def test_behind_a_dead_letter_nothing_is_sent(store):
    """A refused part buries those after it, so that order holds and the campaign can rest; retry raises them all."""
    campaign = await pushed(store, channels=1, parts=3)
    held = await lease(store)
    [claimed] = await claim(store, held)
    [second] = await claim(store, held, done=[result(claimed, Sent((1,)))])
    await claim(store, held, done=[result(second, Rejected("content", "bad"))])
    assert await tally(store, campaign) == Tally(sent=1, dead=2)
    assert (await store.deliveries.report(campaign.id)).deliveries == Tally(dead=1)
    assert (await store.deliveries.report(campaign.id)).reasons == {"bad": 1}
    assert len(await store.deliveries.finish(LATER)) == 1
    assert await store.deliveries.retry(campaign.id, LATER) == 2
    assert [one.row.part for one in await claim(store, held)] == [2]


async def test_markup_that_is_refused_goes_once_more_as_plain_text(store):
    """The row remembers that it is to be sent plain."""
    await pushed(store, channels=1, parts=1)
    held = await lease(store)
    [claimed] = await claim(store, held)
    [again] = await claim(
        store, held, done=[result(claimed, Rejected("content", "entities", is_markup=True))]
    )
    assert again.row.is_plain
    assert again.row.attempts == 1


async def test_a_crash_between_intent_and_record(file_url):
    """What a dead process left `sending` is in doubt under the next lease, counted, and never simply pending."""
    store = await open_store(file_url)
    campaign = await pushed(store, channels=2, parts=2)
    await claim(store, await lease(store, "dead"), k=1)
    await store.close()
    store = await open_store(file_url)
    held = await lease(store, "new")
    [doubtful] = await store.deliveries.recover(held, LATER)
    assert (doubtful.row.state, doubtful.row.attempts) == (State.UNKNOWN, 1)
    assert doubtful.part.body == '"text":"part 1"}'
    assert await store.deliveries.recover(held, LATER) == []
    assert [one.row for one in await store.deliveries.unknown()] == [doubtful.row]
    assert await tally(store, campaign) == Tally(pending=3, unknown=1)
    # the doubtful channel's second part waits for it, the other channel goes on
    assert {one.channel.place.address for one in await claim(store, held)} == {"2"}
    await store.close()


@pytest.mark.parametrize(
    ("state", "expected"), [(State.SENT, Tally(sent=1, pending=1)), (State.DEAD, Tally(dead=2))]
)
async def test_a_doubt_is_settled_once(store, state, expected):
    """Settling closes an unknown row; a second word about it changes nothing."""
    campaign = await pushed(store, channels=1, parts=2)
    held = await lease(store)
    [claimed] = await claim(store, held)
    await claim(store, held, done=[result(claimed, Unknown("reset"))])
    [doubtful] = await store.deliveries.unknown()
    assert await store.deliveries.settle(doubtful.row, state, LATER, (5,))
    assert not await store.deliveries.settle(doubtful.row, State.PENDING, LATER)
    assert await tally(store, campaign) == expected


async def test_a_held_doubt_does_not_keep_a_campaign_open(store):
    """Parts behind a doubt rest with it; settling it to "send" opens the finished campaign again."""
    campaign = await pushed(store, channels=1, parts=2)
    held = await lease(store)
    [claimed] = await claim(store, held)
    await claim(store, held, done=[result(claimed, Unknown("reset"))])
    assert await store.deliveries.finish(LATER, timedelta(minutes=1)) == []
    assert len(await store.deliveries.finish(LATER)) == 1
    [doubtful] = await store.deliveries.unknown()
    assert await store.deliveries.settle(doubtful.row, State.PENDING, LATER)
    assert (await store.deliveries.campaign(campaign.id)).state == "running"
    assert [one.row.part for one in await claim(store, held)] == [1]


async def test_a_stale_lease_commits_nothing(store):
    """A writer that was superseded gets no rows and changes none."""
    campaign = await pushed(store, channels=2, parts=1)
    old = await lease(store, "old")
    [claimed] = await claim(store, old, k=1)
    await lease(store, "new")
    with pytest.raises(Superseded):
        await claim(store, old, done=[result(claimed, Unavailable("no route"))])
    assert await tally(store, campaign) == Tally(pending=1, sending=1)
    with pytest.raises(Superseded):
        await store.deliveries.recover(old, LATER)


async def test_a_late_proof_still_counts(store):
    """A message that is out is out: the old holder's `Sent` settles the row that is in doubt under its fence."""
    campaign = await pushed(store, channels=1, parts=1)
    old = await lease(store, "old")
    [claimed] = await claim(store, old)
    new = await lease(store, "new")
    await store.deliveries.recover(new, LATER)
    with pytest.raises(Superseded):
        await claim(store, old, done=[result(claimed, Sent((9,)))])
    [(row, _, _)] = await store.deliveries.rows(campaign.id)
    assert (row.state, row.message_ids) == (State.SENT, (9,))


async def test_a_proof_under_a_foreign_fence_changes_nothing(store):
    """After the row was claimed anew, an answer to the earlier intent is not taken for the later one's."""
    campaign = await pushed(store, channels=1, parts=1)
    old = await lease(store, "old")
    [claimed] = await claim(store, old)
    new = await lease(store, "new")
    [doubtful] = await store.deliveries.recover(new, LATER)
    await store.deliveries.settle(doubtful.row, State.PENDING, LATER)
    [again] = await claim(store, new)
    with pytest.raises(Superseded):
        await claim(store, old, done=[result(claimed, Sent((9,)))])
    assert await tally(store, campaign) == Tally(sending=1)
    await claim(store, new, k=0, done=[result(again, Sent((10,)))])
    assert await tally(store, campaign) == Tally(sent=1)


async def test_leases_of_two_tokens_do_not_disturb_each_other(store):
    """Recovering one token's rows leaves those in flight under another's live lease alone."""
    campaign = await pushed(store, channels=2, parts=1)
    await claim(store, await lease(store, "me", "telegram"), k=1)
    assert await store.deliveries.recover(await lease(store, "me", "discord"), LATER) == []
    assert await tally(store, campaign) == Tally(pending=1, sending=1)


async def test_a_claim_race_of_two_stores(file_url):
    """Two processes on one file, many claims at once: no row is claimed twice."""
    one = await open_store(file_url)
    two = await open_store(file_url)
    await pushed(one, channels=40, parts=1)
    held = await lease(one)
    rounds = await asyncio.gather(*(claim(store, held, k=7) for store in (one, two) * 6))
    claimed = [found.row.channel_id for round_ in rounds for found in round_]
    assert len(claimed) == len(set(claimed)) == 40
    await one.close()
    await two.close()


async def test_one_row_of_a_channel_in_flight(store):
    """Two campaigns to one channel take turns."""
    await pushed(store, channels=1, parts=1)
    other = await save(store, an_issue(2))
    await fan(store, (await store.deliveries.open(Order("y", "broadcast", other.issue_id), NOW))[0], parts=1)
    held = await lease(store)
    [first] = await claim(store, held)
    [second] = await claim(store, held, done=[result(first, Sent((1,)))])
    assert first.row.campaign_id != second.row.campaign_id


async def test_previews_go_first(store):
    """A curator who looks at his page does not wait for a push."""
    await pushed(store, channels=3, parts=1)
    [channel, *_] = [line.channel for line in await store.audience.lines()]
    order = Order("p", "preview", 1, places=(channel.place,))
    await fan(store, (await store.deliveries.open(order, NOW))[0], parts=1)
    assert (await claim(store, await lease(store), k=1))[0].kind == "preview"


async def test_platforms_share_the_room(store):
    """A long Telegram queue does not keep Discord's short one waiting, and only named platforms are claimed."""
    saved = await save(store, an_issue())
    places = [Place("telegram", str(n)) for n in range(6)] + [Place("discord", "1")]
    for place in places:
        await store.audience.channel(place, "text")
    order = Order("x", "broadcast", saved.issue_id, places=tuple(places))
    await fan(store, (await store.deliveries.open(order, NOW))[0], parts=1)
    held = await lease(store)
    both = await store.deliveries.turn(held, (), 4, LATER, ("telegram", "discord"))
    assert sorted(one.channel.place.platform for one in both) == [
        "discord",
        "telegram",
        "telegram",
        "telegram",
    ]
    assert await store.deliveries.turn(held, (), 4, LATER, ("discord", "web")) == []
    assert await store.deliveries.open_rows() == {"telegram": 6, "discord": 1}


async def test_a_parked_channel_waits_alone(store):
    """A long wait of one chat is kept in its row; the others go on."""
    await pushed(store, channels=2, parts=1)
    [line, _] = await store.audience.lines()
    await store.audience.park(line.channel.id, LATER + timedelta(hours=12))
    held = await lease(store)
    assert [one.channel.place.address for one in await claim(store, held)] == ["2"]
    assert len(await claim(store, held, now=LATER + timedelta(hours=12))) == 1


async def test_pause_and_cancel(store):
    """A paused campaign is not claimed from; a cancelled one cancels what waits and finishes what flies."""
    campaign = await pushed(store, channels=3, parts=1)
    held = await lease(store)
    [flying] = await claim(store, held, k=1)
    assert await store.deliveries.set_state(campaign.id, "paused", LATER)
    assert not await store.deliveries.set_state(campaign.id, "paused", LATER)
    assert await claim(store, held) == []
    assert await store.deliveries.set_state(campaign.id, "running", LATER)
    assert await store.deliveries.set_state(campaign.id, "cancelled", LATER)
    assert await tally(store, campaign) == Tally(sending=1, cancelled=2)
    await claim(store, held, done=[result(flying, RetryAfter(1))])
    assert await tally(store, campaign) == Tally(cancelled=3)
    assert not await store.deliveries.set_state(campaign.id, "running", LATER)
    assert await store.deliveries.retry(campaign.id, LATER) == 0


async def test_low_is_the_highest_id_known(store):
    """Private chats share the bot's box, a channel counts by itself: each intent knows what it must be above."""
    saved = await save(store, an_issue())
    await store.audience.channel(Place("telegram", "1"), "private")
    await store.audience.channel(Place("telegram", "-100"), "channel")
    order = Order(
        "x", "broadcast", saved.issue_id, places=(Place("telegram", "1"), Place("telegram", "-100"))
    )
    await fan(store, (await store.deliveries.open(order, NOW))[0], parts=2)
    held = await lease(store)
    private, public = await claim(store, held)
    assert (private.row.low, public.row.low) == (None, None)
    done = [result(private, Sent((500,))), result(public, Sent((20, 21)))]
    private, public = await claim(store, held, done=done)
    assert (private.row.low, public.row.low) == (500, 21)


async def test_a_moved_channel_keeps_its_place_in_the_queue(store):
    """The address is rewritten in the same transaction and the same row is claimed again."""
    campaign = await pushed(store, channels=1, parts=1)
    held = await lease(store)
    [claimed] = await claim(store, held)
    [again] = await claim(store, held, done=[result(claimed, Moved(Place("telegram", "-1001")))])
    assert again.channel.place == Place("telegram", "-1001")
    assert (again.row.channel_id, again.row.attempts) == (claimed.row.channel_id, 0)
    assert await tally(store, campaign) == Tally(sending=1)


async def test_an_answer_finds_its_row_after_a_merge(store):
    """A part under way while its channel was merged into another is recorded with the other."""
    campaign = await pushed(store, channels=1, parts=2)
    held = await lease(store)
    [claimed] = await claim(store, held)
    new = await store.audience.channel(Place("telegram", "-1001"), "group")
    await store.audience.move(claimed.channel.place, new.place)
    [second] = await claim(store, held, done=[result(claimed, Sent((3,)))])
    assert (second.channel.id, second.row.part) == (new.id, 2)
    assert await tally(store, campaign) == Tally(sent=1, sending=1)


async def test_merging_does_not_double_an_issue(store):
    """Where the new address has the issue already, what still waited for the old one is cancelled."""
    campaign = await pushed(store, channels=2, parts=1)
    assert (await store.audience.move(Place("telegram", "1"), Place("telegram", "2"))).place.address == "2"
    assert await tally(store, campaign) == Tally(pending=1, cancelled=1)
    assert len(await claim(store, await lease(store))) == 1


async def test_unsubscribing_cancels_what_waits(store):
    """A reader who leaves gets nothing more of what is under way; others do."""
    campaign = await pushed(store, channels=2, parts=2)
    [line, _] = await store.audience.lines()
    assert await store.audience.unsubscribe(line.channel.id) == 1
    assert await tally(store, campaign) == Tally(pending=2, cancelled=2)


async def test_a_channel_that_left_is_not_waited_for(store):
    """When a place is lost by an event, its rows go with it, so that the campaign comes to rest."""
    campaign = await pushed(store, channels=1, parts=2)
    [line] = await store.audience.lines()
    await store.audience.set_state(line.channel.id, "gone")
    assert await tally(store, campaign) == Tally(gone=2)


async def test_history(store):
    """What a channel has had counts from its first part; previews count for nothing."""
    campaign = await pushed(store, channels=1, parts=1)
    held = await lease(store)
    [claimed] = await claim(store, held)
    who = claimed.channel.id
    assert not await store.deliveries.has(who, campaign.issue_id)
    await claim(store, held, done=[result(claimed, Sent((1,)))])
    other = await save(store, an_issue(2), now=LATER + timedelta(days=1))
    order = Order("p", "preview", other.issue_id, places=(claimed.channel.place,))
    await fan(store, (await store.deliveries.open(order, NOW))[0], parts=1)
    [preview] = await claim(store, held)
    await claim(store, held, done=[result(preview, Sent((2,)))])
    assert await store.deliveries.history(who) == [campaign.issue_id]
    assert await store.deliveries.has(who, campaign.issue_id)
    assert not await store.deliveries.has(who, other.issue_id)
    assert await store.deliveries.unseen([who, 99], "weekly", campaign.issue_id) == {who: 1}
    assert await store.deliveries.unseen([who], "weekly", other.issue_id) == {who: 0}


async def test_watching(store):
    """A campaign's progress messages are remembered until it rests."""
    campaign = await pushed(store, channels=1)
    place = Place("telegram", "9")
    await store.deliveries.watch(campaign.id, place, 1)
    await store.deliveries.watch(campaign.id, place, 2)
    assert await store.deliveries.watched() == [(campaign.id, place, 2)]
    await store.deliveries.unwatch(campaign.id)
    assert await store.deliveries.watched() == []


async def test_an_unknown_campaign(store):
    """A number of no campaign is a person's mistake, told as such."""
    with pytest.raises(NotFound):
        await store.deliveries.campaign(99)
    with pytest.raises(NotFound):
        await store.deliveries.report(99)
