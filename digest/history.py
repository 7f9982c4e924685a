"""What do the other issues of a series say of a file's headings? That they are sections where they stand alone.

Each issue tells what its own words say when it is read without any history. So what an issue is told is the same in
whatever order they came, and one that came late can be told to those before it (content.md §4, rule 9).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from digest.issue import PATH, Headings
from digest.parse.outline import folded


@dataclass(frozen=True, slots=True)
class Told:
    """How an issue was last read. `mark` names text, parser and profile; `met`: titles of others among its headings."""

    mark: str
    headings: Headings
    met: frozenset[str]


class History:
    """The readings of one series' issues, by the issues' ids."""

    def __init__(self, readings: Mapping[int, Told]) -> None:
        self._readings: dict[int, Told] = {}
        self._counts: Counter[str] = Counter()
        self._known_as: defaultdict[str, set[str]] = defaultdict(set)
        for issue_id, reading in readings.items():
            self.add(issue_id, reading)

    def add(self, issue_id: int, reading: Told) -> None:
        """In the place of what that issue told before."""
        old = self._readings.get(issue_id)
        if old is not None:
            self._counts.subtract(old.headings.sections)
        self._readings[issue_id] = reading
        for title in reading.headings.sections:
            self._counts[title] += 1
            for form in (folded(title), folded(title.rpartition(PATH)[2])):
                self._known_as[form].add(title)

    def get(self, issue_id: int) -> Told | None:
        return self._readings.get(issue_id)

    def unheard(self) -> list[int]:
        """The issues that would be told otherwise now than when they were read."""
        return [
            issue_id
            for issue_id, told in sorted(self._readings.items())
            if self.met(told.headings, issue_id) != told.met
        ]

    def titles(self, but: int | None = None) -> frozenset[str]:
        """Section titles of all issues; of all others than the one that is to be read."""
        return frozenset(title for title in self._counts if self._is_told(title, but))

    def met(self, headings: Headings, but: int | None = None) -> frozenset[str]:
        """Those of `titles` that concern a file with these headings: no other can change how it is read."""
        candidates = {title for form in headings.folded for title in self._known_as.get(form, ())}
        return frozenset(title for title in candidates if self._is_told(title, but))

    def _is_told(self, title: str, but: int | None) -> bool:
        own = self._readings.get(but) if but is not None else None
        return self._counts[title] > (own is not None and title in own.headings.sections)
