"""Which items does a run of blocks without headings hold? content.md §4, rules 6 and 7: the first shape that fits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeGuard

from digest.document import (
    Block,
    Break,
    Image,
    Inline,
    Link,
    List,
    Paragraph,
    Rule,
    Strong,
    Table,
    Text,
    images,
    links,
    plain,
    walk,
)
from digest.issue import Via
from digest.measure import first_sentence
from digest.parse.counts import count_words
from digest.parse.naming import begins_with_number, item_number, without_leading_number
from digest.parse.roles import is_label, is_opinion
from digest.profile import TitleFrom

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
    """What stands before the first item, the items, and what follows the last entry of a list."""

    lead: tuple[Block, ...]
    items: tuple[Found, ...]
    tail: tuple[Block, ...] = ()

    @property
    def via(self) -> Via:
        return self.items[0].via


def shape(blocks: Sequence[Block], usual: frozenset[Via] = frozenset()) -> Shape | None:
    """The items of a body without sub-headings; None when it is prose.

    `usual` are the shapes other sections of the issue have for certain: there one item of that shape is enough.
    """
    for via, attempt in _ATTEMPTS:
        found = attempt(blocks, is_usual=via in usual)
        if found is not None:
            return found
    return None


def linked_list(blocks: Sequence[Block], *, is_usual: bool = False) -> Shape | None:
    """Lists that hold at least half of the words, at least half of their entries linked.

    Where lists are usual, a quarter of the words from the first list on is enough: what stands before is a lead.
    """
    lists = [block for block in blocks if _is_list(block)]
    entries = [entry for one in lists for entry in one.entries]
    if not entries or 2 * sum(bool(links(entry)) for entry in entries) < len(entries):
        return None
    measured = blocks[blocks.index(lists[0]) :] if is_usual else blocks
    # nothing is counted where there is nothing but lists
    few = (4 if is_usual else 2) * count_words(plain(lists)) if len(lists) < len(measured) else None
    if few is not None and few < count_words(plain(measured)):
        return None
    lead: list[Block] = []
    items: list[list[Block]] = []
    heads: list[tuple[str, int | None]] = []
    tail = _tail(blocks)
    for block in blocks[: len(blocks) - len(tail)]:
        if _is_list(block):
            for index, entry in enumerate(block.entries):
                items.append(list(entry))
                heads.append((label(entry), block.start + index if block.is_ordered else None))
        else:
            (items[-1] if items else lead).append(block)
    found = tuple(
        Found(title, "list entry", tuple(body), number)
        for (title, number), body in zip(heads, items, strict=True)
    )
    return Shape(tuple(lead), found, tail)


def _is_list(block: Block) -> TypeGuard[List]:
    return isinstance(block, List) and block.role is None


def _tail(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Text after the last of several entries that stand together belongs to none of them; a picture goes with the last."""
    places = [at for at, block in enumerate(blocks) if _is_list(block)]
    after = tuple(blocks[places[-1] + 1 :])
    stand_together = places[-1] - places[0] == len(places) - 1
    return () if not stand_together or not after or isinstance(after[0], Image) else after


def label(blocks: Sequence[Block], title_from: TitleFrom | None = None) -> str:
    """What an item without a title is listed by: the link or bold text it begins with, else its first sentence.

    A profile may ask for the first bold or link text wherever it stands, or for the sentence in any case.
    """
    wanted = {"first_strong": Strong, "first_link": Link}.get(title_from or "")
    if wanted is not None:
        named = (node for node in walk(blocks) if isinstance(node, wanted) and plain((node,)).strip())
        if (node := next(named, None)) is not None:
            return _short(plain((node,)))
    for block in blocks:
        if isinstance(block, Paragraph) and title_from != "first_sentence":
            first = _first(block.inlines)
            if isinstance(first, Link | Strong) and plain((first,)).strip():
                return _short(plain((first,)))
        text = plain((block,)).strip()
        if text:
            return _sentence(text.split("\n", 1)[0])
    return ""


def _sentence(line: str) -> str:
    """The first sentence of a line; a number or date with its full stop is none yet."""
    sentence = first_sentence(line, MAX_TITLE)
    if any(sign.isalpha() for sign in sentence):
        return _short(sentence)
    rest = " ".join(line.split()).removeprefix(sentence).strip()
    return _short(f"{sentence} {first_sentence(rest, MAX_TITLE)}" if rest else sentence)


def _short(text: str) -> str:
    return " ".join(text.split())


def _first(inlines: Sequence[Inline]) -> Inline | None:
    return next((one for one in inlines if not (isinstance(one, Text) and not one.text.strip())), None)


# --- rows -------------------------------------------------------------------------------------------------------------


def _rows(blocks: Sequence[Block], *, is_usual: bool) -> Shape | None:
    """Two table rows or more with links; the head of the table stays before them."""
    tables = [block for block in blocks if isinstance(block, Table)]
    linked = [row for table in tables for row in table.rows[1:] if any(links(cell) for cell in row)]
    if len(linked) < (1 if is_usual else 2) or 2 * len(linked) < sum(len(table.rows) - 1 for table in tables):
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
                return _sentence(without_leading_number(text).split("\n", 1)[0])
    return ""


# --- paragraphs -------------------------------------------------------------------------------------------------------


def _numbered(blocks: Sequence[Block], *, is_usual: bool) -> Shape | None:
    """Paragraphs that begin with a number, each reaching to the next."""
    del is_usual  # one is enough anywhere when it comes first

    def is_head(block: Block) -> bool:
        return isinstance(block, Paragraph) and begins_with_number(plain((block,)))

    heads = [block for block in blocks if is_head(block)]
    first = next((block for block in blocks if isinstance(block, Paragraph)), None)
    if len(heads) < 2 and not (heads and first is heads[0]):
        return None
    return _split(blocks, is_head, "numbered")


def _strong(blocks: Sequence[Block], *, is_usual: bool) -> Shape | None:
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

    parted = [piece for block in blocks for piece in (_at_bold_lines(block) if is_head(block) else (block,))]
    return _split(parted, is_head, "strong") if sum(map(is_head, parted)) >= (1 if is_usual else 2) else None


def _at_bold_lines(block: Block) -> Iterator[Block]:
    """A paragraph that begins with a bold line, cut before each further one that has text between."""
    if not isinstance(block, Paragraph):
        yield block
        return
    begun, inlines = 0, block.inlines
    for at in range(len(inlines) - 2):
        before, head, after = inlines[at : at + 3]
        is_cut = isinstance(before, Break) and isinstance(head, Strong) and isinstance(after, Break)
        if is_cut and at > begun + 1:
            yield Paragraph(inlines[begun:at], block.role)
            begun = at + 1
    yield Paragraph(inlines[begun:], block.role)


def _ruled(blocks: Sequence[Block], *, is_usual: bool) -> Shape | None:
    """Texts parted by rules, each with a link. In prose a rule is a pause, so one alone parts nothing."""
    texts: list[list[Block]] = [[]]
    for block in blocks:
        if has_content((block,)) and texts[-1] and isinstance(texts[-1][-1], Rule):
            texts.append([])
        texts[-1].append(block)
    if len(texts) < (2 if is_usual else 3) or not all(map(links, texts)):
        return None
    return Shape((), tuple(Found(label(text), "prose", tuple(text)) for text in texts))


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
    title = _sentence(first_line) if first_line else label(blocks[1:])
    return Found(title, via, tuple(blocks), item_number(head))


def has_content(blocks: Sequence[Block]) -> bool:
    """Whether there is anything to read or see."""
    return bool(plain(blocks).strip() or links(blocks) or images(blocks))


class _Attempt(Protocol):
    def __call__(self, blocks: Sequence[Block], *, is_usual: bool) -> Shape | None: ...


_ATTEMPTS: Final[tuple[tuple[Via, _Attempt], ...]] = (
    ("row", _rows),
    ("numbered", _numbered),
    ("strong", _strong),
    ("list entry", linked_list),
    ("prose", _ruled),
)
