"""What is an issue called? Its front matter, the headings at its head that name it, or its series and number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from digest.document import Block, Heading, Image, Inline, Rule
from digest.parse.naming import names_an_issue
from digest.parse.outline import heading_inlines, title_of


@dataclass(frozen=True, slots=True)
class Titles:
    """Title lines cut off the head of a text, the blocks between them, and the rest.

    `preface` is what a file of several issues says before the first of them.
    """

    headings: tuple[tuple[Inline, ...], ...]
    rest: tuple[Block, ...]
    preface: tuple[Block, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(title_of(heading) for heading in self.headings)


def cut_titles(blocks: Sequence[Block], series_title: str, *, has_title: bool) -> Titles:
    """Leading headings that name an issue, else one leading heading alone on the shallowest level.

    A picture may stand between two titles and begins the intro then; text may not, or it would change its place.
    """
    found: list[tuple[Inline, ...]] = []
    between: list[Block] = []
    taken = 0
    for index, block in enumerate(blocks):
        if isinstance(block, Image | Rule):
            between.append(block)
            continue
        if not isinstance(block, Heading) or (between and not found):
            break
        inlines = heading_inlines(block.inlines)
        if not names_an_issue(title_of(inlines), series_title):
            break
        found.append(inlines)
        taken = index + 1
    if not found and not has_title and _leads_alone(blocks):
        found = [heading_inlines(block.inlines) for block in blocks[:1] if isinstance(block, Heading)]
        taken = 1
    kept = [block for block in blocks[:taken] if not isinstance(block, Heading)]
    return Titles(tuple(found), (*kept, *blocks[taken:]))


def cut_title_at(blocks: Sequence[Block], level: int) -> Titles | None:
    """The first heading of the level at which issues begin; what the file says before it opens the intro."""
    for index, block in enumerate(blocks):
        if isinstance(block, Heading) and block.level == level:
            heading = heading_inlines(block.inlines)
            return Titles((heading,), tuple(blocks[index + 1 :]), tuple(blocks[:index]))
    return None


def made_title(series_title: str, number: int | None, published_on: date | None) -> str:
    """What an issue is called that has no title of its own."""
    which = number if number is not None else published_on
    return f"{series_title} {which}" if which is not None else series_title


def _leads_alone(blocks: Sequence[Block]) -> bool:
    levels = [block.level for block in blocks if isinstance(block, Heading)]
    return (
        len(levels) > 1
        and isinstance(blocks[0], Heading)
        and levels[0] == min(levels)
        and levels.count(levels[0]) == 1
    )
