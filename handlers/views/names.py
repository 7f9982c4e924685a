"""What is an issue, a section, a time called? The short names that many pages share."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from digest.calendar import WEEKDAYS, Schedule
from digest.issue import Section
from handlers.texts import Texts

WORKDAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))


def issue_name(texts: Texts, number: int | None, on: date | None, title: str, today: date) -> str:
    """`第 12 期`; without a number its date, without both its title."""
    if number is not None:
        return texts("issue.number", n=number)
    return texts.day(on, today) if on else title


def post_title(texts: Texts, title: str, number: int | None, on: date | None) -> str:
    """`第 12 期 · 2026-11-17 · 标题`, what the title says already left out: number and date survive where it is cut."""
    parts = []
    if number is not None and not _says_number(title, number):
        parts.append(texts("issue.number", n=number))
    if on and not says_date(title, on):
        parts.append(f"{on:%Y-%m-%d}")
    return " · ".join([*parts, title])


def title_line(texts: Texts, title: str, number: int | None, on: date | None, today: date) -> list[str]:
    """Title, number and date; what the title says already is not said again."""
    parts = [title]
    if number is not None and not _says_number(title, number):
        parts.append(texts("issue.number", n=number))
    if on and not says_date(title, on):
        parts.append(texts.day(on, today))
    return parts


def _says_number(title: str, number: int) -> bool:
    return bool(re.search(rf"(?<!\d){number}(?!\d)", title))


def says_date(title: str, on: date) -> bool:
    """Whether a title names this day: `2026-02-25`, `2026/2/25`, `2月25日`."""
    return bool(re.search(rf"(?<!\d)0?{on.month}\s*[-./月]\s*0?{on.day}(?!\d)", title))


def issue_label(texts: Texts, number: int | None, on: date | None, title: str, item_count: int) -> str:
    """A button's short form: `#12 · 11-17 · 32 条`."""
    parts = [f"#{number}"] if number is not None else []
    if on:
        parts.append(f"{on:%m-%d}")
    if not parts:
        parts.append(title)
    if item_count:
        parts.append(texts.count("push.items", item_count))
    return " · ".join(parts)


def section_name(texts: Texts, section: Section) -> str:
    return section.title or texts("contents.untitled")


def when(texts: Texts, schedule: Schedule | None, now: datetime) -> str:
    """A pushing time in words, with its zone: `每周一 08:30（上海）`; without one, that it comes when it appears."""
    if schedule is None or not schedule.days or not schedule.at:
        return texts("when.on_publish")
    times = " ".join(f"{wall:%H:%M}" for wall in sorted(schedule.at))
    zone = texts.zone(ZoneInfo(schedule.zone), now)
    if schedule.days == EVERY_DAY:
        return texts("when.daily", times=times, zone=zone)
    if schedule.days == WORKDAYS:
        return texts("when.workdays", times=times, zone=zone)
    days = texts.list([texts(f"when.{WEEKDAYS[day]}") for day in sorted(schedule.days)])
    return texts("when.weekly", days=days, times=times, zone=zone)


def several(texts: Texts, words: Iterable[str]) -> str:
    """Distinct sentences' parts in a row, in order."""
    return texts("common.between").join(dict.fromkeys(words))


def weekday(texts: Texts, day: int) -> str:
    """`周一` / `Mondays`; 0 is Monday."""
    return texts(f"when.{WEEKDAYS[day]}")
