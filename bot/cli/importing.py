"""`zhouzhi issues import`: files, folders, zips or the configured sources into the store, with a bar of progress.

May be cut off at any moment and run again: each issue is one transaction, and what is stored is passed over quickly.
"""

import asyncio
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, aclosing
from pathlib import Path
from typing import Final, Self

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from bot.cli.describe import problems
from bot.cli.language import words
from bot.cli.opened import cellar, opened, series_for
from bot.cli.output import FAILURE, OK, console, emit, exit_code, say_error, stderr
from bot.clock import SystemClock
from bot.config import Configuration
from bot.config.sources import GLOBS
from bot.fetch import Fetcher
from bot.library import Imported, Library
from bot.parsing import ParseWorker
from bot.reading import source_of
from bot.sources.archive import unpacked
from bot.sources.base import Counted, Distant, IssueSource
from bot.sources.build import configured
from bot.sources.folder import LooseFiles
from bot.sources.visits import brought
from digest.errors import NotFound, ZhouzhiError
from digest.issue import Series

STYLES: Final = {"refused": "red", "added": "green", "changed": "yellow", "unchanged": "dim"}


async def import_(
    *paths: Path, series: str | None = None, config: Path | None = None, json: bool = False
) -> int:
    """Load files, folders or zips into the store; without any, the configured sources, repositories fetched.

    Nothing is pushed by it; loading twice changes nothing.
    """
    async with opened(config) as (configuration, store):
        parsing = configuration.settings.parsing
        parser = ParseWorker(
            deadline_s=parsing.deadline_s, memory_mib=parsing.memory_mib, limits=parsing.limits()
        )
        clock = SystemClock()
        library = Library(store, cellar(configuration), clock, parser.parse, Fetcher(clock))
        with ExitStack() as stack:
            stack.callback(parser.close)
            shown = stack.enter_context(_Shown(as_json=json))
            for chosen, source in _sources(configuration, paths, series, stack):
                await _import(library, source, chosen, shown)
    shown.sum_up()
    return FAILURE if shown.counts["refused"] else shown.code


def _sources(
    configuration: Configuration, paths: Sequence[Path], series: str | None, stack: ExitStack
) -> Iterator[tuple[Series, IssueSource]]:
    for path in paths:
        if not path.exists():
            raise NotFound("file.unknown", path=str(path))
        chosen = series_for(configuration, path, series)
        if path.is_file() and zipfile.is_zipfile(path):
            yield chosen, LooseFiles(stack.enter_context(unpacked(path)), GLOBS)
        else:
            yield chosen, source_of(path, GLOBS)
    if not paths:
        yield from configured(configuration)


async def _import(library: Library, source: IssueSource, series: Series, shown: "_Shown") -> None:
    """One source; its trouble is said and does not keep the others back."""
    try:
        if isinstance(source, Distant):
            shown.begin(words()("cli.import_fetching", source=source.identity), None)
            await brought(source)
        total = await asyncio.to_thread(source.count) if isinstance(source, Counted) else None
        shown.begin(series.title, total)
        async with aclosing(library.walk(source, series)) as walk:
            async for imported in walk:
                shown.show(imported)
    except ZhouzhiError as error:
        shown.trouble(error)


class _Shown:
    """What people and programs see of an import: a bar on a terminal, one line a file, the sum at the end."""

    def __init__(self, *, as_json: bool) -> None:
        self.counts: Counter[str] = Counter()
        self.code = OK
        self._as_json = as_json
        # a bar and JSON on one terminal would write over each other
        is_shown = stderr.is_terminal and not sys.stdout.isatty() if as_json else console.is_terminal
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=stderr if as_json else console,
            transient=True,
            disable=not is_shown,
        )
        self._task = self._bar.add_task("", visible=False)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def begin(self, what: str, total: int | None) -> None:
        """From here on the bar counts this."""
        self._bar.remove_task(self._task)
        self._task = self._bar.add_task(escape(what), total=total)

    def show(self, imported: Imported) -> None:
        self.counts[imported.result] += 1
        self._bar.advance(self._task)
        texts = words()
        name, key = imported.loaded.file.name, imported.key
        said = problems(imported.problems, texts)
        if self._as_json:
            emit({"file": name, "key": key, "result": imported.result, "problems": said})
            return
        if imported.result == "unchanged" and not self._bar.disable:
            return  # the bar and the sum say it; a terminal full of it hides what is new
        line = f"{texts(f'cli.result_{imported.result}')}  {name}  {key or ''}"
        console.print(Text(line, style=STYLES[imported.result]))
        for problem in said:
            where = f"{problem['line']}: " if problem["line"] else ""
            console.print(Text(f"    {where}{problem['message']} → {problem['cure']}"))

    def trouble(self, error: ZhouzhiError) -> None:
        self.code = exit_code(error)
        say_error(error, as_json=self._as_json)

    def sum_up(self) -> None:
        """One line for people; programs count for themselves."""
        if not self._as_json and self.counts:
            texts = words()
            found = (f"{texts(f'cli.result_{word}')} {self.counts[word]}" for word in STYLES)
            console.print(" · ".join(found))
