"""What is an open element, and what does it become when it closes? The parts of the builder that have no state."""

from dataclasses import dataclass, field
from typing import Literal

from digest.document import Alignment, Block, Inline, List, Paragraph, Table, Text

Kind = Literal["flow", "inline", "cell", "list", "table", "row", "pre", "silent"]
Attributes = dict[str, str]

INLINE = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "s": "del",
    "strike": "del",
    "del": "del",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
    "a": "a",
}
KINDS: dict[str, Kind] = {
    "ul": "list",
    "ol": "list",
    "menu": "list",
    "li": "flow",
    "blockquote": "flow",
    "details": "flow",
    "summary": "cell",
    "table": "table",
    "tr": "row",
    "td": "cell",
    "th": "cell",
    "pre": "pre",
    "script": "silent",
    "style": "silent",
    "h1": "cell",
    "h2": "cell",
    "h3": "cell",
    "h4": "cell",
    "h5": "cell",
    "h6": "cell",
}
_BLOCKS = (
    "p div section article aside header footer main nav center address figure figcaption dl dt dd caption form body "
    "html fieldset legend option hgroup"
)
BOUNDARIES = frozenset(_BLOCKS.split())
_MEDIA = frozenset({"video", "audio", "iframe", "source"})
VOID = frozenset({"br", "hr", "img", *_MEDIA})


@dataclass(slots=True)
class Frame:
    """One open element and what it holds so far."""

    tag: str
    kind: Kind
    is_raw: bool
    attributes: Attributes = field(default_factory=dict)
    inlines: list[Inline] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    entries: list[tuple[Block, ...]] = field(default_factory=list)
    rows: list[list[tuple[tuple[Inline, ...], Alignment | None]]] = field(default_factory=list)
    summary: tuple[Inline, ...] = ()
    has_paragraphs: bool = False


def list_of(frame: Frame) -> List:
    start = frame.attributes.get("start", "1")
    return List(
        tuple(frame.entries),
        is_ordered=frame.tag == "ol",
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 1,
        is_tight=not frame.has_paragraphs,
    )


def with_task(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """`[x]` at the head of an entry is a ticked box, not a word."""
    match blocks[0]:
        case Paragraph(inlines=(Text(text=str(text)), *rest), role=role):
            for mark, box in (("[x] ", "☑ "), ("[X] ", "☑ "), ("[ ] ", "☐ ")):
                if text.startswith(mark):
                    first = Paragraph((Text(box + text[len(mark) :]), *rest), role)
                    return (first, *blocks[1:])
    return blocks


def table_of(frame: Frame) -> Table:
    width = max(len(row) for row in frame.rows)
    alignments = [alignment for _, alignment in frame.rows[0]]
    return Table(
        tuple(tuple(cell for cell, _ in row) + ((),) * (width - len(row)) for row in frame.rows),
        (*alignments, *[None] * (width - len(alignments))),
    )


def alignment_of(attributes: Attributes) -> Alignment | None:
    given = attributes.get("style", "").replace(" ", "").removeprefix("text-align:").rstrip(";")
    given = given or attributes.get("align", "").lower()
    match given:
        case "left" | "center" | "right":
            return given
        case _:
            return None
