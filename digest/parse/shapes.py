"""Which items does a run of blocks without headings hold? content.md §4, rules 6 and 7: the first shape that fits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from digest.document import (
    Block,
    Break,
    Inline,
    Link,
    List,
    Paragraph,
    Strong,
    Table,
    Text,
    images,
    links,
    plain,
)
from digest.issue import Via
from digest.measure import first_sentence
from digest.parse.counts import count_words
from digest.parse.naming import begins_with_number, item_number, without_leading_number
from digest.parse.roles import is_label, is_opinion

MAX_TITLE = 120


@dataclass(frozen=True, slots=True)
class Found:
    """One item of a body. `title` is empty when nothing in it could name it."""

    title: str
    via: Via
    blocks: tuple[Block, ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands before the first item, and the items."""

    lead: tuple[Block, ...]
    items: tuple[Found, ...]


def shape(blocks: Sequence[Block]) -> Shape | None:
    """The items of a body without sub-headings; None when it is prose."""
    for attempt in (_rows, _numbered, _strong, linked_list):
        found = attempt(blocks)
        if found is not None:
            return found
    return None


def linked_list(blocks: Sequence[Block]) -> Shape | None:
    """Lists that hold at least half of the words, at least half of their entries linked."""
    lists = [block for block in blocks if isinstance(block, List) and block.role is None]
    entries = [entry for one in lists for entry in one.entries]
    if not entries or 2 * sum(bool(links(entry)) for entry in entries) < len(entries):
        return None
    if 2 * count_words(plain(lists)) < count_words(plain(blocks)):
        return None
    lead: list[Block] = []
    items: list[list[Block]] = []
    heads: list[tuple[str, int | None]] = []
    for block in blocks:
        if isinstance(block, List) and block.role is None:
            for index, entry in enumerate(block.entries):
                items.append(list(entry))
                heads.append((label(entry), block.start + index if block.is_ordered else None))
        else:
            (items[-1] if items else lead).append(block)
    found = tuple(
        Found(title, "list entry", tuple(body), number)
        for (title, number), body in zip(heads, items, strict=True)
    )
    return Shape(tuple(lead), found)


def label(blocks: Sequence[Block]) -> str:
    """The link or bold text an item begins with, else its first sentence."""
    for block in blocks:
        if isinstance(block, Paragraph):
            first = _first(block.inlines)
            if isinstance(first, Link | Strong) and plain((first,)).strip():
                return _short(plain((first,)))
        text = plain((block,)).strip()
        if text:
            return _short(first_sentence(text.split("\n", 1)[0], MAX_TITLE))
    return ""


def _short(text: str) -> str:
    return " ".join(text.split())


def _first(inlines: Sequence[Inline]) -> Inline | None:
    return next((one for one in inlines if not (isinstance(one, Text) and not one.text.strip())), None)


# --- rows -------------------------------------------------------------------------------------------------------------


def _rows(blocks: Sequence[Block]) -> Shape | None:
    """Two table rows or more with links; the head of the table stays before them."""
    tables = [block for block in blocks if isinstance(block, Table)]
    linked = [row for table in tables for row in table.rows[1:] if any(links(cell) for cell in row)]
    if len(linked) < 2 or 2 * len(linked) < sum(len(table.rows) - 1 for table in tables):
        return None
    lead: list[Block] = []
    items: list[list[Block]] = []
    for block in blocks:
        if not isinstance(block, Table):
            (items[-1] if items else lead).append(block)
            continue
        if any(block.rows[0]):
            (items[-1] if items else lead).append(Table(block.rows[:1], block.alignments))
        items += [[Paragraph(cell) for cell in row if cell] for row in block.rows[1:] if any(row)]
    found = tuple(Found(_row_title(item), "row", tuple(item), item_number(plain(item[:1]))) for item in items)
    return Shape(tuple(lead), found)


def _row_title(blocks: Sequence[Block]) -> str:
    for block in blocks:
        if isinstance(block, Paragraph):
            bold = next((one for one in block.inlines if isinstance(one, Strong)), None)
            if bold is not None:
                return _short(plain((bold,)))
            text = plain((block,)).strip()
            if text:
                return _short(first_sentence(without_leading_number(text).split("\n", 1)[0], MAX_TITLE))
    return ""


# --- paragraphs -------------------------------------------------------------------------------------------------------


def _numbered(blocks: Sequence[Block]) -> Shape | None:
    """Paragraphs that begin with a number, each reaching to the next."""

    def is_head(block: Block) -> bool:
        return isinstance(block, Paragraph) and begins_with_number(plain((block,)))

    heads = [block for block in blocks if is_head(block)]
    first = next((block for block in blocks if isinstance(block, Paragraph)), None)
    if len(heads) < 2 and not (heads and first is heads[0]):
        return None
    return _split(blocks, is_head, "numbered")


def _strong(blocks: Sequence[Block]) -> Shape | None:
    """Paragraphs whose first line is bold and followed by a break."""

    def is_head(block: Block) -> bool:
        if not isinstance(block, Paragraph) or len(block.inlines) < 2:
            return False
        first, second = block.inlines[:2]
        return (
            isinstance(first, Strong)
            and isinstance(second, Break)
            and not is_opinion(block)
            and not is_label(first.inlines)
        )

    return _split(blocks, is_head, "strong") if sum(map(is_head, blocks)) >= 2 else None


def _split(blocks: Sequence[Block], is_head: Callable[[Block], bool], via: Via) -> Shape:
    lead: list[Block] = []
    items: list[list[Block]] = []
    for block in blocks:
        if is_head(block):
            items.append([block])
        else:
            (items[-1] if items else lead).append(block)
    return Shape(tuple(lead), tuple(_paragraph_item(item, via) for item in items))


def _paragraph_item(blocks: list[Block], via: Via) -> Found:
    head = plain(blocks[:1]).strip()
    if via == "strong":
        return Found(label(blocks), via, tuple(blocks))
    first_line = without_leading_number(head).split("\n", 1)[0].strip()
    title = first_sentence(first_line, MAX_TITLE) if first_line else label(blocks[1:])
    return Found(_short(title), via, tuple(blocks), item_number(head))


def has_content(blocks: Sequence[Block]) -> bool:
    """Whether there is anything to read or see."""
    return bool(plain(blocks).strip() or links(blocks) or images(blocks))
