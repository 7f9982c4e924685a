"""Which pushes are opened, and when? Slots that have come, issues that appeared, broadcasts whose time is there.

The clock only wakes this; `digest.calendar.due` decides, and the keys make everything happen once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.remembering import appeared_as_backlog
from digest.calendar import Clock, due
from storage.deliveries import Order
from storage.issues import StoredIssue
from storage.schedules import StoredSchedule
from storage.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """What the configuration says about pushing a series."""

    is_on_publish: bool = False
    pushes_backlog: bool = True


class Opener:
    """Opens campaigns; never sends."""

    def __init__(
        self, store: Store, clock: Clock, rules: Mapping[str, SeriesRule], wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._wake = wake

    async def tick(self) -> None:
        """Open what is due now. Safe to run at any time, any number of times, in any number of processes."""
        now = self._clock.now()
        for stored in await self._store.schedules.all():
            await self._open_due(stored, now)
        for campaign in await self._store.deliveries.campaigns(states=("draft",)):
            if campaign.send_at is not None and campaign.send_at <= now:
                await self._store.deliveries.set_state(campaign.id, "fanning", now)
                self._wake()

    async def _open_due(self, stored: StoredSchedule, now: datetime) -> None:
        known = await self._store.schedules.known_slots(stored.id)
        found = due(stored.schedule, stored.since, now, known)
        if found is None:
            return
        await self._store.schedules.pass_over(stored.id, [slot.key for slot in found.passed_over], now)
        issue = await self._newest(stored.series)
        if issue is None:
            return  # nothing to send yet; the slot stays open for its catch-up time
        name = f"{issue.issue.series}/{issue.issue.key}@{stored.id}/{found.slot.key}"
        order = Order(
            name, "push", issue.id, schedule_id=stored.id, slot=found.slot.key, is_draft=found.is_stale
        )
        _, is_new = await self._store.deliveries.open(order, now)
        if is_new:
            log.info("campaign.opened", campaign=name, is_draft=found.is_stale)
            self._wake()

    async def _newest(self, series: str) -> StoredIssue | None:
        """The newest issue that may be pushed; backlog of the first sync may be held back by `push_backlog = false`."""
        issue = await self._store.issues.latest(series)
        if issue is None or self._rules.get(series, SeriesRule()).pushes_backlog:
            return issue
        if issue.appeared_at == await self._store.issues.first_appeared(series):
            return None
        is_backlog = await appeared_as_backlog(self._store.notes, series, issue.appeared_at)
        return None if is_backlog else issue

    async def published(self, issue_ids: Sequence[int]) -> None:
        """Issues that appeared as news: pushed at once where the series says so."""
        now = self._clock.now()
        for issue_id in issue_ids:
            stored = await self._store.issues.get(issue_id)
            if not self._rules.get(stored.issue.series, SeriesRule()).is_on_publish:
                continue
            name = f"{stored.issue.series}/{stored.issue.key}@publish"
            _, is_new = await self._store.deliveries.open(Order(name, "push", stored.id), now)
            if is_new:
                log.info("campaign.opened", campaign=name)
                self._wake()
