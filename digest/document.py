"""What is text made of? One frozen tree of blocks and inlines, for issues and for the pages people see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

Role = Literal["summary", "links", "opinion", "note", "boilerplate"]
Alignment = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Text:
    """Characters to be shown as they are: data, never markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Em:
    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Del:
    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Mark:
    """A searched word that was found; never made by the parser."""

    inlines: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A hard line break."""


@dataclass(frozen=True, slots=True)
class Link:
    """`href` was checked by the parser: an allowed scheme, no control characters, no credentials."""

    href: str
    inlines: "tuple[Inline, ...]"
    is_bare: bool = False  # written without markup, so its text is its own address


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, inside a line or as a block of its own. `src` as written; `href` when the picture is a link."""

    src: str
    alt: str = ""
    href: str | None = None


Inline = Text | Strong | Em | Del | Mark | Code | Break | Link | Image


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: tuple[Inline, ...]
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below item level; levels count from 1."""

    level: int
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class List:
    """`entries` are runs of blocks; `start` counts only when `is_ordered`."""

    entries: "tuple[tuple[Block, ...], ...]"
    is_ordered: bool = False
    start: int = 1
    is_tight: bool = True
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: "tuple[Block, ...]"
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class CodeBlock:
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`rows[0]` is the head. Every row has as many cells as `alignments`."""

    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    alignments: tuple[Alignment | None, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """A block that unfolds (`<details>`)."""

    summary: tuple[Inline, ...]
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


Block = Paragraph | Heading | List | Quote | CodeBlock | Table | Details | Rule | Image
Node = Block | Inline


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside, in reading order."""
    match node:  # the most frequent first: every tree is walked many times
        case Text() | Code() | Break() | Image():
            return ()
        case Strong() | Em() | Del() | Mark() | Link() | Paragraph() | Heading():
            return node.inlines
        case List():
            return tuple(block for entry in node.entries for block in entry)
        case Quote():
            return node.blocks
        case Details():
            return (*node.summary, *node.blocks)
        case Table():
            return tuple(inline for row in node.rows for cell in row for inline in cell)
        case CodeBlock() | Rule():
            return ()
        case _:
            assert_never(node)


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node of the trees, each before its children, in reading order."""
    levels = [iter(nodes)]
    while levels:
        for node in levels[-1]:
            yield node
            inner = children(node)
            if inner:
                levels.append(iter(inner))
                break
        else:
            levels.pop()


def links(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Every link target in reading order, as often as it stands; a linked picture's target too."""
    return tuple(
        node.href for node in walk(nodes) if isinstance(node, Link | Image) and node.href is not None
    )


def images(nodes: Iterable[Node]) -> tuple[Image, ...]:
    """Every picture in reading order, as often as it stands."""
    return tuple(node for node in walk(nodes) if isinstance(node, Image))


def plain(nodes: Iterable[Node]) -> str:
    """The words alone: inlines run together, blocks, entries and rows on lines of their own. Pictures are silent."""
    return _joined(nodes).strip("\n")


def _joined(nodes: Iterable[Node]) -> str:
    return "".join([node.text if isinstance(node, Text) else _plain(node) for node in nodes])


def _plain(node: Node) -> str:
    match node:
        case Link() | Strong() | Em() | Del() | Mark():
            return _joined(node.inlines)
        case Paragraph() | Heading():
            return _line(_joined(node.inlines))
        case Text() | Code():
            return node.text
        case Quote() | List():
            return _line(_joined(children(node)))
        case Break():
            return "\n"
        case CodeBlock():
            return f"{node.text}\n"
        case Table():
            return "".join(["\t".join([plain(cell) for cell in row]) + "\n" for row in node.rows])
        case Details():
            return f"{plain(node.summary)}\n{plain(node.blocks)}\n"
        case Image() | Rule():
            return ""
        case _:
            assert_never(node)


def _line(text: str) -> str:
    text = text.strip("\n")
    return f"{text}\n" if text else ""


def text(value: str) -> tuple[Inline, ...]:
    """Plain characters as inlines, line breaks kept."""
    inlines: list[Inline] = []
    for index, line in enumerate(value.split("\n")):
        if index:
            inlines.append(Break())
        if line:
            inlines.append(Text(line))
    return tuple(inlines)


def paragraph(value: str, role: Role | None = None) -> Paragraph:
    """Plain characters as one paragraph."""
    return Paragraph(text(value), role)
