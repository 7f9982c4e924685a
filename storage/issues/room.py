"""How do issues get in, change and go? Saving, correcting, showing and hiding: each method is one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from digest.issue import Issue, Problem
from digest.page import Picture
from storage import issue_rows
from storage.issues.queries import has_begun, is_newest, row_of
from storage.issues.reading import ReadingDesk
from storage.issues.values import IssueState, Saved, SaveResult
from storage.schema import issue


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
    ) -> Saved:
        """Add or replace by (series, key) in one transaction, search index included. Same revision: nothing changes.

        A better parser's reading of the same revision renews tree, index and pages and is still "unchanged". An issue
        that ceases to be held counts as "added": it newly appeared for readers.
        """
        draft = issue_rows.Draft(issue, source, revision, base, pictures, problems, held, parser_version)
        saved = await self._database.write(lambda connection: _save(connection, draft, now))
        self._trees.clear()
        return saved

    async def set_date(self, issue_id: int, on: date) -> None:
        """By a curator's word; outlives later revisions. Raises NotFound("issue.gone")."""

        def write(connection: Connection) -> None:
            row = row_of(connection, issue_id)
            issue_rows.correct(connection, row, on, row.corrected_number)

        await self._database.write(write)

    async def set_number(self, issue_id: int, number: int) -> None:
        """By a curator's word; outlives later revisions. Raises NotFound("issue.gone")."""

        def write(connection: Connection) -> None:
            row = row_of(connection, issue_id)
            issue_rows.correct(connection, row, row.corrected_on, number)

        await self._database.write(write)

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


def _save(connection: Connection, draft: issue_rows.Draft, now: datetime) -> Saved:
    row = issue_rows.find(connection, draft.issue.series, draft.issue.key)
    if row is not None and issue_rows.is_same(connection, row, draft):
        return Saved("unchanged", row.id, is_newer=False)
    before = None if row is None else issue_rows.current(connection, row).hash
    issue_id = issue_rows.save(connection, row, draft, now)
    saved = row_of(connection, issue_id)
    result: SaveResult = "unchanged" if before == draft.revision else "changed"
    if row is None or (row.state == "held" and saved.state == "published"):
        result = "added"
    return Saved(result, issue_id, saved.state == "published" and is_newest(connection, saved))
