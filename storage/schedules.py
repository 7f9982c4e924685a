"""Which pushing times are there, and which of their slots were opened?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, union_all, update
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.calendar import Schedule
from digest.errors import NotFound
from storage.delivery_schema import campaign, passed_slot
from storage.engine import Database
from storage.schema import schedule as schedules
from storage.schema import subscription
from storage.types import AnyRow


@dataclass(frozen=True, slots=True)
class StoredSchedule:
    """`is_default`: the series' own, a row apart, so that moving its time keeps its slots."""

    id: int
    series: str
    schedule: Schedule
    is_default: bool
    since: datetime


class SchedulesRoom:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_default(self, series: str, schedule: Schedule | None, now: datetime) -> int | None:
        """Make the series' own schedule say this (same row, same slots); None removes nothing but is not due any more.

        Returns the row's id, None when there never was one. `since` moves only when the schedule comes to hold.
        """
        return await self._database.write(lambda connection: _set_default(connection, series, schedule, now))

    async def default(self, series: str) -> StoredSchedule | None:
        """The series' own, while it can fall due."""
        found = await self._select(_rows().where(_is_default(series), schedules.c.is_on))
        return found[0] if found else None

    async def value(self, series: str, schedule: Schedule, now: datetime) -> int:
        """The row of a value chosen by readers, shared by all who chose it; made when new."""

        def write(connection: Connection) -> int:
            row = {"series": series, "is_default": False, "is_on": True, "since": now, **_columns(schedule)}
            connection.execute(insert(schedules).on_conflict_do_nothing(), row)
            same = (schedules.c[name] == row[name] for name in ("series", "days", "at", "zone"))
            found = select(schedules.c.id).where(*same, ~schedules.c.is_default)
            return int(connection.execute(found).scalar_one())

        return await self._database.write(write)

    async def get(self, schedule_id: int) -> StoredSchedule:
        """Raises NotFound("schedule.unknown")."""
        found = await self._select(_rows().where(schedules.c.id == schedule_id))
        if not found:
            raise NotFound("schedule.unknown", id=schedule_id)
        return found[0]

    async def all(self) -> Sequence[StoredSchedule]:
        """Every schedule that can fall due."""
        return await self._select(_rows().where(schedules.c.is_on).order_by(schedules.c.id))

    async def subscriber_count(self, schedule_id: int) -> int:
        statement = select(func.count()).where(subscription.c.schedule_id == schedule_id)
        return int(await self._database.read(lambda connection: connection.execute(statement).scalar_one()))

    async def known_slots(self, schedule_id: int) -> frozenset[str]:
        """Slots with a campaign in any state, or passed over."""
        statement = union_all(
            select(campaign.c.slot).where(
                campaign.c.schedule_id == schedule_id, campaign.c.slot.is_not(None)
            ),
            select(passed_slot.c.slot).where(passed_slot.c.schedule_id == schedule_id),
        )
        slots = await self._database.read(lambda connection: connection.execute(statement).scalars().all())
        return frozenset(slots)

    async def pass_over(self, schedule_id: int, slots: Sequence[str], now: datetime) -> None:
        rows = [{"schedule_id": schedule_id, "slot": slot, "at": now} for slot in slots]
        if rows:
            statement = insert(passed_slot).on_conflict_do_nothing()
            await self._database.write(lambda connection: connection.execute(statement, rows))

    async def _select(self, statement: Select[Any]) -> Sequence[StoredSchedule]:
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [_stored(row) for row in rows]


def _set_default(connection: Connection, series: str, value: Schedule | None, now: datetime) -> int | None:
    present = connection.execute(
        select(schedules.c.id, schedules.c.is_on).where(_is_default(series))
    ).one_or_none()
    if value is None:
        connection.execute(update(schedules).where(_is_default(series)).values(is_on=False))
        return None if present is None else int(present.id)
    if present is None:
        row = {"series": series, "is_default": True, "is_on": True, "since": now, **_columns(value)}
        return int(connection.execute(insert(schedules).returning(schedules.c.id), row).scalar_one())
    # a schedule that slept must not catch up with its sleep
    woken = {} if present.is_on else {"is_on": True, "since": now}
    connection.execute(
        update(schedules).where(schedules.c.id == present.id).values(**_columns(value), **woken)
    )
    return int(present.id)


def _is_default(series: str) -> ColumnElement[bool]:
    return (schedules.c.series == series) & schedules.c.is_default


def _rows() -> Select[Any]:
    return select(schedules)


def _columns(value: Schedule) -> dict[str, str | int]:
    """One spelling a value, so that readers who chose the same time share a row."""
    return {
        "days": ",".join(str(day) for day in sorted(value.days)),
        "at": ",".join(wall.isoformat("minutes") for wall in sorted(value.at)),
        "zone": value.zone,
        "catch_up_s": int(value.catch_up.total_seconds()),
    }


def _stored(row: AnyRow) -> StoredSchedule:
    value = Schedule(
        frozenset(int(day) for day in row.days.split(",") if day),
        tuple(time.fromisoformat(wall) for wall in row.at.split(",") if wall),
        row.zone,
        timedelta(seconds=row.catch_up_s),
    )
    return StoredSchedule(row.id, row.series, value, row.is_default, row.since)
