"""Which exact parts does a variant have? Frozen once, shared by all its channels."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, select, tuple_
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.delivery import Variant
from storage.deliveries.values import FrozenPart
from storage.delivery_schema import part, rendition
from storage.types import AnyRow

KEPT = 2_000  # parts remembered in memory: they never change, and every claim needs one

Parts = dict[tuple[int, int], FrozenPart]


def freeze(connection: Connection, variant: Variant, parts: Sequence[FrozenPart]) -> int:
    """Store once; two that freeze the same variant get the same id, and the first one's parts hold."""
    made = insert(rendition).values(asdict(variant)).on_conflict_do_nothing().returning(rendition.c.id)
    rendition_id = connection.execute(made).scalar()
    if rendition_id is None:
        known = find(connection, variant)
        assert known is not None
        return known
    if parts:
        rows = [{"rendition_id": rendition_id, **asdict(one)} for one in parts]
        connection.execute(insert(part), rows)
    return int(rendition_id)


def find(connection: Connection, variant: Variant) -> int | None:
    same = (rendition.c[name] == value for name, value in asdict(variant).items())
    return connection.execute(select(rendition.c.id).where(*same)).scalar()


def parts_of(connection: Connection, rendition_id: int) -> Sequence[FrozenPart]:
    statement = select(part).where(part.c.rendition_id == rendition_id).order_by(part.c.n)
    return [_part(row) for row in connection.execute(statement)]


def recall(connection: Connection, wanted: set[tuple[int, int]], kept: Parts) -> Parts:
    """The parts by (rendition, number), from memory where they are there."""
    missing = [key for key in wanted if key not in kept]
    if missing:
        if len(kept) + len(missing) > KEPT:
            kept.clear()
            missing = list(wanted)
        these = tuple_(part.c.rendition_id, part.c.n).in_(missing)
        for row in connection.execute(select(part).where(these)):
            kept[row.rendition_id, row.n] = _part(row)
    return kept


def _part(row: AnyRow) -> FrozenPart:
    named = row._mapping  # noqa: SLF001 (public, and a row's own `count` is a tuple's)
    return FrozenPart(
        row.n, row.method, row.body, row.pictures, named["count"], row.items, row.sha, row.categories
    )
