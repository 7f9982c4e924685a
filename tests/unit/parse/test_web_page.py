"""Does HTML become the same tree as Markdown, losing no word and running nothing?"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.document import Break, Code, CodeBlock, Details, Image, List, Quote, Table, images, links, plain
from digest.issue import Series
from digest.parse import parse
from digest.parse.notes import Notes
from digest.parse.web_page import Entry, entry_page, is_page, read_page
from tests.unit.parse.trees import nodes

SERIES = Series("weekly", "Weekly", "Asia/Shanghai")
BASE = "https://example.org/posts/12/"


def blocks(text, head=""):
    return read_page(f'<head><base href="{BASE}">{head}</head><body>{text}', Notes()).blocks


def entry(text, **facts):
    return entry_page(Entry(**{"key": "a-1", "title": "T", "base": BASE, "html": text, **facts}))


def issue(text, **facts):
    reading = parse(entry(text, **facts), series=SERIES, name="a-1.html")
    assert reading.issue is not None
    return reading.issue


def test_every_kind_of_block_and_line_arrives():
    """Headings, paragraphs, lists, tables, quotes, code, pictures, links, details, line breaks."""
    found = blocks(
        "<h2>Heading</h2><p>One<br>two <code>x = 1</code></p><ol start=3><li>three<ul><li>deep</ul><li>four</ol>"
        "<table><tr><th>a<th>b<tr><td>1<td>2</table><blockquote><p>said</p></blockquote>"
        "<pre><code class='language-py'>if x:\n    y</code></pre><img src=https://e.org/p.png>"
        "<details><summary>more</summary><p>inside</p></details>"
    )
    kinds = [type(block).__name__ for block in found]
    assert kinds == [
        "Heading",
        "Paragraph",
        "List",
        "Table",
        "Quote",
        "CodeBlock",
        "Image",
        "Details",
    ]
    heading, paragraph, listed, table, quote, code, picture, details = found
    assert plain([heading]) == "Heading"
    assert Break() in paragraph.inlines
    assert Code("x = 1") in paragraph.inlines
    assert isinstance(listed, List)
    assert (listed.is_ordered, listed.start, len(listed.entries)) == (True, 3, 2)
    assert isinstance(listed.entries[0][1], List)
    assert isinstance(table, Table)
    assert [[plain(cell) for cell in row] for row in table.rows] == [["a", "b"], ["1", "2"]]
    assert isinstance(quote, Quote)
    assert isinstance(code, CodeBlock)
    assert code.text == "if x:\n    y"
    assert picture == Image("https://e.org/p.png")
    assert isinstance(details, Details)
    assert (plain(details.summary), plain(details.blocks)) == ("more", "inside")


def test_scripts_styles_and_comments_are_gone_and_nothing_else():
    """Unknown tags keep their text; a form, a drawing and a button are only words."""
    found = plain(
        blocks(
            "<p>a<!-- hidden --><script>evil('</p>')</script><style>p{}</style>"
            "<blink>b</blink><x-y>c</x-y><svg onload=evil()><text>d</text></svg><button onclick=evil()>e</button>"
            "<noscript>f</noscript><template>g</template><select><option>h</select><math><mi>i</mi></math></p>"
        )
    )
    assert "".join(found.split()) == "abcdefghi"


def test_relative_addresses_are_seen_from_the_entry():
    """Links, pictures and media; whole addresses, fragments and mail stay as they are."""
    found = blocks(
        '<p><a href="../13/">next</a><a href="/about?a=1&amp;b=2">about</a><a href="?p=2">p</a>'
        '<a href="//cdn.example.org/x">cdn</a><a href="#here">here</a><a href="mailto:me@example.org">me</a>'
        '<a href="https://other.example/">other</a></p><p><img src="a%20b.png"> <img src="//cdn.example.org/c.png"></p>'
        '<video src="film.mp4"></video>'
    )
    assert links(found) == (
        "https://example.org/posts/13/",
        "https://example.org/about?a=1&b=2",
        "https://example.org/posts/12/?p=2",
        "https://cdn.example.org/x",
        "mailto:me@example.org",
        "https://other.example/",
        "https://example.org/posts/12/film.mp4",
    )
    assert [picture.src for picture in images(found)] == [
        "https://example.org/posts/12/a%20b.png",
        "https://cdn.example.org/c.png",
    ]


def test_without_a_base_a_relative_address_is_text():
    """As in Markdown: the label is shown with its target, and the curator is told."""
    notes = Notes()
    (paragraph,) = read_page('<p><a href="a.html">there</a></p>', notes).blocks
    assert plain([paragraph]) == "there (a.html)"
    assert [problem.code for problem in notes.problems] == ["link_relative"]


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "file:///x", "vbscript:x"]
)
def test_what_runs_or_reaches_inside_is_no_link(href):
    """A base does not make a bad scheme good."""
    found = blocks(f'<p><a href="{href}">label</a></p>')
    assert links(found) == ()
    assert "label" in plain(found)


def test_a_base_in_the_body_moves_nothing():
    """Only the head speaks for the page."""
    found = blocks('<p>x</p><base href="https://evil.example/"><p><a href="a">a</a></p>')
    assert links(found) == ("https://example.org/posts/12/a",)


def test_the_head_of_an_entry_cannot_be_forged_from_its_text():
    """Title, key and date come from the feed, whatever the text closes or opens."""
    found = issue(
        '</body></head><head><title>Forged</title><meta name="zhouzhi-entry" content="other">'
        '<meta name="date" content="1999-01-01"></head><p>text</p>',
        published_at=datetime(2026, 2, 25, 12, tzinfo=UTC),
    )
    assert (found.key, found.title, found.published_on) == ("a-1", "T", date(2026, 2, 25))
    assert "Forged" in plain(found.blocks)


def test_facts_of_an_entry_survive_its_bytes():
    """Key, title with markup signs, language, tags, and the day in the series' zone."""
    found = issue(
        "<p>x</p>",
        title='A <b>"title"</b> & more',
        language="zh-Hans",
        tags=("a", "b"),
        published_at=datetime(2026, 2, 25, 23, tzinfo=UTC),
    )
    assert (found.title, found.language, found.tags) == ('A <b>"title"</b> & more', "zh-Hans", ("a", "b"))
    assert (found.published_on, found.date_from) == (date(2026, 2, 26), "feed")


def test_a_title_dates_an_entry_before_the_feed_does():
    """The order of sources: a date in the title, then the feed's."""
    found = issue("<p>x</p>", title="Daily 2026-02-20", published_at=datetime(2026, 2, 25, tzinfo=UTC))
    assert (found.published_on, found.date_from) == (date(2026, 2, 20), "title")


def test_an_entry_without_a_title_is_called_by_its_series_and_day():
    """Short notes often have none."""
    found = issue("<p>x</p>", title="", published_at=datetime(2026, 2, 25, 23, tzinfo=UTC))
    assert found.titles == ("Weekly 2026-02-26",)


def test_the_key_of_an_entry_is_its_id_even_with_a_number():
    """Digits in an id are no number of an issue; a number in the title is, and moves no key."""
    found = parse(
        entry("<p>x</p>", key="posts-20250101-77", title="Weekly 12"),
        series=SERIES,
        name="posts-20250101-77.html",
    ).issue
    assert found is not None
    assert (found.key, found.number, found.published_on) == ("posts-20250101-77", 12, None)


def test_sections_and_items_are_found_as_in_markdown():
    """One structure for one document, whichever language it is written in."""
    html = "<h2>Models</h2><h3><a href='https://e.org/1'>One</a></h3><p>Text.</p><h3>Two</h3><p>More.</p><h2>Tools</h2><h3>Three</h3><p>End.</p>"
    markdown = "## Models\n\n### [One](https://e.org/1)\n\nText.\n\n### Two\n\nMore.\n\n## Tools\n\n### Three\n\nEnd.\n"
    from_markdown = parse(markdown.encode(), series=SERIES, name="x.md").issue
    assert from_markdown is not None
    assert issue(html).sections == from_markdown.sections


def test_a_page_gives_its_marked_content_and_says_what_is_left_out():
    """`<main>`, else a single `<article>`; what stands around is counted for the curator."""
    page = (
        "<html lang=en><head><title>Post - Site</title><meta property='article:published_time' "
        "content='2026-02-25T23:30:00+00:00'></head><body><nav>one two<script>three</script></nav>"
        "<main><h1>Post</h1><h2>A</h2><p>text</p><h2>B</h2><p>more</p></main><footer>four</footer>"
    )
    for text in (page, page.replace("main>", "article>")):
        reading = parse(text.encode(), series=SERIES, name="post.html")
        assert reading.issue is not None
        assert reading.issue.titles == ("Post",)
        assert (reading.issue.published_on, reading.issue.date_from) == (date(2026, 2, 26), "front matter")
        assert plain(reading.issue.blocks).split() == ["text", "more"]
        outside = [one.arguments for one in reading.problems if one.code == "page_outside"]
        assert outside == [{"count": 3}]
    both = page.replace("<main>", "").replace("</main>", "")
    whole = parse(both.encode(), series=SERIES, name="post.html").issue
    assert whole is not None
    assert whole.title == "Post - Site"
    assert "four" in plain(whole.blocks)


def test_pictures_that_wait_for_a_script_are_found():
    """Lazy sources; the copy for those without scripts is the same picture, another is another."""
    found = blocks(
        '<img src="data:image/gif;base64,AAAA" data-src="a.png"><noscript><img src="a.png"></noscript>'
        '<img data-original="b.png"><noscript><img src="c.png"></noscript><img src="data:image/png;base64,AAAA">'
    )
    assert [picture.src for picture in images(found)] == [
        f"{BASE}a.png",
        f"{BASE}b.png",
        f"{BASE}c.png",
        "data:image/png;base64",
    ]


def test_ticked_boxes_are_shown():
    """As code hosts render a list of tasks."""
    found = blocks('<ul><li><input type="checkbox" checked disabled> done<li><input type=checkbox> open</ul>')
    assert plain(found).split("\n") == ["☑ done", "☐ open"]


def test_unfinished_html_loses_nothing():
    """Open tags, stray closing tags, a sign that begins no tag."""
    assert plain(blocks("<ul><li>a<p>b</ul></div></x>c <d")).split() == ["a", "b", "c", "<d"]


@pytest.mark.parametrize("deep", ["<div>", "<b>", "<blockquote>", "<ul><li>", "<table><tr><td>", "<pre>"])
def test_nesting_without_end_is_read(deep):
    """Two thousand levels are flattened, not an error; the word at their bottom is there."""
    found = issue(f"{deep * 2_000}bottom")
    assert "bottom" in plain(found.blocks)


def test_names_tell_pages():
    """By their ending, in any case."""
    assert is_page("a/b.HTML")
    assert is_page("a.htm")
    assert not is_page("html.md")


TAGS = (
    "p",
    "h2",
    "ul",
    "li",
    "b",
    "a",
    "blockquote",
    "table",
    "tr",
    "td",
    "pre",
    "code",
    "div",
    "details",
    "summary",
    "x-y",
    "br",
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS] + ["<!-- c -->"]),
        st.integers(0, 9_999).map(lambda number: f" w{number} "),
    ),
    max_size=40,
)


@given(PIECES)
def test_every_word_of_any_html_arrives_in_order(pieces):
    """Whatever is opened, closed or left open: no word is lost, doubled or moved."""
    words = [piece.strip() for piece in pieces if piece.startswith(" ")]
    text = plain(tuple(nodes(issue("".join(pieces)))))
    assert [word for word in text.replace("•", " ").split() if word.startswith("w")] == words


@pytest.mark.parametrize("text", ["<![x](y)]", "<![", "<![ a]>", "<![if!x]>", "<![-"])
def test_what_only_looks_like_a_marked_section_is_text(text):
    """Signs the library takes for an error of its own break nothing off."""
    assert plain(blocks(f"<p>before {text} after</p>")).endswith(" after")
