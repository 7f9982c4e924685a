"""Which rows are meant, in which order? The statements behind the room's questions, inside the caller's transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from digest.calendar import day
from digest.errors import NotFound
from digest.page import Picture
from storage import issue_rows
from storage.issues.values import IssueLine
from storage.schema import category, issue, picture, revision_picture, section
from storage.types import AnyRow

IS_VISIBLE: ColumnElement[bool] = issue.c.state == "published"
_earlier = issue.alias("earlier")
# An issue without a date stands right after the one its number follows: it has that one's date to sort by.
_DAY = func.coalesce(
    issue.c.published_on,
    select(_earlier.c.published_on)
    .where(
        _earlier.c.series == issue.c.series,
        _earlier.c.number < issue.c.number,
        _earlier.c.published_on.is_not(None),
    )
    .order_by(_earlier.c.number.desc())
    .limit(1)
    .correlate(issue)
    .scalar_subquery(),
)
NEWEST = (
    _DAY.desc().nulls_last(),
    issue.c.number.desc().nulls_last(),
    issue.c.id.desc(),
)


def is_newest(connection: Connection, row: AnyRow) -> bool:
    order = select(issue.c.id).where(issue.c.series == row.series, IS_VISIBLE).order_by(*NEWEST).limit(1)
    return bool(connection.execute(order).scalar() == row.id)


def row_of(connection: Connection, issue_id: int) -> AnyRow:
    row = issue_rows.row_of(connection, issue_id)
    if row is None:
        raise NotFound("issue.gone", id=issue_id)
    return row


def named(connection: Connection, key: str, series: str | None) -> Sequence[AnyRow]:
    """Issues called `key`, from the narrowest meaning to the widest."""
    ways = [in_series(select(issue), series).where(issue.c.key == key)]
    if series is None and "/" in key:
        prefix, _, rest = key.partition("/")
        ways.append(select(issue).where(issue.c.series == prefix, issue.c.key == rest))
    if key.isascii() and key.isdigit() and len(key) < 10:
        ways.append(in_series(select(issue), series).where(issue.c.number == int(key)))
    for way in ways:
        found = connection.execute(way.order_by(*NEWEST)).all()
        if found:
            return found
    return []


def in_series(statement: Select[Any], series: str | None) -> Select[Any]:
    return statement if series is None else statement.where(issue.c.series == series)


def line_of(row: AnyRow) -> IssueLine:
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
        row.gone_at is not None,
    )


def ids_of(connection: Connection, table: Any, issue_id: int) -> dict[str, int]:
    present = select(table.c.key, table.c.id).where(table.c.issue_id == issue_id, table.c.is_present)
    return {row.key: row.id for row in connection.execute(present.order_by(table.c.position))}


def categories_of(connection: Connection, issue_id: int) -> dict[str, str]:
    """The slug each present section (by key) stands under: a curator may have merged what the tree was read with."""
    statement = (
        select(section.c.key, category.c.slug)
        .join(category, category.c.id == section.c.category_id)
        .where(section.c.issue_id == issue_id, section.c.is_present)
    )
    return {row.key: row.slug for row in connection.execute(statement)}


def pictures_of(connection: Connection, revision_id: int) -> dict[str, Picture]:
    statement = (
        select(revision_picture.c.src, picture)
        .join(picture, picture.c.sha == revision_picture.c.sha)
        .where(revision_picture.c.revision_id == revision_id)
    )
    return {
        row.src: Picture(row.sha, row.mime, row.width, row.height, row.size)
        for row in connection.execute(statement)
    }


def has_begun(row: AnyRow, now: datetime, zone: str) -> bool:
    """`held` says "until 2026-03-01"; a draft waits for its key to go."""
    word, _, until = (row.held or "").partition(" ")
    return word == "until" and date.fromisoformat(until) <= day(now, zone)
