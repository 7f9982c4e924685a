"""What is made anew of stored issues at a start? Trees of an older parser, and sections that the configuration renamed.

Nothing here is a correction: revisions keep their names, and what was sent stays as it is.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import structlog

from bot.library import Library
from bot.reading import Parse
from digest.calendar import Clock, day
from digest.issue import Issue, Problem, Reading, Series
from digest.known import Known, completed
from digest.parse import PARSER_VERSION
from digest.parse.keys import alias_of
from digest.web_base import seen_as_before
from storage.issues import Outdated
from storage.store import Store

BATCH = 20  # sources held in memory at once
PATH = " / "  # between the steps of a section's title that stands for several headings
log = structlog.get_logger(__name__)


class Upkeep:
    """Safe to run at any time, and again after being cut off."""

    def __init__(self, store: Store, library: Library, clock: Clock, parse: Parse) -> None:
        self._store = store
        self._library = library
        self._clock = clock
        self._parse = parse

    async def run(self, series: Mapping[str, Series]) -> None:
        """After the sources were read: what they still hold has been read by today's parser then."""
        await self.reread(series)
        await self.refile(series)

    async def reread(self, series: Mapping[str, Series]) -> int:
        """Read the stored sources whose trees an older parser made; returns how many were renewed."""
        after = count = 0
        while batch := await self._store.issues.outdated(PARSER_VERSION, after=after, limit=BATCH):
            for one in batch:
                after = one.issue_id
                named = series.get(one.series) or Series(one.series, one.series)
                count += await self._reread(one, await self._library.with_aliases(named))
        if count:
            log.info("issues.reread", count=count, parser=PARSER_VERSION)
        return count

    async def _reread(self, one: Outdated, series: Series) -> bool:
        reading = await asyncio.to_thread(
            self._parse,
            one.source,
            series=series,
            name=one.name,
            known_sections=await self._store.issues.section_titles(series.key),
            today=day(self._clock.now(), series.zone),
        )
        if reading.issue is not None:
            reading = replace(reading, issue=seen_as_before(reading.issue, one.base, one.tree))
        reading = with_known(reading, one.tree, series, one.name)
        if reading.issue is None:
            # the tree that is there is better than none
            log.warning("issue.unreadable_now", series=series.key, issue=one.issue_id, file=one.name)
            return False
        problems = [*reading.problems, *await self._about_pictures(one.issue_id)]
        return await self._store.issues.reread(one, reading.issue, problems, PARSER_VERSION)

    async def _about_pictures(self, issue_id: int) -> list[Problem]:
        """What was said of its pictures holds on: they are not looked at again."""
        return [one for one in await self._store.issues.problems(issue_id) if one.code.startswith("picture_")]

    async def refile(self, series: Mapping[str, Series]) -> int:
        """Put sections under the categories that the configuration, or else a curator, names for their titles."""
        named = {key: await self._library.with_aliases(one) for key, one in series.items()}
        wanted = {}
        for filed in await self._store.categories.filed():
            if filed.series in named:
                last = filed.title.rpartition(PATH)[2]
                slug = alias_of(named[filed.series], filed.title, last)
                if slug is not None and slug != filed.slug:
                    wanted[filed] = slug
        count = await self._store.categories.refile(wanted)
        if count:
            log.info("categories.refiled", titles=count)
        return count


def with_known(reading: Reading, old: Issue, series: Series, name: str) -> Reading:
    """The reading under the old one's key, with what the source knew besides the text: a path, a feed, a commit."""
    on = old.published_on
    noon = datetime.combine(on, time(12), ZoneInfo(series.zone)) if on is not None else None
    known = Known(
        number=old.number,
        path_on=on if old.date_from == "file name" else None,
        feed_at=noon if old.date_from == "feed" else None,
        commit_at=noon if old.date_from == "commit" else None,
    )
    reading = completed(reading, known, series, name)
    if reading.issue is None:
        return reading
    issue = replace(reading.issue, key=old.key)
    if issue.published_on is None:
        issue = replace(issue, published_on=on, date_from=old.date_from)
    return Reading(issue, reading.problems)
