"""How do issues get in, change and go? Saving, correcting, showing and hiding: each method is one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from digest.codec import from_json
from digest.diff import Revised, diff
from digest.errors import Refused
from digest.issue import Issue, Problem
from digest.page import Picture
from storage import issue_rows
from storage.issues.queries import has_begun, is_newest, pictures_of, row_of
from storage.issues.reading import ReadingDesk
from storage.issues.values import IssueState, Outdated, Saved, SaveResult
from storage.schema import issue, revision
from storage.types import AnyRow


class IssuesRoom(ReadingDesk):
    """All times are aware UTC."""

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
        origin: str = "",
        name: str = "",
        offered: Collection[str] = (),
    ) -> Saved:
        """Add or replace by (series, key) in one transaction, search index included. Same revision: nothing changes.

        A better parser's reading of the same revision renews tree, index and pages and is still "unchanged". An issue
        that ceases to be held counts as "added": it newly appeared for readers. `origin` and `name`: the source's
        identity and the file's path in it. `offered`: slugs that the curator is to be asked about, should they be new.
        """
        draft = issue_rows.Draft(
            issue, source, revision, base, pictures, problems, held, parser_version, origin, name,
            frozenset(offered),
        )  # fmt: skip
        saved = await self._database.write(lambda connection: _save(connection, draft, now))
        self._trees.clear()
        return saved

    async def reread(
        self, outdated: Outdated, tree: Issue, problems: Sequence[Problem], parser_version: int
    ) -> bool:
        """Another reading of a stored source: tree and index under the same revision, keys and ids kept.

        False when the issue has changed or was read again since, so that there is nothing to do.
        """

        def write(connection: Connection) -> bool:
            row = row_of(connection, outdated.issue_id)
            kept = issue_rows.current(connection, row)
            if (row.revision, kept.parser_version) != (outdated.revision, outdated.parser_version):
                return False
            issue_rows.reread(connection, row, tree, problems, parser_version)
            return True

        done = await self._database.write(write)
        self._trees.clear()
        return done

    async def revised(self, issue_id: int, old: str, new: str) -> Revised | None:
        """What makes one revision of another: the event as `save` or a correction gave it, whenever it is asked for.

        Any two that were current once, in either order; None when one of them never was. Raises NotFound("issue.gone").
        """

        def read(connection: Connection) -> Revised | None:
            row_of(connection, issue_id)
            before = _state_of(connection, issue_id, old)
            after = _state_of(connection, issue_id, new)
            return None if before is None or after is None else _between(issue_id, before, after)

        return await self._database.read(read)

    async def set_date(self, issue_id: int, on: date) -> Revised | None:
        """By a curator's word; outlives later revisions. None when it was so. Raises NotFound("issue.gone")."""

        def write(connection: Connection) -> Revised | None:
            row = row_of(connection, issue_id)
            return _corrected(connection, row, on, row.corrected_number)

        return await self._database.write(write)

    async def set_number(self, issue_id: int, number: int) -> Revised | None:
        """By a curator's word; outlives later revisions. None when it was so.

        Raises NotFound("issue.gone"), Refused("number.taken") when another issue of the series has it.
        """

        def write(connection: Connection) -> Revised | None:
            row = row_of(connection, issue_id)
            _refuse_taken(connection, row, number)
            return _corrected(connection, row, row.corrected_on, number)

        return await self._database.write(write)

    async def set_state(self, issue_id: int, state: IssueState, now: datetime | None = None) -> None:
        """Retract or publish; the search index follows in the same transaction.

        Retracting cancels the issue's open campaigns. Publishing what was held makes it appear at `now`, if given.
        """

        def write(connection: Connection) -> None:
            row = row_of(connection, issue_id)
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
            due = [row for row in held if has_begun(row, now, zones.get(row.series, "UTC"))]
            for row in due:
                values = {"state": "published", "held": None, "appeared_at": now}
                issue_rows.set_state(connection, row, values, now)
            return [row.id for row in due]

        return await self._database.write(write)

    async def miss(
        self, series: str, origin: str, present: Collection[str], now: datetime
    ) -> Sequence[tuple[int, str]]:
        """(id, file) of the issues that were last seen in this source and whose files are not `present`: each once.

        Nothing is retracted by it; a file that returns is seen by `save`.
        """

        def write(connection: Connection) -> Sequence[tuple[int, str]]:
            mine = (
                select(issue.c.id, revision.c.name)
                .join(revision, revision.c.id == issue.c.current_id)
                .where(issue.c.series == series, revision.c.origin == origin, issue.c.gone_at.is_(None))
                .order_by(issue.c.id)
            )
            gone = [(row.id, row.name) for row in connection.execute(mine).all() if row.name not in present]
            for issue_id, _ in gone:
                connection.execute(update(issue).where(issue.c.id == issue_id).values(gone_at=now))
            return gone

        return await self._database.write(write)


def _save(connection: Connection, draft: issue_rows.Draft, now: datetime) -> Saved:
    row = issue_rows.find(connection, draft.issue.series, draft.issue.key)
    if row is None and (row := issue_rows.reread_of(connection, draft)) is not None:
        draft = replace(draft, issue=replace(draft.issue, key=row.key))
    if row is not None and issue_rows.is_same(connection, row, draft):
        issue_rows.sight(connection, row, draft)
        return Saved("unchanged", row.id, is_newer=False, is_kept=False)
    before = None if row is None else _state(connection, row)
    issue_id = issue_rows.save(connection, row, draft, now)
    saved = row_of(connection, issue_id)
    revised = None if before is None else _revised(connection, before, saved)
    result: SaveResult = "unchanged" if revised is None else "changed"
    if row is None or (row.state == "held" and saved.state == "published"):
        result = "added"
    return Saved(result, issue_id, saved.state == "published" and is_newest(connection, saved), revised)


State = tuple[str, Issue, dict[str, str]]


def _state(connection: Connection, row: AnyRow) -> State:
    """What a revision is: its name, its tree as corrected, and which pictures it shows."""
    kept = issue_rows.current(connection, row)
    tree = issue_rows.corrected(from_json(kept.tree), row)
    return row.revision, tree, _shas(connection, kept.id)


def _state_of(connection: Connection, issue_id: int, name: str) -> State | None:
    found = issue_rows.named(connection, issue_id, name)
    return None if found is None else (name, found[1], _shas(connection, found[0]))


def _shas(connection: Connection, revision_id: int) -> dict[str, str]:
    return {src: picture.sha for src, picture in pictures_of(connection, revision_id).items()}


def _revised(connection: Connection, before: State, row: AnyRow) -> Revised | None:
    return None if row.revision == before[0] else _between(row.id, before, _state(connection, row))


def _between(issue_id: int, before: State, after: State) -> Revised:
    changes = diff(before[1], after[1], old_pictures=before[2], new_pictures=after[2])
    return Revised(issue_id, before[0], after[0], changes)


def _corrected(connection: Connection, row: AnyRow, on: date | None, number: int | None) -> Revised | None:
    before = _state(connection, row)
    issue_rows.correct(connection, row, on, number)
    return _revised(connection, before, row_of(connection, row.id))


def _refuse_taken(connection: Connection, row: AnyRow, number: int) -> None:
    other = connection.execute(
        select(issue.c.key, issue.c.title).where(
            issue.c.series == row.series, issue.c.number == number, issue.c.id != row.id
        )
    ).first()
    if other is not None:
        raise Refused("number.taken", number=number, title=other.title, issue=f"{row.series}/{other.key}")
