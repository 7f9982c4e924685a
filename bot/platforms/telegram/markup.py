"""How do blocks read in a rich message? Every node as the HTML of Bot API 10.1, weighed by what the server counts.

Only the documented tags are written, and no named entities but the documented ones. Blocks and formatting nest sixteen
deep; what would go deeper stands on the level it has reached, its words and links are kept. Pictures were taken out.
"""

import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, NamedTuple, assert_never

from bot.platforms.links import host
from bot.platforms.telegram.entities import clean, units
from bot.platforms.telegram.prose import BARE, LONGEST_TARGET, SCHEMES
from digest.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Del,
    Details,
    Em,
    Heading,
    Image,
    Inline,
    Link,
    List,
    Mark,
    Node,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    links,
    walk,
)

INLINE_LEVELS: Final = 5  # levels that stay free below every block for emphasis and links
LINK_LEVELS: Final = 1  # of these, the one that no emphasis takes
LOWEST: Final = 6  # headings go from h1 to h6
PAGE_TITLE, ITEM_TITLE = 1, 3  # between them a section, whose title is pressed to unfold it
UNTITLED: Final = "…"  # what is pressed where a part that unfolds has no summary


class RichSize(NamedTuple):
    """What a stretch takes of each budget: UTF-16 units with all markup, blocks as the server counts them, pictures."""

    units: int = 0
    blocks: int = 0
    media: int = 0

    def plus(self, other: "RichSize") -> "RichSize":
        return RichSize(*(left + right for left, right in zip(self, other, strict=True)))

    def is_within(self, room: "RichSize") -> bool:
        return all(taken <= limit for taken, limit in zip(self, room, strict=True))


NOTHING: Final = RichSize()


@dataclass(frozen=True, slots=True)
class RichLimits:
    """telegram.md §2. Whether the length counts markup is not said: it is counted here, in the larger unit."""

    units: int = 32_768
    blocks: int = 500
    depth: int = 16
    media: int = 50
    columns: int = 20
    reserved_units: int = 64  # for a correction's mark
    reserved_blocks: int = 2
    by_url_bytes: int = 5_000_000  # of a picture the server fetches itself

    @property
    def room(self) -> RichSize:
        return RichSize(self.units - self.reserved_units, self.blocks - self.reserved_blocks, self.media)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of HTML with its weight; blocks stand beside each other in it."""

    html: str = ""
    size: RichSize = NOTHING


def joined(chunks: Sequence[Chunk]) -> Chunk:
    size = NOTHING
    for chunk in chunks:
        size = size.plus(chunk.size)
    return Chunk("".join(chunk.html for chunk in chunks), size)


def written(
    blocks: Sequence[Block], limits: RichLimits, *, depth: int = 0, title: int | None = None
) -> Chunk:
    """A run of blocks that stands `depth` levels deep. `title`: the level of a heading that comes first in it."""
    writer = _Markup(limits, depth)
    if title is not None and blocks and isinstance(blocks[0], Heading):
        writer.heading(blocks[0], title)
        blocks = blocks[1:]
    writer.run(blocks)
    return writer.finish()


def line(inlines: Sequence[Inline], limits: RichLimits, *, depth: int = 0) -> str:
    """Inlines alone, as a summary or a heading holds them."""
    writer = _Markup(limits, depth)
    writer.inlines([Text(" ") if isinstance(one, Break) else one for one in inlines])
    return writer.finish().html


def shows(nodes: Sequence[Node]) -> bool:
    """Whether anything of the nodes can be seen: an empty element is none the server documents."""
    return any(_is_visible(node) for node in walk(nodes))


def _is_visible(node: Node) -> bool:
    match node:
        case Text() | Code() | CodeBlock():
            return bool(clean(node.text).strip())
        case _:
            return isinstance(node, Link | Rule)


def escaped(text: str) -> str:
    """Characters as text or as an attribute's value."""
    return html.escape(clean(text))


class _Markup:
    def __init__(self, limits: RichLimits, depth: int) -> None:
        self.limits = limits
        self.depth = depth
        self.blocks = 0
        self.pieces: list[str] = []
        self.open: list[str] = []

    def finish(self) -> Chunk:
        whole = "".join(self.pieces)
        return Chunk(whole, RichSize(units(whole), self.blocks))

    # --- tags ---

    def write(self, markup: str) -> None:
        self.pieces.append(markup)

    @contextmanager
    def block(self, tag: str, attributes: str = "", *, counts: int = 1) -> Iterator[None]:
        self.blocks += counts
        with self.tag(tag, attributes):
            yield

    @contextmanager
    def tag(self, tag: str, attributes: str = "") -> Iterator[None]:
        self.write(f"<{tag}{attributes}>")
        self.open.append(tag)
        self.depth += 1
        yield
        self.depth -= 1
        self.open.pop()
        self.write(f"</{tag}>")

    def has_room(self, levels: int) -> bool:
        """Whether so many levels of blocks may be opened here and still hold formatted text."""
        return self.depth + levels + INLINE_LEVELS <= self.limits.depth

    # --- blocks ---

    def run(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if shows((block,)):
                self.one(block)

    def one(self, block: Block) -> None:
        match block:
            case Paragraph():
                self.paragraph(block)
            case Heading():
                self.heading(block, ITEM_TITLE + block.level)
            case List():
                self.list(block)
            case Quote():
                self.quote(block.blocks)
            case CodeBlock():
                self.code_block(block)
            case Table():
                self.table(block)
            case Details():
                self.details(block)
            case Rule():
                self.blocks += 1
                self.write("<hr/>")
            case Image():
                raise ValueError("pictures are taken out before")
            case _:
                assert_never(block)

    def paragraph(self, block: Paragraph) -> None:
        match block.role:
            case "opinion" if self.has_room(1):
                with self.block("blockquote", counts=2):
                    self.inlines(block.inlines)
            case "note":
                with self.block("p"), self.emphasis("i"):
                    self.inlines(block.inlines)
            case _:
                with self.block("p"):
                    self.inlines(block.inlines)

    def heading(self, heading: Heading, level: int) -> None:
        if not shows(heading.inlines):
            return
        with self.block(f"h{min(LOWEST, level)}"):
            self.inlines([Text(" ") if isinstance(one, Break) else one for one in heading.inlines])

    def quote(self, blocks: Sequence[Block]) -> None:
        if not self.has_room(2):
            self.run(blocks)
            return
        with self.block("blockquote"):
            self.run(blocks)

    def list(self, block: List) -> None:
        if block.role == "opinion" and self.has_room(4) and any(map(shows, block.entries)):
            with self.block("blockquote"):
                self.entries(block)
        else:
            self.entries(block)

    def entries(self, block: List) -> None:
        if not any(map(shows, block.entries)):
            return
        if not self.has_room(3):
            self.flat_entries(block)
            return
        tag = "ol" if block.is_ordered else "ul"
        with self.block(tag, f' start="{block.start}"' if block.is_ordered and block.start != 1 else ""):
            expected = block.start
            for number, entry in enumerate(block.entries, block.start):
                if not shows(entry):
                    continue
                named = f' value="{number}"' if block.is_ordered and number != expected else ""
                expected = number + 1
                with self.block("li", named, counts=2):
                    self.entry(entry)

    def entry(self, entry: Sequence[Block]) -> None:
        """A line of its own words needs no paragraph; whatever else stands in it does."""
        first, *rest = [block for block in entry if shows((block,))]
        if isinstance(first, Paragraph) and first.role is None:
            self.inlines(first.inlines)
            self.run(rest)
        else:
            self.run((first, *rest))

    def flat_entries(self, block: List) -> None:
        """Too deep for a list: each entry begins with its mark on a line of its own."""
        for number, entry in enumerate(block.entries, block.start):
            mark = Text(f"{number}. " if block.is_ordered else "• ")
            match entry:
                case (Paragraph(inlines, role), *rest):
                    self.run((Paragraph((mark, *inlines), role), *rest))
                case _ if shows(entry):
                    self.run((Paragraph((mark,)), *entry))

    def code_block(self, block: CodeBlock) -> None:
        language = next(iter(block.language.split()), "")
        with self.block("pre"):
            if language:
                with self.tag("code", f' class="language-{escaped(language)}"'):
                    self.write(escaped(block.text.strip("\n")))
            else:
                self.write(escaped(block.text.strip("\n")))

    def details(self, block: Details) -> None:
        has_summary = shows(block.summary)
        if not shows(block.blocks) or not self.has_room(2):
            if has_summary:
                with self.block("p"), self.emphasis("b"):
                    self.inlines(block.summary)
            self.run(block.blocks)
            return
        with self.block("details", counts=2):
            with self.tag("summary"):
                self.inlines(block.summary if has_summary else (Text(UNTITLED),))
            self.run(block.blocks)

    def table(self, table: Table) -> None:
        if len(table.alignments) > self.limits.columns or not self.has_room(3):
            self.flat_table(table)
            return
        with self.block("table", " bordered"):
            for index, row in enumerate(table.rows):
                with self.block("tr"):
                    for cell, alignment in zip(row, table.alignments, strict=True):
                        aligned = f' align="{alignment}"' if alignment else ""
                        with self.tag("td" if index else "th", aligned):
                            self.cell(cell)

    def flat_table(self, table: Table) -> None:
        """Too wide or too deep for a table: a line for each row."""
        for row in table.rows:
            if not any(map(shows, row)):
                continue
            with self.block("p"):
                for index, cell in enumerate(row):
                    if index:
                        self.write(" | ")
                    self.cell(cell)

    def cell(self, cell: Sequence[Inline]) -> None:
        self.inlines([Text(" ") if isinstance(inline, Break) else inline for inline in cell])

    # --- inlines ---

    def inlines(self, inlines: Sequence[Inline]) -> None:
        for inline in inlines:
            self.inline(inline)

    def inline(self, inline: Inline) -> None:
        match inline:
            case Text():
                self.write(escaped(inline.text).replace("\n", self.line_break()))
            case Strong():
                self.emphasized("b", inline.inlines)
            case Em():
                self.emphasized("i", inline.inlines)
            case Del():
                self.emphasized("s", inline.inlines)
            case Mark():
                self.emphasized("mark", inline.inlines)
            case Code():
                with self.emphasis("code"):
                    self.write(escaped(inline.text).replace("\n", " "))
            case Break():
                self.write(self.line_break())
            case Link():
                self.link(inline)
            case Image():
                raise ValueError("pictures are taken out before")
            case _:
                assert_never(inline)

    def line_break(self) -> str:
        """Cells, headings and summaries are one line."""
        one_line = ("td", "th", "summary", *(f"h{level}" for level in range(1, LOWEST + 1)))
        return " " if any(tag in one_line for tag in self.open) else "<br>"

    def emphasized(self, tag: str, inlines: Sequence[Inline]) -> None:
        if not shows(inlines):
            self.inlines(inlines)
            return
        with self.emphasis(tag):
            self.inlines(inlines)

    @contextmanager
    def emphasis(self, tag: str) -> Iterator[None]:
        """None where it would say nothing new or go too deep: a link always finds its level."""
        if tag in self.open or self.depth >= self.limits.depth - LINK_LEVELS:
            yield
            return
        with self.tag(tag):
            yield

    def link(self, link: Link) -> None:
        if "a" in self.open:  # its target follows the outer link
            self.label(link)
            return
        target = clean(link.href).strip()
        if target.lower().startswith(SCHEMES) and len(target.encode()) <= LONGEST_TARGET:
            with self.tag("a", f' href="{escaped(target)}"'):
                self.label(link)
        else:
            if not link.is_bare and shows(link.inlines):
                self.inlines(link.inlines)
                self.write(" ")
            self.write(escaped(target))
        for inner in links(link.inlines):
            self.write(" ")
            self.link(Link(inner, ()))

    def label(self, link: Link) -> None:
        if not link.is_bare and shows(link.inlines):
            self.inlines(link.inlines)
        else:
            self.write(escaped(host(link.href) + (BARE if link.is_bare else "")))
