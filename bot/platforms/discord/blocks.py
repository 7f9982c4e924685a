"""How do blocks look in Discord's Markdown? Headings, lists, quotes, fences and tables as lines of text.

Pictures were taken out before (`bot.platforms.pictures`): they stand in galleries, not in text.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum
from typing import assert_never

from bot.platforms.discord.markdown import JOINT, at_line_start, lines, one_line
from digest.document import (
    Alignment,
    Block,
    CodeBlock,
    Details,
    Heading,
    Image,
    Inline,
    List,
    Paragraph,
    Quote,
    Role,
    Rule,
    Table,
    links,
    plain,
)
from digest.document import text as as_inlines

NARROW = 42  # columns of fixed width that a telephone shows without scrolling
_RULE = "───"
_LANGUAGE = re.compile(r"[A-Za-z0-9_+.#-]+")
_SMALL: frozenset[Role | None] = frozenset(("links", "note"))


class _Place(Enum):
    """Where a block stands; quotes and small print act only at the start of a line."""

    OPEN = 0
    QUOTE = 1
    LIST = 2
    SMALL = 3


def markdown(blocks: Sequence[Block]) -> str:
    """Blocks as Discord's Markdown; paragraphs are parted by a blank line, everything else by a line break."""
    return "\n".join(_blocks(blocks, _Place.OPEN))


def _blocks(blocks: Sequence[Block], place: _Place) -> list[str]:
    found: list[str] = []
    before: Block | None = None
    for block in blocks:
        written = _block(block, place)
        if not written:
            continue
        if before is not None and place is _Place.OPEN and _needs_blank(before, block):
            found.append("")
        found += written
        before = block
    return found


def _needs_blank(before: Block, block: Block) -> bool:
    """Two paragraphs, or two runs that Discord would read as one."""
    match before, block:
        case (Paragraph(), Paragraph()):
            return before.role not in _SMALL and block.role not in _SMALL
        case (Quote(role=first), Quote(role=second)) | (List(role=first), List(role=second)):
            return first == second
        case _:
            return False


def _block(block: Block, place: _Place) -> list[str]:
    match block:
        case Paragraph():
            return _dressed(lines(block.inlines), block.role, place)
        case Heading():
            return _heading(block, place)
        case List():
            return _list(block, place)
        case Quote():
            return _quote(block, place)
        case CodeBlock() if place is _Place.SMALL:
            return lines(as_inlines(block.text))
        case CodeBlock():
            return _fence(block.text, block.language)
        case Table():
            return _table(block, place)
        case Details():
            return [*lines(block.summary, is_bold=True), *_blocks(block.blocks, place)]
        case Rule():
            return [_RULE]
        case Image():
            raise TypeError("pictures are taken out before text is written")
        case _:
            assert_never(block)


def _dressed(written: list[str], role: Role | None, place: _Place) -> list[str]:
    if place in (_Place.LIST, _Place.SMALL):
        return written
    if role in _SMALL:
        return [f"-# {line}" for line in written]
    if role == "opinion" and place is _Place.OPEN:
        return [f"> {line}" for line in written]
    return written


def _heading(block: Heading, place: _Place) -> list[str]:
    if block.level == 1 and place is _Place.OPEN:
        line = one_line(block.inlines)
        return [f"### {line}"] if line else []
    line = one_line(block.inlines, is_bold=True)
    return [line] if line else []


def _list(block: List, place: _Place) -> list[str]:
    is_small = block.role in _SMALL and place in (_Place.OPEN, _Place.QUOTE)
    inside = _Place.SMALL if is_small or place is _Place.SMALL else _Place.LIST
    found: list[str] = []
    for number, entry in enumerate(block.entries, block.start):
        written = _blocks(entry, inside)
        if not written:
            continue
        if inside is _Place.SMALL:  # no list inside small print: the number is text there
            found += [f"{number}\\. {written[0]}" if block.is_ordered else f"• {written[0]}", *written[1:]]
        else:
            mark = f"{number}. " if block.is_ordered else "- "
            found += [f"{mark}{written[0]}", *_indented(written[1:], written[0])]
    return [f"-# {line}" for line in found] if is_small else found


def _indented(rest: list[str], first: str) -> list[str]:
    """Two spaces for what belongs to an entry, but none inside a fence, where they would be seen."""
    is_fenced = first.startswith("```")
    found: list[str] = []
    for line in rest:
        found.append(line if is_fenced else f"  {line}")
        if line.strip().startswith("```"):
            is_fenced = not is_fenced
            found[-1] = line
    return found


def _quote(block: Quote, place: _Place) -> list[str]:
    if place is not _Place.OPEN:
        return _blocks(block.blocks, place)
    if block.role in _SMALL:
        return [f"-# {line}" for line in _blocks(block.blocks, _Place.SMALL)]
    return [f"> {line}" for line in _blocks(block.blocks, _Place.QUOTE)]


def _fence(text: str, language: str) -> list[str]:
    if not text.strip():
        return []
    # a run of three backticks would end the block; the joint is not seen
    safe = re.sub(r"`(?=``)", f"`{JOINT}", text.strip("\n"))
    return [f"```{language if _LANGUAGE.fullmatch(language) else ''}", *safe.split("\n"), "```"]


def _table(block: Table, place: _Place) -> list[str]:
    cells = [[" ".join(plain(cell).split()) for cell in row] for row in block.rows]
    columns = max((len(row) for row in cells), default=0)
    widths = [max((_width(row[at]) for row in cells if at < len(row)), default=0) for at in range(columns)]
    has_links = any(links(cell) for row in block.rows for cell in row)
    is_fixed = place is not _Place.SMALL and not has_links
    if is_fixed and sum(widths) + 3 * (columns - 1) <= NARROW and any(map(any, cells)):
        return _fence("\n".join(_fixed(cells, widths, block.alignments)), "")
    rows = [_row(row, is_head=index == 0) for index, row in enumerate(block.rows)]
    return [row for row in rows if row.strip(" |")]


def _row(row: Sequence[tuple[Inline, ...]], *, is_head: bool) -> str:
    return at_line_start(" | ".join(one_line(cell, is_bold=is_head) for cell in row))


def _fixed(cells: list[list[str]], widths: list[int], alignments: Sequence[Alignment | None]) -> list[str]:
    rows = [
        " | ".join(
            _padded(cell, width, alignment)
            for cell, width, alignment in zip(row, widths, alignments, strict=True)
        ).rstrip()
        for row in cells
    ]
    return [rows[0], "-+-".join("-" * width for width in widths), *rows[1:]]


def _padded(cell: str, width: int, alignment: Alignment | None) -> str:
    missing = width - _width(cell)
    before = {"right": missing, "center": missing // 2}.get(alignment or "left", 0)
    return " " * before + cell + " " * (missing - before)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
