"""How are the configured sources read, at the start and whenever they change? And how does each of them fare?"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, replace

import structlog

from bot.delivery.opening import Opener
from bot.library import Imported, Library
from bot.reading import Loaded
from bot.sentences import sentence, sentence_of
from bot.sources.base import IssueSource, Standing
from bot.sources.visits import LONGEST_WAIT, Contact, Figures, Observed, wait_after
from digest.calendar import Clock
from digest.errors import ZhouzhiError
from digest.issue import Series

KEPT_WHOLE = 50  # issues of one sync
log = structlog.get_logger(__name__)


class Intake:
    """Reads sources into the library; what is news is pushed where the series says so."""

    def __init__(
        self,
        library: Library,
        opener: Opener,
        clock: Clock,
        series: Mapping[str, Series],
        sources: Sequence[tuple[Series, IssueSource]],
    ) -> None:
        self.series = series
        self._library = library
        self._opener = opener
        self._clock = clock
        self._sources = sources
        self._contacts: dict[str, Contact] = {}

    def sources(self) -> Sequence[tuple[Series, IssueSource]]:
        """Every configured source."""
        return self._sources

    def contacts(self) -> Sequence[Contact]:
        """How each source fares: last success, last trouble, next try, and the figures of its last sync."""
        return tuple(
            replace(source.contact, figures=self._synced(source).figures)
            if isinstance(source, Observed)
            else self._synced(source)
            for _, source in self._sources
        )

    def _synced(self, source: IssueSource) -> Contact:
        return self._contacts.get(source.identity, Contact(source.identity))

    async def sync(self, source: IssueSource, series: Series) -> list[Imported]:
        """`take` for who goes on in any case: a source that cannot be read is told in the log."""
        try:
            return await self.take(source, series)
        except ZhouzhiError as error:
            self._contacts[source.identity] = self._synced(source).failed(error, self._clock.now())
            log.warning(
                "source.unreadable", series=series.key, source=source.identity, reason=sentence(error)
            )
            return []

    async def look(self, source: IssueSource, series: Series) -> list[Loaded]:
        """The issues of a source as they would be kept; nothing is stored."""
        return await self._library.look(source, series)

    async def take(self, source: IssueSource, series: Series) -> list[Imported]:
        """Read a source; what is news is pushed where the series says so. Raises what the source raises.

        Only the first ones are given with their trees, so that a large backlog stays small in memory.
        """
        results: list[Imported] = []
        async with aclosing(self._library.walk(source, series)) as walk:
            async for imported in walk:
                results.append(imported if len(results) < KEPT_WHOLE else imported.light())
                _tell(imported, series)
        if isinstance(source, Standing):
            contact = self._synced(source).succeeded(self._clock.now())
            figures = Figures.of(one.result for one in results)
            self._contacts[source.identity] = replace(contact, figures=figures)
            log.info("source.synced", series=series.key, source=source.identity, **asdict(figures))
        news = [
            imported.issue_id for imported in results if imported.is_news and imported.issue_id is not None
        ]
        await self._opener.published(news)
        return results

    async def watch(self, series: Series, source: IssueSource) -> None:
        """Read a source whenever it changed. Its troubles are tried again with back-off and end nothing else."""
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            try:
                async for _ in source.changes():
                    await self.sync(source, series)
            except Exception as error:  # noqa: BLE001  logged with its trace, but for what has a sentence
                # a watch that ran for long and broke is not the same trouble again
                is_new = loop.time() - began > LONGEST_WAIT.total_seconds()
                failures = 1 if is_new else failures + 1
                wait = wait_after(failures, LONGEST_WAIT)
                tell = log.warning if isinstance(error, ZhouzhiError) else log.exception
                tell(
                    "source.watch_failed",
                    series=series.key,
                    source=source.identity,
                    again_in_s=wait.seconds,
                    reason=str(error),
                )
                await asyncio.sleep(wait.total_seconds())


def _tell(imported: Imported, series: Series) -> None:
    """What of a file is worth a line of the log: that it is new or other, and why it was refused."""
    if imported.result == "unchanged":
        return
    file = imported.loaded.file.name
    log.info("issue.read", series=series.key, file=file, result=imported.result)
    if imported.result != "refused":
        return
    for problem in imported.problems:
        if problem.level == "error":
            log.warning(
                "issue.refused",
                series=series.key,
                file=file,
                line=problem.line,
                reason=sentence_of(problem),
            )
