"""Under which keys do sections, items and categories stay findable over revisions?"""

import hashlib
import unicodedata

from digest.document import Block, links
from digest.issue import Series
from digest.parse.naming import without_number

MAX_SLUG = 40


def slug(title: str) -> str:
    """Letters and digits of a title joined by `-`, folded, Chinese kept; empty when it has none.

    A long one ends with a piece of its hash: two titles that begin alike stay two.
    """
    whole = _joined(title)
    if len(whole) <= MAX_SLUG:
        return whole
    mark = hashlib.sha256(whole.encode()).hexdigest()[:6]
    return f"{whole[: MAX_SLUG - 7].strip('-')}-{mark}"


def category_of(series: Series, *titles: str) -> str:
    """The slug readers subscribe to: the series' alias for one of a section's titles, else made from the last."""
    return alias_of(series, *titles) or slug(titles[-1]) or "other"


def alias_of(series: Series, *titles: str) -> str | None:
    """The first category whose aliases name one of these titles; None when no alias does."""
    wanted = {_joined(title) for title in titles}
    return next(
        (
            category
            for category, aliases in series.aliases
            if any(_joined(alias) in wanted for alias in aliases)
        ),
        None,
    )


def _joined(title: str) -> str:
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "-".join("".join(sign if sign.isalnum() else " " for sign in folded).split())


class Keys:
    """Gives every section and item of one issue a key of its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._ordinals: dict[str, int] = {}

    def section(self, title: str) -> str:
        return self._free(slug(title) or "section")

    def item(self, section: str, title: str, blocks: tuple[Block, ...]) -> str:
        """Section and title; without a title its first address, which outlives a changed sentence.

        The number an item bears is no part of it: one more item on top renumbers all others.
        """
        name = (
            slug(without_number(title))
            or slug(title)
            or slug(next(iter(links(blocks)), "").removeprefix("https://"))
        )
        return self._free(f"{section}/{name or 'item'}")

    def _free(self, key: str) -> str:
        candidate, ordinal = key, self._ordinals.get(key, 1)
        while candidate in self._taken:
            ordinal += 1
            candidate = f"{key}~{ordinal}"
        self._taken.add(candidate)
        self._ordinals[key] = ordinal
        return candidate
