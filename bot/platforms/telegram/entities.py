"""How is styled text held for Telegram? Characters and the spans over them, counted in UTF-16 code units.

Spans nest or are apart, they never cross; code stands alone inside quotes only; quotes do not nest. So says the
documentation of `MessageEntity`, and the server silently drops what breaks it.
"""

import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

Kind = Literal[
    "bold",
    "italic",
    "strikethrough",
    "code",
    "pre",
    "text_link",
    "blockquote",
    "expandable_blockquote",
]
EMPHASIS: frozenset[Kind] = frozenset(("bold", "italic", "strikethrough"))
QUOTES: frozenset[Kind] = frozenset(("blockquote", "expandable_blockquote"))

# What the server replaces or removes (td: clean_input_string); done here, so that our offsets are the stored ones
_CLEANED: dict[int, str | None] = {
    **dict.fromkeys([*range(9), *range(11, 32)], " "),
    0x0D: None,
    **dict.fromkeys(range(0x2028, 0x202F)),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


def clean(text: str) -> str:
    """The text as the server will store it."""
    return text.translate(_CLEANED)


def units(text: str) -> int:
    """Its length as Telegram counts: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True, slots=True)
class Span:
    """One entity; `argument` is a link's target or a code block's language."""

    kind: Kind
    start: int
    end: int
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Styled:
    """Characters and the spans over them, outer ones first. `borders` are the starts of blocks, in code points."""

    text: str
    spans: tuple[Span, ...] = ()
    borders: tuple[int, ...] = ()

    def cut(self, start: int, end: int) -> "Styled":
        """The stretch between two code points; spans are clipped to it."""
        first, last = _offset(self.text, start), _offset(self.text, end)
        return Styled(
            self.text[start:end],
            tuple(
                Span(span.kind, max(span.start, first) - first, min(span.end, last) - first, span.argument)
                for span in self.spans
                if span.start < last and span.end > first
            ),
        )

    def stripped(self) -> "Styled":
        """Without white space at the ends: the server trims it, which would move every offset."""
        if self.text == self.text.strip():
            return self
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, max(start, len(self.text.rstrip())))

    def links(self) -> list[tuple[int, int]]:
        """The stretches of links, in code points."""
        return [
            (_place(self.text, span.start), _place(self.text, span.end))
            for span in self.spans
            if span.kind == "text_link"
        ]

    def entities(self) -> list[dict[str, Any]]:
        """As the Bot API wants them."""
        return [_entity(span) for span in self.spans]


@lru_cache(maxsize=64)
def _wide(text: str) -> tuple[int, ...]:
    """The code points that take two units; looked up for every cut of the same text."""
    return tuple(index for index, character in enumerate(text) if character > "\uffff")


def _offset(text: str, place: int) -> int:
    """Code point -> UTF-16 unit."""
    return place + bisect_left(_wide(text), place)


def _place(text: str, offset: int) -> int:
    """UTF-16 unit -> code point."""
    wide = _wide(text)
    return offset - bisect_left(range(len(wide)), offset, key=lambda index: wide[index] + index)


def _entity(span: Span) -> dict[str, Any]:
    entity: dict[str, Any] = {"type": span.kind, "offset": span.start, "length": span.end - span.start}
    if span.kind == "text_link":
        entity["url"] = span.argument
    elif span.kind == "pre" and span.argument:
        entity["language"] = span.argument
    return entity


def entity_bytes(entities: Sequence[dict[str, Any]]) -> int:
    """What the entities weigh on their way: stricter than the server's own measure."""
    return len(json.dumps(entities, ensure_ascii=False, separators=(",", ":")).encode()) if entities else 0


def joined(pieces: Sequence[Styled], separator: str = "\n\n") -> Styled:
    """Pieces one after the other; empty ones leave no gap."""
    filled = [piece for piece in pieces if piece.text]
    spans: list[Span] = []
    offset = 0
    gap = units(separator)
    for piece in filled:
        spans += [
            Span(span.kind, span.start + offset, span.end + offset, span.argument) for span in piece.spans
        ]
        offset += units(piece.text) + gap
    return Styled(separator.join(piece.text for piece in filled), tuple(spans))


class Writer:
    """Collects characters and spans; what would not be valid is left out as it is written, never the characters."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._spans: list[Span] = []
        self._open: list[Kind] = []
        self._borders: list[int] = []
        self._units = 0
        self._length = 0
        self._ink = 0  # how many pieces were more than white space

    def write(self, text: str) -> None:
        text = clean(text)
        self._pieces.append(text)
        self._units += units(text)
        self._length += len(text)
        self._ink += bool(text.strip())

    def border(self) -> None:
        """Here a block begins that could begin a message."""
        self._borders.append(self._length)

    def is_inside(self, *kinds: Kind) -> bool:
        return any(kind in self._open for kind in kinds)

    @contextmanager
    def inside(self, kind: Kind, argument: str = "") -> Iterator[None]:
        """A span over what is written meanwhile; where it would be invalid or invisible there is none."""
        if self._is_barred(kind):
            yield
            return
        start, ink = self._units, self._ink
        self._open.append(kind)
        yield
        self._open.remove(kind)
        if self._ink > ink:
            self._spans.append(Span(kind, start, self._units, argument))

    def _is_barred(self, kind: Kind) -> bool:
        if kind in QUOTES:
            return self.is_inside(*QUOTES)
        if kind in {"code", "pre"}:
            return self.is_inside("text_link", "code", "pre")
        return kind in self._open

    def finish(self) -> Styled:
        return Styled("".join(self._pieces), _apart_from_code(self._spans), tuple(self._borders))


def _apart_from_code(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Emphasis stops before code and goes on after it."""
    codes = sorted((span for span in spans if span.kind in {"code", "pre"}), key=lambda span: span.start)
    kept: list[Span] = []
    for span in spans:
        if span.kind not in EMPHASIS:
            kept.append(span)
            continue
        start = span.start
        for code in codes:
            if code.end <= start or code.start >= span.end:
                continue
            if code.start > start:
                kept.append(replace(span, start=start, end=code.start))
            start = code.end
        if start < span.end:
            kept.append(replace(span, start=start))
    order = sorted(range(len(kept)), key=lambda index: (kept[index].start, -kept[index].end, -index))
    return tuple(kept[index] for index in order)
