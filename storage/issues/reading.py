"""Which issues are there? Every question about them, and how a stored issue is put together from its rows."""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from digest.codec import from_json
from digest.errors import NotFound, Refused
from digest.issue import Category, Issue, Problem
from storage import issue_rows, schema
from storage.categories import holds_sections
from storage.engine import Database
from storage.issues.queries import (
    IS_VISIBLE,
    NEWEST,
    categories_of,
    ids_of,
    in_series,
    line_of,
    named,
    pictures_of,
    row_of,
)
from storage.issues.values import IssueLine, Outdated, StoredIssue, StoredItem
from storage.schema import category, issue, revision
from storage.types import AnyRow

_SOURCES = (
    select(issue.c.id, issue.c.series, issue.c.revision, revision.c.id.label("revision_id"))
    .add_columns(revision.c.name, revision.c.source, revision.c.tree, revision.c.base)
    .add_columns(revision.c.hash, revision.c.parser_version)
    .join(revision, revision.c.id == issue.c.current_id)
    .order_by(issue.c.id)
)
TREES = 32  # decoded trees kept in memory: every button press asks for one


class ReadingDesk:
    """The questions. Retracted and held issues are invisible to readers' calls (marked *visible*)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._trees: OrderedDict[tuple[int, int], Issue] = OrderedDict()

    async def get(self, issue_id: int) -> StoredIssue:
        """In any state. Raises NotFound("issue.gone")."""
        return await self._database.read(
            lambda connection: self._assemble(connection, row_of(connection, issue_id))
        )

    async def by_key(self, key: str, series: str | None = None) -> StoredIssue:
        """By `key` or `series/key`, else by number. Raises NotFound("issue.unknown"), Refused("issue.ambiguous")."""

        def which(connection: Connection) -> int:
            found = named(connection, key, series)
            if not found:
                raise NotFound("issue.unknown", name=key)
            if len(found) > 1:
                raise Refused("issue.ambiguous", name=key, series=", ".join(row.series for row in found))
            return int(found[0].id)

        return await self.get(await self._database.read(which))

    async def latest(self, series: str | None = None) -> StoredIssue | None:
        """*Visible*, newest by date, then number."""
        statement = in_series(select(issue.c.id), series).where(IS_VISIBLE).order_by(*NEWEST).limit(1)
        issue_id = await self._database.read(lambda connection: connection.execute(statement).scalar())
        return None if issue_id is None else await self.get(issue_id)

    async def lines(
        self, series: str | None = None, *, visible: bool = True, limit: int = -1, offset: int = 0
    ) -> Sequence[IssueLine]:
        """Newest first."""
        statement = in_series(select(issue), series).order_by(*NEWEST).offset(offset)
        if visible:
            statement = statement.where(IS_VISIBLE)
        return await self._lines(statement.limit(limit) if limit >= 0 else statement)

    async def line(self, issue_id: int) -> IssueLine:
        """In any state. Raises NotFound("issue.gone")."""
        return await self._database.read(lambda connection: line_of(row_of(connection, issue_id)))

    async def count(self, series: str | None = None) -> int:
        """How many are *visible*."""
        statement = in_series(select(func.count()).select_from(issue), series).where(IS_VISIBLE)
        return int(await self._database.read(lambda connection: connection.execute(statement).scalar_one()))

    async def find(
        self, *, number: int | None = None, on: date | None = None, series: str | None = None
    ) -> Sequence[IssueLine]:
        """*Visible* ones with this number or date; with both given, those that have both."""
        statement = in_series(select(issue), series).where(IS_VISIBLE).order_by(*NEWEST)
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
        """Every category that holds a section, with its id, in the order of first appearance."""
        statement = select(category).where(holds_sections()).order_by(category.c.id)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [(row.id, Category(row.slug, row.name)) for row in rows]

    async def first_appeared(self, series: str) -> datetime | None:
        """When the first issue of the series appeared: what the first sync found is backlog."""
        statement = select(func.min(issue.c.appeared_at)).where(issue.c.series == series)
        return await self._database.read(lambda connection: connection.execute(statement).scalar())

    async def problems(self, issue_id: int) -> Sequence[Problem]:
        """What was said of the current revision's file. Raises NotFound("issue.gone")."""

        def read(connection: Connection) -> str:
            return str(issue_rows.current(connection, row_of(connection, issue_id)).problems)

        return [Problem(**problem) for problem in json.loads(await self._database.read(read))]

    async def source(self, issue_id: int) -> bytes:
        """The current revision's source, byte for byte. Raises NotFound("issue.gone")."""

        def read(connection: Connection) -> bytes:
            return bytes(issue_rows.current(connection, row_of(connection, issue_id)).source)

        return await self._database.read(read)

    async def file_name(self, issue_id: int) -> str:
        """The path in its source of the current revision's file. Raises NotFound("issue.gone")."""

        def read(connection: Connection) -> str:
            return str(issue_rows.current(connection, row_of(connection, issue_id)).name)

        return await self._database.read(read)

    async def outdated(self, parser_version: int, *, after: int = 0, limit: int = 20) -> Sequence[Outdated]:
        """Issues whose current tree an older parser made, in the order of their ids, `after` one of them."""
        older = revision.c.parser_version < parser_version
        return await self._sources(_SOURCES.where(older, issue.c.id > after).limit(limit))

    async def sources(self, issue_ids: Sequence[int]) -> Sequence[Outdated]:
        """What is needed to read these issues again, in the order of their ids."""
        return await self._sources(_SOURCES.where(issue.c.id.in_(issue_ids)))

    async def readings(self, series: str) -> Sequence[tuple[int, str]]:
        """(id, hash of source and pictures) of the current revision of every issue of a series, by their ids."""
        statement = (
            select(issue.c.id, revision.c.hash)
            .join(revision, revision.c.id == issue.c.current_id)
            .where(issue.c.series == series)
            .order_by(issue.c.id)
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [(row.id, row.hash) for row in rows]

    async def _sources(self, statement: Select[Any]) -> Sequence[Outdated]:
        def read(connection: Connection) -> Sequence[Outdated]:
            return [
                Outdated(
                    row.id,
                    row.series,
                    row.revision,
                    row.name,
                    bytes(row.source),
                    from_json(row.tree),
                    pictures_of(connection, row.revision_id),
                    row.base,
                    row.hash,
                    row.parser_version,
                )
                for row in connection.execute(statement).all()
            ]

        return await self._database.read(read)

    async def _lines(self, statement: Select[Any]) -> Sequence[IssueLine]:
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [line_of(row) for row in rows]

    def _assemble(self, connection: Connection, row: AnyRow) -> StoredIssue:
        light = (revision.c.id, revision.c.parser_version, revision.c.base)
        kept = connection.execute(select(*light).where(revision.c.id == row.current_id)).one()
        return StoredIssue(
            row.id,
            row.revision,
            row.state,
            _filed(
                issue_rows.corrected(self._tree(connection, kept.id, kept.parser_version), row),
                categories_of(connection, row.id),
            ),
            pictures_of(connection, kept.id),
            ids_of(connection, schema.section, row.id),
            ids_of(connection, schema.item, row.id),
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


def _filed(tree: Issue, slugs: Mapping[str, str]) -> Issue:
    """The tree with its sections under today's categories."""
    if all(slugs.get(one.key, one.category) == one.category for one in tree.sections):
        return tree
    sections = tuple(replace(one, category=slugs.get(one.key, one.category)) for one in tree.sections)
    return replace(tree, sections=sections)
