"""Whatever happens in whatever order: do the sums hold, are final states final, do parts go in order?

Fan-out, claims, every outcome, crashes, lost leases, settling, retries, pauses and cancelling, against real SQLite.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from digest.audience import Place
from digest.delivery import (
    Gone,
    Moved,
    Outcome,
    PartRow,
    Rejected,
    RetryAfter,
    Sent,
    State,
    Unavailable,
    Unknown,
    Unsupported,
)
from storage.deliveries import Campaign, Claim, Order
from storage.leases import Lease
from storage.store import Store, open_store
from tests.contract.storage.making import NOW, an_issue, fan, lease, result, save, subscribers

T = TypeVar("T")
CHANNELS, PARTS = 3, 3
FINAL = (State.SENT, State.GONE, State.SUSPENDED, State.CANCELLED, State.DEAD)
OUTCOMES = st.one_of(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=3).map(lambda ids: Sent(tuple(ids))),
    st.builds(RetryAfter, st.integers(1, 60)),
    st.just(Unavailable("no route")),
    st.just(Unknown("reset")),
    st.just(Rejected("content", "too long")),
    st.just(Rejected("content", "entities", is_markup=True)),
    st.just(Rejected("permission", "no rights")),
    st.builds(Unsupported, st.just("no such method"), st.booleans()),
    st.just(Gone("blocked")),
    st.integers(100, 105).map(lambda n: Moved(Place("telegram", str(n)))),
)


class Ledger(RuleBasedStateMachine):
    """One token, one sender at a time, a few campaigns."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.store: Store = self.run(open_store("sqlite+aiosqlite://"))
        self.now = NOW
        self.flying: list[Claim] = []
        self.held: Lease = self.run(lease(self.store))
        self.campaigns: list[Campaign] = []
        self.seen: dict[tuple[int, int, int], PartRow] = {}
        self.freed: set[int] = set()  # campaigns that were retried since the last look

    def run(self, waiting: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(waiting)

    def teardown(self) -> None:
        self.run(self.store.close())
        self.loop.close()

    @initialize()
    def subscribe(self) -> None:
        self.run(save(self.store, an_issue()))
        self.run(subscribers(self.store, CHANNELS))

    @precondition(lambda self: len(self.campaigns) < 3)
    @rule(again=st.sampled_from(["lack", "all"]), form=st.sampled_from(["private", "private+rich"]))
    def push(self, again: str, form: str) -> None:
        name = f"weekly/1@broadcast-{len(self.campaigns)}"
        opened, _ = self.run(self.store.deliveries.open(Order(name, "broadcast", 1, again=again), self.now))
        self.campaigns.append(self.run(fan(self.store, opened, PARTS, self.now, limit=2, form=form)))

    @rule(k=st.integers(0, 4), answers=st.lists(OUTCOMES, max_size=4))
    def turn(self, k: int, answers: list[Outcome]) -> None:
        answered = list(zip(self.flying, answers, strict=False))
        self.flying = self.flying[len(answered) :]
        done = [result(claimed, outcome, self.now) for claimed, outcome in answered]
        claimed = self.run(self.store.deliveries.turn(self.held, done, k, self.now, ("telegram",)))
        assert len(claimed) <= k
        self.flying += claimed

    @rule()
    def crash(self) -> None:
        """The process dies with all it knew; the next one takes the lease and finds the doubts."""
        self.held = self.run(lease(self.store, "next"))
        found = self.run(self.store.deliveries.recover(self.held, self.now))
        assert len(found) == len(self.flying)
        assert all(claimed.row.state is State.UNKNOWN for claimed in found)
        self.flying = []

    @rule(state=st.sampled_from([State.SENT, State.PENDING, State.DEAD]))
    def settle(self, state: State) -> None:
        for claimed in self.run(self.store.deliveries.unknown()):
            assert self.run(self.store.deliveries.settle(claimed.row, state, self.now))

    @rule(seconds=st.integers(1, 120))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(n=st.integers(1, CHANNELS))
    def come_back(self, n: int) -> None:
        self.run(self.store.audience.set_state(n, "active"))

    @precondition(lambda self: self.campaigns)
    @rule(n=st.integers(0, 2), state=st.sampled_from(["paused", "running", "cancelled", "fanning"]))
    def steer(self, n: int, state: Any) -> None:
        campaign = self.campaigns[n % len(self.campaigns)]
        self.run(self.store.deliveries.set_state(campaign.id, state, self.now))

    @precondition(lambda self: self.campaigns)
    @rule(n=st.integers(0, 2))
    def retry(self, n: int) -> None:
        campaign = self.campaigns[n % len(self.campaigns)]
        self.run(self.store.deliveries.retry(campaign.id, self.now))
        self.freed.add(campaign.id)

    @rule()
    def finish(self) -> None:
        for campaign in self.run(self.store.deliveries.finish(self.now)):
            report = self.run(self.store.deliveries.report(campaign.id))
            assert report.rows.sending == 0
            assert report.rows.pending == 0 or report.rows.unknown > 0

    @invariant()
    def sums_hold(self) -> None:
        """The eight counts are the plan, and deliveries are its places."""
        for campaign in self.campaigns:
            report = self.run(self.store.deliveries.report(campaign.id))
            assert report.rows.total == report.campaign.planned
            assert report.deliveries.total * PARTS == report.rows.total

    @invariant()
    def the_ledger_is_in_order(self) -> None:
        flying: list[int] = []
        for campaign in self.campaigns:
            rows = [row for row, _, _ in self.run(self.store.deliveries.rows(campaign.id))]
            flying += [row.channel_id for row in rows if row.state is State.SENDING]
            by_channel: dict[int, list[State]] = {}
            for row in rows:
                by_channel.setdefault(row.channel_id, []).append(row.state)
            for states in by_channel.values():
                moved = [n for n, state in enumerate(states) if state in (State.SENDING, State.SENT)]
                assert all(states[before] is State.SENT for n in moved for before in range(n))
            self._compare(campaign, rows)
        assert len(flying) == len(set(flying)), "two parts of one channel in flight"
        assert len(flying) == len(self.flying)
        self.freed.clear()

    def _compare(self, campaign: Campaign, rows: list[PartRow]) -> None:
        """Against the last look: nothing leaves a final state by itself, attempts never fall, proofs stay."""
        for row in rows:
            key = (row.campaign_id, row.channel_id, row.part)
            before = self.seen.get(key)
            if before is not None:
                assert row.attempts >= before.attempts
                if before.state in FINAL and row.state is not before.state:
                    assert campaign.id in self.freed
                    assert before.state in (State.DEAD, State.SUSPENDED, State.GONE)
                if before.message_ids:
                    assert row.message_ids == before.message_ids
            self.seen[key] = row


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
