"""How do files become stored issues? Read, parse, resolve the pictures, keep: one issue a transaction.

An import may be cut off anywhere and begun again: what is stored already is passed over without being parsed, by a note
of the text and the pictures it was read from.
"""

import asyncio
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import structlog

from bot import remembering, settling
from bot.media.cellar import Cellar
from bot.reading import Loaded, Parse, issue_files, load
from bot.remembering import Recording, Remembered, SourceNotes
from bot.remote_pictures import Fetches
from bot.settling import Settling, mark
from bot.sources.base import IssueSource, SourceFile, Standing
from digest.calendar import Clock, day
from digest.diff import Revised
from digest.errors import NotFound, ZhouzhiError
from digest.history import History, Told
from digest.issue import Problem, Series
from digest.parse import PARSER_VERSION, parse
from storage.store import Store

log = structlog.get_logger(__name__)

Result = Literal["added", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Imported:
    """How one file fared. `is_news`: it appeared after the first sync and is newer than all before, so it may be pushed.

    What was passed over as known has no tree in `loaded`; `key` names its issue all the same.
    """

    loaded: Loaded
    result: Result
    issue_id: int | None = None
    is_news: bool = False
    known_key: str | None = None
    revised: Revised | None = None  # what changed in an issue that was there

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.loaded.problems

    @property
    def key(self) -> str | None:
        return self.loaded.issue.key if self.loaded.issue is not None else self.known_key

    def light(self) -> "Imported":
        """The same without text, tree and pictures: a thousand of them are nothing."""
        file = replace(self.loaded.file, content=None)
        loaded = Loaded(file, self.loaded.series, None, self.problems)
        return replace(self, loaded=loaded, known_key=self.key)


class Library:
    """Keeps what sources hold in the store."""

    def __init__(
        self,
        store: Store,
        cellar: Cellar,
        clock: Clock,
        parse: Parse = parse,
        fetcher: Fetches | None = None,
    ) -> None:
        self._store = store
        self._cellar = cellar
        self._clock = clock
        self._parse = parse
        self._fetcher = fetcher
        self._settling = Settling(store, clock, parse)
        self._notes = SourceNotes(store.notes)

    async def sync(self, source: IssueSource, series: Series) -> Sequence[Imported]:
        """Load every file of a source; one broken file never stops the others. Loading twice changes nothing.

        Holds every tree and picture: for a source that may be large there is `walk`.
        """
        return [imported async for imported in self.walk(source, series)]

    async def walk(self, source: IssueSource, series: Series) -> AsyncGenerator[Imported, None]:
        """`sync`, one file after the other, so that memory stays bounded however many there are.

        What the first sync of a source finds is backlog: it is there to be read, not news to be pushed. It is first until
        one has gone through to the end.
        """
        now = self._clock.now()
        is_backlog = await self._is_backlog(source, series, now)
        history = await self._settling.history(series)
        seen: dict[str, str] = {}
        names: set[str] = set()
        async with aclosing(_stepped(source, series)) as files:
            async for file in files:
                names.add(file.name)
                imported = await self._known(source, file, series, seen)
                if imported is None:
                    imported = await self._import(
                        source, file, series, now, seen, history, is_backlog=is_backlog
                    )
                yield replace(imported, is_news=imported.is_news and not is_backlog)
        if isinstance(source, Standing):
            await self._end(source, series, names, now, is_first=is_backlog)
        await self._settling.settle(await self.with_aliases(series))

    async def look(self, source: IssueSource, series: Series) -> list[Loaded]:
        """Every issue of a source as it would be kept, with an error where it would not; nothing is stored by it."""
        seen: dict[str, str] = {}
        history = await self._settling.history(series)
        async with aclosing(_stepped(source, series)) as files:
            return [_distinct(await self.read(source, file, series, history), seen) async for file in files]

    async def read(self, source: IssueSource, file: SourceFile, series: Series, history: History) -> Loaded:
        """One file of a source as it would be kept by what is known so far; nothing is stored by it."""
        named = await self.with_aliases(series)
        loaded = await asyncio.to_thread(
            load,
            source,
            file,
            named,
            today=day(self._clock.now(), series.zone),
            known_sections=history.titles(),
            parse=self._parse,
            fetcher=self._fetcher,
        )
        return replace(loaded, series=series)

    async def with_aliases(self, series: Series) -> Series:
        """The series with what curators merged; the configuration stands first, so it wins."""
        return replace(series, aliases=(*series.aliases, *await self._store.categories.aliases()))

    async def _is_backlog(self, source: IssueSource, series: Series, now: datetime) -> bool:
        """A source that stays has a first sync of its own; a file that was handed in has it by an empty series."""
        if isinstance(source, Standing):
            return await self._notes.is_first(source, series, now)
        return await self._store.issues.count(series.key) == 0

    async def _end(
        self, source: Standing, series: Series, names: set[str], now: datetime, *, is_first: bool
    ) -> None:
        """All of it was seen: what was there before and is not now has gone. Its issue stays (content.md §7.1)."""
        if is_first:
            await self._notes.end_first(source, series)
        for issue_id, name in await self._store.issues.miss(series.key, source.identity, names, now):
            await self._notes.forget(source, series, name)
            log.warning("source.file_gone", series=series.key, file=name, issue=issue_id)

    async def _known(
        self, source: IssueSource, file: SourceFile, series: Series, seen: dict[str, str]
    ) -> Imported | None:
        """What became of the file at an earlier time, if neither it nor a picture of it has changed since."""
        if not isinstance(source, Standing) or file.content is None:
            return None
        noted = await self._notes.read(source, file, series)
        if noted is None or noted.key in seen:
            return None
        if not await asyncio.to_thread(noted.is_true, source, file, series):
            return None
        try:
            problems = await self._store.issues.problems(noted.issue_id)
        except NotFound:
            return None
        seen[noted.key] = file.name
        loaded = Loaded(replace(file, content=None), series, None, tuple(problems))
        return Imported(loaded, "unchanged", noted.issue_id, known_key=noted.key)

    async def _import(
        self,
        source: IssueSource,
        file: SourceFile,
        series: Series,
        now: datetime,
        seen: dict[str, str],
        history: History,
        *,
        is_backlog: bool,
    ) -> Imported:
        today = day(now, series.zone)
        recording = Recording(source)
        loaded = _distinct(await self.read(recording, file, series, history), seen)
        issue = loaded.issue
        if issue is None or loaded.is_refused:
            return Imported(loaded, "refused")
        try:
            for prepared in loaded.pictures.values():
                await asyncio.to_thread(self._cellar.keep, prepared)
            saved = await self._store.issues.save(
                issue,
                file.content or b"",
                revision=loaded.revision,
                base=file.base,
                pictures=loaded.known_pictures,
                now=now,
                held=loaded.held(today),
                parser_version=PARSER_VERSION,
                problems=loaded.problems,
                origin=source.identity if isinstance(source, Standing) else "",
                name=file.name,
                offered=frozenset() if is_backlog else _unnamed(loaded),
            )
        except ZhouzhiError as error:
            return Imported(
                _with(loaded, Problem("error", "not_saved", 0, {"reason": str(error)})), "refused"
            )
        notes: dict[str, str] = {}
        if saved.is_kept:
            told = Told(mark(loaded.revision, series), loaded.headings, history.met(loaded.headings))
            history.add(saved.issue_id, told)
            notes |= settling.note_of(series, saved.issue_id, told)
        if isinstance(source, Standing):
            notes |= remembering.note_of(source, Remembered.of(loaded, recording, saved.issue_id))
        await self._store.notes.write_all(notes)
        if saved.revised is not None:
            _tell(saved.revised, series, file)
        is_news = saved.result == "added" and saved.is_newer and loaded.held(today) is None
        return Imported(loaded, saved.result, saved.issue_id, is_news, revised=saved.revised)


async def _stepped(source: IssueSource, series: Series) -> AsyncGenerator[SourceFile, None]:
    """The files one by one, each read in a thread."""
    files = issue_files(source, series)
    try:
        while (file := await asyncio.to_thread(next, files, None)) is not None:
            yield file
    finally:
        if isinstance(files, Generator):
            with suppress(
                ValueError
            ):  # cancelled while a thread is still in it: it ends with its last reference
                files.close()


def _distinct(loaded: Loaded, seen: dict[str, str]) -> Loaded:
    """Of two files with the same key the first one stays (content.md §7.2). `seen`: the keys so far, and whose they are."""
    if loaded.issue is None:
        return loaded
    key = loaded.issue.key
    if key in seen:
        return _with(loaded, Problem("error", "duplicate_key", 0, {"key": key, "other": seen[key]}))
    seen[key] = loaded.file.name
    return loaded


def _with(loaded: Loaded, problem: Problem) -> Loaded:
    return replace(loaded, problems=(*loaded.problems, problem))


def _tell(revised: Revised, series: Series, file: SourceFile) -> None:
    counts = {name: count for name, count in revised.diff.counts.items() if count}
    log.info("issue.revised", series=series.key, file=file.name, issue=revised.issue_id, **counts)


def _unnamed(loaded: Loaded) -> frozenset[str]:
    """The categories that the configuration does not name: of those a new one is offered to the curator to be merged."""
    if loaded.issue is None:
        return frozenset()
    named = {slug for slug, _ in loaded.series.aliases}
    return frozenset(section.category for section in loaded.issue.sections) - named
