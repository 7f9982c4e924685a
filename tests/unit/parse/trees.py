"""What would a reader get who is shown a whole tree? For holding issues against the independent reader."""

from collections.abc import Iterator
from datetime import date

from digest.document import Node, Paragraph, images, links, plain
from digest.issue import Issue, Reading, Series
from digest.parse import parse
from tests.lossless import Delivered

SERIES = Series("weekly", "示例周知")
TODAY = date(2026, 3, 1)


def read(markdown: str | bytes, name: str = "example-1.md", **arguments: object) -> Reading:
    """Parse a text in the example series."""
    source = markdown.encode() if isinstance(markdown, str) else markdown
    return parse(source, **{"series": SERIES, "name": name, "today": TODAY, **arguments})  # type: ignore[arg-type]  # the test names what it changes


def issue_of(markdown: str, name: str = "example-1.md", **arguments: object) -> Issue:
    """The issue of a text that can be read."""
    issue = read(markdown, name, **arguments).issue
    assert issue is not None
    return issue


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


def nodes(issue: Issue) -> Iterator[Node]:
    """Everything of an issue in tree order, headings as paragraphs."""
    yield from (Paragraph(heading) for heading in issue.headings)
    yield from issue.intro
    for section in issue.sections:
        yield Paragraph(section.heading)
        yield from section.lead
        for item in section.items:
            yield Paragraph(item.heading)
            yield from item.blocks
    yield from issue.outro


def delivered(issue: Issue) -> Delivered:
    """The tree as if it were shown at once."""
    tree = tuple(nodes(issue))
    return Delivered(plain(tree), links(tree), tuple(image.src for image in images(tree)))
