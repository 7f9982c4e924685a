"""Where in a text do the searched words stand? Spans of the *source* text, the best window of it, and marked inlines."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digest.document import Inline, Mark, Text
from digest.words.folding import Folded, fold_map
from digest.words.phrases import GAP, Phrase
from digest.words.plan import Plan
from digest.words.tokens import runs, stem, variants

Span = tuple[int, int]

_SENTENCE_ENDS = "。！？!?；;\n"
_ELLIPSIS = "…"
_LEAD = 4  # at most a quarter of the window stands before the first mark


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text, with `…` where it was cut, and the spans inside it."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """An element of a text: its forms, the first as written, and where it stands in the source."""

    forms: tuple[str, ...]
    start: int
    end: int


def spans(text: str, plan: Plan) -> tuple[Span, ...]:
    """Where the plan's words stand in `text`: (start, end) in order, none touching another. Total.

    A group that stands there exactly is not marked by its nearest forms as well.
    """
    places = tuple(_places(text))
    begins: dict[str, list[int]] = {}
    for index, place in enumerate(places):
        for form in place.forms:
            begins.setdefault(form, []).append(index)
    found: set[Span] = set()
    for group in plan.groups:
        exact = {span for phrase in group.phrases(0, 1) for span in _found(phrase, places, begins)}
        found |= exact or {span for phrase in group.phrases(2) for span in _found(phrase, places, begins)}
    return _merged(sorted(found))


def _places(text: str) -> Iterator[_Place]:
    folded = fold_map(text)
    after_chinese = False
    for run in runs(folded.text):
        if run.is_chinese and after_chinese:
            yield _Place((GAP,), 0, 0)
        for atom in run.atoms:
            others = () if run.is_chinese else _others(variants(atom, text, folded))
            start, end = _source(folded, atom.start, atom.end)
            yield _Place((atom.text, *others), start, end)
        after_chinese = run.is_chinese


def _others(found: Sequence[str]) -> tuple[str, ...]:
    return (*found, *(root for word in found if (root := stem(word)) not in found))


def _source(folded: Folded, start: int, end: int) -> Span:
    return folded.starts[start], folded.ends[end - 1]


def _found(phrase: Phrase, places: Sequence[_Place], begins: dict[str, list[int]]) -> Iterator[Span]:
    if phrase.is_prefix:
        starts: Sequence[int] = [
            index for index, place in enumerate(places) if place.forms[0].startswith(phrase.elements[0])
        ]
    elif phrase.is_word:
        starts = [index for form in phrase.forms for index in begins.get(form, ())]
    else:
        starts = begins.get(phrase.elements[0], ())
    for index in starts:
        last = index + len(phrase.elements) - 1
        if last < len(places) and _follows(phrase, places, index):
            yield places[index].start, places[last].end


def _follows(phrase: Phrase, places: Sequence[_Place], index: int) -> bool:
    if phrase.is_word or phrase.is_prefix:
        return True
    return all(places[index + offset].forms[0] == element for offset, element in enumerate(phrase.elements))


def _merged(ordered: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in ordered:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def window(text: str, found: Sequence[Span], width: int) -> Span:
    """The at most `width` characters that hold most of the spans, begun after a sentence end where one is near."""
    if len(text) <= width:
        return 0, len(text)
    start = _begin(text, found, width)
    return start, _whole_end(text, start, min(start + width, len(text)))


def snippet(text: str, found: Sequence[Span], width: int) -> Snippet:
    """The window as text of its own, with the spans inside it."""
    start, end = window(text, found, width)
    before = _ELLIPSIS if start else ""
    shift = len(before) - start
    inside = tuple(
        (max(first, start) + shift, min(last, end) + shift)
        for first, last in found
        if first < end and last > start
    )
    return Snippet(before + text[start:end] + (_ELLIPSIS if end < len(text) else ""), inside)


def _begin(text: str, found: Sequence[Span], width: int) -> int:
    """Where the window begins: before the fullest stretch of spans, and not in the middle of anything."""
    if not found:
        return 0
    starts = [start for start, _ in found]
    ends = [end for _, end in found]
    covered = [(bisect_left(ends, start + width + 1) - n, -n) for n, start in enumerate(starts)]
    first = -max(covered)[1]
    last = max(first, bisect_left(ends, starts[first] + width + 1) - 1)
    slack = max(0, width - (ends[last] - starts[first]))
    earliest = max(0, starts[first] - slack)
    sentence = max(text.rfind(mark, earliest, starts[first]) for mark in _SENTENCE_ENDS) + 1
    if earliest == 0 and sentence <= width // _LEAD:
        return 0
    begin = sentence if sentence > earliest else max(earliest, starts[first] - width // _LEAD)
    while begin < starts[first] and (text[begin].isspace() or _is_inside(text, begin)):
        begin += 1
    return begin


def _whole_end(text: str, start: int, end: int) -> int:
    """The end moved back out of a word or a cluster, unless nothing would be left."""
    moved = end
    while moved > start and moved < len(text) and _is_inside(text, moved):
        moved -= 1
    if moved > start + (end - start) // 2:
        return moved
    while end > start + 1 and end < len(text) and _is_inside_cluster(text, end):
        end -= 1
    return end


def _is_inside(text: str, index: int) -> bool:
    """Would a cut here part a Latin word or a cluster of characters shown as one?"""
    return _is_inside_cluster(text, index) or (_is_latin(text[index - 1]) and _is_latin(text[index]))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _is_inside_cluster(text: str, index: int) -> bool:
    before, after = text[index - 1], text[index]
    if "\u200d" in (before, after) or unicodedata.category(after).startswith("M"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True  # skin tones, tags of flags
    if "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff":
        return True
    return _is_regional(after) and _regionals_before(text, index) % 2 == 1


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _regionals_before(text: str, index: int) -> int:
    """How many regional indicators stand in a row before here: two make a flag."""
    count = 0
    while count < index and _is_regional(text[index - 1 - count]):
        count += 1
    return count


def marked(text: str, found: Sequence[Span]) -> tuple[Inline, ...]:
    """The text as inlines, each span a `Mark`. Together they say exactly `text`."""
    inlines: list[Inline] = []
    position = 0
    for start, end in found:
        if start > position:
            inlines.append(Text(text[position:start]))
        inlines.append(Mark((Text(text[start:end]),)))
        position = end
    if position < len(text):
        inlines.append(Text(text[position:]))
    return tuple(inlines)
