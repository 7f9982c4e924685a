"""Which items answer a plan? The neutral half of search: tiers, repair, ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

SearchState = Literal["hits", "nearest", "nothing", "hint"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One found item with the words to show it by. `text` is the body's plain text, unmarked."""

    item_id: int
    issue_id: int
    title: str
    text: str
    section: str
    issue_title: str
    issue_number: int | None
    issue_key: str
    series: str
    key: str
    published_on: date | None
    score: float
    is_approximate: bool


@dataclass(frozen=True, slots=True)
class Found:
    """`count` is all there are; `repaired` is what was looked for instead of what was typed, when only that was found."""

    state: SearchState
    count: int
    hits: Sequence[Hit]
    repaired: str | None = None
    suggestions: tuple[str, ...] = ()
    unknown_section: str | None = None
    range_turned: tuple[date, date] | None = None


class SearchRoom:
    async def find(
        self, query: str, *, today: date, limit: int = 5, offset: int = 0, platform_text: bool = True
    ) -> Found:
        """What a person's words find (search.md §5, §9). Total: never raises for what was typed."""
        raise NotImplementedError

    async def reindex(self) -> int:
        """Build the index anew; returns how many items."""
        raise NotImplementedError

    async def titles(self, typed: str, limit: int = 25) -> Sequence[tuple[str, str]]:
        """Completion from memory: (title, item id in base62), newest first."""
        raise NotImplementedError
