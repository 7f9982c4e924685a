"""Which issues are there? Issues, their revisions, sections and items, kept with their source bytes."""

from storage.issues.room import IssuesRoom
from storage.issues.values import (
    IssueLine,
    IssueState,
    Outdated,
    Saved,
    SaveResult,
    StoredIssue,
    StoredItem,
)

__all__ = [
    "IssueLine",
    "IssueState",
    "IssuesRoom",
    "Outdated",
    "SaveResult",
    "Saved",
    "StoredIssue",
    "StoredItem",
]
