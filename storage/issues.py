"""Which issues are there? Issues, their revisions, sections and items, kept with their source bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from digest.issue import Category, Issue, Item, Problem, Section
from digest.page import Picture

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


class IssuesRoom:
    """All times are aware UTC. Retracted and held issues are invisible to readers' calls (marked *visible*)."""

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
    ) -> Saved:
        """Add or replace by (series, key) in one transaction, search index included. Same revision: nothing changes."""
        raise NotImplementedError

    async def get(self, issue_id: int) -> StoredIssue:
        """Raises NotFound("issue.gone")."""
        raise NotImplementedError

    async def by_key(self, key: str, series: str | None = None) -> StoredIssue:
        """By `key` or `series/key`. Raises NotFound("issue.unknown"), Refused("issue.ambiguous")."""
        raise NotImplementedError

    async def latest(self, series: str | None = None) -> StoredIssue | None:
        """*Visible*, newest by date, then number."""
        raise NotImplementedError

    async def lines(
        self, series: str | None = None, *, visible: bool = True, limit: int = -1, offset: int = 0
    ) -> Sequence[IssueLine]:
        """Newest first."""
        raise NotImplementedError

    async def count(self, series: str | None = None) -> int:
        """How many are *visible*."""
        raise NotImplementedError

    async def find(
        self, *, number: int | None = None, on: date | None = None, series: str | None = None
    ) -> Sequence[IssueLine]:
        """*Visible* ones with this number or date."""
        raise NotImplementedError

    async def nearest(self, on: date) -> IssueLine | None:
        """The *visible* one nearest to a date."""
        raise NotImplementedError

    async def item(self, item_id: int) -> StoredItem:
        """Raises NotFound("item.gone")."""
        raise NotImplementedError

    async def neighbours(self, issue_id: int) -> tuple[int | None, int | None]:
        """Ids of the *visible* issues just older and just newer in the same series."""
        raise NotImplementedError

    async def categories(self) -> Sequence[tuple[int, Category]]:
        """Every category with its id, in the order of first appearance."""
        raise NotImplementedError

    async def set_date(self, issue_id: int, on: date) -> None:
        raise NotImplementedError

    async def set_number(self, issue_id: int, number: int) -> None:
        raise NotImplementedError

    async def set_state(self, issue_id: int, state: IssueState) -> None:
        """Retract or publish; the search index follows in the same transaction."""
        raise NotImplementedError

    async def release(self, now: datetime, zones: Mapping[str, str]) -> Sequence[int]:
        """Make visible what was held until a day that has begun in its series' zone; returns their ids."""
        raise NotImplementedError

    async def problems(self, issue_id: int) -> Sequence[Problem]:
        raise NotImplementedError
