"""Does a published issue keep everything when it comes as HTML? The corpus rendered by an independent reader."""

import re
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from digest.document import images, links, plain
from digest.issue import Issue, Series
from digest.parse import front_matter, parse
from digest.parse.notes import Notes
from digest.parse.web_page import Entry, entry_page
from tests.lossless import Source, _Collector, losses, words
from tests.shared import DAILY, SHARED, WEEKLY, need_corpus
from tests.unit.parse.trees import delivered

pytestmark = pytest.mark.corpus

CORPUS = sorted(
    path for pattern in ("*.md", "*.markdown") for path in (SHARED / "corpus").glob(f"*/{pattern}")
) or [DAILY]
SERIES = Series("s", "LeoTalk")


@cache
def rendered(path: Path) -> str:
    """As a blog would publish it: HTML of the whole text, raw HTML passed through."""
    front = front_matter.cut(need_corpus(path).read_text("utf-8"), Notes())
    reader = MarkdownIt("commonmark", {"html": True, "linkify": True})
    assert reader.linkify is not None
    reader.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # `AGENTS.md` is no address
    html: str = reader.enable(["table", "strikethrough", "linkify"]).render(front.text)
    return html


def as_entry(path: Path) -> Issue:
    page = entry_page(Entry(key="one", title="", base="", html=rendered(path)))
    issue = parse(page, series=SERIES, name="one.html").issue
    assert issue is not None
    return issue


def as_markdown(path: Path) -> Issue:
    front = front_matter.cut(path.read_text("utf-8"), Notes())
    issue = parse(front.text.encode(), series=SERIES, name="one.md").issue
    assert issue is not None
    return issue


def read_html(html: str) -> Source:
    """What a reader of the page must get, found without our parser."""
    collector = _Collector()
    # a box that is ticked is shown as one
    collector.feed(re.sub(r"(<li>\s*(?:<p>)?)\[[ xX]\] ", r"\1", html))
    collector.close()
    lines = tuple(line for line in (tuple(words(text)) for text in collector.lines) if line)
    flat = tuple(word for line in lines for word in line)
    return Source(flat, lines, tuple(collector.links), tuple(collector.images))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_page_loses_nothing(path):
    """Every word, line, link and picture of the HTML, in order."""
    assert losses(read_html(rendered(path)), delivered(as_entry(path))) == []


@pytest.mark.parametrize("path", [DAILY, WEEKLY], ids=lambda path: path.stem)
def test_the_seeds_have_the_same_structure_as_pages(path):
    """Sections, items, their links, pictures and words: the same as from Markdown, in order."""
    need_corpus(path)
    page, text = as_entry(path), as_markdown(path)
    assert page.headings == text.headings
    assert [section.title for section in page.sections] == [section.title for section in text.sections]
    assert [len(section.items) for section in page.sections] == [
        len(section.items) for section in text.sections
    ]
    for got, wanted in zip(page.items, text.items, strict=True):
        assert (got.title, got.via, got.level, got.key) == (
            wanted.title,
            wanted.via,
            wanted.level,
            wanted.key,
        )
        assert got.links == wanted.links
        assert [image.src for image in images(got.blocks)] == [image.src for image in images(wanted.blocks)]
        assert words(plain(got.blocks)) == words(plain(wanted.blocks))
    assert links(page.intro) == links(text.intro)
    assert words(plain(page.intro)) == words(plain(text.intro))
