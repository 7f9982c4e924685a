"""Which words are in a text? Overlapping pairs of Chinese characters, and the atoms of Latin words and numbers.

The same tokens go into the index and into the planner, so the database never tokenises Chinese itself.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from operator import add

import opencc
from snowballstemmer.english_stemmer import EnglishStemmer

from digest.words.folding import HAN_RANGES, Folded, fold, fold_map

HOUSE = 1  # to be raised with every change of the tokens a text gives

# What the tokens of a stored text depend on. Where it differs from what the index was made with, the index is made anew.
TOKENISER = (
    f"{HOUSE} unicode-{unicodedata.unidata_version} opencc-{opencc.__version__} "
    f"snowball-{version('snowballstemmer')}"
)

_SYLLABLES = "々〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㄱ-ㆎㇰ-ㇿ가-힣ᄀ-ᇿ"
_CHINESE = _SYLLABLES + "".join(f"{chr(first)}-{chr(last)}" for first, last in HAN_RANGES)
_LETTER = rf"[^\W\d_{_CHINESE}]"
_ONE_CHINESE = re.compile(f"[{_CHINESE}]")
_ALNUM = rf"[^\W_{_CHINESE}]"

# Possessive quantifiers: by backtracking `32gb` would become 3, 2, gb.
_NUMBER = rf"\d++(?:\.\d++)*+(?:{_LETTER}(?!{_LETTER}))?"
_ATOM = re.compile(
    rf"(?<!{_ALNUM})v(?=\d)"  # v0.3.0 -> 0.3.0
    rf"|(?P<atom>(?<!{_ALNUM}){_LETTER}{_NUMBER}"  # m4 a6b x86 i18n
    rf"|{_NUMBER}"
    rf"|{_LETTER}++(?:\+\+(?!{_LETTER})|(?<!{_LETTER}{{2}})\#(?!{_ALNUM}))?)"  # c++ c#
)
_RUN = re.compile(
    rf"(?P<chinese>[{_CHINESE}]+)"
    rf"|(?P<latin>{_ALNUM}++(?:[.\-_/']{_ALNUM}++)*+(?:\+\+(?!{_LETTER})|\#(?!{_ALNUM}))?)"
)
# SpeechBrain, GPTBot; not iPhone (a part of one letter); LLMs is a plural.
_CAMEL = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_PLURAL_CAPITALS = re.compile(r"[A-Z]{2,}s")
_ENGLISH = re.compile(r"[a-z]{3,}")
_VOWELLESS_PLURAL = re.compile(r"[b-df-hj-np-tv-xz]{2,}(?<!s)s")  # llms; the stemmer wants a vowel


@dataclass(frozen=True, slots=True)
class Atom:
    """A token of a Latin run, or one character of a Chinese run, and where it stands in the folded text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one script: Chinese characters, or Latin letters and digits with what joins them to a compound."""

    is_chinese: bool
    atoms: tuple[Atom, ...]

    @property
    def start(self) -> int:
        return self.atoms[0].start

    @property
    def end(self) -> int:
        return self.atoms[-1].end

    @property
    def text(self) -> str:
        """The characters of a Chinese run; the atoms of a Latin one, run together."""
        return "".join(atom.text for atom in self.atoms)


def runs(folded: str) -> Iterator[Run]:
    """The runs of a *folded* text, in order."""
    for found in _RUN.finditer(folded):
        if found.lastgroup == "chinese":
            start = found.start()
            yield Run(
                is_chinese=True,
                atoms=tuple(Atom(char, start + n, start + n + 1) for n, char in enumerate(found[0])),
            )
        elif atoms := tuple(_atoms(folded, found.start(), found.end())):
            yield Run(is_chinese=False, atoms=atoms)


def _atoms(folded: str, start: int, end: int) -> Iterator[Atom]:
    for found in _ATOM.finditer(folded, start, end):
        if found["atom"]:
            yield Atom(found["atom"], found.start(), found.end())


def is_chinese(element: str) -> bool:
    """Is this element one character of a Chinese run?"""
    return _ONE_CHINESE.fullmatch(element) is not None


def pairs(characters: str) -> tuple[str, ...]:
    """The overlapping pairs of a Chinese run; a lone character stands for itself."""
    if len(characters) < 2:
        return (characters,) if characters else ()
    return tuple(characters[n : n + 2] for n in range(len(characters) - 1))


def tokens(text: str) -> tuple[str, ...]:
    """The tokens of a source text, in order: of a Chinese run its pairs and then the last character alone, else its
    atoms. Total.
    """
    folded = fold(text)
    found: list[str] = []
    # a whole backlog comes through here: no run and no atom is made to be thrown away
    for run in _RUN.finditer(folded):
        if run.lastgroup != "chinese":
            atoms = _ATOM.finditer(folded, run.start(), run.end())
            found += [atom["atom"] for atom in atoms if atom["atom"]]
        elif len(characters := run[0]) > 1:
            found += [*map(add, characters, characters[1:]), characters[-1]]
        else:
            found.append(characters)
    return tuple(found)


def extra(text: str) -> tuple[str, ...]:
    """Words by which a text is found besides its own: English stems that differ, the parts of CamelCase, `c` of `c++`."""
    folded = fold_map(text)
    return tuple(
        word
        for run in _RUN.finditer(folded.text)
        if run.lastgroup != "chinese"
        for atom in _atoms(folded.text, run.start(), run.end())
        for word in variants(atom, text, folded)
    )


def variants(atom: Atom, source: str, folded: Folded) -> tuple[str, ...]:
    """The other words that find this atom of a Latin run."""
    others: list[str] = []
    word = atom.text
    if (root := stem(word)) != word:
        others.append(root)
    if len(bare := word.rstrip("+#")) > 1 and bare != word:
        others.append(bare)
    if len(word) > 3:
        others += camel_parts(source[folded.starts[atom.start] : folded.ends[atom.end - 1]])
    return tuple(dict.fromkeys(others))


def camel_parts(word: str) -> tuple[str, ...]:
    """`SpeechBrain` -> speech, brain; `GPUs` -> gpu; empty for a word that is not written so."""
    word = unicodedata.normalize("NFKC", word)
    if _PLURAL_CAPITALS.fullmatch(word):
        return (fold(word[:-1]),)
    if word.islower() or word.isupper():
        return ()
    parts = _CAMEL.findall(word)
    if len(parts) < 2 or min(map(len, parts)) < 2:
        return ()
    return tuple(fold(part) for part in parts)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The English stem of a folded word; every other word is its own."""
    if not _ENGLISH.fullmatch(word):
        return word
    if _VOWELLESS_PLURAL.fullmatch(word):
        return word[:-1]
    # A stemmer of its own: the library keeps its state in the object, and indexing runs beside searching.
    return str(EnglishStemmer().stemWord(word))
