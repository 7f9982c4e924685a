"""What is known of a file besides its text, and what does that decide? A path's pattern, a feed's date, the first commit.

The order of content.md §3 stands: front matter, file name or path, title, feed entry, first commit. A curator's word
comes later and beats them all (storage).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from digest.calendar import day
from digest.document import plain
from digest.issue import DateFrom, Issue, Problem, Reading, Series
from digest.parse.naming import file_number, title_number
from digest.parse.titles import made_title


@dataclass(frozen=True, slots=True)
class Known:
    """What a source says of one file. Instants are aware UTC; they become days in the series' zone."""

    number: int | None = None  # by the pattern of its path
    path_on: date | None = None  # likewise
    feed_at: datetime | None = None
    commit_at: datetime | None = None


NOTHING_KNOWN = Known()


def completed(reading: Reading, known: Known, series: Series, name: str) -> Reading:
    """The reading with what is known put where the text is silent, or speaks with less weight."""
    issue = reading.issue
    if issue is None or known == NOTHING_KNOWN:
        return reading
    number = _number(issue, known, name)
    published_on, date_from = _date(issue, known, series.zone)
    completed_issue = replace(
        issue,
        key=_key(issue, number, published_on, date_from),
        titles=_titles(issue, series, number, published_on),
        number=number,
        published_on=published_on,
        date_from=date_from,
    )
    problems = tuple(_still(reading.problems, completed_issue))
    return Reading(completed_issue, problems, reading.headings)


def as_before(reading: Reading, old: Issue, series: Series, name: str) -> Reading:
    """The reading under the old one's key, with what the source knew besides the text: a path, a feed, a commit."""
    on = old.published_on
    noon = datetime.combine(on, time(12), ZoneInfo(series.zone)) if on is not None else None
    known = Known(
        number=old.number,
        path_on=on if old.date_from == "file name" else None,
        feed_at=noon if old.date_from == "feed" else None,
        commit_at=noon if old.date_from == "commit" else None,
    )
    reading = completed(reading, known, series, name)
    if reading.issue is None:
        return reading
    issue = replace(reading.issue, key=old.key)
    if issue.published_on is None:
        issue = replace(issue, published_on=on, date_from=old.date_from)
    return Reading(issue, reading.problems, reading.headings)


def _number(issue: Issue, known: Known, name: str) -> int | None:
    """A pattern is better than a guess at the file's name; a title is better than both."""
    is_titled = any(title_number(plain(heading)) == issue.number for heading in issue.headings)
    is_guess = issue.number is None or (issue.number == file_number(name) and not is_titled)
    return known.number if is_guess and known.number is not None else issue.number


def _date(issue: Issue, known: Known, zone: str) -> tuple[date | None, DateFrom | None]:
    if issue.date_from in {"front matter", "curator"}:
        return issue.published_on, issue.date_from
    if known.path_on is not None:
        return known.path_on, "file name"
    if issue.published_on is not None:
        return issue.published_on, issue.date_from
    if known.feed_at is not None:
        return day(known.feed_at, zone), "feed"
    if known.commit_at is not None:
        return day(known.commit_at, zone), "commit"
    return None, None


def _key(issue: Issue, number: int | None, published_on: date | None, date_from: DateFrom | None) -> str:
    """A day of a commit or of a feed names no issue: one commit may bring many."""
    if number is not None:
        return issue.key if number == issue.number else str(number)
    return published_on.isoformat() if published_on and date_from not in {"commit", "feed"} else issue.key


def _titles(issue: Issue, series: Series, number: int | None, published_on: date | None) -> tuple[str, ...]:
    """A title that was made of the series' name is made again of what is known now."""
    made = made_title(series.title, issue.number, issue.published_on)
    if issue.headings or issue.titles != (made,):
        return issue.titles
    return (made_title(series.title, number, published_on),)


def _still(problems: tuple[Problem, ...], issue: Issue) -> list[Problem]:
    """The problems without those that are solved by what is known."""
    found = []
    for problem in problems:
        is_undated = problem.code in {"date_unknown", "issue_unidentified"}
        if is_undated and issue.published_on is not None:
            continue
        if problem.code == "issue_unidentified" and issue.number is not None:
            problem = replace(problem, code="date_unknown")  # noqa: PLW2901  the same place, said more exactly
        found.append(problem)
    return found
