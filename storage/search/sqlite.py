"""How does SQLite search? FTS5 without content: what is asked is built from our tokens only, never from typed text."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, column, func, literal_column, select, table, text

from digest.words import Alternative, Group, Phrase, Plan

COLUMNS = ("title", "section", "body", "links", "extra", "urls")
WORDS = COLUMNS[:-1]  # addresses are searched last: the host of common links would rank at random

_NAMES = ", ".join(COLUMNS)
_VALUES = ", ".join(f":{name}" for name in COLUMNS)
_INSERT = text(f"INSERT INTO fts(rowid, {_NAMES}) VALUES (:id, {_VALUES})")  # noqa: S608  names of ours
# On 3.40 a contentless table forgets only by being told the very tokens it was given.
_DELETE = text(f"INSERT INTO fts(fts, rowid, {_NAMES}) VALUES ('delete', :id, {_VALUES})")  # noqa: S608  names of ours
_EMPTY = text("INSERT INTO fts(fts) VALUES ('delete-all')")

_FTS = table("fts", column("rowid"), column("rank"))
_MATCH = text("fts MATCH :expression")
_RANKED = text("rank MATCH 'bm25(10,3,1,.5,.5,.1)'")
_TITLE_SCORE: ColumnElement[float] = literal_column("bm25(fts,1,0,0,0,0,0)")
_ROW: ColumnElement[int] = literal_column(
    "+fts.rowid"
)  # the plus keeps SQLite from walking the narrowing rows one by one

Narrowing = Select[tuple[int]]
Scored = tuple[int, float, float]  # search id; both scores, smaller is better


def write(
    connection: Connection, rows: Sequence[tuple[int, Sequence[Sequence[str]]]], *, is_in: bool
) -> None:
    """Put rows (search id, tokens by column) into the index, or take out what was put in exactly so."""
    values = [
        {"id": search_id, **dict(zip(COLUMNS, map(" ".join, columns), strict=True))}
        for search_id, columns in rows
    ]
    if values:
        connection.execute(_INSERT if is_in else _DELETE, values)


def empty(connection: Connection) -> None:
    connection.execute(_EMPTY)


def best(
    connection: Connection, expression: str, narrowing: Narrowing | None, limit: int, offset: int
) -> Sequence[Scored]:
    """The best rows by weighted bm25. The narrowing works before the cut, so it hides no match."""
    asked = select(_FTS.c.rowid, _FTS.c.rank, _TITLE_SCORE).where(_MATCH, _RANKED)
    asked = _narrowed(asked, narrowing).order_by(_FTS.c.rank).limit(limit).offset(offset)
    return [(row[0], row[1], row[2]) for row in connection.execute(asked, {"expression": expression})]


def newest(
    connection: Connection, expression: str, narrowing: Narrowing | None, limit: int, offset: int
) -> Sequence[int]:
    """Search ids without scores, newest first: for words so common that scoring all their rows would cost."""
    asked = _narrowed(select(_FTS.c.rowid).where(_MATCH), narrowing)
    asked = asked.order_by(_FTS.c.rowid.desc()).limit(limit).offset(offset)
    return [row[0] for row in connection.execute(asked, {"expression": expression})]


def among(connection: Connection, expression: str, oldest: int, newest: int) -> Sequence[int]:
    """The search ids between two that match."""
    asked = select(_FTS.c.rowid).where(_MATCH, _FTS.c.rowid.between(oldest, newest))
    return [row[0] for row in connection.execute(asked, {"expression": expression})]


def count(connection: Connection, expression: str, narrowing: Narrowing | None) -> int:
    asked = _narrowed(select(func.count()).select_from(_FTS).where(_MATCH), narrowing)
    return int(connection.execute(asked, {"expression": expression}).scalar_one())


def _narrowed(asked: Select[Any], narrowing: Narrowing | None) -> Select[Any]:
    return asked if narrowing is None else asked.where(_ROW.in_(narrowing))


def expression(plan: Plan, tier: int, columns: Sequence[str] = WORDS) -> str:
    """What to MATCH: every group by one of its alternatives up to this tier, none of the excluded. Quoted tokens only."""
    wanted = " AND ".join(_group(group, tier) for group in plan.groups)
    if plan.whole is not None:
        wanted = f"({wanted}) OR {_phrase(plan.whole)}"
    found = f"{_in(columns)} ({wanted})"
    if plan.excluded:
        unwanted = " OR ".join(_group(group, 0) for group in plan.excluded)
        found = f"({found}) NOT ({_in(WORDS)} ({unwanted}))"
    return found


def _in(columns: Sequence[str]) -> str:
    return "{" + " ".join(columns) + "} :"


def _group(group: Group, tier: int) -> str:
    return "(" + " OR ".join(_alternative(one) for one in group.within(tier)) + ")"


def _alternative(alternative: Alternative) -> str:
    return "(" + " AND ".join(_phrase(phrase) for phrase in alternative.phrases) + ")"


def _phrase(phrase: Phrase) -> str:
    if phrase.forms:
        return "(" + " OR ".join(_quoted(form) for form in phrase.forms) + ")"
    return _quoted(" ".join(phrase.tokens)) + (" *" if phrase.is_open else "")


def _quoted(tokens: str) -> str:
    """Tokens hold no quotes; doubling them keeps that from ever mattering."""
    return '"' + tokens.replace('"', '""') + '"'
