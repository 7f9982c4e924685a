"""Is every file of the corpus read as it was reviewed? Its structure, kept as figures and marks in `expected/`."""

import difflib
import json
from dataclasses import replace

import pytest

from tests.contract.corpus.described import CORPUS, EXPECTED, described, expected_of, lines, reading_of
from tests.shared import need_corpus

pytestmark = pytest.mark.corpus


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_structure_is_as_reviewed(path):
    """Titles, date, intro, sections, items, roles and problems; a difference is shown with the words of the file."""
    reading = reading_of(need_corpus(path))
    assert reading.issue is not None
    found = described(reading)
    expected = json.loads(expected_of(path).read_text("utf-8"))
    difference = difflib.unified_diff(
        lines(expected, reading.issue), lines(found, reading.issue), "reviewed", "read now", lineterm="", n=2
    )
    assert found == expected, "\n".join(difference)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_history_confirms_what_was_reviewed(path):
    """Read after its own folder, or after itself, a file has the same structure: a thin history makes no one-offs."""
    alone = reading_of(need_corpus(path))
    assert alone.issue is not None
    own = frozenset(section.title for section in alone.issue.sections)
    folder = frozenset(
        section.title
        for other in CORPUS
        if other.parent == path.parent and other != path and path.parent.name not in {"seeds", "shapes"}
        for section in getattr(reading_of(other).issue, "sections", ())
    )
    for known in (own, folder):
        again = reading_of(path, known)
        assert again.issue is not None
        assert again.issue.sections == alone.issue.sections


def test_every_file_has_a_review_and_every_review_a_file():
    """A new corpus file is reviewed before it counts as read."""
    need_corpus()
    assert {expected_of(path) for path in CORPUS} == set(EXPECTED.glob("*/*.json"))


def test_a_lost_item_is_seen():
    """The comparison can fail: an item less, a role less and a title changed are differences."""
    need_corpus()
    reading = reading_of(CORPUS[0])
    issue = reading.issue
    assert issue is not None
    section = issue.sections[0]
    item = section.items[0]
    for worse in (
        replace(section, items=section.items[1:]),
        replace(section, title=f"{section.title}!"),
        replace(section, items=(replace(item, blocks=item.blocks[1:]), *section.items[1:])),
    ):
        changed = replace(reading, issue=replace(issue, sections=(worse, *issue.sections[1:])))
        assert described(changed) != described(reading)
