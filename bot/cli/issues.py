"""`zhouzhi issues`: the stored issues, and what the file does not say about them."""

import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cyclopts import App
from rich.table import Table
from rich.text import Text

from bot.cli.describe import problems, structure
from bot.cli.language import words
from bot.cli.opened import cellar, opened, series_for
from bot.cli.output import FAILURE, OK, console, emit
from bot.clock import SystemClock
from bot.config import Configuration
from bot.library import Imported, Library
from bot.reading import source_of
from bot.sources.archive import unpacked
from digest.errors import NotFound
from digest.issue import Problem
from storage.issues import IssueLine, IssueState, StoredIssue
from storage.store import Store

GLOBS = ("*.md", "*.markdown")

issues = App(
    name="issues", help="The stored issues: list, show, import, publish, retract, set-date, set-number."
)


async def find(store: Store, name: str) -> StoredIssue:
    """A stored issue by its key or `series/key`."""
    series, _, key = name.rpartition("/")
    return await store.issues.by_key(key, series or None)


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
    if json:
        emit(_shown(stored, known, line))
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


def _shown(stored: StoredIssue, known: Sequence[Problem], line: IssueLine) -> dict[str, Any]:
    said = {problem.arguments.get("src") for problem in known}
    missing = [
        Problem("warning", "picture_missing", 0, {"src": image.src})
        for image in stored.issue.images
        if image.src not in stored.pictures and image.src not in said
    ]
    gone = [Problem("warning", "file_gone")] if line.is_file_gone else []
    return {
        "file": stored.base,
        "series": stored.issue.series,
        **structure(stored.issue),
        "problems": problems([*gone, *known, *missing], words()),
        "revision": stored.revision,
        "state": stored.state,
    }


@issues.command(name="import")
async def import_(
    *paths: Path, series: str | None = None, config: Path | None = None, json: bool = False
) -> int:
    """Load files, folders or zips into the store. Nothing is pushed by it; loading twice changes nothing."""
    async with opened(config) as (configuration, store):
        results = [
            imported
            for path in paths or _configured(configuration)
            for imported in await _import(configuration, store, path, series)
        ]
    texts = words()
    for imported in results:
        name = imported.loaded.file.name
        key = imported.loaded.issue.key if imported.loaded.issue else None
        said = problems(imported.problems, texts)
        if json:
            emit({"file": name, "key": key, "result": imported.result, "problems": said})
            continue
        style = {"refused": "red", "added": "green", "changed": "yellow"}.get(imported.result, "dim")
        console.print(Text(f"{texts(f'cli.result_{imported.result}')}  {name}  {key or ''}", style=style))
        for problem in said:
            line = f"{problem['line']}: " if problem["line"] else ""
            console.print(Text(f"    {line}{problem['message']} → {problem['cure']}"))
    return FAILURE if any(imported.result == "refused" for imported in results) else OK


def _configured(configuration: Configuration) -> list[Path]:
    return [
        configuration.path(source.path) for entry in configuration.settings.series for source in entry.sources
    ]


async def _import(
    configuration: Configuration, store: Store, path: Path, series: str | None
) -> Sequence[Imported]:
    if not path.exists():
        raise NotFound("file.unknown", path=str(path))
    chosen = series_for(configuration, path, series)
    library = Library(store, cellar(configuration), SystemClock())
    with ExitStack() as stack:
        root = stack.enter_context(unpacked(path)) if zipfile.is_zipfile(path) else path
        return await library.sync(source_of(root, GLOBS), chosen)


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
async def set_number(issue: str, number: int, *, config: Path | None = None, json: bool = False) -> int:
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
        raise NotFound("date.unreadable", value=value, example=str(datetime.now(UTC).date())) from None
