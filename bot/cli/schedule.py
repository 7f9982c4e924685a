"""`zhouzhi schedule`: when do the coming pushes fall?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cyclopts import App
from rich.text import Text

from bot.cli.language import words
from bot.cli.opened import opened
from bot.cli.output import OK, console, emit
from bot.cli.values import Weeks
from bot.config import Configuration
from digest.calendar import WEEKDAYS, slots
from storage.schedules import StoredSchedule
from storage.store import Store

schedule = App(name="schedule", help="When the coming pushes fall: list, next.")


async def stored_schedules(configuration: Configuration, store: Store) -> list[StoredSchedule]:
    """Every schedule, after the configured ones were brought up to date as `run` does at its start."""
    now = datetime.now(UTC)
    for key, value in configuration.settings.schedules().items():
        await store.schedules.set_default(key, value, now)
    return list(await store.schedules.all())


@schedule.command(name="list")
async def list_(*, config: Path | None = None, json: bool = False) -> int:
    """List the schedules with how many are subscribed to each."""
    async with opened(config) as (configuration, store):
        found = [
            (stored, await store.schedules.subscriber_count(stored.id))
            for stored in await stored_schedules(configuration, store)
        ]
    for stored, count in found:
        rule = stored.schedule
        days = [WEEKDAYS[day] for day in sorted(rule.days)]
        at = [f"{wall:%H:%M}" for wall in rule.at]
        if json:
            emit(
                {
                    "schedule": stored.id,
                    "series": stored.series,
                    "days": days,
                    "at": at,
                    "zone": rule.zone,
                    "subscribers": count,
                }
            )
        else:
            console.print(Text(f"{stored.series}  {' '.join(days)}  {' '.join(at)}  {rule.zone}  {count}"))
    if not found and not json:
        console.print(words()("cli.no_schedules"))
    return OK


@schedule.command(name="next")
async def next_(*, weeks: Weeks = 2, config: Path | None = None, json: bool = False) -> int:
    """Show the coming slots in local time and in UTC."""
    async with opened(config) as (configuration, store):
        found = await stored_schedules(configuration, store)
    now = datetime.now(UTC)
    coming = sorted(
        (
            (slot, stored)
            for stored in found
            for slot in slots(stored.schedule, now, now + timedelta(weeks=weeks))
        ),
        key=lambda pair: pair[0].at,
    )
    for slot, stored in coming:
        zone = stored.schedule.zone
        local = slot.at.astimezone(ZoneInfo(zone))
        if json:
            emit(
                {
                    "schedule": stored.id,
                    "series": stored.series,
                    "slot": slot.key,
                    "local": local.isoformat(timespec="minutes"),
                    "zone": zone,
                    "utc": slot.at.isoformat(timespec="minutes"),
                }
            )
        else:
            moment = words().moment(slot.at, ZoneInfo(zone))
            console.print(Text(f"{moment}  {slot.at:%Y-%m-%d %H:%M} UTC  {stored.series}  {slot.key}"))
    if not coming and not json:
        console.print(words()("cli.no_schedules"))
    return OK
