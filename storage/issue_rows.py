"""How is an issue laid down in rows? Saving, correcting, showing and hiding, each inside the caller's transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.codec import from_json, to_json
from digest.issue import Issue, Problem
from digest.matching import keep_keys
from digest.page import Picture
from storage.deliveries.campaigns import OPEN_CAMPAIGN, cancel
from storage.delivery_schema import campaign
from storage.index_documents import documents_of, index, unindex
from storage.schema import (
    category,
    corrected_revision,
    issue,
    item,
    picture,
    revision,
    revision_picture,
    section,
)
from storage.types import AnyRow

DAY = 2**20  # search.md §5: a search id is the day's number × 2^20 + a counter, so that it grows with time


@dataclass(frozen=True, slots=True)
class Draft:
    """All that is to be saved of one issue."""

    issue: Issue
    source: bytes
    revision: str
    base: str
    pictures: Mapping[str, Picture]
    problems: Sequence[Problem]
    held: str | None
    parser_version: int
    origin: str = ""
    name: str = ""
    offered: frozenset[str] = frozenset()


def find(connection: Connection, series: str, key: str) -> AnyRow | None:
    return connection.execute(select(issue).where(issue.c.series == series, issue.c.key == key)).one_or_none()


def reread_of(connection: Connection, draft: Draft) -> AnyRow | None:
    """The issue whose very source an older parser called otherwise: a better reading makes no second issue of it."""
    return connection.execute(
        select(issue)
        .join(revision, revision.c.id == issue.c.current_id)
        .where(
            issue.c.series == draft.issue.series,
            revision.c.hash == draft.revision,
            revision.c.parser_version < draft.parser_version,
        )
        .order_by(issue.c.id)
    ).first()


def row_of(connection: Connection, issue_id: int) -> AnyRow | None:
    return connection.execute(select(issue).where(issue.c.id == issue_id)).one_or_none()


def current(connection: Connection, row: AnyRow) -> AnyRow:
    return connection.execute(select(revision).where(revision.c.id == row.current_id)).one()


def corrected(tree: Issue, row: AnyRow) -> Issue:
    """The tree with what a curator's word says of it."""
    return _with_word(tree, row.corrected_on, row.corrected_number)


def _with_word(tree: Issue, on: date | None, number: int | None) -> Issue:
    if number is not None:
        tree = replace(tree, number=number)
    if on is not None:
        tree = replace(tree, published_on=on, date_from="curator")
    return tree


def named(connection: Connection, issue_id: int, name: str) -> tuple[int, Issue] | None:
    """The row and the tree, as corrected then, of what was or is the issue's current revision under this name."""
    tree = select(revision.c.id, revision.c.tree).where(revision.c.issue_id == issue_id)
    plain = connection.execute(tree.where(revision.c.hash == name)).one_or_none()
    if plain is not None:
        return plain.id, from_json(plain.tree)
    word = tree.add_columns(corrected_revision.c.published_on, corrected_revision.c.number).join(
        corrected_revision, corrected_revision.c.revision_id == revision.c.id
    )
    row = connection.execute(
        word.where(corrected_revision.c.issue_id == issue_id, corrected_revision.c.name == name)
    ).one_or_none()
    return None if row is None else (row.id, _with_word(from_json(row.tree), row.published_on, row.number))


def _keep_word(
    connection: Connection, issue_id: int, revision_id: int, name: str, word: tuple[date | None, int | None]
) -> None:
    """What a corrected revision is called stands nowhere else once another is current."""
    if word != (None, None):
        row = {"issue_id": issue_id, "name": name, "revision_id": revision_id}
        fresh = insert(corrected_revision).values(**row, published_on=word[0], number=word[1])
        connection.execute(fresh.on_conflict_do_nothing())


def revision_name(source_hash: str, on: date | None, number: int | None) -> str:
    """The revision is source, pictures and corrections together; without corrections it is the source's own hash."""
    if on is None and number is None:
        return source_hash
    return hashlib.sha256(f"{source_hash} on={on} number={number}".encode()).hexdigest()


def is_same(connection: Connection, row: AnyRow, draft: Draft) -> bool:
    """Nothing to do: the same source, read by no better parser, held back or not as before."""
    kept = current(connection, row)
    is_held_alike = row.held == draft.held or row.state == "retracted"
    return bool(kept.hash == draft.revision and kept.parser_version >= draft.parser_version and is_held_alike)


def sight(connection: Connection, row: AnyRow, draft: Draft) -> None:
    """Note where an unchanged issue was seen: files are renamed, and what was gone may be back."""
    if row.gone_at is not None:
        connection.execute(update(issue).where(issue.c.id == row.id).values(gone_at=None))
    kept = current(connection, row)
    if draft.origin and (kept.origin, kept.name) != (draft.origin, draft.name):
        seen = {"origin": draft.origin, "name": draft.name}
        connection.execute(update(revision).where(revision.c.id == kept.id).values(seen))


def insert_issue(connection: Connection, draft: Draft, now: datetime) -> int:
    tree = draft.issue
    row = {
        "series": tree.series,
        "key": tree.key,
        "current_id": 0,
        "revision": draft.revision,
        "title": tree.title,
        "state": "held" if draft.held else "published",
        "item_count": len(tree.items),
        "appeared_at": now,
    }
    return int(connection.execute(insert(issue).returning(issue.c.id), row).scalar_one())


def store_revision(connection: Connection, issue_id: int, draft: Draft, now: datetime) -> int:
    """The revision's row, written anew when it was current before (a file may return to an older text)."""
    row = {
        "issue_id": issue_id,
        "hash": draft.revision,
        "source": draft.source,
        "tree": to_json(draft.issue),
        "parser_version": draft.parser_version,
        "base": draft.base,
        "origin": draft.origin,
        "name": draft.name,
        "problems": _problems(draft.problems),
        "stored_at": now,
    }
    fresh = insert(revision).values(row)
    statement = fresh.on_conflict_do_update(
        index_elements=["issue_id", "hash"],
        set_={name: fresh.excluded[name] for name in row if name not in ("issue_id", "hash")},
    ).returning(revision.c.id)
    revision_id = int(connection.execute(statement).scalar_one())
    _store_pictures(connection, revision_id, draft.pictures)
    return revision_id


def _problems(problems: Sequence[Problem]) -> str:
    return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False)


def _store_pictures(connection: Connection, revision_id: int, pictures: Mapping[str, Picture]) -> None:
    connection.execute(delete(revision_picture).where(revision_picture.c.revision_id == revision_id))
    if pictures:
        known = {one.sha: asdict(one) for one in pictures.values()}
        connection.execute(insert(picture).on_conflict_do_nothing(), list(known.values()))
        rows = [{"revision_id": revision_id, "src": src, "sha": one.sha} for src, one in pictures.items()]
        connection.execute(insert(revision_picture), rows)


def make_current(
    connection: Connection,
    issue_id: int,
    revision_id: int,
    tree: Issue,
    values: dict[str, Any],
    offered: frozenset[str] = frozenset(),
) -> None:
    """Point the issue at a revision and lay out its sections and items; ids stay where keys do.

    Categories that are born by it and stand in `offered` wait for the curator to be asked about.
    """
    row = row_of(connection, issue_id)
    assert row is not None
    tree = corrected(tree, row)
    columns = {
        "current_id": revision_id,
        "title": tree.title,
        "number": tree.number,
        "published_on": tree.published_on,
        "item_count": len(tree.items),
        **values,
    }
    connection.execute(update(issue).where(issue.c.id == issue_id).values(columns))
    section_ids = _lay_sections(connection, issue_id, tree, offered)
    _lay_items(connection, issue_id, tree, section_ids, columns.get("appeared_at", row.appeared_at))


def _lay_sections(
    connection: Connection, issue_id: int, tree: Issue, offered: frozenset[str]
) -> dict[str, int]:
    connection.execute(update(section).where(section.c.issue_id == issue_id).values(is_present=False))
    if not tree.sections:
        return {}
    categories = _category_ids(connection, issue_id, tree, offered)
    rows = [
        {
            "issue_id": issue_id,
            "key": one.key,
            "title": one.title,
            "category_id": categories[one.category],
            "position": position,
            "is_present": True,
        }
        for position, one in enumerate(tree.sections, 1)
    ]
    _upsert(connection, section, rows)
    laid = select(section.c.key, section.c.id).where(section.c.issue_id == issue_id)
    return {row.key: row.id for row in connection.execute(laid)}


def _category_ids(
    connection: Connection, issue_id: int, tree: Issue, offered: frozenset[str]
) -> dict[str, int]:
    """A category is called by the first section title it appeared under."""
    names: dict[str, str] = {}
    for one in tree.sections:
        names.setdefault(one.category, one.title)
    rows = [
        {"slug": slug, "name": name, "offer_for": issue_id if slug in offered else None}
        for slug, name in names.items()
    ]
    connection.execute(insert(category).on_conflict_do_nothing(), rows)
    found = select(category.c.slug, category.c.id).where(category.c.slug.in_(names))
    return {row.slug: row.id for row in connection.execute(found)}


def _lay_items(
    connection: Connection, issue_id: int, tree: Issue, section_ids: Mapping[str, int], appeared_at: datetime
) -> None:
    known = {row.key: row for row in connection.execute(select(item).where(item.c.issue_id == issue_id))}
    connection.execute(update(item).where(item.c.issue_id == issue_id).values(is_present=False))
    day = (tree.published_on or appeared_at.date()).toordinal()
    keys = [one.key for one in tree.items]
    strangers = [key for key in keys if key not in known or known[key].search_id // DAY != day]
    fresh = dict(zip(strangers, _free_search_ids(connection, day, len(strangers)), strict=True))
    rows = [
        {
            "issue_id": issue_id,
            "section_id": section_ids[where.key],
            "key": one.key,
            "title": one.title,
            "position": position,
            "search_id": fresh.get(one.key) or known[one.key].search_id,
            "published_on": tree.published_on,
            "is_present": True,
        }
        for position, (where, one) in enumerate(tree.placed(), 1)
    ]
    if rows:
        _upsert(connection, item, rows)


def _free_search_ids(connection: Connection, day: int, count: int) -> Sequence[int]:
    first = day * DAY
    highest = select(func.max(item.c.search_id)).where(item.c.search_id.between(first, first + DAY - 1))
    start = (connection.execute(highest).scalar() or first) + 1
    return range(start, start + count)


def _upsert(connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert or rewrite by (issue, key)."""
    fresh = insert(table)
    names = [name for name in rows[0] if name not in ("issue_id", "key")]
    statement = fresh.on_conflict_do_update(
        index_elements=["issue_id", "key"], set_={name: fresh.excluded[name] for name in names}
    )
    connection.execute(statement, list(rows))


def reindexed(connection: Connection, issue_id: int, *, is_in: bool) -> None:
    """Put the issue's present items into the search index (or take them out), as its rows and tree say now."""
    row = row_of(connection, issue_id)
    assert row is not None
    if row.state != "published":
        return
    tree = corrected(from_json(current(connection, row).tree), row)
    present = connection.execute(
        select(item.c.key, item.c.id, item.c.search_id).where(item.c.issue_id == issue_id, item.c.is_present)
    ).all()
    ids = {one.key: one.id for one in present}
    documents = documents_of(tree, ids, {one.key: one.search_id for one in present})
    if is_in:
        index(connection, documents)
    else:
        unindex(connection, documents)


def save(connection: Connection, row: AnyRow | None, draft: Draft, now: datetime) -> int:
    """Write a draft over what is there (`row`), the search index with it."""
    if row is None:
        issue_id, state, appears = insert_issue(connection, draft, now), None, True
    else:
        issue_id, state = row.id, "held" if draft.held else "published"
        state = "retracted" if row.state == "retracted" else state
        appears = row.state == "held" and state == "published"
        reindexed(connection, issue_id, is_in=False)
        old = from_json(current(connection, row).tree)
        draft = replace(draft, issue=keep_keys(old, draft.issue))
    values: dict[str, Any] = {"held": draft.held, "revision": draft.revision, "gone_at": None}
    if row is not None:
        values |= {
            "state": state,
            "revision": revision_name(draft.revision, row.corrected_on, row.corrected_number),
        }
    if appears:
        values["appeared_at"] = now
    revision_id = store_revision(connection, issue_id, draft, now)
    if row is not None:
        word = (row.corrected_on, row.corrected_number)
        _keep_word(connection, issue_id, revision_id, values["revision"], word)
    make_current(connection, issue_id, revision_id, draft.issue, values, draft.offered)
    reindexed(connection, issue_id, is_in=True)
    return issue_id


def reread(
    connection: Connection, row: AnyRow, tree: Issue, problems: Sequence[Problem], parser_version: int
) -> None:
    """Another tree of the same source: everything made of it follows, the revision keeps its name."""
    reindexed(connection, row.id, is_in=False)
    kept = current(connection, row)
    tree = keep_keys(from_json(kept.tree), replace(tree, key=row.key))
    words = {"tree": to_json(tree), "problems": _problems(problems), "parser_version": parser_version}
    connection.execute(update(revision).where(revision.c.id == kept.id).values(words))
    make_current(connection, row.id, kept.id, tree, {})
    reindexed(connection, row.id, is_in=True)


def correct(connection: Connection, row: AnyRow, on: date | None, number: int | None) -> None:
    """Set what a curator says; the search ids follow the day, and the revision has a new name."""
    reindexed(connection, row.id, is_in=False)
    kept = current(connection, row)
    word = {"corrected_on": on, "corrected_number": number}
    connection.execute(update(issue).where(issue.c.id == row.id).values(word))
    name = revision_name(kept.hash, on, number)
    _keep_word(connection, row.id, kept.id, name, (on, number))
    make_current(connection, row.id, kept.id, from_json(kept.tree), {"revision": name})
    reindexed(connection, row.id, is_in=True)


def set_state(connection: Connection, row: AnyRow, values: dict[str, Any], now: datetime | None) -> None:
    """Show or hide: only what is published is in the index; what is retracted is not sent any further."""
    reindexed(connection, row.id, is_in=False)
    connection.execute(update(issue).where(issue.c.id == row.id).values(values))
    reindexed(connection, row.id, is_in=True)
    if values["state"] == "retracted":
        open_ones = select(campaign.c.id).where(
            campaign.c.issue_id == row.id, campaign.c.state.in_(OPEN_CAMPAIGN), campaign.c.kind != "recall"
        )
        for campaign_id in connection.execute(open_ones).scalars().all():
            cancel(connection, campaign_id, now)
