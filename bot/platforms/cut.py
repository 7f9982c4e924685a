"""Where may text be cut so that a reader minds least? At a block, a sentence, a word, never inside a link.

No character is lost, doubled or moved. What counts as "fits" is the caller's: platforms measure in different units.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import regex  # type: ignore[import-untyped]  # ships no types

from bot.platforms.divide import divide, flat
from digest.document import Block, Heading, Inline, Paragraph

Size = Callable[[str], int]
Fits = Callable[[tuple[Block, ...]], bool]

_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}"
_CLOSING = r"[\p{Pe}\p{Pf}\"'*_~`]*"
_SENTENCE_END = regex.compile(rf"(?:[。！？；…]+{_CLOSING}|[.!?]+{_CLOSING}(?=\s|$|[{_CJK}]))\s*|\n")
_WORD_START = regex.compile(
    rf"(?<=\s)(?=\S)|(?<![\p{{Ps}}\p{{Pi}}\s])(?=[{_CJK}])|(?<=[{_CJK}，、：）」』》])(?=[^\p{{P}}\s{_CJK}])"
)
_GRAPHEME = regex.compile(r"\X")


class Rank(IntEnum):
    """How much a reader minds a cut; small is better."""

    BLOCK = 0
    SENTENCE = 1
    WORD = 2
    GRAPHEME = 3
    INSIDE_LINK = 4
    CHARACTER = 5  # inside a grapheme cluster that alone exceeds the room


@dataclass(frozen=True, slots=True)
class Seam:
    """A place to cut: before the character at `position`, counted in code points."""

    position: int
    rank: Rank


def text_seams(text: str, links: Sequence[tuple[int, int]] = ()) -> list[Seam]:
    """Every place inside `text` where it could be cut, in order. `links` are (start, end) of what stays whole if it can."""
    ranks = dict.fromkeys(range(1, len(text)), Rank.CHARACTER)
    clusters = [match.start() for match in _GRAPHEME.finditer(text)][1:]
    ranks.update(dict.fromkeys(clusters, Rank.GRAPHEME))
    for pattern, rank in ((_WORD_START, Rank.WORD), (_SENTENCE_END, Rank.SENTENCE)):
        for match in pattern.finditer(text):
            # a combining mark after a full stop belongs to it
            if ranks.get(match.end(), Rank.CHARACTER) is not Rank.CHARACTER:
                ranks[match.end()] = rank
    for start, end in links:
        for position in range(start + 1, end):
            ranks[position] = max(ranks[position], Rank.INSIDE_LINK)
    return [Seam(position, rank) for position, rank in sorted(ranks.items())]


def best_seam(seams: Sequence[Seam], fits: Callable[[int], bool]) -> int | None:
    """The position to cut at so that what stands before it fits; None when nothing does.

    A better rank wins unless it leaves more than half of the room empty. `fits` must be monotone.
    """
    most = _last_fitting([seam.position for seam in seams], fits)
    within = seams[:most]
    allowed = min((seam.rank for seam in within if seam.rank > Rank.GRAPHEME), default=Rank.GRAPHEME)
    if any(seam.rank <= Rank.GRAPHEME for seam in within):
        allowed = Rank.GRAPHEME
    furthest = max((seam.position for seam in within if seam.rank <= allowed), default=None)
    if furthest is None:
        return None
    for rank in Rank:
        for seam in reversed(within):
            if seam.position * 2 < furthest:
                break
            if seam.rank <= rank:
                return seam.position
    return furthest


def _last_fitting(places: Sequence[int], fits: Callable[[int], bool]) -> int:
    """How many of the places fit."""
    low, high = 0, len(places)
    while low < high:
        middle = (low + high) // 2
        if fits(places[middle]):
            low = middle + 1
        else:
            high = middle
    return low


def cut_text(text: str, room: int, size: Size = len) -> tuple[str, ...]:
    """`text` in pieces of at most `room`, which joined are `text` again.

    Raises ValueError when a single character exceeds the room.
    """
    pieces: list[str] = []
    seams = text_seams(text)
    start = 0
    while size(text[start:]) > room:
        rest = [Seam(seam.position - start, seam.rank) for seam in seams if seam.position > start]
        length = best_seam(rest, lambda end, start=start: size(text[start : start + end]) <= room)  # type: ignore[misc]  # mypy cannot infer a lambda with a bound default
        if length is None:
            raise ValueError(f"one character of {text[start : start + 8]!r} exceeds the room of {room}")
        pieces.append(text[start : start + length])
        start += length
    return (*pieces, text[start:]) if text[start:] else tuple(pieces)


def shortened(text: str, room: int, size: Size = len, ellipsis: str = "…") -> str:
    """`text` when it fits, else as many whole grapheme clusters as fit with an ellipsis after them."""
    if size(text) <= room:
        return text
    kept = ""
    for cluster in _GRAPHEME.findall(text):
        if size(kept + cluster + ellipsis) > room:
            break
        kept += cluster
    return kept.rstrip() + ellipsis


def cut_blocks(
    blocks: Sequence[Block], fits: Fits, first: Fits | None = None
) -> tuple[tuple[Block, ...], ...]:
    """A run of blocks in pieces that fit: between blocks, and inside a block only when it alone does not fit.

    `first` measures the first piece when it goes into room that is left somewhere; nothing fitting there, the first
    piece is empty. A heading stays with what follows it. Raises ValueError when one character does not fit.
    """
    pieces: list[tuple[Block, ...]] = []
    current: tuple[Block, ...] = ()
    room = first or fits
    waiting = deque(_runs(blocks))
    while waiting:
        run = waiting.popleft()
        if room((*current, *run)):
            current = (*current, *run)
            continue
        head, tail = ((), run) if fits(run) else _part(run, current, room)
        if head:
            current = (*current, *head)
        elif not current and room is fits:
            raise ValueError("one character exceeds the room of a whole piece")
        pieces.append(current)
        current, room = (), fits
        waiting.appendleft(tail)
    return (*pieces, current) if current else tuple(pieces)


def _runs(blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
    runs: list[tuple[Block, ...]] = []
    heads: list[Block] = []
    for block in blocks:
        heads.append(block)
        if not isinstance(block, Heading):
            runs.append(tuple(heads))
            heads = []
    if heads:
        runs.append(tuple(heads))
    return runs


def _part(
    run: tuple[Block, ...], before: tuple[Block, ...], room: Fits
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The most of a run that still fits after `before`, and the rest of it."""
    position = best_seam(seams(run), lambda end: room((*before, *divide(run, end)[0])))
    return ((), run) if position is None else divide(run, position)


def cut_inlines(
    inlines: Sequence[Inline], fits: Callable[[tuple[Inline, ...]], bool]
) -> tuple[tuple[Inline, ...], ...]:
    """A line in pieces that fit, at sentences, words or grapheme clusters."""

    def whole(blocks: tuple[Block, ...]) -> bool:
        return fits(_line(blocks))

    return tuple(_line(piece) for piece in cut_blocks((Paragraph(tuple(inlines)),), whole))


def _line(blocks: tuple[Block, ...]) -> tuple[Inline, ...]:
    return tuple(inline for block in blocks if isinstance(block, Paragraph) for inline in block.inlines)


def seams(blocks: Sequence[Block]) -> list[Seam]:
    """Every place where a run of blocks could be cut; positions as `divide` takes them."""
    text, links, borders = flat(blocks)
    found = text_seams(text, links)
    inside_runs = {border for border in borders if 0 < border < len(text)}
    return [Seam(seam.position, Rank.BLOCK) if seam.position in inside_runs else seam for seam in found]
