"""What is an issue? Series, issues, sections and items as they are read from a curator's Markdown."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from digest.document import Block, Image, Inline, Node, Paragraph, images, links, plain, walk
from digest.profile import NO_PROFILE, Profile

Via = Literal["heading", "list entry", "numbered", "strong", "row", "prose"]
DateFrom = Literal["front matter", "file name", "title", "feed", "curator", "commit"]
Level = Literal["error", "warning"]
PATH: Final = " / "  # between the steps of a section's title that stands for several headings


@dataclass(frozen=True, slots=True)
class Series:
    """One digest with its own numbering. `zone` is an IANA name: days begin there."""

    key: str
    title: str
    zone: str = "Asia/Shanghai"
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()  # category slug -> the section titles that mean it
    profile: Profile = NO_PROFILE
    image_hosts: tuple[str, ...] = ()  # hosts that remote pictures may come from


@dataclass(frozen=True, slots=True)
class Category:
    """What readers subscribe to; one slug for all series, never changed."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """One news entry.

    `heading` is the source's own heading line; it is empty when the title stands inside `blocks` (a list entry's
    first link), so that heading and blocks together hold every word exactly once. `title` is the plain label to
    list the item by. `key` is unique in the issue and stays over revisions while section and title do.
    """

    key: str
    title: str
    via: Via
    heading: tuple[Inline, ...]
    blocks: tuple[Block, ...]
    level: int | None = None
    number: int | None = None

    @property
    def links(self) -> tuple[str, ...]:
        """Link targets in reading order, the heading's first, as often as they stand."""
        return links((*self.heading, *self.blocks))

    @property
    def images(self) -> tuple[Image, ...]:
        """Pictures in reading order, as often as they stand."""
        return images((*self.heading, *self.blocks))

    @property
    def opinions(self) -> tuple[Block, ...]:
        """The blocks in which the curator speaks for himself."""
        return tuple(
            node for node in walk(self.blocks) if isinstance(node, Paragraph) and node.role == "opinion"
        )


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of an issue. `key` is unique in the issue; `category` is the slug readers subscribe to."""

    key: str
    title: str
    heading: tuple[Inline, ...]
    level: int | None
    category: str
    lead: tuple[Block, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """One published number of a series.

    `titles[0]` is the title, the rest its alternatives. `headings` are the title lines as the source has them (empty
    when the title came from front matter or was made). Titles' headings, intro, sections and outro in this order hold
    every block of the source exactly once.
    """

    series: str
    key: str
    titles: tuple[str, ...]
    headings: tuple[tuple[Inline, ...], ...]
    number: int | None
    published_on: date | None
    date_from: DateFrom | None
    language: str
    intro: tuple[Block, ...]
    sections: tuple[Section, ...]
    outro: tuple[Block, ...] = ()
    tags: tuple[str, ...] = ()
    is_draft: bool = False
    embargo_until: date | None = None  # the day, in the series' zone, on which it may be seen

    @property
    def title(self) -> str:
        return self.titles[0]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in reading order."""
        return tuple(item for section in self.sections for item in section.items)

    def placed(self) -> Iterator[tuple[Section, Item]]:
        """Every item with the section it stands in, in reading order."""
        for section in self.sections:
            for item in section.items:
                yield section, item

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks outside headings, in reading order."""
        body = [*self.intro]
        for section in self.sections:
            body += section.lead
            for item in section.items:
                body += item.blocks
        return (*body, *self.outro)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every outermost node in reading order: the inlines of headings and the blocks between."""
        body: list[Node] = [*(node for heading in self.headings for node in heading), *self.intro]
        for section in self.sections:
            body += (*section.heading, *section.lead)
            for item in section.items:
                body += (*item.heading, *item.blocks)
        return (*body, *self.outro)

    @property
    def images(self) -> tuple[Image, ...]:
        return images(self.nodes)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a curator should know about a file.

    `code` names the texts `problem.<code>` (what) and `cure.<code>` (what to do); `line` counts from 1, 0 for the file.
    """

    level: Level
    code: str
    line: int = 0
    arguments: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Headings:
    """What a file's headings tell and ask of the other issues of its series.

    `sections`: titles that are sections when the file is read without history, or stand as high as those and were
    taken for an item's; `folded`: every heading as titles are recognised by.
    """

    sections: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()


NO_HEADINGS: Final = Headings()


@dataclass(frozen=True, slots=True)
class Reading:
    """What came out of reading one file: an issue unless an error forbids it, and the problems met."""

    issue: Issue | None
    problems: tuple[Problem, ...] = ()
    headings: Headings = NO_HEADINGS


def item_label(item: Item) -> str:
    """A title to list the item by; never empty."""
    return item.title or plain(item.blocks)[:80].split("\n", 1)[0] or item.key
