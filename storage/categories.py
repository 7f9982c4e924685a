"""What do readers subscribe to? Categories, what the curator merged, and which new ones he is still to be asked about.

A section's row says under which category it stands; a merge moves rows, the trees stay as they were read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Text, exists, func, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.errors import NotFound, Refused
from digest.issue import Category
from storage.engine import Database
from storage.schema import category, category_alias, issue, section, subscription
from storage.types import AnyRow


@dataclass(frozen=True, slots=True)
class Offer:
    """A category that a new section title made, and the issue it first stood in."""

    category_id: int
    category: Category
    issue_id: int


@dataclass(frozen=True, slots=True)
class Filed:
    """A section title of a series, and the slug of the category its sections stand under."""

    series: str
    title: str
    slug: str


class CategoriesRoom:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, category_id: int) -> Category:
        """Raises NotFound("category.gone")."""

        def read(connection: Connection) -> Category:
            row = _row(connection, category_id)
            return Category(row.slug, row.name)

        return await self._database.read(read)

    async def aliases(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(slug, section titles) by a curator's word, as `Series.aliases` has them."""
        statement = (
            select(category.c.slug, category_alias.c.title)
            .join(category, category.c.id == category_alias.c.category_id)
            .order_by(category.c.id, category_alias.c.title)
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row.slug, []).append(row.title)
        return tuple((slug, tuple(titles)) for slug, titles in found.items())

    async def offers(self) -> Sequence[Offer]:
        """The new categories nobody has been asked about, in the order of their birth."""
        statement = (
            select(category)
            .where(category.c.offer_for.is_not(None), holds_sections())
            .order_by(category.c.id)
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [Offer(row.id, Category(row.slug, row.name), row.offer_for) for row in rows]

    async def close_offer(self, category_id: int) -> None:
        """The curator was asked, or has decided; harmless when there is none."""
        statement = update(category).where(category.c.id == category_id).values(offer_for=None)
        await self._database.write(lambda connection: connection.execute(statement))

    async def merge(self, category_id: int, into_id: int) -> None:
        """Sections, their titles in later issues, and readers' picks go over to the other category. Twice is as once.

        Raises NotFound("category.gone"), Refused("category.same").
        """
        await self._database.write(lambda connection: _merge(connection, category_id, into_id))

    async def slugs(self) -> frozenset[str]:
        """Every category there ever was, merged ones included."""
        rows = await self._database.read(
            lambda connection: connection.execute(select(category.c.slug)).scalars().all()
        )
        return frozenset(rows)

    async def current(self, slugs: frozenset[str]) -> frozenset[str]:
        """The slugs that stand for these today: who writes a merged category means what it was merged into."""
        new = category.alias("new")
        statement = (
            select(category.c.slug, new.c.slug.label("now"))
            .join(category_alias, category_alias.c.title == category.c.name)
            .join(new, new.c.id == category_alias.c.category_id)
            .where(category.c.slug.in_(slugs), ~holds_sections())
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        merged = {row.slug: row.now for row in rows}
        return frozenset(merged.get(slug, slug) for slug in slugs)

    async def filed(self) -> Sequence[Filed]:
        """Every section title of every series with the category it stands under."""
        statement = (
            select(issue.c.series, section.c.title, category.c.slug)
            .join(issue, issue.c.id == section.c.issue_id)
            .join(category, category.c.id == section.c.category_id)
            .distinct()
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [Filed(row.series, row.title, row.slug) for row in rows]

    async def refile(self, wanted: Mapping[Filed, str]) -> int:
        """Put sections under the category of this slug, made where it is new; how many titles moved.

        Where a category is left without sections in the series, the picks of its readers follow.
        """

        def write(connection: Connection) -> int:
            for filed, slug in wanted.items():
                _refile(connection, filed, slug)
            return len(wanted)

        return await self._database.write(write) if wanted else 0


def _row(connection: Connection, category_id: int) -> AnyRow:
    row = connection.execute(select(category).where(category.c.id == category_id)).one_or_none()
    if row is None:
        raise NotFound("category.gone", id=category_id)
    return row


def holds_sections() -> ColumnElement[bool]:
    """Whether a category is in use: one that was merged holds none any more."""
    return exists().where(section.c.category_id == category.c.id)


def _merge(connection: Connection, category_id: int, into_id: int) -> None:
    old, new = _row(connection, category_id), _row(connection, into_id)
    if old.id == new.id:
        raise Refused("category.same", name=old.name)
    titles = select(section.c.title).where(section.c.category_id == old.id).distinct()
    for title in {old.name, *connection.execute(titles).scalars()}:
        row = insert(category_alias).values(title=title, category_id=new.id)
        connection.execute(row.on_conflict_do_update(index_elements=["title"], set_={"category_id": new.id}))
    earlier = update(category_alias).where(category_alias.c.category_id == old.id)
    connection.execute(earlier.values(category_id=new.id))
    connection.execute(update(section).where(section.c.category_id == old.id).values(category_id=new.id))
    connection.execute(update(category).where(category.c.id == old.id).values(offer_for=None))
    _follow(connection, old.slug, new.slug)


def _follow(connection: Connection, old: str, new: str, series: str | None = None) -> None:
    """Who picked the old category has the new one; for one series or for all."""
    name = json.dumps(old, ensure_ascii=False)  # as a list of names is kept: storage/types.py
    holds = type_coerce(subscription.c.categories, Text).contains(name, autoescape=True)
    which = select(subscription.c.channel_id, subscription.c.series, subscription.c.categories).where(holds)
    if series is not None:
        which = which.where(subscription.c.series == series)
    for row in connection.execute(which).all():
        picks = tuple(sorted({new if slug == old else slug for slug in row.categories}))
        mine = (subscription.c.channel_id == row.channel_id, subscription.c.series == row.series)
        connection.execute(update(subscription).where(*mine).values(categories=picks))


def _refile(connection: Connection, filed: Filed, slug: str) -> None:
    row = insert(category).values(slug=slug, name=filed.title)
    connection.execute(row.on_conflict_do_nothing())
    ids = select(category.c.slug, category.c.id).where(category.c.slug.in_((filed.slug, slug)))
    known = {one.slug: one.id for one in connection.execute(ids)}
    of_series = section.c.issue_id.in_(select(issue.c.id).where(issue.c.series == filed.series))
    there = (section.c.category_id == known[filed.slug], of_series)
    moving = update(section).where(*there, section.c.title == filed.title)
    connection.execute(moving.values(category_id=known[slug]))
    left = select(func.count()).select_from(section).where(*there)
    if not connection.execute(left).scalar():
        _follow(connection, filed.slug, slug, filed.series)
