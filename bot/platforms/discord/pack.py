"""Which passages go into which message? Exact sizes against all of Discord's budgets at once (discord.md §2).

A message is planned as segments — text, a gallery, a line across — from which either dress (components, embeds) is
made; what fits is decided on the segments of the very message, marks and buttons included.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.platforms.partition import Unit, partition
from bot.platforms.pictures import Shown

Segment = str | tuple[Shown, ...] | None  # text, a gallery, a line across
GAP, NARROW_GAP = "\n\n", "\n"  # between passages; the narrow one where it saves a message


@dataclass(frozen=True, slots=True)
class Limits:
    """Discord's budgets of one message. `reserve`: characters kept free for a correction mark (experience.md §6)."""

    characters: int = 4_000  # UTF-16 units, summed over all texts of a Components V2 message
    bytes: int = 10_170  # UTF-8 of all texts and 12 a text; above it Discord answers 500
    bytes_a_text: int = 12
    components: int = 40  # nested ones included
    pictures: int = 10
    upload: int = 25 * 2**20 - 2**16  # the whole request; the rest is for the payload and its envelope
    file: int = 10 * 2**20
    reserve: int = 80
    embeds: int = 10
    embed_text: int = 4_096
    embed_characters: int = 6_000  # summed over all embeds of a message


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage, or a piece of one that exceeds a message alone.

    `title` is said again, marked as continued, where a message begins with a later piece. `hidden` are the arguments of
    the items whose pictures stay behind a button, with their number. `omitted`: see `Message`. `seam` and `was`: see
    `partition.Unit`.
    """

    text: str = ""
    pictures: tuple[Shown, ...] = ()
    hidden: tuple[str, int] | None = None
    key: str = ""
    title: str = ""
    omitted: tuple[str, ...] = ()
    seam: int = 1
    is_section: bool = False
    is_continuation: bool = False
    was: int | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """The words at the edges of a part; empty where there is no edge."""

    head: str = ""
    foot: str = ""


Fits = Callable[
    [Sequence[Chunk], Marks, bool], bool
]  # chunks, marks, whether the buttons of the page stand here


@lru_cache(maxsize=4_096)  # a chunk is measured with each of its neighbours
def units16(text: str) -> int:
    """Length in UTF-16 units: the strictest reading of Discord's "characters"."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Cloth:
    """What the dress asks of the plan. `text_limit`: of one text. `most`: characters of all texts of a message."""

    most: int
    text_limit: int
    has_lines: bool = True
    gap: str = GAP


def segments(chunks: Sequence[Chunk], marks: Marks, cloth: Cloth) -> list[Segment]:
    """The message these chunks make. Texts that touch run together, up to the limit of one; so do galleries."""
    found: list[Segment | list[str]] = []
    length = 0

    def write(text: str, joint: str) -> None:
        nonlocal length
        last = found[-1] if found else None
        size = units16(text)
        if isinstance(last, list) and length + len(joint) + size <= cloth.text_limit:
            last += (joint, text)
            length += len(joint) + size
        else:
            found.append([text])
            length = size

    if marks.head:
        write(marks.head, "")
    if chunks and chunks[0].is_continuation and chunks[0].title:
        write(chunks[0].title, "\n")
    for index, chunk in enumerate(chunks):
        if chunk.is_section and index and cloth.has_lines:
            found.append(None)
        if chunk.text:
            write(chunk.text, cloth.gap if index and not chunk.is_continuation else "\n")
        if chunk.pictures:
            last = found[-1] if found else None
            if isinstance(last, tuple):
                found[-1] = (*last, *chunk.pictures)
            else:
                found.append(chunk.pictures)
    if marks.foot:
        write(marks.foot, "\n")
    return ["".join(part) if isinstance(part, list) else part for part in found]


def texts_of(parts: Sequence[Segment]) -> list[str]:
    return [part for part in parts if isinstance(part, str)]


def pictures_of(parts: Sequence[Segment]) -> list[Shown]:
    return [shown for part in parts if isinstance(part, tuple) for shown in part]


def pictures_fit(parts: Sequence[Segment], limits: Limits) -> bool:
    pictures = pictures_of(parts)
    size = sum(shown.picture.size for shown in pictures)
    return len(pictures) <= limits.pictures and size <= limits.upload


def least_count(chunks: Sequence[Chunk], cloth: Cloth) -> int:
    """No packing has fewer messages than this."""
    return max(1, -(-sum(units16(chunk.text) for chunk in chunks) // cloth.most))


def pack(
    chunks: Sequence[Chunk], fits: Fits, marks: Marks, cloth: Cloth, *, is_headed: bool
) -> list[tuple[Chunk, ...]]:
    """The messages, as runs of chunks. `marks` are the longest ones that can occur.

    `is_headed`: the first chunk stands alone in the first message (overview, forum starter).
    """
    if is_headed and len(chunks) > 1:
        return [(chunks[0],), *_grouped(chunks[1:], fits, marks, cloth.most, has_before=True)]
    return _grouped(chunks, fits, marks, cloth.most, has_before=False)


def _grouped(
    chunks: Sequence[Chunk], fits: Fits, marks: Marks, most: int, *, has_before: bool
) -> list[tuple[Chunk, ...]]:
    count = len(chunks)
    number = 1 if has_before else 0  # of the first of these messages
    sizes = [units16(chunk.text) for chunk in chunks]
    before = [0]
    for size in sizes:
        before.append(before[-1] + size)

    def fits_range(first: int, last: int) -> bool:
        if last - first > 1 and before[last] - before[first] > most:
            return False  # saves composing a whole issue only to find it too long
        edges = marks
        if first == 0 and not has_before:
            edges = replace(edges, head="")
        if last == count:
            edges = replace(edges, foot="")
        return fits(chunks[first:last], edges, last == count)

    units = [
        Unit((size,), chunk.is_section, chunk.seam, None if chunk.was is None else chunk.was - number)
        for size, chunk in zip(sizes, chunks, strict=True)
    ]
    return [tuple(chunks[index] for index in group) for group in partition(units, fits_range)]
