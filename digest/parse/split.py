"""Which issues does one file hold, when a curator writes them under each other? The key `issue_level` of a profile."""

import re
from dataclasses import dataclass

from digest.parse.keys import slug
from digest.parse.outline import without_targets

_HEADING = re.compile(rb" {0,3}(#{1,6})[ \t]+(.*)")
_FENCE = re.compile(rb" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Piece:
    """One issue of a file. `fragment` tells it from the others and outlives new ones; `first_line` counts from 1."""

    fragment: str
    source: bytes
    first_line: int


def pieces(source: bytes, level: int) -> tuple[Piece, ...]:
    """The issues of a file, each from its heading to the next one; what stands before the first belongs to it.

    Nothing is left out: the pieces put together are the file. Without a heading of this level there is one piece
    without a fragment.
    """
    lines = source.split(b"\n")
    starts = _starts(lines, level)
    if not starts:
        return (Piece("", source, 1),)
    begins = [0, *(at for at, _ in starts[1:])]
    ends = [*begins[1:], len(lines)]
    taken: dict[str, int] = {}
    found: list[Piece] = []
    for begin, end, (_, title) in zip(begins, ends, starts, strict=True):
        last = end == len(lines)
        text = b"\n".join(lines[begin:end]) + (b"" if last else b"\n")
        found.append(Piece(_own(slug(title) or "issue", taken), text, begin + 1))
    return tuple(found)


def _starts(lines: list[bytes], level: int) -> list[tuple[int, str]]:
    """The lines on which an issue begins, with their titles; headings inside fences are text."""
    found: list[tuple[int, str]] = []
    fence = b""
    for at, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
            fence = b""
        elif not fence and (heading := _HEADING.match(line)) and len(heading[1]) == level:
            title = heading[2].decode("utf-8", "replace").rstrip("# \r")
            found.append((at, without_targets(title)))
    return found


def _own(fragment: str, taken: dict[str, int]) -> str:
    taken[fragment] = taken.get(fragment, 0) + 1
    return fragment if taken[fragment] == 1 else f"{fragment}~{taken[fragment]}"
