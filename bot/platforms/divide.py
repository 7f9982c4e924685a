"""How is a run of blocks divided in two at one place? The tree on either side stays whole and nothing is lost.

Places are counted in code points of the leaves' texts; a break, a picture, a rule and a link without words of its own
count one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar, assert_never

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
    children,
)

_ATOM = "\ufffc"  # the object replacement character: stands for what has no characters of its own
_T = TypeVar("_T")


def flat(blocks: Sequence[Block]) -> tuple[str, list[tuple[int, int]], set[int]]:
    """The text in which places are counted, the stretches of its links, and the borders between its blocks.

    A border right after a heading is none: a heading is not left alone.
    """
    pieces: list[str] = []
    links: list[tuple[int, int]] = []
    borders: set[int] = set()
    _flatten(blocks, pieces, links, borders, 0)
    return "".join(pieces), links, borders


def _flatten(
    nodes: Sequence[Node], pieces: list[str], links: list[tuple[int, int]], borders: set[int], start: int
) -> int:
    for node in nodes:
        match node:
            case Text() | Code() | CodeBlock():
                pieces.append(node.text)
                end = start + len(node.text)
            case Break():
                pieces.append("\n")
                end = start + 1
            case Image() | Rule():
                pieces.append(_ATOM)
                end = start + 1
            case Link() if length(node) == 1:
                pieces.append(_ATOM)
                end = start + 1
            case Table():
                end = start
                for row in node.rows:
                    end = _flatten([inline for cell in row for inline in cell], pieces, links, borders, end)
                    borders.add(end)
            case _:
                end = _flatten(children(node), pieces, links, borders, start)
        if isinstance(node, Link):
            links.append((start, end))
        if isinstance(node, Paragraph | List | Quote | CodeBlock | Table | Details | Rule):
            borders.add(end)
        start = end
    return start


def length(node: Node) -> int:
    """How many places a node takes."""
    match node:
        case Text() | Code() | CodeBlock():
            return len(node.text)
        case Break() | Image() | Rule():
            return 1
        case Link() if node.is_bare:
            return 1
        case Link():
            return max(1, sum(map(length, node.inlines)))
        case _:
            return sum(map(length, children(node)))


def divide(blocks: Sequence[Block], position: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """What stands before `position` and what stands after it."""
    return _divide(blocks, position, length, _divide_block)


def _divide(
    nodes: Sequence[_T],
    position: int,
    measure: Callable[[_T], int],
    inside: Callable[[_T, int], tuple[tuple[_T, ...], tuple[_T, ...]]],
) -> tuple[tuple[_T, ...], tuple[_T, ...]]:
    """Nodes that end at or before `position` stand before it, the one around it is divided."""
    start = 0
    for index, node in enumerate(nodes):
        end = start + measure(node)
        if end > position:
            if start == position:
                return tuple(nodes[:index]), tuple(nodes[index:])
            head, tail = inside(node, position - start)
            return (*nodes[:index], *head), (*tail, *nodes[index + 1 :])
        start = end
    return tuple(nodes), ()


def _divide_inlines(
    inlines: Sequence[Inline], position: int
) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    return _divide(inlines, position, length, _divide_inline)


def _divide_inline(node: Inline, position: int) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    match node:
        case Text() | Code():
            return (
                (replace(node, text=node.text[:position]),),
                (replace(node, text=node.text[position:]),),
            )
        case Strong() | Em() | Del() | Mark() | Link():
            head, tail = _divide_inlines(node.inlines, position)
            return (replace(node, inlines=head),), (replace(node, inlines=tail),)
        case Break() | Image():
            raise ValueError(f"{type(node).__name__} cannot be divided")
        case _:
            assert_never(node)


def _divide_block(node: Block, position: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    match node:
        case Paragraph() | Heading():
            inlines, more = _divide_inlines(node.inlines, position)
            return (replace(node, inlines=inlines),), (replace(node, inlines=more),)
        case CodeBlock():
            return (
                (replace(node, text=node.text[:position]),),
                (replace(node, text=node.text[position:]),),
            )
        case Quote():
            blocks, rest = divide(node.blocks, position)
            return (replace(node, blocks=blocks),), (replace(node, blocks=rest),)
        case Details():
            return _divide_details(node, position)
        case List():
            return _divide_list(node, position)
        case Table():
            return _divide_table(node, position)
        case Rule() | Image():
            raise ValueError(f"{type(node).__name__} cannot be divided")
        case _:
            assert_never(node)


def _divide_details(node: Details, position: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """After the cut the blocks stand by themselves: what they unfold from was shown before."""
    summary = sum(map(length, node.summary))
    if position < summary:
        head, tail = _divide_inlines(node.summary, position)
        return (Details(head, ()),), (Details(tail, node.blocks),)
    blocks, rest = divide(node.blocks, position - summary)
    return (replace(node, blocks=blocks),), rest


def _divide_list(node: List, position: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The rest of a divided entry stands without a marker of its own, the numbers go on after it."""
    start = 0
    for index, entry in enumerate(node.entries):
        end = start + sum(map(length, entry))
        if end > position:
            before, after = node.entries[:index], node.entries[index + 1 :]
            if start == position:
                goes_on = replace(node, entries=(entry, *after), start=node.start + index)
                return (replace(node, entries=before),), (goes_on,)
            head, tail = divide(entry, position - start)
            goes_on = replace(node, entries=after, start=node.start + index + 1)
            return (replace(node, entries=(*before, head)),), (*tail, *((goes_on,) if after else ()))
        start = end
    return (node,), ()


def _divide_table(node: Table, position: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """A divided row keeps its number of cells on either side."""

    def measure(row: tuple[tuple[Inline, ...], ...]) -> int:
        return sum(length(inline) for cell in row for inline in cell)

    head, tail = _divide(node.rows, position, measure, _divide_row)
    return (replace(node, rows=head),), (replace(node, rows=tail),)


_Row = tuple[tuple[Inline, ...], ...]


def _divide_row(row: _Row, position: int) -> tuple[tuple[_Row, ...], tuple[_Row, ...]]:
    def measure(cell: tuple[Inline, ...]) -> int:
        return sum(map(length, cell))

    def inside(
        cell: tuple[Inline, ...], at: int
    ) -> tuple[tuple[tuple[Inline, ...], ...], tuple[tuple[Inline, ...], ...]]:
        head, tail = _divide_inlines(cell, at)
        return (head,), (tail,)

    head, tail = _divide(row, position, measure, inside)
    before = (*head, *((),) * (len(row) - len(head)))
    after = (*((),) * (len(row) - len(tail)), *tail)
    return (before,), (after,)
