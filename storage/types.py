"""How are times, lists and ids kept, so that SQLite and PostgreSQL hold the same?"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Row, Text
from sqlalchemy.types import TypeDecorator

AnyRow = Row[*tuple[Any, ...]]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

# SQLite numbers rows by itself only for a column called INTEGER
Id = BigInteger().with_variant(Integer, "sqlite")


def milliseconds(at: datetime) -> int:
    """An instant as whole milliseconds since 1970, rounded down. Raises ValueError for a naive time."""
    if at.tzinfo is None:
        message = f"not an instant: {at!r} has no zone"
        raise ValueError(message)
    return (at - EPOCH) // MILLISECOND


def milliseconds_up(at: datetime) -> int:
    """Rounded up."""
    whole = milliseconds(at)
    return whole if instant(whole) == at else whole + 1


def instant(value: int) -> datetime:
    return EPOCH + value * MILLISECOND


class Instant(TypeDecorator[datetime]):
    """Aware UTC in code, integer milliseconds in the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (its interface)
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (its interface)
        return None if value is None else instant(value)


class Deadline(Instant):
    """An instant before which nothing may happen: rounded up, so that no fraction of a millisecond is cut off it."""

    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (its interface)
        return None if value is None else milliseconds_up(value)


class Names(TypeDecorator[tuple[str, ...]]):
    """A list of names in order, as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (its interface)
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 (its interface)
        return None if value is None else tuple(json.loads(value))
