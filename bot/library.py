"""How do files become stored issues? Read, parse, resolve the pictures, keep: one issue a transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.media.cellar import Cellar
from bot.reading import Loaded, Parse, load
from bot.sources.base import IssueSource, SourceFile
from digest.calendar import Clock
from digest.errors import ZhouzhiError
from digest.issue import Problem, Series
from digest.parse import PARSER_VERSION, parse
from storage.store import Store

Result = Literal["added", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Imported:
    """How one file fared. `is_news`: it appeared after the first sync and is newer than all before, so it may be pushed."""

    loaded: Loaded
    result: Result
    issue_id: int | None = None
    is_news: bool = False

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.loaded.problems


class Library:
    """Keeps what sources hold in the store."""

    def __init__(self, store: Store, cellar: Cellar, clock: Clock, parse: Parse = parse) -> None:
        self._store = store
        self._cellar = cellar
        self._clock = clock
        self._parse = parse

    async def sync(self, source: IssueSource, series: Series) -> Sequence[Imported]:
        """Load every file of a source; one broken file never stops the others. Loading twice changes nothing."""
        now = self._clock.now()
        is_first = await self._store.issues.count(series.key) == 0
        results: list[Imported] = []
        seen: dict[str, str] = {}
        for file in await asyncio.to_thread(lambda: list(source.files())):
            imported = await self._import(source, file, series, now, seen)
            if is_first and imported.is_news:
                # what the first sync finds is backlog: it is there to be read, not news to be pushed
                imported = Imported(imported.loaded, imported.result, imported.issue_id)
            results.append(imported)
        return results

    async def read(self, source: IssueSource, file: SourceFile, series: Series) -> Loaded:
        """One file of a source as it would be kept; nothing is stored by it."""
        today = self._clock.now().astimezone(ZoneInfo(series.zone)).date()
        known = await self._store.issues.section_titles(series.key)
        return await asyncio.to_thread(
            load, source, file, series, today=today, known_sections=known, parse=self._parse
        )

    async def _import(
        self, source: IssueSource, file: SourceFile, series: Series, now: datetime, seen: dict[str, str]
    ) -> Imported:
        today = now.astimezone(ZoneInfo(series.zone)).date()
        loaded = await self.read(source, file, series)
        issue = loaded.issue
        if issue is None:
            return Imported(loaded, "refused")
        if issue.key in seen:
            problem = Problem("error", "duplicate_key", 0, {"key": issue.key, "other": seen[issue.key]})
            return Imported(_with(loaded, problem), "refused")
        seen[issue.key] = file.name
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
            )
        except ZhouzhiError as error:
            return Imported(
                _with(loaded, Problem("error", "not_saved", 0, {"reason": str(error)})), "refused"
            )
        is_news = saved.result == "added" and saved.is_newer and loaded.held(today) is None
        return Imported(loaded, saved.result, saved.issue_id, is_news)


def _with(loaded: Loaded, problem: Problem) -> Loaded:
    return Loaded(loaded.file, loaded.series, loaded.issue, (*loaded.problems, problem), loaded.pictures)
