"""How do blocks read in a classic message? Every node as characters with spans; pictures were taken out before."""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import assert_never

from bot.platforms.links import host
from bot.platforms.telegram.entities import Kind, Styled, Writer, clean
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
    plain,
    walk,
)

SCHEMES = ("http://", "https://", "tg://", "mailto:")
LONGEST_TARGET = 4000  # bytes; a longer one would eat a message's budget of entity bytes and is shown as text
NARROW = 32  # columns of fixed width that a phone shows without wrapping
INDENT = "\u2003"
RULE = "─" * 8
BARE = "\u200b"  # after the host of an address that the source shows in full, so that it can be read back
FOLDED = ("links", "opinion")  # roles that unfold at a tap: they take the most room for the least news


def without_outer_rules(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """A line across at the edge of a passage parts it from its neighbours, which the gap there does already."""
    inner = [index for index, block in enumerate(blocks) if not isinstance(block, Rule)]
    return tuple(blocks[inner[0] : inner[-1] + 1]) if inner else ()


def prose(blocks: Sequence[Block], count: int | None = None) -> Styled:
    """The text of a run of blocks; `count` is shown after its first heading (a section's number of items)."""
    writer = _Prose(count)
    writer.blocks(blocks)
    return writer.out.finish()


def shows(nodes: Sequence[Node]) -> bool:
    """Whether anything of the nodes can be seen."""
    return any(_is_visible(node) for node in walk(nodes))


def _is_visible(node: Node) -> bool:
    match node:
        case Text() | Code() | CodeBlock():
            return bool(clean(node.text).strip())
        case Link() | Rule() | Image():
            return True
        case List():
            return bool(node.entries)
        case _:
            return False


class _Prose:
    def __init__(self, count: int | None) -> None:
        self.out = Writer()
        self.count = count
        self.indent = ""

    # --- blocks ---

    def blocks(self, blocks: Sequence[Block]) -> None:
        before: Block | None = None
        for block in blocks:
            if not shows((block,)):
                continue
            if before is not None:
                self.part(before, block)
            self.block(block)
            before = block

    def part(self, before: Block, after: Block) -> None:
        """The line break between two blocks; running text is set apart by an empty line."""
        is_running = all(isinstance(block, Paragraph) and not _is_set_off(block) for block in (before, after))
        if is_running and not self.indent:
            self.out.write("\n")
        self.new_line(is_flush=_is_set_off(after))
        if not isinstance(before, Heading):
            self.out.border()

    def new_line(self, *, is_flush: bool = False) -> None:
        self.out.write("\n" if is_flush else f"\n{self.indent}")

    def block(self, block: Block) -> None:
        match block:
            case Paragraph(role="links" | "opinion"):
                self.quote("expandable_blockquote", block.inlines)
            case Paragraph(role="note"):
                with self.out.inside("italic"):
                    self.inlines(block.inlines)
            case Paragraph():
                self.inlines(block.inlines)
            case Heading():
                self.heading(block)
            case List(role="links" | "opinion"):
                with self.set_off("expandable_blockquote"):
                    self.list(block)
            case List():
                self.list(block)
            case Quote():
                with self.set_off("expandable_blockquote" if block.role in FOLDED else "blockquote"):
                    self.blocks(block.blocks)
            case CodeBlock():
                self.code_block(block)
            case Table():
                self.table(block)
            case Details():
                self.details(block)
            case Rule():
                self.out.write(RULE)
            case Image():
                raise ValueError("pictures are taken out before")
            case _:
                assert_never(block)

    @contextmanager
    def set_off(self, kind: Kind, argument: str = "") -> Iterator[None]:
        """A quote or code begins at the margin, or the span would begin within a line."""
        indent, self.indent = self.indent, ""
        with self.out.inside(kind, argument):
            yield
        self.indent = indent

    def quote(self, kind: Kind, inlines: Sequence[Inline]) -> None:
        with self.set_off(kind):
            self.inlines(inlines)

    def heading(self, heading: Heading) -> None:
        with self.out.inside("bold"):
            self.inlines(heading.inlines)
            if self.count:
                self.out.write(f" ({self.count})")
        self.count = None

    def list(self, block: List) -> None:
        for index, entry in enumerate(block.entries):
            if index:
                self.new_line()
                self.out.border()
            self.out.write(f"{block.start + index}. " if block.is_ordered else "• ")
            outer, self.indent = self.indent, self.indent + INDENT
            first = next((one for one in entry if shows((one,))), None)
            if first is not None and (_is_set_off(first) or isinstance(first, List)):
                self.new_line(is_flush=_is_set_off(first))
            self.blocks(entry)
            self.indent = outer

    def code_block(self, block: CodeBlock) -> None:
        with self.set_off("pre", next(iter(block.language.split()), "")):
            self.out.write(block.text.strip("\n"))

    def details(self, block: Details) -> None:
        if shows(block.summary):
            with self.out.inside("bold"):
                self.inlines(block.summary)
        if not shows(block.blocks):
            return
        if shows(block.summary):
            self.new_line(is_flush=True)
        with self.set_off("expandable_blockquote"):
            self.blocks(block.blocks)

    def table(self, table: Table) -> None:
        grid = _grid(table)
        if grid is not None:
            with self.set_off("pre"):
                self.out.write(grid)
            return
        for index, row in enumerate(table.rows):
            if index:
                self.new_line()
                self.out.border()
            if index == 0 and len(table.rows) > 1:
                with self.out.inside("bold"):
                    self.row(row)
            else:
                self.row(row)

    def row(self, row: Sequence[tuple[Inline, ...]]) -> None:
        for index, cell in enumerate(row):
            if index:
                self.out.write(" | ")
            self.inlines([Text(" ") if isinstance(inline, Break) else inline for inline in cell])

    # --- inlines ---

    def inlines(self, inlines: Sequence[Inline]) -> None:
        for inline in inlines:
            self.inline(inline)

    def inline(self, inline: Inline) -> None:
        match inline:
            case Text():
                self.out.write(inline.text)
            case Strong() | Mark():
                self.emphasis("bold", inline.inlines)
            case Em():
                self.emphasis("italic", inline.inlines)
            case Del():
                self.emphasis("strikethrough", inline.inlines)
            case Code():
                with self.out.inside("code"):
                    self.out.write(inline.text)
            case Break():
                self.new_line()
            case Link():
                self.link(inline)
            case Image():
                raise ValueError("pictures are taken out before")
            case _:
                assert_never(inline)

    def emphasis(self, kind: Kind, inlines: Sequence[Inline]) -> None:
        with self.out.inside(kind):
            self.inlines(inlines)

    def link(self, link: Link) -> None:
        if self.out.is_inside("text_link"):  # its target follows the outer link
            self.label(link)
            return
        target = clean(link.href).strip()
        if target.lower().startswith(SCHEMES) and len(target.encode()) <= LONGEST_TARGET:
            with self.out.inside("text_link", target):
                self.label(link)
        else:
            if not link.is_bare and shows(link.inlines):
                self.inlines(link.inlines)
                self.out.write(" ")
            self.out.write(target)
        for inner in links(link.inlines):
            self.out.write(" ")
            self.link(Link(inner, ()))

    def label(self, link: Link) -> None:
        if not link.is_bare and shows(link.inlines):
            self.inlines(link.inlines)
        else:
            self.out.write(host(link.href) + (BARE if link.is_bare else ""))


def _is_set_off(block: Block) -> bool:
    """Whether a block is a span of its own from its first line on."""
    match block:
        case Paragraph(role=role) | List(role=role):
            return role in FOLDED
        case Quote() | CodeBlock():
            return True
        case Table():
            return _grid(block) is not None
        case _:
            return False


def _grid(table: Table) -> str | None:
    """The table in columns of fixed width; None when it is too wide or holds what code cannot: links."""
    if any(isinstance(node, Link) for row in table.rows for cell in row for node in walk(cell)):
        return None
    rows = [[" ".join(clean(plain(cell)).split()) for cell in row] for row in table.rows]
    widths = [max(map(_columns, column)) for column in zip(*rows, strict=True)]
    if not widths or sum(widths) + 2 * (len(widths) - 1) > NARROW:
        return None
    lines = []
    for row in rows:
        cells = []
        for cell, width, alignment in zip(row, widths, table.alignments, strict=True):
            gap = " " * (width - _columns(cell))
            cells.append(gap + cell if alignment == "right" else cell + gap)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _columns(text: str) -> int:
    """How many fixed columns a text takes; a wide character takes two."""
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
