"""When is a push due, and which day is it somewhere?

Weekdays, wall times and zones become slots that daylight saving cannot double or lose; an instant becomes a day.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Clock(Protocol):
    """Where every time comes from."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """Weekdays (0 is Monday), wall times and an IANA zone. `catch_up`: how late a missed slot may still be pushed."""

    days: frozenset[int]
    at: tuple[time, ...]
    zone: str
    catch_up: timedelta = timedelta(hours=24)

    @property
    def is_weekly(self) -> bool:
        """One push a week: its slots are named by the ISO week, so moving its day or time within the week moves it."""
        return len(self.days) == 1 and len(self.at) == 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One due push: `key` names the period within its schedule, `at` is the instant in UTC."""

    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What `due` found for one schedule: the slot to open, whether it is too old to go unattended, and older ones."""

    slot: Slot
    is_stale: bool
    passed_over: tuple[Slot, ...] = ()


def day(at: datetime, zone: str | ZoneInfo) -> date:
    """The calendar day of an aware instant in a zone; issues appear and are dated by their series' (content.md §3)."""
    return at.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()


def instant(on: date, wall: time, zone: str) -> datetime:
    """The instant of a wall time, in UTC. A time that does not exist moves on by the gap; a double one is its first."""
    local = datetime.combine(on, wall, ZoneInfo(zone)).replace(fold=0)
    return local.astimezone(UTC)


def slots(schedule: Schedule, after: datetime, until: datetime) -> Iterator[Slot]:
    """The slots with `after < at <= until`, in time order."""
    on = day(after, schedule.zone) - timedelta(days=1)
    last = day(until, schedule.zone) + timedelta(days=1)
    found = []
    while on <= last:
        if on.weekday() in schedule.days:
            for index, wall in enumerate(sorted(schedule.at)):
                at = instant(on, wall, schedule.zone)
                if after < at <= until:
                    found.append(Slot(slot_key(schedule, on, index), at))
        on += timedelta(days=1)
    yield from sorted(found, key=lambda slot: slot.at)


def slot_key(schedule: Schedule, on: date, index: int) -> str:
    """Name of the period: `2026-W13`, `2026-03-23`, or with several times a day `2026-03-23.2`."""
    if schedule.is_weekly:
        year, week, _ = on.isocalendar()
        return f"{year}-W{week:02}"
    return f"{on}.{index + 1}" if len(schedule.at) > 1 else str(on)


def next_slot(schedule: Schedule, now: datetime) -> Slot | None:
    """The first slot after now, or None for a schedule without days or times."""
    return next(slots(schedule, now, now + timedelta(days=8)), None)


def due(schedule: Schedule, since: datetime, now: datetime, known: Collection[str]) -> Due | None:
    """The newest slot that has come since `since` and is not yet `known`, with the older unknown ones passed over.

    `since` is when the schedule began to hold, so that a new schedule does not catch up with its past. The look back is
    bounded by two weeks: what is older is nobody's news.
    """
    start = max(since, now - timedelta(days=14))
    open_slots = [slot for slot in slots(schedule, start, now) if slot.key not in known]
    newest_known = _newest_known(schedule, start, now, known)
    open_slots = [slot for slot in open_slots if newest_known is None or slot.at > newest_known]
    if not open_slots:
        return None
    *older, newest = open_slots
    return Due(newest, now - newest.at > schedule.catch_up, tuple(older))


def _newest_known(
    schedule: Schedule, start: datetime, now: datetime, known: Iterable[str]
) -> datetime | None:
    names = set(known)
    return max((slot.at for slot in slots(schedule, start, now) if slot.key in names), default=None)
