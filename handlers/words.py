"""What did a person mean by the words he typed? Issue numbers, dates, categories, addresses."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from digest.issue import Category

_NUMBER = re.compile(r"(?:#|no\.?|issue|第)?\s*(\d{1,9})\s*(?:期)?", re.IGNORECASE)
_FULL_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_SHORT_DATE = re.compile(r"(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_COMPACT_DATE = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_DAYS_AGO = {"今天": 0, "today": 0, "昨天": 1, "yesterday": 1, "前天": 2}
_ADDRESS = re.compile(r"https?://[^\s<>「」“”]+", re.IGNORECASE)


def folded(typed: str) -> str:
    """Full-width forms, letter case and outer spaces do not matter."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def issue_wanted(typed: str, today: date) -> int | date | None:
    """`12`, `#12`, `第12期` -> 12; `2026-11-17`, `11-17`, `11月17日`, `昨天` -> a day; None when it is neither.

    A day without a year is the last one that has come.
    """
    words = folded(typed)
    if words in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[words])
    if full := _FULL_DATE.fullmatch(words) or _COMPACT_DATE.fullmatch(words):
        return _day(*(int(part) for part in full.groups()))
    if brief := _SHORT_DATE.fullmatch(words):
        month, day = (int(part) for part in brief.groups())
        found = _day(today.year, month, day)
        return _day(today.year - 1, month, day) if found is None or found > today else found
    number = _NUMBER.fullmatch(words)
    return int(number[1]) if number else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def categories_named(
    typed: str, categories: Sequence[tuple[int, Category]], aliases: Mapping[str, Sequence[str]]
) -> tuple[tuple[int, Category], ...]:
    """The categories these words name: an exact name wins, else all whose name or alias holds the words."""
    wanted = folded(typed)
    if not wanted:
        return ()
    named = [(entry, _names(entry[1], aliases)) for entry in categories]
    exact = tuple(entry for entry, names in named if wanted in names)
    return exact or tuple(entry for entry, names in named if any(wanted in name for name in names))


def _names(category: Category, aliases: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(folded(name) for name in (category.name, category.slug, *aliases.get(category.slug, ())))


def address_in(typed: str) -> str | None:
    """The web address when the whole text is one."""
    found = _ADDRESS.fullmatch(typed.strip())
    return found.group(0) if found else None
