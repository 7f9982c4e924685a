"""`zhouzhi subscribers`: who is subscribed, in and out as CSV and JSON Lines."""

import csv
import io
import json as jsonlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cyclopts import App
from rich.text import Text

from bot.addresses import kind_fault, place_fault
from bot.cli.language import words
from bot.cli.opened import opened
from bot.cli.output import FAILURE, OK, answer_programs, console, emit
from bot.enrol import Enrolment, enrol
from digest.audience import ChannelKind, Place, PlatformName
from digest.errors import NotFound, Refused
from handlers.texts import LANGUAGES
from storage.audience import SubscriptionLine
from storage.store import Store

FIELDS = ("platform", "address", "kind", "language", "time_zone", "series", "categories")

subscribers = App(name="subscribers", help="Who is subscribed: list, import, export.")


@subscribers.command(name="list")
async def list_(*, series: str | None = None, config: Path | None = None, json: bool = False) -> int:
    """List every subscription with its place."""
    async with opened(config) as (_, store):
        lines = await store.audience.lines(series)
    for line in lines:
        row = {**_row(line), "state": line.channel.state}
        if json:
            emit(row)
        else:
            console.print(Text("  ".join(str(value) for value in row.values() if value)))
    if not lines and not json:
        console.print(words()("cli.no_subscribers"))
    return OK


@subscribers.command
async def export(*, series: str | None = None, config: Path | None = None, json: bool = False) -> int:
    """Write every subscription as CSV (or JSON Lines) to standard output; `import` reads it back."""
    async with opened(config) as (_, store):
        lines = await store.audience.lines(series)
    if json:
        for line in lines:
            emit(_row(line))
        return OK
    answer_programs()
    writer = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(line) for line in lines)
    return OK


def _row(line: SubscriptionLine) -> dict[str, str]:
    chosen = line.subscription.categories
    reader = line.reader
    return {
        "platform": line.channel.place.platform,
        "address": line.channel.place.address,
        "kind": line.channel.kind,
        "language": (reader.language if reader else None) or line.channel.settings.language or "",
        "time_zone": (reader.zone if reader else None) or line.channel.settings.zone or "",
        "series": line.subscription.series,
        "categories": "all" if chosen is None else ";".join(sorted(chosen)),
    }


@subscribers.command(name="import")
async def import_(file: Path, *, config: Path | None = None, json: bool = False) -> int:
    """Subscribe the places of a CSV or JSON Lines file. Importing twice changes nothing."""
    results: list[dict[str, Any]] = []
    async with opened(config) as (configuration, store):
        now = datetime.now(UTC)
        schedules = {
            key: await store.schedules.set_default(key, value, now)
            for key, value in configuration.settings.schedules().items()
        }
        settings = configuration.settings
        known = Known(
            frozenset(settings.known_series()),
            frozenset(settings.categories) | await store.categories.slugs(),
        )
        for number, row in _rows(file):
            results.append({"line": number, **await _import(store, row, known, schedules, now)})
    tally = dict.fromkeys(("added", "changed", "unchanged", "refused"), 0)
    for result in results:
        tally[result["result"]] += 1
        if json:
            emit(result)
        elif result["result"] == "refused":
            console.print(Text(f"{result['line']}: {result['reason']}", style="red"))
    if not json:
        console.print(words()("cli.imported", **tally))
    return FAILURE if tally["refused"] else OK


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Rows with the line they stand on. The form is told by the first character: `{` is JSON Lines."""
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise NotFound("file.unknown", path=str(file)) from None
    except UnicodeDecodeError:
        raise Refused("file.not_utf8", path=str(file)) from None
    if text.lstrip().startswith("{"):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield number, _json_row(line)
        return
    reader = csv.DictReader(io.StringIO(text))
    if missing := [
        name for name in ("platform", "address", "series") if name not in (reader.fieldnames or ())
    ]:
        raise Refused("subscribers.header", missing=", ".join(missing), header=",".join(FIELDS))
    while True:
        row: Mapping[str, Any] | None
        try:
            row = next(reader, None)
        except csv.Error as error:
            row = {"error": f"not CSV: {error}"}
        if row is None:
            return
        yield reader.line_num, row


def _json_row(line: str) -> Mapping[str, Any]:
    try:
        row = jsonlib.loads(line)
    except jsonlib.JSONDecodeError as error:
        return {"error": f"not JSON: {error}"}
    return row if isinstance(row, dict) else {"error": "not an object of JSON"}


@dataclass(frozen=True, slots=True)
class Known:
    """What a line may name: series as configured, categories configured or stored."""

    series: frozenset[str]
    categories: frozenset[str]


async def _import(
    store: Store,
    row: Mapping[str, Any],
    known: Known,
    schedules: Mapping[str, int | None],
    now: datetime,
) -> dict[str, Any]:
    try:
        enrolment = read_row(row, known)
    except ValueError as error:
        return {"result": "refused", "reason": str(error)}
    result = await enrol(store, enrolment, schedules, now)
    return {"result": result, "place": str(enrolment.place), "series": enrolment.series}


def read_row(row: Mapping[str, Any], known: Known) -> Enrolment:
    """A checked line of an import. Raises ValueError with what is wrong and what may stand there."""
    if "error" in row:
        raise ValueError(row["error"])
    values = {name: str(row.get(name) or "").strip() for name in FIELDS}
    place = _place(values["platform"], values["address"])
    if values["series"] not in known.series:
        raise ValueError(f"no series {values['series']!r}; there are: {_listed(known.series)}")
    kind = _kind(values["kind"], place)
    if values["language"] and values["language"] not in LANGUAGES:
        raise ValueError(f"no language {values['language']!r}; there are: {', '.join(LANGUAGES)}")
    if values["time_zone"]:
        _check_zone(values["time_zone"])
    return Enrolment(
        place,
        kind,
        values["series"],
        _categories(row.get("categories"), known.categories),
        values["language"] or None,
        values["time_zone"] or None,
    )


def _place(platform: str, address: str) -> Place:
    try:
        place = Place.parse(f"{platform}:{address}")
    except ValueError:
        raise ValueError(
            f"no place {platform}:{address}; a place is platform:address with a platform of "
            f"{', '.join(get_args(PlatformName))}"
        ) from None
    if fault := place_fault(place):
        raise ValueError(fault)
    return place


def _kind(value: str, place: Place) -> ChannelKind | None:
    """None when the line does not say."""
    if not value:
        return None
    kinds: tuple[ChannelKind, ...] = get_args(ChannelKind)
    kind = next((one for one in kinds if one == value), None)
    if kind is None:
        raise ValueError(f"no kind {value!r}; there are: {', '.join(kinds)}")
    if fault := kind_fault(place, kind):
        raise ValueError(fault)
    return kind


def _categories(value: object, known: frozenset[str]) -> frozenset[str] | None:
    """Slugs as a list (JSON) or joined by `;`; None is all."""
    match value:
        case None:
            return None
        case str():
            slugs = frozenset(slug.strip() for slug in value.split(";") if slug.strip())
            if not slugs:
                return None
        case list() if value and all(isinstance(one, str) for one in value):
            slugs = frozenset(one.strip() for one in value)
        case _:
            raise ValueError('categories are "all" or a list of slugs, such as ["models"]')
    if slugs == {"all"}:
        return None
    if unknown := slugs - known:
        named = ", ".join(repr(slug) for slug in sorted(unknown))
        raise ValueError(f"no category {named}; there are: {_listed(known)}")
    return slugs


def _listed(known: frozenset[str]) -> str:
    return ", ".join(sorted(known)) or "–"


def _check_zone(value: str) -> None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"no time zone {value!r}; write a name such as Asia/Shanghai") from None
