"""Which entries of a feed make one issue together? Those of one day, week or month in the zone of the series."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal, assert_never

from bot.sources.base import SourceFile
from bot.sources.copies import Kept
from digest.calendar import day
from digest.parse.gathered import SUFFIX, Period, Told, period_file

Span = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Gathering:
    """How long the period of an issue is, and where its days begin."""

    span: Span
    zone: str

    def files(self, entries: Sequence[Kept], read: Callable[[Kept], bytes]) -> Iterator[SourceFile]:
        """One file a period, the oldest first. `entries` come in the order of their times; all have one."""
        for key, found in groupby(entries, key=self._key):
            together = tuple(found)
            first, after = self._bounds(_day(together[0], self.zone))
            told = tuple(Told(one.address, read(one).decode("utf-8", "replace")) for one in together)
            period = Period(key, after - timedelta(days=1), after, told)
            yield SourceFile(f"{first}{SUFFIX}", "", period_file(period))

    def _key(self, entry: Kept) -> str:
        on = _day(entry, self.zone)
        match self.span:
            case "day":
                return on.isoformat()
            case "week":
                year, week, _ = on.isocalendar()
                return f"{year}-w{week:02}"
            case "month":
                return f"{on:%Y-%m}"
            case _:
                assert_never(self.span)

    def _bounds(self, on: date) -> tuple[date, date]:
        """The first day of the period and the first one after it."""
        match self.span:
            case "day":
                return on, on + timedelta(days=1)
            case "week":
                monday = on - timedelta(days=on.weekday())
                return monday, monday + timedelta(days=7)
            case "month":
                first = on.replace(day=1)
                return first, (first + timedelta(days=31)).replace(day=1)
            case _:
                assert_never(self.span)


def _day(entry: Kept, zone: str) -> date:
    return day(datetime.fromisoformat(entry.at), zone)
