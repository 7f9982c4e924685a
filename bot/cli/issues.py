"""`zhouzhi issues`: the stored issues, and what the file does not say about them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from cyclopts import App
from rich.table import Table
from rich.text import Text

from bot.cli.describe import problems, structure
from bot.cli.importing import import_
from bot.cli.language import words
from bot.cli.opened import find, opened
from bot.cli.output import OK, console, emit
from bot.cli.values import IssueNumber
from bot.clock import SystemClock
from digest.calendar import day
from digest.errors import NotFound
from digest.issue import Problem
from storage.issues import IssueLine, IssueState, StoredIssue

issues = App(
    name="issues", help="The stored issues: list, show, import, publish, retract, set-date, set-number."
)


@issues.command(name="list")
async def list_(*, series: str | None = None, config: Path | None = None, json: bool = False) -> int:
    """List the stored issues, newest first."""
    async with opened(config) as (_, store):
        lines = await store.issues.lines(series, visible=False)
    if json:
        for line in lines:
            emit(_line(line))
        return OK
    texts = words()
    if not lines:
        console.print(texts("cli.no_issues"))
        return OK
    table = Table(box=None, header_style="bold")
    for column in ("series", "key", "title", "date", "state", "items"):
        table.add_column(texts(f"cli.column_{column}"), justify="right" if column == "items" else "left")
    for line in lines:
        state = texts("cli.held", held=line.held) if line.held else texts(f"cli.state_{line.state}")
        state = texts("cli.file_gone", state=state) if line.is_file_gone else state
        day = str(line.published_on or "–")
        table.add_row(*map(Text, (line.series, line.key, line.title, day, state, str(line.item_count))))
    console.print(table)
    return OK


def _line(line: IssueLine) -> dict[str, Any]:
    gone = {"file_gone": True} if line.is_file_gone else {}
    return {
        "series": line.series,
        "key": line.key,
        "number": line.number,
        "title": line.title,
        "published_on": line.published_on,
        "revision": line.revision,
        "state": f"held: {line.held}" if line.held else line.state,
        "items": line.item_count,
        **gone,
    }


@issues.command
async def show(issue: str, *, config: Path | None = None, json: bool = False) -> int:
    """Show one stored issue: its structure, as `check` shows a file's."""
    async with opened(config) as (_, store):
        stored = await find(store, issue)
        known = await store.issues.problems(stored.id)
        line = await store.issues.line(stored.id)
        name = await store.issues.file_name(stored.id)
    if json:
        emit(_shown(name, stored, known, line))
        return OK
    texts = words()
    console.print(Text(stored.issue.title, style="bold"))
    console.print(
        f"{stored.issue.series}/{stored.issue.key}  {stored.issue.published_on or '–'}  {stored.revision[:12]}"
    )
    console.print(texts(f"cli.state_{stored.state}"))
    for section in stored.issue.sections:
        console.print(Text(f"{section.title} ({len(section.items)})", style="cyan"))
        for item in section.items:
            console.print(Text(f"  {item.title}"))
    return OK


def _shown(name: str, stored: StoredIssue, known: Sequence[Problem], line: IssueLine) -> dict[str, Any]:
    said = {problem.arguments.get("src") for problem in known}
    missing = [
        Problem("warning", "picture_missing", 0, {"src": image.src})
        for image in stored.issue.images
        if image.src not in stored.pictures and image.src not in said
    ]
    gone = [Problem("warning", "file_gone")] if line.is_file_gone else []
    return {
        "file": name,
        "series": stored.issue.series,
        **structure(stored.issue),
        "held": line.held,
        "problems": problems([*gone, *known, *missing], words()),
        "revision": stored.revision,
    }


issues.command(name="import")(import_)


@issues.command
async def publish(issue: str, *, config: Path | None = None, json: bool = False) -> int:
    """Make a retracted issue visible again."""
    return await _set_state(config, issue, "published", json=json)


@issues.command
async def retract(issue: str, *, config: Path | None = None, json: bool = False) -> int:
    """Take an issue back: readers neither see nor find it. What was sent stays where it is."""
    return await _set_state(config, issue, "retracted", json=json)


async def _set_state(config: Path | None, issue: str, state: IssueState, *, json: bool) -> int:
    async with opened(config) as (_, store):
        stored = await find(store, issue)
        await store.issues.set_state(stored.id, state)
        line = await store.issues.line(stored.id)
    return _done(line, words()(f"cli.now_{state}", title=stored.issue.title), json=json)


@issues.command(name="set-date")
async def set_date(issue: str, on: str, *, config: Path | None = None, json: bool = False) -> int:
    """Correct an issue's date, such as 2025-09-22. Nothing is pushed by it."""
    day = _date(on)
    async with opened(config) as (_, store):
        stored = await find(store, issue)
        await store.issues.set_date(stored.id, day)
        line = await store.issues.line(stored.id)
    return _done(line, words()("cli.date_set", title=stored.issue.title, day=str(day)), json=json)


@issues.command(name="set-number")
async def set_number(
    issue: str, number: IssueNumber, *, config: Path | None = None, json: bool = False
) -> int:
    """Correct an issue's number. Nothing is pushed by it."""
    async with opened(config) as (_, store):
        stored = await find(store, issue)
        await store.issues.set_number(stored.id, number)
        line = await store.issues.line(stored.id)
    return _done(line, words()("cli.number_set", title=stored.issue.title, number=number), json=json)


def _done(line: IssueLine, sentence: str, *, json: bool) -> int:
    """What the issue is now: its line of `issues list`, or a sentence."""
    if json:
        emit(_line(line))
    else:
        console.print(Text(sentence))
    return OK


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise NotFound("date.unreadable", value=value, example=str(day(SystemClock().now(), "UTC"))) from None
