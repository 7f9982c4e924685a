"""Which items answer a plan? The neutral half of search: tiers, repair, ranking."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Literal

from sqlalchemy import Connection, delete, insert, select

from digest.words import BUILT_IN, TOKENISER, Plan, Synonyms, plan
from storage.engine import Database
from storage.issue_rows import reindexed
from storage.schema import category, issue, item, meta, section
from storage.search import repair, stages, write
from storage.search.hits import Hit, hits
from storage.search.stages import Index, Ranked
from storage.search.titles import Title, complete, read_titles

__all__ = ["Found", "Hit", "SearchRoom", "SearchState"]

SearchState = Literal["hits", "nearest", "nothing", "hint"]

MOST_SUGGESTIONS = 3
TITLES_AGE_S = 10.0  # how old the titles that completion reads may be


@dataclass(frozen=True, slots=True)
class Found:
    """`count` is all there are; `repaired` is what was looked for instead of what was typed, when only that was found.

    `plan` is what was looked for, to mark the hits by.
    """

    state: SearchState
    count: int
    hits: Sequence[Hit]
    repaired: str | None = None
    suggestions: tuple[str, ...] = ()
    unknown_section: str | None = None
    range_turned: tuple[date, date] | None = None
    plan: Plan = field(default_factory=Plan)


class SearchRoom:
    def __init__(self, database: Database, synonyms: Synonyms = BUILT_IN) -> None:
        self._database = database
        self._synonyms = synonyms
        self._titles: tuple[Title, ...] = ()
        self._titles_read_at: float | None = None

    def use(self, synonyms: Synonyms) -> None:
        """Look for these synonyms from now on; the index does not depend on them."""
        self._synonyms = synonyms

    async def find(self, query: str, *, today: date, limit: int = 5, offset: int = 0) -> Found:
        """What a person's words find (search.md §5, §9). Total: never raises for what was typed."""

        def find(connection: Connection) -> Found:
            write.check_dialect(connection)
            planned = _planned(connection, query, today, self._synonyms)
            return _found(connection, planned, today, limit, offset)

        return await self._database.read(find)

    async def ensure(self) -> int:
        """Build the index anew if another tokeniser made it; returns how many items were indexed.

        To be awaited before anything is saved: FTS5 is damaged by being told other words to forget than it was given.
        """

        def kept(connection: Connection) -> str | None:
            return connection.execute(select(meta.c.v).where(meta.c.k == "tokeniser")).scalar()

        return 0 if await self._database.read(kept) == TOKENISER else await self.reindex()

    async def reindex(self) -> int:
        """Build the index anew; returns how many items. One transaction: readers see the old index until it is done."""
        return await self._database.write(_rebuild)

    async def titles(self, typed: str, limit: int = 25) -> Sequence[tuple[str, str]]:
        """Completion from memory: (title, item id in base62), newest first."""
        if self._titles_read_at is None or time.monotonic() - self._titles_read_at > TITLES_AGE_S:
            await self.renew_titles()
        return complete(self._titles, typed, limit)

    async def renew_titles(self) -> None:
        """Read the titles anew: after an issue was published, corrected or retracted."""
        self._titles = await self._database.read(read_titles)
        self._titles_read_at = time.monotonic()


def _rebuild(connection: Connection) -> int:
    write.clear(connection)
    ids = connection.execute(select(issue.c.id).where(issue.c.state == "published")).scalars().all()
    for issue_id in ids:
        reindexed(connection, issue_id, is_in=True)
    connection.execute(delete(meta).where(meta.c.k == "tokeniser"))
    connection.execute(insert(meta), {"k": "tokeniser", "v": TOKENISER})
    present = select(item.c.id).where(
        item.c.is_present, item.c.issue_id.in_(select(issue.c.id).where(issue.c.state == "published"))
    )
    return len(connection.execute(present).all())


def _planned(connection: Connection, query: str, today: date, synonyms: Synonyms) -> Plan:
    """The plan; the titles that `section:` may name are only read when it is there."""
    planned = plan(query, today, synonyms=synonyms)
    if planned.filters.unknown_section is None:
        return planned
    known = select(section.c.title).distinct().where(section.c.is_present).union(select(category.c.name))
    return plan(query, today, connection.execute(known).scalars().all(), synonyms)


def _found(connection: Connection, planned: Plan, today: date, limit: int, offset: int) -> Found:
    turned = _turned(planned)
    if planned.hint:
        return Found("hint", 0, (), plan=planned)
    if planned.filters.unknown_section is not None:
        return Found("nothing", 0, (), unknown_section=planned.filters.unknown_section, plan=planned)
    index = Index(connection, stages.narrowed(planned.filters), today)
    if planned.is_browsing:
        count = stages.browsed_count(index, planned.filters)
        page = _page(stages.browsed(index, planned.filters), limit, offset)
        return _answer(connection, planned, page, count, turned)
    if page := _page(stages.exact(index, planned), limit, offset):
        count = max(stages.exact_count(index, planned), offset + len(page))
        return _answer(connection, planned, page, count, turned)
    if offset and _page(stages.exact(index, planned), 1, 0):
        return Found("hits", stages.exact_count(index, planned), (), range_turned=turned, plan=planned)
    return _nearest(index, planned, limit, offset, turned)


def _turned(planned: Plan) -> tuple[date, date] | None:
    since, until = planned.filters.since, planned.filters.until
    return (since, until) if planned.filters.is_turned and since and until else None


def _page(ranked: Iterator[Ranked], limit: int, offset: int) -> list[Ranked]:
    """One page of what comes, each row once; what comes after it is never asked for."""

    def once() -> Iterator[Ranked]:
        seen: set[int] = set()
        for one in ranked:
            if one[0] not in seen:
                seen.add(one[0])
                yield one

    return list(islice(once(), offset, offset + limit))


def _answer(
    connection: Connection,
    planned: Plan,
    page: Sequence[Ranked],
    count: int,
    turned: tuple[date, date] | None,
    repaired: str | None = None,
    *,
    is_near: bool = False,
) -> Found:
    state: SearchState = ("nearest" if is_near else "hits") if count else "nothing"
    return Found(
        state,
        count,
        hits(connection, page, is_approximate=is_near),
        repaired=repaired,
        range_turned=turned,
        plan=planned,
    )


def _nearest(index: Index, planned: Plan, limit: int, offset: int, turned: tuple[date, date] | None) -> Found:
    """Looser words, then repaired ones; failing both, what to try instead."""
    for repaired in (False, True):
        attempt: tuple[Plan, str | None] | None = (
            repair.repaired(index.connection, planned) if repaired else (planned, None)
        )
        if attempt is None or not (count := stages.near_count(index, attempt[0])):
            continue
        page = _page(stages.near(index, attempt[0]), limit, offset)
        return _answer(index.connection, attempt[0], page, count, turned, attempt[1], is_near=True)
    suggestions = tuple(islice(_suggestions(index, planned), MOST_SUGGESTIONS))
    return Found("nothing", 0, (), suggestions=suggestions, range_turned=turned, plan=planned)


def _suggestions(index: Index, planned: Plan) -> Iterator[str]:
    """Words that do find something here."""
    for word in dict.fromkeys(repair.candidates(index.connection, planned)):
        if stages.exact_count(index, plan(f'"{word}"', index.today)):
            yield word
