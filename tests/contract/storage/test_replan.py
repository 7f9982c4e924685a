"""A delivery whose form cannot be had goes on in the form that everybody can take: no loss, no double, no attempt."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from digest.audience import Place
from digest.delivery import Sent, State, Tally, Unsupported, Variant
from storage.deliveries import Campaign, FrozenPart, Order
from storage.store import Store, open_store
from tests.contract.storage.making import LATER, NOW, an_issue, claim, lease, result, save, subscribers
from tests.contract.storage.test_ledger import tally

RICH = Variant("1-r1", "telegram", "private+rich", "full", "en", "all", "images=auto")
MISSING = Unsupported("404 method not found")


def part(n: int, body: str, *items: str) -> FrozenPart:
    return FrozenPart(n, "sendMessage", body, (), 1, items, f"sha of {body}")


ONE = (part(1, "rich", "a", "b", "c"),)
TWO = (part(1, "rich 1", "a", "b"), part(2, "rich 2", "c"))
PLAIN = (part(1, "plain 1", "a"), part(2, "plain 2", "b"), part(3, "plain 3", "c"))


async def planned(
    store: Store, parts: Sequence[FrozenPart] = ONE, channels: int = 1, plain: Sequence[FrozenPart] = PLAIN
) -> Campaign:
    """A running campaign of rich deliveries, each with the classic rendition beside it."""
    saved = await save(store, an_issue())
    await subscribers(store, channels)
    campaign, _ = await store.deliveries.open(Order("weekly/1@broadcast-1", "broadcast", saved.issue_id), NOW)
    instead = RICH.instead
    assert instead is not None
    await store.deliveries.freeze(instead, plain)
    rich = await store.deliveries.freeze(RICH, parts)
    found = await store.deliveries.fan_candidates(campaign)
    rows = [(one.channel.id, rich, len(parts)) for one in found]
    return await store.deliveries.fan_chunk(
        campaign, rows, cursor=campaign.fan_max, no_match=0, already=0, now=NOW
    )


async def sent_on(store: Store, held, done=()) -> list[str]:
    """Send everything that is left, one part at a time; the bodies in order."""
    bodies: list[str] = []
    while claimed := await claim(store, held, done=done):
        bodies += [one.part.body for one in claimed]
        done = [result(one, Sent((len(bodies) + at,))) for at, one in enumerate(claimed, 100)]
    return bodies


@pytest.mark.parametrize(
    ("outcome", "attempts"), [(MISSING, 0), (Unsupported("too long", is_refused=True), 1)]
)
async def test_the_whole_delivery_in_the_other_form(store, outcome, attempts):
    """One rich part becomes three classic ones; the plan counts them, the rows carry the attempts."""
    campaign = await planned(store)
    held = await lease(store)
    [first] = await claim(store, held)
    [again] = await claim(store, held, done=[result(first, outcome)])
    assert (again.part.body, again.row.attempts, again.row.is_plain) == ("plain 1", attempts, False)
    assert await sent_on(store, held, [result(again, Sent((9,)))]) == ["plain 2", "plain 3"]
    assert await tally(store, campaign) == Tally(sent=3)
    assert len(await store.deliveries.finish(LATER)) == 1


async def test_what_was_sent_is_not_sent_again(store):
    """The second rich part is refused: only the classic parts with what it held follow, under free numbers."""
    campaign = await planned(store, TWO)
    held = await lease(store)
    [first] = await claim(store, held)
    [second] = await claim(store, held, done=[result(first, Sent((1,)))])
    refused = result(second, Unsupported("bad", is_refused=True))
    assert await sent_on(store, held, [refused]) == ["plain 3"]
    assert await tally(store, campaign) == Tally(sent=2)


async def test_a_cover_in_front_is_not_sent_twice(store):
    """The same message in both forms, though no item stands in it."""
    cover = part(1, "cover")
    moved = tuple(replace(one, n=one.n + 1) for one in PLAIN)
    await planned(store, (cover, replace(ONE[0], n=2)), plain=(cover, *moved))
    held = await lease(store)
    [first] = await claim(store, held)
    [second] = await claim(store, held, done=[result(first, Sent((1,)))])
    assert await sent_on(store, held, [result(second, MISSING)]) == ["plain 1", "plain 2", "plain 3"]


async def test_each_channel_is_planned_anew_by_itself(store):
    """One reader's server trouble changes nobody else's plan."""
    campaign = await planned(store, channels=3)
    held = await lease(store)
    one, two, three = await claim(store, held)
    done = [result(one, Sent((1,))), result(two, MISSING), result(three, Sent((2,)))]
    assert await sent_on(store, held, done) == ["plain 1", "plain 2", "plain 3"]
    assert await tally(store, campaign) == Tally(sent=5)
    assert (await store.deliveries.report(campaign.id)).deliveries == Tally(sent=3)


async def test_a_crash_leaves_the_old_plan_or_the_new_one(file_url):
    """Before the record: in doubt under the old plan. After it: the new plan, from its first part."""
    store = await open_store(file_url)
    campaign = await planned(store)
    held = await lease(store)
    [first] = await claim(store, held)
    await store.deliveries.turn(held, [result(first, MISSING)], 0, LATER, ("telegram",))
    await store.close()
    store = await open_store(file_url)
    held = await lease(store, "another")
    assert list(await store.deliveries.recover(held, LATER)) == []
    assert await sent_on(store, held) == ["plain 1", "plain 2", "plain 3"]
    assert await tally(store, campaign) == Tally(sent=3)
    await store.close()


async def test_a_crash_before_the_record_is_a_doubt(file_url):
    """The rich part is in doubt, nothing else was planned."""
    store = await open_store(file_url)
    campaign = await planned(store)
    await claim(store, await lease(store))
    await store.close()
    store = await open_store(file_url)
    [doubtful] = await store.deliveries.recover(await lease(store, "another"), LATER)
    assert doubtful.part.body == "rich"
    assert await tally(store, campaign) == Tally(unknown=1)
    await store.close()


async def test_a_superseded_writer_plans_nothing(store):
    """Only proofs count from one whose lease is lost."""
    campaign = await planned(store)
    held = await lease(store)
    [first] = await claim(store, held)
    await lease(store, "another")
    with pytest.raises(Exception, match="lease"):
        await store.deliveries.turn(held, [result(first, MISSING)], 1, LATER, ("telegram",))
    assert await tally(store, campaign) == Tally(sending=1)


async def test_a_cancelled_campaign_stays_cancelled(store):
    """What was in flight does not wait again, in no form."""
    campaign = await planned(store)
    held = await lease(store)
    [first] = await claim(store, held)
    await store.deliveries.set_state(campaign.id, "cancelled", LATER)
    assert await claim(store, held, done=[result(first, MISSING)]) == []
    assert await tally(store, campaign) == Tally(cancelled=3)


async def test_without_another_form_it_is_a_dead_letter(store):
    """A form that everybody can take has none beside it: the curator sees it, nothing turns in circles."""
    campaign = await planned(store)
    held = await lease(store)
    [first] = await claim(store, held)
    [again] = await claim(store, held, done=[result(first, MISSING)])
    assert await claim(store, held, done=[result(again, MISSING)]) == []
    assert await tally(store, campaign) == Tally(dead=3)


async def test_an_answer_after_a_merge_finds_its_rows(store):
    """The channel moved into another while its part was under way."""
    campaign = await planned(store)
    held = await lease(store)
    [first] = await claim(store, held)
    new = await store.audience.channel(Place("telegram", "-100777"), "group")
    await store.audience.move(first.channel.place, Place("telegram", "-100777"))
    assert await sent_on(store, held, [result(first, MISSING)]) == ["plain 1", "plain 2", "plain 3"]
    rows = await store.deliveries.rows(campaign.id, [State.SENT])
    assert {channel.id for _, channel, _ in rows} == {new.id}


async def test_the_reason_is_kept(store):
    """The platform's words stand beside the row."""
    campaign = await planned(store)
    held = await lease(store)
    [first] = await claim(store, held)
    await claim(store, held, done=[result(first, Unsupported("too many blocks", is_refused=True))])
    rows = await store.deliveries.rows(campaign.id)
    assert rows[0][2] == "too many blocks"
