"""When are two spellings the same? Widths, cases, dashes, quotes, Traditional and Simplified characters fold into one.

For finding only, never for display. `fold_map` tells for every folded character which source characters it came from,
so that what was found in the folded text can be shown in the source.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

HAN_RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
# Folded by phrases only in OpenCC's dictionaries, and so not in a table of single characters.
BY_CONTEXT = {"瞭": "了", "藉": "借", "著": "着"}

_DASHES = "‐‑‒–—―−﹣－"
_QUOTES = "“”„‟«»「」『』＂〝〞"
_APOSTROPHES = "‘’‚‛′＇"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\ufe0f\u00ad"

# Before NFKC: it turns U+2011 into U+2010, not into a hyphen, and leaves U+2013 alone.
_FIRST: dict[int, str | None] = {
    **dict.fromkeys(range(0xD800, 0xE000)),  # lone surrogates: no database takes them
    **dict.fromkeys(map(ord, _INVISIBLE)),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _QUOTES), '"'),
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    0: " ",
}
_JAMO = "\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\uffa0-\uffdc"
_VOICED = "\uff9e\uff9f\u3099\u309a"  # half-width voicing marks join the kana before them


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. Character `n` of `text` came from the source characters `starts[n]` up to, not with, `ends[n]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def fold(text: str) -> str:
    """The folded text alone. Total, and the same as `fold_map(text).text`."""
    if text.isascii():
        return text.replace("\0", " ").lower()
    if _joining().isdisjoint(text):
        return text.translate(_single())
    return "".join(_fold_cluster(cluster) for cluster in _clusters(text.translate(_FIRST)))


def fold_map(text: str) -> Folded:
    """The folded text with its way back to the source. Total."""
    if text.isascii():
        return _one_to_one(fold(text))
    if not _joining().isdisjoint(text):
        return _mapped_by_clusters(text)
    single = _single()
    pieces = [single[ord(char)] for char in text]
    folded = "".join(pieces)
    lengths = [len(piece) for piece in pieces]
    if len(folded) == len(text) and min(lengths) == 1:
        return _one_to_one(folded)
    starts = tuple(index for index, length in enumerate(lengths) for _ in range(length))
    return Folded(folded, starts, tuple(start + 1 for start in starts))


def _one_to_one(folded: str) -> Folded:
    return Folded(folded, tuple(range(len(folded))), tuple(range(1, len(folded) + 1)))


def _mapped_by_clusters(text: str) -> Folded:
    kept = [(index, folded) for index, char in enumerate(text) if (folded := char.translate(_FIRST))]
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for cluster in _clusters("".join(char for _, char in kept)):
        folded = _fold_cluster(cluster)
        first, last = kept[position][0], kept[position + len(cluster) - 1][0]
        pieces.append(folded)
        starts += [first] * len(folded)
        ends += [last + 1] * len(folded)
        position += len(cluster)
    return Folded("".join(pieces), tuple(starts), tuple(ends))


@cache
def simplified() -> dict[int, str]:
    """Traditional -> Simplified, one character to one character; converted once, then OpenCC is no longer needed."""
    characters = [chr(code) for first, last in HAN_RANGES for code in range(first, last + 1)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {
        source: target
        for source, target in zip(characters, converted, strict=True)
        if source != target and len(target) == 1
    }
    table |= BY_CONTEXT
    return {ord(source): _end_of_chain(source, table) for source in table}


def _end_of_chain(char: str, table: dict[str, str]) -> str:
    seen = {char}
    while (following := table.get(char)) is not None and following not in seen:
        seen.add(following)
        char = following
    return char


class _Singles(dict[int, str]):
    """What each character folds to on its own, worked out at first sight: `str.translate` then runs at C speed."""

    def __missing__(self, code: int) -> str:
        folded = _fold_cluster(chr(code).translate(_FIRST))
        self[code] = folded
        return folded


@cache
def _single() -> _Singles:
    return _Singles()


@cache
def _cluster_pattern() -> re.Pattern[str]:
    marks = "".join(sorted(_marks()))
    return re.compile(f"[{_JAMO}]+[{marks}]*|.[{marks}]+|.", re.DOTALL)


@cache
def _marks() -> frozenset[str]:
    """All combining marks."""
    codes = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)).startswith("M")]
    return frozenset(map(chr, [*codes, *range(0xE0100, 0xE01F0), *map(ord, _VOICED)]))


@cache
def _joining() -> frozenset[str]:
    """The characters that depend on their neighbours. A variation selector alone does nothing."""
    jamo = (chr(code) for code in range(0x1100, 0x10000) if re.match(f"[{_JAMO}]", chr(code)))
    return _marks().union(jamo) - frozenset(_INVISIBLE)


def _clusters(text: str) -> list[str]:
    return _cluster_pattern().findall(text)


def _fold_cluster(cluster: str) -> str:
    """Characters that belong together, folded: NFKC, Simplified, casefold, Latin without its marks."""
    folded = unicodedata.normalize("NFKC", cluster).translate(simplified()).casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFKC", _without_latin_marks(folded))


def _without_latin_marks(text: str) -> str:
    kept: list[str] = []
    after_latin = False
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char):
            if after_latin:
                continue
        else:
            after_latin = unicodedata.name(char, "").startswith("LATIN ")
        kept.append(char)
    return "".join(kept)
