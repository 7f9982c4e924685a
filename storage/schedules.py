"""Which pushing times are there, and which of their slots were opened?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.calendar import Schedule


@dataclass(frozen=True, slots=True)
class StoredSchedule:
    """`is_default`: the series' own, a row apart, so that moving its time keeps its slots."""

    id: int
    series: str
    schedule: Schedule
    is_default: bool
    since: datetime


class SchedulesRoom:
    async def set_default(self, series: str, schedule: Schedule | None, now: datetime) -> int | None:
        """Make the series' own schedule say this (same row, same slots); None removes nothing but is not due any more."""
        raise NotImplementedError

    async def default(self, series: str) -> StoredSchedule | None:
        raise NotImplementedError

    async def value(self, series: str, schedule: Schedule, now: datetime) -> int:
        """The row of a value chosen by readers, shared by all who chose it; made when new."""
        raise NotImplementedError

    async def get(self, schedule_id: int) -> StoredSchedule:
        raise NotImplementedError

    async def all(self) -> Sequence[StoredSchedule]:
        """Every schedule that can fall due."""
        raise NotImplementedError

    async def subscriber_count(self, schedule_id: int) -> int:
        raise NotImplementedError

    async def known_slots(self, schedule_id: int) -> frozenset[str]:
        """Slots with a campaign in any state, or passed over."""
        raise NotImplementedError

    async def pass_over(self, schedule_id: int, slots: Sequence[str], now: datetime) -> None:
        raise NotImplementedError
