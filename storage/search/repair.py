"""What was probably meant? Words one slip away from what was typed, and words to suggest when nothing is found."""

from collections.abc import Iterator
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, Connection, func, select

from digest.words import Alternative, Group, Phrase, Plan, is_chinese, stem
from storage.search.stages import frequency
from storage.search_schema import vocab

SHORTEST = 4  # letters; a shorter word has too many neighbours
LONG = 8  # letters from which two slips are forgiven
MOST_WORDS = 3
SIMILAR = 0.7  # how alike a suggested word must be
MOST_NEIGHBOURS = 12

Term = tuple[str, int]  # a word of the index, and how many items hold it


def repaired(connection: Connection, plan: Plan) -> tuple[Plan, str] | None:
    """The plan with its unknown words replaced by known ones a slip away, and what that says; None when none is."""
    changes = {
        word: found
        for group in plan.groups
        for word in _unknown(connection, group)
        if (found := _near(connection, word))
    }
    if not changes:
        return None
    groups = tuple(_changed(group, changes) for group in plan.groups)
    return replace(plan, groups=groups, whole=None), " ".join(group.typed for group in groups)


def _unknown(connection: Connection, group: Group) -> Iterator[str]:
    """The Latin words of a group that no item holds."""
    for element in dict.fromkeys(group.alternatives[0].phrases[0].elements):
        is_word = element.isascii() and element.isalpha() and len(element) >= SHORTEST
        if is_word and not frequency(connection, element) and not frequency(connection, stem(element)):
            yield element


def _near(connection: Connection, word: str) -> tuple[str, ...]:
    """The equally best known words, the likeliest first."""
    slips = 1 if len(word) < LONG else 2
    pool = dict(_words(connection, len(word) - slips, len(word) + slips))
    found = process.extract(word, list(pool), scorer=OSA.distance, score_cutoff=slips, limit=None)
    least = min((distance for _, distance, _ in found), default=0)
    best = [term for term, distance, _ in found if distance == least]
    stems = {
        stem(term) for term in best if stem(term) != term
    }  # words of the index, but none that is written
    return tuple(
        sorted(best, key=lambda term: (term in stems, term[0] != word[0], -pool[term], term))[:MOST_WORDS]
    )


def _words(connection: Connection, shortest: int, longest: int) -> Iterator[Term]:
    """The words of the index that are made of Latin letters alone."""
    length = func.length(vocab.c.term)
    asked = select(vocab.c.term, vocab.c.df).where(
        vocab.c.term.between("a", "{"), length >= max(SHORTEST, shortest), length <= longest
    )
    for row in connection.execute(asked):
        if row.term.isascii() and row.term.isalpha():
            yield row.term, row.df


def _changed(group: Group, changes: dict[str, tuple[str, ...]]) -> Group:
    """The group with each changed word in all its new forms, one after another."""
    alternatives: tuple[Alternative, ...] = tuple(
        replace(one, phrases=tuple(replace(phrase, is_prefix=False) for phrase in one.phrases))
        for one in group.alternatives
    )
    typed = group.typed
    for word, found in changes.items():
        alternatives = tuple(
            Alternative(tuple(_with(phrase, word, new) for phrase in one.phrases), one.tier)
            for one in alternatives
            for new in found
        )
        typed = " ".join(found[0] if part == word else part for part in typed.split(" "))
    return replace(group, typed=typed, alternatives=tuple(dict.fromkeys(alternatives)))


def _with(phrase: Phrase, word: str, new: str) -> Phrase:
    return replace(phrase, elements=tuple(new if one == word else one for one in phrase.elements))


def candidates(connection: Connection, plan: Plan) -> Iterator[str]:
    """Words that may be suggested: what was typed beside the rest, then neighbours of what is not known."""
    if len(plan.groups) > 1:
        yield from (group.typed for group in plan.groups)
    for group in plan.groups:
        yield from _neighbours(connection, group.typed)


def _neighbours(connection: Connection, typed: str) -> Iterator[str]:
    if all(is_chinese(char) for char in typed):
        yield from _neighbouring_runs(connection, typed)
    elif typed.isascii() and typed.isalpha() and len(typed) >= SHORTEST:
        pool = dict(_words(connection, len(typed) - 3, len(typed) + 3))
        found = process.extract(
            typed, list(pool), scorer=OSA.normalized_similarity, score_cutoff=SIMILAR, limit=MOST_WORDS
        )
        yield from (term for term, _, _ in found)


def _neighbouring_runs(connection: Connection, typed: str) -> Iterator[str]:
    """The run with one character replaced, where only that one stands in the way; the end of a word first."""
    unknown = [n for n in range(len(typed) - 1) if not frequency(connection, typed[n : n + 2])]
    for position in reversed(range(len(typed))):
        if not unknown or any(position not in (n, n + 1) for n in unknown):
            continue
        if position:
            before = typed[position - 1]
            begins = vocab.c.term.between(before, before + "\U0010ffff")
            yield from (_replaced(typed, position, pair[1]) for pair in _pairs(connection, begins))
        else:
            ends = func.substr(vocab.c.term, 2, 1) == typed[1]
            yield from (_replaced(typed, position, pair[0]) for pair in _pairs(connection, ends))


def _replaced(typed: str, position: int, char: str) -> str:
    return typed[:position] + char + typed[position + 1 :]


def _pairs(connection: Connection, shares: ColumnElement[bool]) -> Iterator[str]:
    """The commonest pairs of Chinese characters that share one in its place."""
    asked = (
        select(vocab.c.term)
        .where(shares, func.length(vocab.c.term) == 2)
        .order_by(vocab.c.df.desc(), vocab.c.term)
        .limit(MOST_NEIGHBOURS)
    )
    for term in connection.execute(asked).scalars():
        if is_chinese(term[0]) and is_chinese(term[1]):
            yield term
