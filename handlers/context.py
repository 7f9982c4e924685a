"""What is around a request? The house as it is configured, seen with one reader's language and zone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digest.audience import Reader
from digest.calendar import Clock, Schedule
from digest.issue import Series
from handlers.request import Context
from handlers.texts import language_for, texts_for

if TYPE_CHECKING:
    from handlers.ports import Meter, Publisher
    from storage.store import Store


def make_context(
    reader: Reader,
    *,
    store: "Store",
    clock: Clock,
    language: str,
    time_zone: str,
    series: Mapping[str, Series],
    schedules: Mapping[str, Schedule | None],
    bots: Mapping[str, str],
    publisher: "Publisher | None" = None,
    meter: "Meter | None" = None,
) -> Context:
    """The context of one request; `language` and `time_zone` are the configured ones, for who chose none."""
    spoken = language_for(reader.language or language)
    return Context(
        store=store,
        clock=clock,
        texts=texts_for(spoken),
        language=spoken,
        zone=_zone(reader.zone, time_zone),
        now=clock.now(),
        series=series,
        schedules=schedules,
        bots=bots,
        publisher=publisher,
        meter=meter,
    )


def _zone(chosen: str | None, configured: str) -> ZoneInfo:
    """The chosen zone; the configured one when none was chosen or the time zone data no longer knows it."""
    try:
        return ZoneInfo(chosen or configured)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(configured)
