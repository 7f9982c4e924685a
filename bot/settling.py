"""Which stored issues were read with another history than there is now? They are read again, once, under their revision.

Of each issue a note tells how it was read: of which text, by which parser and profile, what its headings told the
others, and what it was told by them. An issue without a note that is true, as after a crash, is read again as well.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from typing import Final

import structlog

from bot.reading import Parse
from digest.calendar import Clock, day
from digest.history import History, Told
from digest.issue import Headings, Problem, Reading, Series
from digest.known import as_before
from digest.matching import keep_keys
from digest.parse import PARSER_VERSION
from storage.issues import Outdated
from storage.store import Store

AT_ONCE: Final = 20  # sources held in memory
log = structlog.get_logger(__name__)


class Settling:
    """Safe to run at any time, and again after being cut off."""

    def __init__(self, store: Store, clock: Clock, parse: Parse) -> None:
        self._store = store
        self._clock = clock
        self._parse = parse

    async def history(self, series: Series) -> History:
        """What the stored issues of a series tell."""
        noted = await self._store.notes.all(_notes_of(series.key))
        return History({int(issue_id): _told(value) for issue_id, value in noted.items()})

    async def settle(self, series: Series) -> int:
        """Make every tree of a series what it is as one among all; returns how many became other.

        Each issue is read at most twice: what nobody has noted first tells what it tells, then hears the others. One
        that is told nothing new is not read.
        """
        history = await self.history(series)
        count = 0
        unnoted = [
            issue_id
            for issue_id, source_hash in await self._store.issues.readings(series.key)
            if (told := history.get(issue_id)) is None or told.mark != mark(source_hash, series)
        ]
        count += await self._renew_all(unnoted, series, history)
        count += await self._renew_all(history.unheard(), series, history)
        if count:
            log.info("issues.settled", series=series.key, count=count)
        return count

    async def _renew_all(self, issue_ids: Sequence[int], series: Series, history: History) -> int:
        count = 0
        for start in range(0, len(issue_ids), AT_ONCE):
            for one in await self._store.issues.sources(issue_ids[start : start + AT_ONCE]):
                count += await self.renew(one, series, history)
        return count

    async def renew(self, one: Outdated, series: Series, history: History) -> bool:
        """Read a stored source anew; whether what is stored of it became another.

        No correction, no push: the revision keeps its name, the items their keys (content.md §7.1).
        """
        reading = await asyncio.to_thread(
            self._parse,
            one.source,
            series=series,
            name=one.name,
            known_sections=history.titles(but=one.issue_id),
            today=day(self._clock.now(), series.zone),
            web_base=one.base,  # the folder of a source is no address: nothing is seen from it
        )
        if _is_passing(reading):
            return False
        is_other = await self._keep(one, as_before(reading, one.tree, series, one.name), series)
        heard = history.met(reading.headings, but=one.issue_id)
        told = Told(mark(one.source_hash, series), reading.headings, heard)
        history.add(one.issue_id, told)
        await self._store.notes.write_all(note_of(series, one.issue_id, told))
        return is_other

    async def _keep(self, one: Outdated, reading: Reading, series: Series) -> bool:
        if reading.issue is None:
            # the tree that is there is better than none
            log.warning("issue.unreadable_now", series=series.key, issue=one.issue_id, file=one.name)
            return False
        stored = await self._store.issues.problems(one.issue_id)
        # what was said of its pictures holds on: they are not looked at again
        problems = [*reading.problems, *(problem for problem in stored if _is_of_a_picture(problem))]
        is_same = keep_keys(one.tree, reading.issue) == one.tree and _said(problems) == _said(stored)
        if is_same and one.parser_version == PARSER_VERSION:
            return False
        return await self._store.issues.reread(one, reading.issue, problems, PARSER_VERSION)


def note_of(series: Series, issue_id: int, told: Told) -> dict[str, str]:
    """The note on one issue, to be written with what else there is to note."""
    headings = told.headings
    value = [told.mark, sorted(headings.sections), sorted(headings.folded), sorted(told.met)]
    return {f"{_notes_of(series.key)}{issue_id}": json.dumps(value, ensure_ascii=False)}


def mark(source_hash: str, series: Series) -> str:
    """Of what a reading depends on besides history; another category is no other reading."""
    about = repr((PARSER_VERSION, source_hash, series.profile))
    return hashlib.sha256(about.encode()).hexdigest()[:32]


def _told(value: str) -> Told:
    marked, sections, folded, met = json.loads(value)
    return Told(marked, Headings(frozenset(sections), frozenset(folded)), frozenset(met))


def _notes_of(series: str) -> str:
    return f"headings {series}/"


def _is_passing(reading: Reading) -> bool:
    """The worker was stopped or did not start: that says nothing of the file."""
    return any(problem.code in {"parse_stopped", "parse_failed"} for problem in reading.problems)


def _is_of_a_picture(problem: Problem) -> bool:
    return problem.code.startswith("picture_")


def _said(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Without lines: an issue that was cut from a file of several is stored without what stood above it."""
    return sorted((problem.code, json.dumps(problem.arguments, sort_keys=True)) for problem in problems)
