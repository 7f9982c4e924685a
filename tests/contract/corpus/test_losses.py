"""Is the table of findings and losses computed, and would it show a loss?"""

import pytest

from digest.issue import Problem
from tests.contract.corpus.losses import PLATFORMS, Row, row, table
from tests.lossless import Lost, Source
from tests.shared import DAILY, WEEKLY, need_corpus

NOTHING = Lost(0, 0, 0)


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("path", "sections", "items", "links", "images"),
    [(DAILY, 7, 32, 67, 0), (WEEKLY, 5, 24, 42, 30)],
    ids=lambda value: getattr(value, "stem", None),
)
def test_a_row_says_what_was_checked_by_hand(path, sections, items, links, images):
    """The figures of content.md §9, and nothing lost in the tree or on any platform."""
    found = row(need_corpus(path))
    assert (found.sections, found.items) == (sections, items)
    assert (len(found.source.links), len(found.source.images)) == (links, images)
    assert found.lost == (NOTHING,) * (1 + len(PLATFORMS))


def test_losses_and_doubts_are_shown_and_summed():
    """What is lost on one platform stands in its column and in the sum; each doubt names its line and key."""
    source = Source(("a", "b"), (("a", "b"),), ("https://e.org/a",), ())
    doubts = (
        Problem("warning", "heading_flagged", 7, {"title": "a", "section": "b"}),
        Problem("warning", "unsure_titles", 9, {"key": "title_from", "value": '"first_strong"'}),
    )
    one = Row("s/one.md", 1, 2, source, (NOTHING, Lost(2, 1, 0), NOTHING, NOTHING), doubts)
    other = Row("s/other.md", 1, 1, source, (NOTHING, Lost(1, 0, 0), NOTHING, NOTHING), ())
    lines = table([one, other]).split("\n")
    assert lines[2] == (
        "| s/one.md | 1 | 2 | 2 | 1 | 0 | 0/0/0 | 2/1/0 | 0/0/0 | 0/0/0 "
        "| 7: heading_flagged → `sections` or `item_levels`, 9: unsure_titles → `title_from` |"
    )
    assert lines[3].endswith("| – |")
    assert lines[4] == "| 2 files | 2 | 3 | 4 | 2 | 0 | 0/0/0 | 3/1/0 | 0/0/0 | 0/0/0 | 2 |"
