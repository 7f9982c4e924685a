"""How are values of the file written? Durations, wall times, zones, places, days, each with a sentence when wrong."""

import re
from datetime import time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, ConfigDict

from bot.addresses import person_fault, place_fault
from digest.audience import Place
from digest.calendar import WEEKDAYS
from handlers.texts import LANGUAGES

DAY_WORDS = {"daily": frozenset(range(7)), "weekdays": frozenset(range(5))}
_DURATION = re.compile(r"(\d+)\s*([smhd])")
_ROLE = re.compile(r"[0-9]{17,20}")
TAG = 20  # signs of a forum tag's name
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(
            f"no time zone {value!r}; write a name such as Asia/Shanghai or Europe/Berlin"
        ) from None
    return value


def _wall_time(value: object) -> object:
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value)
        except ValueError:
            raise ValueError(f"no wall time {value!r}; write hours and minutes such as 08:30") from None
    # slots are named by their minute, and the zone stands beside
    if isinstance(value, time) and (value.second or value.microsecond or value.tzinfo):
        raise ValueError(f"a wall time has hours and minutes only; write {value:%H:%M} instead of {value}")
    return value


def _duration(value: object) -> object:
    if isinstance(value, str):
        found = _DURATION.fullmatch(value.strip())
        if not found:
            raise ValueError(f"no duration {value!r}; write a number and s, m, h or d, such as 24h")
        return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
    return value


def _place(value: str) -> str:
    if fault := place_fault(_parsed(value)):
        raise ValueError(fault)
    return value


def _person(value: str) -> str:
    if fault := person_fault(_parsed(value)):
        raise ValueError(fault)
    return value


def _parsed(value: str) -> Place:
    try:
        return Place.parse(value)
    except ValueError:
        raise ValueError(
            f"no place {value!r}; write platform:address, such as telegram:-100123:7 or discord:123456789"
        ) from None


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"no language {value!r}; there are: {', '.join(LANGUAGES)}")
    return value


def days(value: object) -> object:
    if isinstance(value, str):
        if value in DAY_WORDS:
            return sorted(DAY_WORDS[value])
        value = [value]
    if isinstance(value, list):
        found: set[int] = set()
        for day in value:
            if day in DAY_WORDS:
                found |= DAY_WORDS[day]
            elif day in WEEKDAYS:
                found.add(WEEKDAYS.index(day))
            else:
                raise ValueError(f"no day {day!r}; write {', '.join(WEEKDAYS)}, daily or weekdays")
        return sorted(found)
    return value


def several(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _role(value: str) -> str:
    if value and not _ROLE.fullmatch(value):
        raise ValueError(
            f"no role {value!r}; write its id, 17 to 20 digits: in Discord's developer mode, Server Settings, Roles, "
            "Copy Role ID"
        )
    return value


def _digits(value: object) -> object:
    """TOML lets an id stand without quotation marks."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _tag(value: str) -> str:
    if not value.isdecimal() and len(value) > TAG:
        raise ValueError(f"no tag {value!r}; a forum's tags have at most {TAG} signs")
    return value


Zone = Annotated[str, AfterValidator(_zone)]
WallTime = Annotated[time, BeforeValidator(_wall_time)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
PlaceText = Annotated[str, AfterValidator(_place)]
PersonText = Annotated[str, AfterValidator(_person)]
Language = Annotated[str, AfterValidator(_language)]
RoleId = Annotated[str, BeforeValidator(_digits), AfterValidator(_role)]
TagName = Annotated[str, BeforeValidator(_digits), AfterValidator(_tag)]


# of every table of the file: an unknown key is a mistake, not a comment
STRICT = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
