"""Which passages go into which message? Whole sections if possible, else whole items, all budgets at once.

Only an item that exceeds a message alone is cut, between its blocks, then between its sentences; it may begin in the
message before and says its title again where it goes on (experience.md §3).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, groupby, pairwise

from bot.platforms.cut import Rank, Seam, best_seam, shortened, text_seams
from bot.platforms.partition import Unit, partition
from bot.platforms.pictures import Shown
from bot.platforms.telegram.entities import Span, Styled, joined, units
from bot.platforms.telegram.limits import Limits, Size, size
from digest.page import Passage
from handlers.texts import Texts

SECTION, ITEM, BLOCK, SENTENCE, WORD, CHARACTER = range(
    6
)  # what it costs a reader when a message begins there
_COSTS = {Rank.BLOCK: BLOCK, Rank.SENTENCE: SENTENCE, Rank.WORD: WORD}
_LABEL = 60  # a title said again is a reminder
_FAR = 9999  # the largest offset an entity can have has four digits
_FINENESS = 64  # a message is filled to within a 64th of its room at worst
_GAP = 2  # the empty line between two passages


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage as it will read, the pictures shown under it, or those that wait behind a button."""

    passage: Passage
    body: Styled
    shown: tuple[Shown, ...] = ()
    hidden: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One text message: the passages that stand in it, and those of them that end in it."""

    body: Styled
    passages: tuple[Prepared, ...]
    ended: tuple[Prepared, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """Words at a cut; `parts` is what the passages were found to take, or a number as long."""

    texts: Texts
    parts: int

    def head(self, part: int) -> Styled:
        return Styled(self.texts("render.part_head", part=part, parts=self.parts))

    def foot(self, part: int) -> Styled:
        return Styled(self.texts("render.part_foot", part=part, parts=self.parts))

    def continued(self, label: str) -> Styled:
        """`**标题**（续）`; nothing where there is no title to say again."""
        if not label:
            return Styled("")
        label = shortened(label, _LABEL, units)
        text = self.texts("render.continued", title=label)
        start = units(text[: text.index(label)])
        return Styled(text, (Span("bold", start, start + units(label)),))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a passage that stays whole, in code points of its body."""

    owner: int
    start: int
    end: int
    seam: int


def pack(
    passages: Sequence[Prepared], texts: Texts, limits: Limits, was: Sequence[int | None] = ()
) -> tuple[Part, ...]:
    """The fewest messages that hold passages between which no picture stands.

    `was`: for each passage the number, from 0, of the message in which it began before; see `partition.Unit`.
    """
    guess = 9
    while True:
        packer = _Packer(passages, Marks(texts, guess), limits, was or [None] * len(passages))
        groups = packer.groups()
        if len(groups) <= guess:
            # a number as long as the guess takes as much room
            packer.marks = Marks(texts, len(groups))
            return tuple(packer.part(number, group) for number, group in enumerate(groups, 1))
        guess = guess * 10 + 9


class _Packer:
    def __init__(
        self, passages: Sequence[Prepared], marks: Marks, limits: Limits, was: Sequence[int | None]
    ) -> None:
        self.passages = passages
        self.marks = marks
        self.was = was
        self.room = limits.room
        self.both = joined((marks.head(marks.parts), marks.foot(marks.parts)))
        self.pieces = [piece for owner in range(len(passages)) for piece in self._pieces_of(owner)]
        upper = [self._upper(piece) for piece in self.pieces]
        self.upper = [Size(0, 0, 0, 0), *accumulate(upper, _plus)]
        self.measured: dict[tuple[str, int, bool], Size] = {}
        self.ink = [0, *accumulate(units(self._slice(piece).text.strip()) for piece in self.pieces)]

    def groups(self) -> tuple[range, ...]:
        """Which pieces share a message."""
        last = len(self.passages) - 1
        sections = [
            self.passages[piece.owner].passage.kind == "section"
            and piece.end == len(self.passages[piece.owner].body.text)
            and piece.owner < last
            for piece in self.pieces
        ]
        sizes = [
            Unit(
                (units(self._slice(piece).text) + _GAP,),
                is_head,
                piece.seam,
                # the rest of a parted item goes where there is room
                None if piece.start else self.was[piece.owner],
            )
            for piece, is_head in zip(self.pieces, sections, strict=True)
        ]
        return partition(sizes, self._fits)

    # --- pieces ---

    def _pieces_of(self, owner: int) -> list[_Piece]:
        prepared = self.passages[owner]
        text = prepared.body.text
        seam = ITEM if prepared.passage.kind == "item" else SECTION
        whole = _Piece(owner, 0, len(text), seam)
        if not text.strip():
            return []
        if self._is_whole(whole):
            return [whole]
        seams = [Seam(place, Rank.BLOCK) for place in prepared.body.borders if 0 < place < len(text)]
        blocks = [0, *map(_position, _coarse(seams, self.room.units // _FINENESS)), len(text)]
        pieces: list[_Piece] = []
        for start, end in pairwise(blocks):
            pieces += self._pieces_of_block(_Piece(owner, start, end, BLOCK if start else seam))
        return pieces

    def _is_whole(self, piece: _Piece) -> bool:
        body = self._slice(piece)
        if len(self.passages) == 1 and size(body.stripped()).is_within(self.room):
            return True
        return self._is_within(joined((self.both, body.stripped())))

    def _pieces_of_block(self, block: _Piece) -> list[_Piece]:
        """The block itself, or its sentences, or where one is too long, as much of it as fits each time."""
        if self._stands(block):
            return [block]
        body = self.passages[block.owner].body.cut(block.start, block.end)
        seams = text_seams(body.text, body.links())
        borders = [*_coarse(seams, self.room.units // _FINENESS), Seam(len(body.text), Rank.BLOCK)]
        pieces: list[_Piece] = []
        at, seam, index = 0, block.seam, 0
        for border in borders:
            while not self._stands(_stretch(block, at, border.position)):
                index = bisect_right(seams, at, lo=index, key=_position)
                end = bisect_left(seams, border.position, lo=index, key=_position)
                place = best_seam(seams[index:end], partial(self._stands_to, block, at))
                if place is None:
                    raise ValueError("one character exceeds a message")
                pieces.append(_stretch(block, at, place, seam))
                at, seam = place, _COSTS.get(seams[bisect_left(seams, place, key=_position)].rank, CHARACTER)
            pieces.append(_stretch(block, at, border.position, seam))
            at, seam = border.position, _COSTS.get(border.rank, CHARACTER)
        return pieces

    def _stands_to(self, block: _Piece, start: int, end: int) -> bool:
        return self._stands(_stretch(block, start, end))

    def _stands(self, piece: _Piece) -> bool:
        """Whether a piece fits alone with all marks it may need."""
        label = self.passages[piece.owner].passage.label
        return self._is_within(
            joined((self.both, self.marks.continued(label), self._slice(piece).stripped()))
        )

    def _slice(self, piece: _Piece) -> Styled:
        body = self.passages[piece.owner].body
        return body if (piece.start, piece.end) == (0, len(body.text)) else body.cut(piece.start, piece.end)

    def _upper(self, piece: _Piece) -> Size:
        """At least what the piece adds to any message."""
        body = self._slice(piece)
        far = Styled("", tuple(Span(span.kind, _FAR, _FAR + _FAR, span.argument) for span in body.spans))
        taken, marks = size(body), size(far)
        return Size(taken.units + _GAP, taken.entities, marks.entity_bytes, taken.raw_bytes + 2 * _GAP)

    # --- groups ---

    def _is_within(self, body: Styled) -> bool:
        return size(body).is_within(self.room)

    def _fits(self, first: int, last: int) -> bool:
        if self.ink[last] - self.ink[first] > self.room.units:
            return False
        # the largest number stands for one that is not known yet
        number = self.marks.parts if first else 1
        is_end = last == len(self.pieces)
        around = self._around(self._label(first), number, is_end=is_end)
        if _plus(_minus(self.upper[last], self.upper[first]), around).is_within(self.room):
            return True
        return self._is_within(self._body(first, last, number, is_end=is_end))

    def _around(self, label: str, number: int, *, is_end: bool) -> Size:
        """What the marks take; the same for most groups."""
        key = (label, number, is_end)
        if key not in self.measured:
            self.measured[key] = size(self._joined([], label, number, is_end=is_end))
        return self.measured[key]

    def _body(self, first: int, last: int, number: int, *, is_end: bool) -> Styled:
        """The message of some pieces, with its marks."""
        stretches = []
        for owner, group in groupby(self.pieces[first:last], key=lambda piece: piece.owner):
            same = list(group)
            stretches.append(self._slice(_Piece(owner, same[0].start, same[-1].end, 0)).stripped())
        return self._joined(stretches, self._label(first), number, is_end=is_end)

    def _joined(self, stretches: Sequence[Styled], label: str, number: int, *, is_end: bool) -> Styled:
        head = Styled("") if number == 1 else self.marks.head(number)
        foot = Styled("") if is_end else self.marks.foot(number)
        return joined((head, self.marks.continued(label), *stretches, foot))

    def _label(self, first: int) -> str:
        """The title to say again where a message begins inside a passage."""
        return self.passages[self.pieces[first].owner].passage.label if self.pieces[first].start else ""

    def part(self, number: int, group: range) -> Part:
        pieces = self.pieces[group.start : group.stop]
        owners = dict.fromkeys(piece.owner for piece in pieces)
        ended = [piece.owner for piece in pieces if piece.end == len(self.passages[piece.owner].body.text)]
        return Part(
            self._body(group.start, group.stop, number, is_end=group.stop == len(self.pieces)),
            tuple(self.passages[owner] for owner in owners),
            tuple(self.passages[owner] for owner in ended),
        )


def _stretch(block: _Piece, start: int, end: int, seam: int = 0) -> _Piece:
    """Part of a block, told in places of the block."""
    return _Piece(block.owner, block.start + start, block.start + end, seam)


def _coarse(seams: Sequence[Seam], least: int) -> Iterator[Seam]:
    """Ends of blocks and sentences, none closer to the one before than `least`: a message holds only so many stretches."""
    before = 0
    for seam in seams:
        if seam.rank <= Rank.SENTENCE and seam.position - before >= least:
            yield seam
            before = seam.position


def _position(seam: Seam) -> int:
    return seam.position


def _plus(a: Size, b: Size) -> Size:
    return Size(*(left + right for left, right in zip(a, b, strict=True)))


def _minus(a: Size, b: Size) -> Size:
    return Size(*(left - right for left, right in zip(a, b, strict=True)))
