"""Which part of a search says where to look? `section:` `issue:` `from:` `to:` and their Chinese forms, and dates."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from digest.words.folding import fold

KEYS = {
    "section": "section",
    "栏目": "section",
    "issue": "issue",
    "期": "issue",
    "from": "from",
    "从": "from",
    "自": "from",
    "to": "to",
    "到": "to",
    "至": "to",
}
_KEY = rf"(?P<key>{'|'.join(KEYS)})\s?:"
_FILTER = re.compile(
    rf"(?:^|(?<=\s)){_KEY}\s*(?:\"(?P<quoted>[^\"]*)\"|(?P<week>(?:last|this) week\b)"
    rf"|(?!(?:{'|'.join(KEYS)})\s?:)(?P<value>[^\s\"]+))?"
)
_YEAR = re.compile(r"(\d{4})年?")
_MONTH = re.compile(r"(\d{4})(?:[\-/.](\d{1,2})|年(\d{1,2})月)")
_DAY = re.compile(r"(\d{4})(?:[\-/.](\d{1,2})[\-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})[日号])")
_DAY_OF_YEAR = re.compile(r"(\d{1,2})(?:[\-/.](\d{1,2})|月(\d{1,2})[日号])")
_WEEKS = {"上周": -1, "本周": 0, "这周": 0, "last week": -1, "this week": 0, "上星期": -1, "本星期": 0}
_NUMBER = re.compile(r"[#第]?\s*(\d{1,9})\s*期?")

Range = tuple[date, date]


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """One of these: a running number, a day, or a key as `key` or `series/key` (folded)."""

    key: str
    number: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Where to look. `sections` are titles as given; `turned` says that the two dates were the wrong way round."""

    sections: tuple[str, ...] = ()
    unknown_section: str | None = None
    issue: IssueFilter | None = None
    since: date | None = None
    until: date | None = None
    is_turned: bool = False

    def __bool__(self) -> bool:
        return self != EVERYWHERE


EVERYWHERE = Filters()


def take_filters(folded: str, today: date, sections: Sequence[str]) -> tuple[str, Filters]:
    """The folded text without its filters, and these. What is no filter after all stays as words. Total."""
    filters = Filters()

    def take(found: re.Match[str]) -> str:
        nonlocal filters
        value = (found["quoted"] or found["week"] or found["value"] or "").strip()
        if not value:
            return " "
        taken = _TAKERS[KEYS[found["key"]]](filters, value, today, sections)
        if taken is None:
            return found[0]
        filters = taken
        return " "

    rest = _FILTER.sub(take, folded)
    if filters.since and filters.until and filters.since > filters.until:
        filters = _turned(filters, folded, today)
    return rest, filters


def _turned(filters: Filters, folded: str, today: date) -> Filters:
    """The range the other way round: whole months and years stay whole."""
    ends: dict[str, Range] = {}
    for found in _FILTER.finditer(folded):
        value = (found["quoted"] or found["week"] or found["value"] or "").strip()
        if (key := KEYS[found["key"]]) in ("from", "to") and (days := read_range(value, today)):
            ends[key] = days
    return replace(filters, since=ends["to"][0], until=ends["from"][1], is_turned=True)


def _section(filters: Filters, value: str, _today: date, sections: Sequence[str]) -> Filters | None:
    found = matching_sections(value, sections)
    if found:
        return replace(filters, sections=found, unknown_section=None)
    return replace(filters, sections=(), unknown_section=value)


def matching_sections(value: str, sections: Sequence[str]) -> tuple[str, ...]:
    """The titles that are `value` but for spelling; failing that, those it is a part of. Never a wildcard."""
    wanted = _letters(value)
    if not wanted:
        return ()
    known = {title: _letters(title) for title in sections}
    same = tuple(title for title, letters in known.items() if letters == wanted)
    return same or tuple(title for title, letters in known.items() if wanted in letters)


def _letters(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


def _issue(filters: Filters, value: str, today: date, _sections: Sequence[str]) -> Filters | None:
    number = _NUMBER.fullmatch(value)
    days = None if number else read_range(value, today)
    on = days[0] if days and days[0] == days[1] else None
    return replace(filters, issue=IssueFilter(value, int(number[1]) if number else None, on))


def _from(filters: Filters, value: str, today: date, _sections: Sequence[str]) -> Filters | None:
    days = read_range(value, today)
    return replace(filters, since=days[0]) if days else None


def _to(filters: Filters, value: str, today: date, _sections: Sequence[str]) -> Filters | None:
    days = read_range(value, today)
    return replace(filters, until=days[1]) if days else None


_Taker = Callable[[Filters, str, date, Sequence[str]], Filters | None]
_TAKERS: dict[str, _Taker] = {"section": _section, "issue": _issue, "from": _from, "to": _to}


def read_range(value: str, today: date) -> Range | None:
    """First and last day of a folded date: a day, month or year, a day of the year, this or last week. Total."""
    if (shift := _WEEKS.get(value)) is not None:
        return _week(today, shift)
    try:
        if found := _DAY.fullmatch(value):
            year, month, day = _numbers(found)
            return (date(year, month, day),) * 2
        if found := _MONTH.fullmatch(value):
            return _month(*_numbers(found))
        if found := _YEAR.fullmatch(value):
            return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
        if found := _DAY_OF_YEAR.fullmatch(value):
            return _latest(*_numbers(found), today=today)
    except (ValueError, OverflowError):  # 2026-13-45, the year 0
        return None
    return None


def _numbers(found: re.Match[str]) -> list[int]:
    return [int(number) for number in found.groups() if number is not None]


def _month(year: int, month: int) -> Range:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else None
    return first, following - timedelta(days=1) if following else date.max


def _week(today: date, shift: int) -> Range:
    """An ISO week, Monday to Sunday."""
    monday = today - timedelta(days=today.weekday() - 7 * shift)
    return monday, monday + timedelta(days=6)


def _latest(month: int, day: int, *, today: date) -> Range | None:
    """The latest such day that is not in the future; 02-29 may be years ago."""
    for year in range(today.year, max(today.year - 9, 0), -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found, found
    return None
