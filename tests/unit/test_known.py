"""At which rank does what a source knows stand among what the text says?"""

from datetime import UTC, date, datetime

import pytest

from digest.issue import Reading, Series
from digest.known import NOTHING_KNOWN, Known, completed
from digest.parse import parse

SERIES = Series("weekly", "Weekly", "Asia/Shanghai")
BODY = "## A\n\n### B\n\nText.\n\n## C\n\n### D\n\nText.\n"
EVENING = datetime(2026, 3, 4, 20, tzinfo=UTC)  # the fifth in Shanghai


def read(text: str, known: Known, name: str = "x.md") -> Reading:
    return completed(parse(text.encode(), series=SERIES, name=name), known, SERIES, name)


@pytest.mark.parametrize(
    ("text", "name", "known", "day", "origin"),
    [
        ("---\ndate: 2026-01-01\n---\n" + BODY, "x.md", Known(path_on=date(2026, 2, 2)), date(2026, 1, 1), "front matter"),
        ("# Weekly 2026-01-01\n\n" + BODY, "x.md", Known(path_on=date(2026, 2, 2)), date(2026, 2, 2), "file name"),
        (BODY, "2026-01-01.md", Known(path_on=date(2026, 2, 2)), date(2026, 2, 2), "file name"),
        ("# Weekly 2026-01-01\n\n" + BODY, "x.md", Known(feed_at=EVENING), date(2026, 1, 1), "title"),
        (BODY, "x.md", Known(feed_at=EVENING, commit_at=datetime(2026, 1, 1, tzinfo=UTC)), date(2026, 3, 5), "feed"),
        (BODY, "2026-01-01.md", Known(commit_at=EVENING), date(2026, 1, 1), "file name"),
        (BODY, "x.md", Known(commit_at=EVENING), date(2026, 3, 5), "commit"),
        (BODY, "x.md", NOTHING_KNOWN, None, None),
    ],
)  # fmt: skip
def test_the_first_that_answers_gives_the_date(text, name, known, day, origin):
    """Front matter, path, title, feed, commit; instants become days in the series' zone."""
    issue = read(text, known, name).issue
    assert issue is not None
    assert (issue.published_on, issue.date_from) == (day, origin)


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("# Weekly 7\n\n" + BODY, "x-3.md", 7),
        (BODY, "x-3.md", 12),
        (BODY, "x.md", 12),
        ("---\nnumber: 9\n---\n" + BODY, "x.md", 9),
    ],
)
def test_a_pattern_beats_a_guess_and_a_title_beats_both(text, name, number):
    """The number in the title is the better one: files get renamed."""
    issue = read(text, Known(number=12), name).issue
    assert issue is not None
    assert (issue.number, issue.key) == (number, str(number))


def test_titles_that_were_made_are_made_of_what_is_known():
    """`Weekly` alone becomes `Weekly 12`; a title of the text stays."""
    made = read(BODY, Known(number=12)).issue
    assert made is not None
    assert made.titles == ("Weekly 12",)
    kept = read("---\ntitle: A look back\n---\n" + BODY, Known(number=12)).issue
    assert kept is not None
    assert kept.titles == ("A look back",)


def test_a_commit_names_no_issue():
    """Many files may come with one commit: the key stays that of the file."""
    issue = read(BODY, Known(commit_at=EVENING), "a-look-back.md").issue
    assert issue is not None
    assert issue.key == "a-look-back"
    dated = read(BODY, Known(path_on=date(2026, 3, 4)), "a-look-back.md").issue
    assert dated is not None
    assert dated.key == "2026-03-04"


@pytest.mark.parametrize(
    ("known", "codes"),
    [
        (NOTHING_KNOWN, {"issue_unidentified"}),
        (Known(number=1), {"date_unknown"}),
        (Known(commit_at=EVENING), set()),
    ],
)
def test_what_is_known_is_not_missed(known, codes):
    """The warning goes, or says less."""
    said = {one.code for one in read(BODY, known).problems}
    assert said & {"issue_unidentified", "date_unknown"} == codes


def test_a_file_that_is_no_issue_stays_none():
    """Nothing is made of nothing."""
    refused = completed(parse(b"", series=SERIES, name="x.md"), Known(number=1), SERIES, "x.md")
    assert refused.issue is None
    assert refused.problems
