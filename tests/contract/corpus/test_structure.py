"""Are the two founding issues read exactly as they were checked by hand? content.md §9, field by field, in order."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digest.document import Block, Image, Link, Node, Paragraph, images, plain, walk
from digest.issue import Issue, Item, Series
from digest.parse import parse
from digest.parse.counts import counts, summary
from tests.shared import DAILY, WEEKLY, need_corpus

pytestmark = pytest.mark.corpus


def read_seed(path: Path, **arguments: Any) -> tuple[Issue, dict[str, Any]]:
    source = need_corpus(path).read_bytes()
    expected = json.loads(path.with_suffix(".expected.json").read_text())
    issue = parse(source, series=Series("s", "LeoTalk"), name=path.name, **arguments).issue
    assert issue is not None
    return issue, expected


def links_of(nodes: Iterable[Node]) -> list[dict[str, Any]]:
    return [
        {"text": plain(node.inlines), "url": node.href} | ({"bare": True} if node.is_bare else {})
        for node in walk(nodes)
        if isinstance(node, Link)
    ]


def figures(blocks: tuple[Block, ...]) -> dict[str, Any]:
    found = counts(blocks)
    return {
        "links": links_of(blocks),
        "images": [{"alt": image.alt, "src": image.src} for image in images(blocks)],
        "paragraphs": found.paragraphs,
        "bullets": found.bullets,
        "bullets_nested": found.bullets_nested,
        "numbered": found.numbered,
        "quotes": found.quotes,
        "has_opinion": found.opinions > 0,
        "words": found.words,
    }


def item_of(item: Item) -> dict[str, Any]:
    found = {"title": item.title, "via": item.via, "level": item.level, **figures(item.blocks)}
    return {**found, "summary": summary(item)} if item.via == "list entry" else found


@pytest.mark.parametrize("path", [DAILY, WEEKLY], ids=lambda path: path.stem)
def test_every_field_is_as_checked_by_hand(path):
    """Sections and items with title, via, level, links, images, figures and words, in the order of the source."""
    issue, expected = read_seed(path)
    got = [
        {
            "title": section.title,
            "level": section.level,
            "lead": section.lead or None,
            "items": [item_of(item) for item in section.items],
        }
        for section in issue.sections
    ]
    for section in expected["sections"]:
        for item in section["items"]:
            item.pop("note", None)  # says why, not what
    assert got == expected["sections"]
    assert issue.language == expected["language"]
    assert issue.number == expected["number"]
    assert (figures(issue.intro) if issue.intro else None) == expected["intro"]


def test_the_daily_has_its_date_from_its_file_name():
    """It has no title: one is made; a heading that is bold as a whole is not shown bold."""
    issue, expected = read_seed(DAILY)
    assert (issue.published_on, issue.date_from) == (date.fromisoformat(expected["date"]), "file name")
    assert issue.titles == ("LeoTalk 2026-02-25",)
    assert issue.headings == ()
    assert issue.key == "2026-02-25"
    assert plain(issue.items[0].heading) == issue.items[0].title


def test_the_weekly_has_two_titles_and_its_date_is_given():
    """Both titles are cut off the head; the date is the curator's word."""
    issue, expected = read_seed(WEEKLY, published_on=date(2025, 9, 22))
    assert issue.titles == (expected["title"], *expected["titles_alternative"])
    assert (issue.published_on, issue.date_from) == (date(2025, 9, 22), "curator")
    assert issue.key == "1"


def test_the_item_set_too_high_is_flagged():
    """A level-one heading without children among sections that have them is an item, and the curator is told."""
    reading = parse(need_corpus(WEEKLY).read_bytes(), series=Series("s", "LeoTalk"), name=WEEKLY.name)
    flagged = [problem for problem in reading.problems if problem.code == "heading_flagged"]
    assert [problem.arguments["title"] for problem in flagged] == ["Meta发布新眼镜"]
    source = need_corpus(WEEKLY).read_text().split("\n")
    assert source[flagged[0].line - 1] == "# Meta发布新眼镜"


def test_history_makes_the_same_heading_a_section():
    """Seen at section level in another issue, it is a section (rule 9)."""
    issue, _ = read_seed(WEEKLY, known_sections=frozenset({"Meta发布新眼镜"}))
    assert [section.title for section in issue.sections][2] == "Meta发布新眼镜"


@pytest.mark.parametrize("path", [DAILY, WEEKLY], ids=lambda path: path.stem)
def test_keys_are_unique_and_survive_a_changed_sentence(path):
    """An item keeps its key while its section and title stay."""
    issue, _ = read_seed(path)
    keys = [item.key for item in issue.items]
    assert len(set(keys)) == len(keys)
    changed = parse(
        path.read_bytes().replace("。".encode(), "！".encode()), series=Series("s", "LeoTalk"), name=path.name
    )
    assert changed.issue is not None
    assert [item.key for item in changed.issue.items] == keys


def test_links_lines_of_the_daily_have_their_role():
    """Every quoted line of links is known as one, and is still in the blocks."""
    issue, _ = read_seed(DAILY)
    roles = [getattr(item.blocks[1], "role", None) for item in issue.items]
    assert roles == ["links"] * 32
    assert all(
        isinstance(item.blocks[0], Paragraph) and item.blocks[0].role == "summary" for item in issue.items
    )
    assert not any(isinstance(node, Image) for item in issue.items for node in walk(item.blocks))
