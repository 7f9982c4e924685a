"""Which profile would settle what several issues of a series left in doubt? Recurrence decides; `check` shows what it changes."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from digest.issue import Reading
from digest.parse.outline import folded
from digest.profile import NO_PROFILE, Profile

MIN_ISSUES: Final = 3  # of fewer, a habit cannot be told from a slip
_LISTS = ("prose_sections", "boilerplate")
_WORDS = ("kind", "catalogue", "title_from", "issue_level")
_MISPLACED = frozenset({"heading_flagged", "unsure_section"})


def proposed(readings: Sequence[Reading], profile: Profile = NO_PROFILE) -> Profile | None:
    """The profile with the keys that a majority, or a title that recurs, asks for; None when there is nothing to propose."""
    read = [reading for reading in readings if reading.issue is not None]
    if len(read) < MIN_ISSUES:
        return None
    changes: dict[str, Any] = {}
    for key in _LISTS:
        if recurring := _recurring(_titles_in_doubt(read, key)):
            changes[key] = (*getattr(profile, key), *recurring)
    for key in _WORDS:
        values = Counter(value for reading in read for value in _values(reading, key))
        value, count = next(iter(values.most_common(1)), (None, 0))
        if 2 * count > len(read):
            changes[key] = value
    if sections := _usual_sections(read):
        changes["sections"] = sections
    return replace(profile, **changes) if changes else None


def as_toml(profile: Profile) -> str:
    """The line to paste into the series' table: only the keys that say something."""
    pairs = (
        f"{name} = {_toml(getattr(profile, name))}"
        for name in Profile.__slots__
        if getattr(profile, name) != getattr(NO_PROFILE, name)
    )
    return f"profile = {{ {', '.join(pairs)} }}"


def _toml(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _values(reading: Reading, key: str) -> Iterator[Any]:
    """What the doubts of one issue would put under a key, as the configuration would hold it."""
    for problem in reading.problems:
        if problem.arguments.get("key") == key:
            yield json.loads(str(problem.arguments["value"]))


def _titles_in_doubt(readings: Iterable[Reading], key: str) -> list[list[str]]:
    return [[title for value in _values(reading, key) for title in value] for reading in readings]


def _recurring(titles: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Titles that stand in two issues or more, each in the spelling met first."""
    spelled: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for of_issue in titles:
        for title in of_issue:
            spelled.setdefault(folded(title), title)
        counts.update({folded(title) for title in of_issue})
    return tuple(spelled[mark] for mark in spelled if counts[mark] > 1)


def _usual_sections(readings: Sequence[Reading]) -> tuple[str, ...]:
    """All sections of the series, where a heading was doubted and every other title recurs; else none.

    A list that lacks a section would make an item of it, so one that is not sure to be whole is not proposed.
    """
    doubted = {
        folded(str(problem.arguments["title"]))
        for reading in readings
        for problem in reading.problems
        if problem.code in _MISPLACED
    }
    titles = [[section.title for section in reading.issue.sections] for reading in readings if reading.issue]
    usual = _recurring(titles)
    rare = {folded(title) for of_issue in titles for title in of_issue} - {folded(title) for title in usual}
    return usual if doubted and rare <= doubted else ()
