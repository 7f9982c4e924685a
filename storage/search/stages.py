"""In which order is the index asked, and what comes first? Stages run one after another until the page is full."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from digest.words import Filters, Group, IssueFilter, Plan
from storage.issue_rows import DAY
from storage.schema import category, issue, item, section
from storage.search import sqlite
from storage.search_schema import link, vocab

BLOCK = 200  # rows that are ranked together
REACH = 1_000  # results that can be paged to
COMMON = 0.05  # share of the items beyond which a word is too common to score all its rows

TITLE_BONUS = 4
RECENCY = 0.3
RECENCY_DAYS = 180.0

Ranked = tuple[int, float]  # search id, score: larger is better


@dataclass(frozen=True, slots=True)
class Index:
    """The index as one search sees it: inside a transaction, narrowed by filters, on the reader's day."""

    connection: Connection
    narrowing: Select[tuple[int]] | None
    today: date

    def recency(self, search_id: int) -> float:
        """A mild lift for what is new: search ids grow with the day."""
        age = max(0, self.today.toordinal() - search_id // DAY)
        return 1 + RECENCY * math.exp(-age / RECENCY_DAYS)


def narrowed(filters: Filters) -> Select[tuple[int]] | None:
    """The search ids within the filters; None for everywhere."""
    return visible(filters) if filters else None


def visible(filters: Filters) -> Select[tuple[int]]:
    """The search ids of what readers may see, within the filters."""
    conditions: list[ColumnElement[bool]] = [item.c.is_present, issue.c.state == "published"]
    if filters.sections:
        named = or_(section.c.title.in_(filters.sections), category.c.name.in_(filters.sections))
        ids = select(section.c.id).join(category, category.c.id == section.c.category_id).where(named)
        conditions.append(item.c.section_id.in_(ids))
    if filters.issue is not None:
        conditions.append(_is_issue(filters.issue))
    if filters.since is not None:
        conditions.append(item.c.published_on >= filters.since)
    if filters.until is not None:
        conditions.append(item.c.published_on <= filters.until)
    return select(item.c.search_id).join(issue, issue.c.id == item.c.issue_id).where(*conditions)


def _is_issue(wanted: IssueFilter) -> ColumnElement[bool]:
    key = func.lower(issue.c.key)
    ways = [key == wanted.key, func.lower(issue.c.series) + "/" + key == wanted.key]
    if wanted.number is not None:
        ways.append(issue.c.number == wanted.number)
    if wanted.on is not None:
        ways.append(issue.c.published_on == wanted.on)
    return or_(*ways)


def exact(index: Index, plan: Plan) -> Iterator[Ranked]:
    """What was typed, then in other words, then in addresses too. The same row may come again."""
    if plan.address is not None:
        yield from addressed(index, plan.address)
    asked: set[str] = set()
    for tier, columns in ((0, sqlite.WORDS), (1, sqlite.WORDS), (1, sqlite.COLUMNS)):
        expression = sqlite.expression(plan, tier, columns) if plan.groups else ""
        if expression and expression not in asked:
            asked.add(expression)
            yield from _ranked(index, plan, tier, columns)


def exact_count(index: Index, plan: Plan) -> int:
    """How many rows `exact` would give: its last stage holds all the others."""
    return _count(index, plan, 1, sqlite.COLUMNS)


def near(index: Index, plan: Plan) -> Iterator[Ranked]:
    """The looser alternatives."""
    yield from _ranked(index, plan, 2, sqlite.WORDS)


def near_count(index: Index, plan: Plan) -> int:
    return _count(index, plan, 2, sqlite.WORDS)


def addressed(index: Index, address: str) -> Iterator[Ranked]:
    """The items that link there, newest first."""
    found = (
        select(item.c.search_id)
        .join(link, link.c.item == item.c.id)
        .where(link.c.url == address)
        .order_by(item.c.search_id.desc())
    )
    for row in index.connection.execute(found):
        yield row.search_id, index.recency(row.search_id)


def browsed(index: Index, filters: Filters) -> Iterator[Ranked]:
    """Everything within the filters, newest first."""
    found = visible(filters).order_by(item.c.search_id.desc()).limit(REACH)
    for row in index.connection.execute(found):
        yield row.search_id, 0.0


def browsed_count(index: Index, filters: Filters) -> int:
    found = select(func.count()).select_from(visible(filters).subquery())
    return int(index.connection.execute(found).scalar_one())


def _count(index: Index, plan: Plan, tier: int, columns: Sequence[str]) -> int:
    if not plan.groups:
        return 0
    return sqlite.count(index.connection, sqlite.expression(plan, tier, columns), index.narrowing)


def _ranked(index: Index, plan: Plan, tier: int, columns: Sequence[str]) -> Iterator[Ranked]:
    """The rows of one stage, block by block as they are wanted."""
    expression = sqlite.expression(plan, tier, columns)
    is_common = _is_common(index, plan, tier)
    for offset in range(0, REACH, BLOCK):
        if is_common:
            block = _newest_block(index, plan, tier, expression, offset)
        else:
            found = sqlite.best(index.connection, expression, index.narrowing, BLOCK, offset)
            block = [
                (row, -(score + TITLE_BONUS * title) * index.recency(row)) for row, score, title in found
            ]
        yield from sorted(block, key=lambda one: (-one[1], -one[0]))
        if len(block) < BLOCK:
            return


def _newest_block(index: Index, plan: Plan, tier: int, expression: str, offset: int) -> list[Ranked]:
    """The newest rows of a too common word. Its own weight says nothing, so only where it stands counts."""
    found = sqlite.newest(index.connection, expression, index.narrowing, BLOCK, offset)
    if not found:
        return []
    in_title = sqlite.expression(plan, tier, ("title",))
    titled = set(sqlite.among(index.connection, in_title, found[-1], found[0]))
    return [(row, (1 + TITLE_BONUS * (row in titled)) * index.recency(row)) for row in found]


def _is_common(index: Index, plan: Plan, tier: int) -> bool:
    """Does a query of one group hit so many rows that scoring them all would cost?"""
    if len(plan.groups) != 1:
        return False
    most = _most_hits(index.connection, plan.groups[0], tier)
    if most <= BLOCK:
        return False
    return most > COMMON * int(index.connection.execute(select(func.count()).select_from(item)).scalar_one())


def _most_hits(connection: Connection, group: Group, tier: int) -> int:
    """At most so many rows: a phrase hits no more than its rarest token."""
    most = 0
    for alternative in group.within(tier):
        bounds = []
        for phrase in alternative.phrases:
            *whole, last = phrase.tokens
            bounds += [frequency(connection, token) for token in whole]
            bounds.append(
                begun_frequency(connection, last)
                if phrase.is_open
                else sum(frequency(connection, form) for form in phrase.forms or (last,))
            )
        most += min(bounds)
    return most


def frequency(connection: Connection, token: str) -> int:
    """How many items hold the token."""
    return int(connection.execute(select(vocab.c.df).where(vocab.c.term == token)).scalar() or 0)


def begun_frequency(connection: Connection, beginning: str) -> int:
    """How many times, at most, an item holds a token that begins so."""
    begins = vocab.c.term.between(beginning, beginning + "\U0010ffff")
    return int(connection.execute(select(func.sum(vocab.c.df)).where(begins)).scalar() or 0)
