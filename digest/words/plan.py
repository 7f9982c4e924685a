"""What does a person who typed this want found? Groups of quoted phrases by tier; a person's text is never syntax.

Tier 0 is what was typed, tier 1 the same cut or in other words, tier 2 what is only near. Pure and total.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from digest.stories import is_address, normalised
from digest.words.filters import EVERYWHERE, Filters, take_filters
from digest.words.folding import fold
from digest.words.phrases import GAP, Phrase, elements, elements_of
from digest.words.synonyms import BUILT_IN, Synonyms
from digest.words.tokens import Run, is_chinese, runs

LONGEST_TEXT = 256  # characters
MOST_GROUPS = 16
LONGEST_CUT = 8  # Chinese characters that are cut in every way; a longer run only in pairs

Hint = Literal["", "empty", "exclusion"]

_PIECE = re.compile(
    r'(?:^|(?<=\s))-"(?P<not_phrase>[^"]*)"'
    r"|(?:^|(?<=\s))-(?P<not_word>[^\s\"\-][^\s\"]*)"
    r'|"(?P<phrase>[^"]*)"'
    r'|(?P<words>[^\s"]+)'
)
_VERSION = re.compile(r"\d{1,2}[^\W\d_]?|\d+(?:\.\d+)+[^\W\d_]?")
_PARTICLES = re.compile("[的和与及]")
_PREFIX_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to satisfy a group: all its phrases are required."""

    phrases: tuple[Phrase, ...]
    tier: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """One thing that was asked for, and every way to find it. `word`: the single Latin word it is, else empty."""

    typed: str
    alternatives: tuple[Alternative, ...]
    word: str = ""
    is_quoted: bool = False

    def phrases(self, *tiers: int) -> tuple[Phrase, ...]:
        """The phrases of these tiers, to be marked; a lone character out of a longer run would mark too much."""
        found = (phrase for one in self.alternatives if one.tier in tiers for phrase in one.phrases)
        alone = len(self.typed) == 1
        return tuple(dict.fromkeys(one for one in found if alone or not one.is_lone_character))

    def within(self, tier: int) -> tuple[Alternative, ...]:
        return tuple(one for one in self.alternatives if one.tier <= tier)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to find. `whole` is all groups as one phrase, when that may lift a hit; `address` is normalised.

    `hint` is not empty when there is nothing to search for.
    """

    groups: tuple[Group, ...] = ()
    excluded: tuple[Group, ...] = ()
    filters: Filters = EVERYWHERE
    whole: Phrase | None = None
    address: str | None = None
    hint: Hint = ""

    @property
    def is_browsing(self) -> bool:
        """Filters without a word: everything there, newest first."""
        return not self.hint and not self.groups and self.address is None

    @property
    def without_filters(self) -> str:
        """What would be typed for the words alone."""
        words = [f'"{group.typed}"' if group.is_quoted else group.typed for group in self.groups]
        return " ".join((*words, *(f'-"{group.typed}"' for group in self.excluded)))


def plan(text: str, today: date, sections: Sequence[str] = (), synonyms: Synonyms = BUILT_IN) -> Plan:
    """The plan of a typed text. `today` is the reader's day, `sections` the titles `section:` may name."""
    text = text[:LONGEST_TEXT].strip()
    if is_address(text):
        return _address_plan(text)
    rest, filters = take_filters(fold(text), today, sections)
    groups: list[Group] = []
    excluded: list[Group] = []
    for pending in _pieces(rest):
        if isinstance(pending, Group):
            excluded.append(pending)
        else:
            groups += _groups(pending, synonyms)
    kept = _with_prefix(tuple(groups[:MOST_GROUPS]))
    return Plan(
        kept, tuple(excluded[:MOST_GROUPS]), filters, _whole(kept), hint=_hint(groups, excluded, filters)
    )


def _hint(groups: Sequence[Group], excluded: Sequence[Group], filters: Filters) -> Hint:
    if groups:
        return ""
    if excluded:
        return "exclusion"
    return "" if filters else "empty"


def _address_plan(text: str) -> Plan:
    """An address, and its words as one group should no item have it."""
    address = normalised(text)
    found = elements(address)
    groups = (Group(address, (Alternative((Phrase(found),)),)),) if found else ()
    return Plan(groups, address=address)


@dataclass(frozen=True, slots=True)
class _Quoted:
    """Runs that were typed in quotes."""

    runs: tuple[Run, ...]


def _pieces(rest: str) -> Iterator[Group | _Quoted | list[Run]]:
    """Excluded groups, quoted phrases, and stretches of plain words, in order."""
    plain: list[Run] = []
    for found in _PIECE.finditer(rest):
        if found["words"] is not None:
            plain += runs(found["words"])
            continue
        if found["phrase"] is not None:
            if quoted := tuple(runs(found["phrase"])):
                yield plain
                plain = []
                yield _Quoted(quoted)
            continue
        unwanted = tuple(runs(found["not_phrase"] or found["not_word"] or ""))
        if unwanted:
            yield _excluded(unwanted, is_quoted=found["not_phrase"] is not None)
    yield plain


def _excluded(unwanted: tuple[Run, ...], *, is_quoted: bool) -> Group:
    is_plain = len(unwanted) == 1 and not is_quoted
    phrase = _typed(unwanted[0]) if is_plain else Phrase(elements_of(unwanted))
    return Group(phrase.text, (Alternative((phrase,)),))


def _groups(pending: _Quoted | list[Run], synonyms: Synonyms) -> Iterator[Group]:
    if isinstance(pending, _Quoted):
        phrase = Phrase(elements_of(pending.runs))
        yield Group(phrase.text, (Alternative((phrase,)),), is_quoted=True)
        return
    position = 0
    while position < len(pending):
        length, group = _group_at(pending, position, synonyms)
        yield group
        position += length


def _group_at(pending: list[Run], position: int, synonyms: Synonyms) -> tuple[int, Group]:
    """The group that begins at a run, and how many runs it takes."""
    for length in range(min(len(pending) - position, synonyms.longest), 1, -1):
        taken = pending[position : position + length]
        if others := synonyms.of(elements_of(taken)):
            return length, _wording(taken, others)
    first = pending[position]
    if position + 1 < len(pending) and _is_name(first) and _is_version(pending[position + 1]):
        return 2, _versioned(first, pending[position + 1])
    return 1, _run_group(first, synonyms)


def _is_name(run: Run) -> bool:
    return not run.is_chinese and run.atoms[-1].text.isalpha()


def _is_version(run: Run) -> bool:
    """`3.5`, `4`, `4o` are versions; `2026` and `400` are numbers of their own."""
    return not run.is_chinese and _VERSION.fullmatch(run.atoms[0].text) is not None


def _versioned(name: Run, number: Run) -> Group:
    """A version never floats free of its name; only a near match lets it."""
    phrase = Phrase(elements_of((name, number)))
    apart = (Phrase(elements_of((name,))), Phrase(elements_of((number,))))
    return Group(phrase.text, (Alternative((phrase,)), Alternative(apart, 2)))


def _wording(taken: Sequence[Run], others: Sequence[tuple[str, ...]]) -> Group:
    """Several runs that have synonyms together."""
    phrase = Phrase(elements_of(taken))
    apart = tuple(_typed(run) for run in taken)
    alternatives = [Alternative((phrase,)), Alternative(apart, 1), *_synonymous(others)]
    return Group(phrase.text, tuple(alternatives))


def _synonymous(others: Sequence[tuple[str, ...]]) -> Iterator[Alternative]:
    for other in others:
        is_word = len(other) == 1 and not is_chinese(other[0])
        yield Alternative((Phrase(other, is_word=is_word),), 1)


def _run_group(run: Run, synonyms: Synonyms) -> Group:
    wording = elements_of((run,))
    alternatives = [Alternative((_typed(run),)), *_synonymous(synonyms.of(wording))]
    alternatives += _cuts(run.text) if run.is_chinese else _parts(run)
    word = run.text if len(run.atoms) == 1 and not run.is_chinese and run.text.isalpha() else ""
    return Group(Phrase(wording).text, tuple(dict.fromkeys(alternatives)), word)


def _typed(run: Run) -> Phrase:
    """Tier 0: the run as it stands."""
    return Phrase(elements_of((run,)), is_word=len(run.atoms) == 1 and not run.is_chinese)


def _cuts(characters: str) -> Iterator[Alternative]:
    """A Chinese run in parts: twos and threes (tier 1); three characters as 1+2 and 2+1 (tier 2)."""
    if len(characters) == 3:
        yield _all_of((characters[:1], characters[1:]), 2)
        yield _all_of((characters[:2], characters[2:]), 2)
    if len(characters) < 4:
        return
    words = [part for part in _PARTICLES.split(characters) if part]
    if len(words) > 1 and min(map(len, words)) > 1:
        yield _all_of(words, 1)
    if len(characters) <= LONGEST_CUT:
        for parts in _compositions(characters):
            yield _all_of(parts, 1)
    else:
        yield _all_of(_in_pairs(characters), 1)


def _all_of(parts: Sequence[str], tier: int) -> Alternative:
    return Alternative(tuple(Phrase(tuple(part)) for part in parts), tier)


def _compositions(characters: str) -> Iterator[tuple[str, ...]]:
    """Every way to cut into twos and threes, twos first; the whole is no cut."""
    for length in (2, 3):
        head, rest = characters[:length], characters[length:]
        if len(rest) in (2, 3):
            yield head, rest
        if len(rest) > 3:
            for parts in _compositions(rest):
                yield head, *parts


def _in_pairs(characters: str) -> tuple[str, ...]:
    """Twos, the last a three when the number is odd."""
    last = len(characters) - 2 - len(characters) % 2
    return (*(characters[n : n + 2] for n in range(0, last, 2)), characters[last:])


def _parts(run: Run) -> Iterator[Alternative]:
    """Tier 2: the parts of a compound of words alone may stand apart; a number stays with its name."""
    if len(run.atoms) > 1 and all(atom.text.isalpha() for atom in run.atoms):
        yield Alternative(tuple(Phrase((atom.text,), is_word=True) for atom in run.atoms), 2)


def _with_prefix(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Tier 2: the last word may be the beginning of one."""
    if not groups or len(groups[-1].word) < _PREFIX_LETTERS:
        return groups
    last = groups[-1]
    begun = Alternative((Phrase((last.word,), is_prefix=True),), 2)
    return (*groups[:-1], replace(last, alternatives=(*last.alternatives, begun)))


def _whole(groups: tuple[Group, ...]) -> Phrase | None:
    """Several groups, each one phrase, as one phrase."""
    if len(groups) < 2 or any(len(group.alternatives[0].phrases) > 1 for group in groups):
        return None
    found: list[str] = []
    for group in groups:
        following = group.alternatives[0].phrases[0].elements
        if found and is_chinese(found[-1]) and is_chinese(following[0]):
            found.append(GAP)
        found += following
    return Phrase(tuple(found))
