"""Where does a line of display text break? By words and characters, never before a closing mark or after an opening one.

Pure: widths are measured by whoever draws. The rule for Chinese and Japanese is the usual one (GB/T 15834, JIS X 4051).
"""

from collections.abc import Callable, Iterator
from typing import Final

import regex  # type: ignore[import-untyped]  # ships no types

Measure = Callable[[str], float]
ELLIPSIS: Final = "…"
# a word of a script with spaces, or a single character of one without
_PIECE: Final = regex.compile(
    r"\s+|(?:(?![\p{Han}\p{Hiragana}\p{Katakana}\p{P}])[\S])(?:(?![\p{Han}\p{Hiragana}\p{Katakana}])\S)*|\X"
)
_CLOSING: Final = regex.compile(
    r"[\p{Pe}\p{Pf}，。、；：！？…‥·・ー～々％‰℃,.;:!?%°ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ｜|/\"'—-]"
)
_OPENING: Final = regex.compile(r"[\p{Ps}\p{Pi}＃#￥$€£《〈]")
_GRAPHEME: Final = regex.compile(r"\X")


def wrapped(text: str, width: float, measure: Measure) -> tuple[str, ...]:
    """The fewest lines within the width, made about equally long. A word wider than a line is broken between characters."""
    lines = filled(text, width, measure)
    units = list(_units(text, width, measure))
    if len(lines) < 2:
        return lines
    low, high = width / 2, width
    while high - low > 1:
        middle = (low + high) / 2
        tried = _filled(units, middle, measure)
        if len(tried) == len(lines) and all(measure(line) <= middle for line in tried):
            high = middle
        else:
            low = middle
    return _filled(units, high, measure)


def filled(text: str, width: float, measure: Measure) -> tuple[str, ...]:
    """The same, each line as long as it can be."""
    return _filled(list(_units(text, width, measure)), width, measure)


def cut(text: str, width: float, measure: Measure, most: int) -> tuple[str, ...]:
    """At most so many lines; the last one ends in an ellipsis where that is not all."""
    lines = filled(text, width, measure)
    if len(lines) <= most:
        return lines
    rest = " ".join(text.split())
    for line in lines[: most - 1]:
        rest = rest.removeprefix(line).lstrip()
    return (*lines[: most - 1], shortened(rest, width, measure))


def shortened(text: str, width: float, measure: Measure) -> str:
    """The text on one line, with an ellipsis where not all of it fits."""
    if measure(text) <= width:
        return text
    graphemes = _GRAPHEME.findall(text)
    while graphemes and measure("".join(graphemes).rstrip() + ELLIPSIS) > width:
        graphemes.pop()
    return "".join(graphemes).rstrip() + ELLIPSIS


def is_opening(mark: str) -> bool:
    """Whether a line may not end with this character."""
    return bool(_OPENING.fullmatch(mark))


def _units(text: str, width: float, measure: Measure) -> Iterator[str]:
    """What must stay together: a word or character with the marks that belong to it, or a space."""
    held = ""
    for piece in _PIECE.findall(" ".join(text.split())):
        is_bound = bool(held) and (_OPENING.fullmatch(held[-1]) or _CLOSING.fullmatch(piece[0]))
        if held and not is_bound:
            yield from _narrow(held, width, measure)
            held = ""
        held += piece
    if held:
        yield from _narrow(held, width, measure)


def _narrow(unit: str, width: float, measure: Measure) -> Iterator[str]:
    """A unit, or its characters where it is wider than a whole line."""
    if measure(unit) <= width:
        yield unit
    else:
        yield from _GRAPHEME.findall(unit)


def _filled(units: list[str], width: float, measure: Measure) -> tuple[str, ...]:
    lines: list[str] = []
    line = ""
    for unit in units:
        if line and measure((line + unit).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += unit if line else unit.lstrip()
    return (*lines, line.rstrip()) if line.strip() else tuple(lines)
