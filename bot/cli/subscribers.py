"""`zhouzhi subscribers`: who is subscribed, in and out as CSV and JSON Lines."""

import csv
import io
import json as jsonlib
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cyclopts import App
from rich.text import Text

from bot.cli.language import words
from bot.cli.opened import opened
from bot.cli.output import FAILURE, OK, answer_programs, console, emit
from bot.config import Configuration
from bot.enrol import Enrolment, enrol, guessed_kind
from digest.audience import ChannelKind, Place
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
        "time_zone": (reader.zone if reader else None) or "",
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
        for number, row in _rows(file):
            results.append({"line": number, **await _import(configuration, store, row, schedules, now)})
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
    for row in reader:
        yield reader.line_num, row


def _json_row(line: str) -> Mapping[str, Any]:
    try:
        row = jsonlib.loads(line)
    except jsonlib.JSONDecodeError as error:
        return {"error": str(error)}
    return row if isinstance(row, dict) else {"error": "not an object"}


async def _import(
    configuration: Configuration,
    store: Store,
    row: Mapping[str, Any],
    schedules: Mapping[str, int | None],
    now: datetime,
) -> dict[str, Any]:
    try:
        enrolment = read_row(row, frozenset(configuration.settings.known_series()))
    except ValueError as error:
        return {"result": "refused", "reason": str(error)}
    result = await enrol(store, enrolment, schedules, now)
    return {"result": result, "place": str(enrolment.place), "series": enrolment.series}


def read_row(row: Mapping[str, Any], series: frozenset[str]) -> Enrolment:
    """A checked line of an import. Raises ValueError with what is wrong and what may stand there."""
    if "error" in row:
        raise ValueError(f"not JSON: {row['error']}")
    values = {name: str(row.get(name) or "").strip() for name in FIELDS}
    place = Place.parse(f"{values['platform']}:{values['address']}")
    if values["series"] not in series:
        raise ValueError(f"no series {values['series']!r}; there are: {', '.join(sorted(series)) or '–'}")
    kind = values["kind"] or guessed_kind(place)
    if kind not in get_args(ChannelKind):
        raise ValueError(f"no kind {kind!r}; there are: {', '.join(get_args(ChannelKind))}")
    if values["language"] and values["language"] not in LANGUAGES:
        raise ValueError(f"no language {values['language']!r}; there are: {', '.join(LANGUAGES)}")
    if values["time_zone"]:
        _check_zone(values["time_zone"])
    slugs = frozenset(slug.strip() for slug in values["categories"].split(";") if slug.strip())
    everything = not slugs or slugs == {"all"}
    return Enrolment(
        place,
        kind,  # type: ignore[arg-type]  # checked above
        values["series"],
        None if everything else slugs,
        values["language"] or None,
        values["time_zone"] or None,
    )


def _check_zone(value: str) -> None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"no time zone {value!r}; write a name such as Asia/Shanghai") from None
