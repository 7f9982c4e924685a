"""Which issues are there? Issues, their revisions, sections and items, kept with their source bytes."""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, func, select

from digest.codec import from_json
from digest.errors import NotFound, Refused
from digest.issue import Category, Issue, Item, Problem, Section
from digest.page import Picture
from storage import issue_rows, schema
from storage.engine import Database
from storage.schema import category, issue, picture, revision, revision_picture
from storage.types import AnyRow

IssueState = Literal["published", "held", "retracted"]
SaveResult = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class StoredIssue:
    """An issue as it is remembered. `id` never changes; `revision` is the hash of what is current.

    `pictures` tells for each image `src` of the tree which stored picture it is; missing ones are not in it.
    `section_ids` and `item_ids` map stable keys to the short numbers that buttons carry. `base` is the folder its
    relative paths start from. `appeared_at`: when it was first stored, or ceased to be held.
    """

    id: int
    revision: str
    state: IssueState
    issue: Issue
    pictures: Mapping[str, Picture]
    section_ids: Mapping[str, int]
    item_ids: Mapping[str, int]
    base: str
    appeared_at: datetime


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One line of a list of issues: enough to name and sort it, without its tree."""

    id: int
    series: str
    key: str
    number: int | None
    title: str
    published_on: date | None
    revision: str
    state: IssueState
    held: str | None  # None, "draft" or "until 2026-03-01"
    item_count: int


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item found by its id, with where it stands: `position` counts from 1 among all `count` items of the issue."""

    issue: StoredIssue
    section: Section
    item: Item
    item_id: int
    position: int
    count: int


@dataclass(frozen=True, slots=True)
class Saved:
    result: SaveResult
    issue_id: int
    is_newer: bool  # newer than the newest known one of its series, so that on-publish pushes may open


TREES = 32  # decoded trees kept in memory: every button press asks for one

IS_VISIBLE: ColumnElement[bool] = issue.c.state == "published"
# Without a date an issue sorts by its number, after the dated ones.
NEWEST = (
    issue.c.published_on.desc().nulls_last(),
    issue.c.number.desc().nulls_last(),
    issue.c.id.desc(),
)


class IssuesRoom:
    """All times are aware UTC. Retracted and held issues are invisible to readers' calls (marked *visible*)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._trees: OrderedDict[tuple[int, int], Issue] = OrderedDict()

    async def save(
        self,
        issue: Issue,
        source: bytes,
        *,
        revision: str,
        base: str,
        pictures: Mapping[str, Picture],
        now: datetime,
        held: str | None = None,
        parser_version: int = 1,
        problems: Sequence[Problem] = (),
    ) -> Saved:
        """Add or replace by (series, key) in one transaction, search index included. Same revision: nothing changes.

        A better parser's reading of the same revision renews tree, index and pages and is still "unchanged". An issue
        that ceases to be held counts as "added": it newly appeared for readers.
        """
        draft = issue_rows.Draft(issue, source, revision, base, pictures, problems, held, parser_version)
        saved = await self._database.write(lambda connection: _save(connection, draft, now))
        self._trees.clear()
        return saved

    async def get(self, issue_id: int) -> StoredIssue:
        """In any state. Raises NotFound("issue.gone")."""
        return await self._stored(select(issue).where(issue.c.id == issue_id), "issue.gone")

    async def by_key(self, key: str, series: str | None = None) -> StoredIssue:
        """By `key` or `series/key`, else by number. Raises NotFound("issue.unknown"), Refused("issue.ambiguous")."""

        def which(connection: Connection) -> int:
            found = _named(connection, key, series)
            if not found:
                raise NotFound("issue.unknown", name=key)
            if len(found) > 1:
                raise Refused("issue.ambiguous", name=key, series=", ".join(row.series for row in found))
            return int(found[0].id)

        return await self.get(await self._database.read(which))

    async def latest(self, series: str | None = None) -> StoredIssue | None:
        """*Visible*, newest by date, then number."""
        statement = _in_series(select(issue.c.id), series).where(IS_VISIBLE).order_by(*NEWEST).limit(1)
        issue_id = await self._database.read(lambda connection: connection.execute(statement).scalar())
        return None if issue_id is None else await self.get(issue_id)

    async def lines(
        self, series: str | None = None, *, visible: bool = True, limit: int = -1, offset: int = 0
    ) -> Sequence[IssueLine]:
        """Newest first."""
        statement = _in_series(select(issue), series).order_by(*NEWEST).offset(offset)
        if visible:
            statement = statement.where(IS_VISIBLE)
        return await self._lines(statement.limit(limit) if limit >= 0 else statement)

    async def count(self, series: str | None = None) -> int:
        """How many are *visible*."""
        statement = _in_series(select(func.count()).select_from(issue), series).where(IS_VISIBLE)
        return int(await self._database.read(lambda connection: connection.execute(statement).scalar_one()))

    async def find(
        self, *, number: int | None = None, on: date | None = None, series: str | None = None
    ) -> Sequence[IssueLine]:
        """*Visible* ones with this number or date; with both given, those that have both."""
        statement = _in_series(select(issue), series).where(IS_VISIBLE).order_by(*NEWEST)
        if number is not None:
            statement = statement.where(issue.c.number == number)
        if on is not None:
            statement = statement.where(issue.c.published_on == on)
        return await self._lines(statement)

    async def nearest(self, on: date) -> IssueLine | None:
        """The *visible* one nearest to a date; of two as near, the newer."""
        dated = select(issue).where(IS_VISIBLE, issue.c.published_on.is_not(None)).limit(1)
        after = dated.where(issue.c.published_on >= on).order_by(issue.c.published_on, issue.c.number.desc())
        before = dated.where(issue.c.published_on < on).order_by(*NEWEST)
        found = [*await self._lines(after), *await self._lines(before)]
        return min(found, key=lambda line: abs((line.published_on or on) - on), default=None)

    async def item(self, item_id: int) -> StoredItem:
        """In any state but retracted. Raises NotFound("item.gone")."""
        where = select(schema.item.c.issue_id, schema.item.c.key).where(
            schema.item.c.id == item_id, schema.item.c.is_present
        )
        row = await self._database.read(lambda connection: connection.execute(where).one_or_none())
        stored = None if row is None else await self.get(row.issue_id)
        if row is None or stored is None or stored.state == "retracted":
            raise NotFound("item.gone", id=item_id)
        for position, (section, item) in enumerate(stored.issue.placed(), 1):
            if item.key == row.key:
                return StoredItem(stored, section, item, item_id, position, len(stored.item_ids))
        raise NotFound("item.gone", id=item_id)

    async def neighbours(self, issue_id: int) -> tuple[int | None, int | None]:
        """Ids of the *visible* issues just older and just newer in the same series."""

        def read(connection: Connection) -> tuple[int | None, int | None]:
            series = select(issue.c.series).where(issue.c.id == issue_id).scalar_subquery()
            order = select(issue.c.id).where(issue.c.series == series, IS_VISIBLE | (issue.c.id == issue_id))
            ids = connection.execute(order.order_by(*NEWEST)).scalars().all()
            if issue_id not in ids:
                return None, None
            at = ids.index(issue_id)
            return (ids[at + 1] if at + 1 < len(ids) else None), (ids[at - 1] if at else None)

        return await self._database.read(read)

    async def categories(self) -> Sequence[tuple[int, Category]]:
        """Every category with its id, in the order of first appearance."""
        statement = select(category).order_by(category.c.id)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [(row.id, Category(row.slug, row.name)) for row in rows]

    async def section_titles(self, series: str) -> frozenset[str]:
        """Titles that were sections in any issue of the series: history tells sections from items (content.md §4)."""
        statement = select(schema.section.c.title).join(issue).where(issue.c.series == series).distinct()
        return frozenset(
            await self._database.read(lambda connection: connection.execute(statement).scalars().all())
        )

    async def first_appeared(self, series: str) -> datetime | None:
        """When the first issue of the series appeared: what the first sync found is backlog."""
        statement = select(func.min(issue.c.appeared_at)).where(issue.c.series == series)
        return await self._database.read(lambda connection: connection.execute(statement).scalar())

    async def set_date(self, issue_id: int, on: date) -> None:
        """By a curator's word; outlives later revisions. Raises NotFound("issue.gone")."""

        def write(connection: Connection) -> None:
            row = _row(connection, issue_id)
            issue_rows.correct(connection, row, on, row.corrected_number)

        await self._database.write(write)

    async def set_number(self, issue_id: int, number: int) -> None:
        """By a curator's word; outlives later revisions. Raises NotFound("issue.gone")."""

        def write(connection: Connection) -> None:
            row = _row(connection, issue_id)
            issue_rows.correct(connection, row, row.corrected_on, number)

        await self._database.write(write)

    async def set_state(self, issue_id: int, state: IssueState, now: datetime | None = None) -> None:
        """Retract or publish; the search index follows in the same transaction.

        Retracting cancels the issue's open campaigns. Publishing what was held makes it appear at `now`, if given.
        """

        def write(connection: Connection) -> None:
            row = _row(connection, issue_id)
            values: dict[str, Any] = {"state": state}
            if state == "published":
                values["held"] = None
                if row.state == "held" and now is not None:
                    values["appeared_at"] = now
            issue_rows.set_state(connection, row, values, now)

        await self._database.write(write)

    async def release(self, now: datetime, zones: Mapping[str, str]) -> Sequence[int]:
        """Make visible what was held until a day that has begun in its series' zone; returns their ids.

        A series without a zone begins its days in UTC.
        """

        def write(connection: Connection) -> Sequence[int]:
            held = connection.execute(select(issue).where(issue.c.state == "held").order_by(issue.c.id)).all()
            due = [row for row in held if _has_begun(row, now, zones.get(row.series, "UTC"))]
            for row in due:
                values = {"state": "published", "held": None, "appeared_at": now}
                issue_rows.set_state(connection, row, values, now)
            return [row.id for row in due]

        return await self._database.write(write)

    async def problems(self, issue_id: int) -> Sequence[Problem]:
        """What was said of the current revision's file. Raises NotFound("issue.gone")."""

        def read(connection: Connection) -> str:
            return str(issue_rows.current(connection, _row(connection, issue_id)).problems)

        return [Problem(**problem) for problem in json.loads(await self._database.read(read))]

    async def source(self, issue_id: int) -> bytes:
        """The current revision's source, byte for byte. Raises NotFound("issue.gone")."""

        def read(connection: Connection) -> bytes:
            return bytes(issue_rows.current(connection, _row(connection, issue_id)).source)

        return await self._database.read(read)

    async def _lines(self, statement: Select[Any]) -> Sequence[IssueLine]:
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [_line(row) for row in rows]

    async def _stored(self, statement: Select[Any], missing: str) -> StoredIssue:
        def read(connection: Connection) -> StoredIssue | None:
            row = connection.execute(statement).one_or_none()
            return None if row is None else self._assemble(connection, row)

        stored = await self._database.read(read)
        if stored is None:
            raise NotFound(missing)
        return stored

    def _assemble(self, connection: Connection, row: AnyRow) -> StoredIssue:
        light = (revision.c.id, revision.c.parser_version, revision.c.base)
        kept = connection.execute(select(*light).where(revision.c.id == row.current_id)).one()
        return StoredIssue(
            row.id,
            row.revision,
            row.state,
            issue_rows.corrected(self._tree(connection, kept.id, kept.parser_version), row),
            _pictures(connection, kept.id),
            _ids(connection, schema.section, row.id),
            _ids(connection, schema.item, row.id),
            kept.base,
            row.appeared_at,
        )

    def _tree(self, connection: Connection, revision_id: int, parser_version: int) -> Issue:
        """A revision's tree never changes but by a better parser, so it may be kept decoded."""
        key = (revision_id, parser_version)
        tree = self._trees.get(key)
        if tree is None:
            statement = select(revision.c.tree).where(revision.c.id == revision_id)
            tree = from_json(connection.execute(statement).scalar_one())
            self._trees[key] = tree
            if len(self._trees) > TREES:
                self._trees.popitem(last=False)
        return tree


def _save(connection: Connection, draft: issue_rows.Draft, now: datetime) -> Saved:
    row = issue_rows.find(connection, draft.issue.series, draft.issue.key)
    if row is not None and issue_rows.is_same(connection, row, draft):
        return Saved("unchanged", row.id, is_newer=False)
    before = None if row is None else issue_rows.current(connection, row).hash
    issue_id = issue_rows.save(connection, row, draft, now)
    saved = _row(connection, issue_id)
    result: SaveResult = "unchanged" if before == draft.revision else "changed"
    if row is None or (row.state == "held" and saved.state == "published"):
        result = "added"
    return Saved(result, issue_id, saved.state == "published" and _is_newest(connection, saved))


def _is_newest(connection: Connection, row: AnyRow) -> bool:
    order = select(issue.c.id).where(issue.c.series == row.series, IS_VISIBLE).order_by(*NEWEST).limit(1)
    return bool(connection.execute(order).scalar() == row.id)


def _row(connection: Connection, issue_id: int) -> AnyRow:
    row = issue_rows.row_of(connection, issue_id)
    if row is None:
        raise NotFound("issue.gone", id=issue_id)
    return row


def _named(connection: Connection, key: str, series: str | None) -> Sequence[AnyRow]:
    """Issues called `key`, from the narrowest meaning to the widest."""
    ways = [_in_series(select(issue), series).where(issue.c.key == key)]
    if series is None and "/" in key:
        prefix, _, rest = key.partition("/")
        ways.append(select(issue).where(issue.c.series == prefix, issue.c.key == rest))
    if key.isascii() and key.isdigit() and len(key) < 10:
        ways.append(_in_series(select(issue), series).where(issue.c.number == int(key)))
    for way in ways:
        found = connection.execute(way.order_by(*NEWEST)).all()
        if found:
            return found
    return []


def _in_series(statement: Select[Any], series: str | None) -> Select[Any]:
    return statement if series is None else statement.where(issue.c.series == series)


def _line(row: AnyRow) -> IssueLine:
    return IssueLine(
        row.id,
        row.series,
        row.key,
        row.number,
        row.title,
        row.published_on,
        row.revision,
        row.state,
        row.held,
        row.item_count,
    )


def _ids(connection: Connection, table: Any, issue_id: int) -> dict[str, int]:
    present = select(table.c.key, table.c.id).where(table.c.issue_id == issue_id, table.c.is_present)
    return {row.key: row.id for row in connection.execute(present.order_by(table.c.position))}


def _pictures(connection: Connection, revision_id: int) -> dict[str, Picture]:
    statement = (
        select(revision_picture.c.src, picture)
        .join(picture, picture.c.sha == revision_picture.c.sha)
        .where(revision_picture.c.revision_id == revision_id)
    )
    return {
        row.src: Picture(row.sha, row.mime, row.width, row.height, row.size)
        for row in connection.execute(statement)
    }


def _has_begun(row: AnyRow, now: datetime, zone: str) -> bool:
    """`held` says "until 2026-03-01"; a draft waits for its key to go."""
    word, _, day = (row.held or "").partition(" ")
    return word == "until" and date.fromisoformat(day) <= now.astimezone(ZoneInfo(zone)).date()
