"""What do callers get of the stored issues? The values the room gives out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from digest.diff import Revised
from digest.issue import Issue, Item, Section
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
    is_file_gone: bool = (
        False  # its source does not hold it any more; the issue stays until a curator retracts it
    )


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
    """How saving went. `is_newer`: newer than the newest known one of its series, so that on-publish pushes may open.

    `revised` is set when an issue that was there has a new revision.
    """

    result: SaveResult
    issue_id: int
    is_newer: bool
    revised: Revised | None = None
    is_kept: bool = (
        True  # whether this reading's tree is stored now; the same text read no better is passed over
    )


@dataclass(frozen=True, slots=True)
class Outdated:
    """A stored source that is to be read again, as by a better parser or with more history."""

    issue_id: int
    series: str
    revision: str  # as it was read: what changed meanwhile is left alone
    name: str
    source: bytes
    tree: Issue  # as it was read, without corrections
    pictures: Mapping[str, Picture]
    base: str
    source_hash: str
    parser_version: int
