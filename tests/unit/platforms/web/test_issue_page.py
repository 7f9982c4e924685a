"""Is an issue's own page whole, in order, and safe whatever the issue says?"""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise

from hypothesis import given

from bot.platforms.web.dress import alone
from bot.platforms.web.issue_page import issue_page
from digest.document import Block, Heading, Image, Link, Paragraph, Text, links, plain
from digest.issue import Issue, Item, Section
from handlers.texts import texts_for
from handlers.views.push import Selection
from storage.issues import StoredIssue
from tests.lossless import LINE_TAGS, words
from tests.unit.platforms.samples import picture, trees

TEXTS = texts_for("zh-Hans")


def stored(*items, language="zh", pictures=None, title="第一期", lead=()):
    section = Section("模型", "模型", (Text("模型"),), 2, "models", tuple(lead), tuple(items))
    issue = Issue(
        "weekly",
        "1",
        (title,),
        ((Text(title),),),
        1,
        date(2026, 11, 2),
        "file name",
        language,
        (),
        (section,),
    )
    ids = {item.key: number for number, item in enumerate(items, 1)}
    return StoredIssue(
        1, "r", "published", issue, pictures or {}, {"模型": 1}, ids, "", datetime(2026, 11, 2, tzinfo=UTC)
    )


def item(key, *blocks, heading="标题"):
    inlines = (Text(heading),) if heading else ()
    return Item(f"模型/{key}", heading or key, "heading", inlines, tuple(blocks))


class Seen(HTMLParser):
    """What stands in the document: tags with their attributes, and the words of items' bodies."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.body = []
        self.body_links = []
        self._depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "div" and (self._depth or attributes.get("class") == "body"):
            self._depth += 1
        if self._depth:
            self.body.append(" " if tag in LINE_TAGS else "")
            if tag == "a":
                self.body_links.append(attributes.get("href"))

    def handle_endtag(self, tag):
        if self._depth and tag in LINE_TAGS:
            self.body.append(" ")
        if self._depth and tag == "div":
            self._depth -= 1

    def handle_data(self, data):
        if self._depth:
            self.body.append(data)

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@given(trees)
def test_every_word_and_link_of_an_item_arrives(tree: tuple[Block, ...]) -> None:
    """Nothing is lost, doubled or reordered, no markup of the text acts, and no heading level is skipped."""
    html = issue_page(stored(item("a", *tree)), texts=TEXTS)
    seen = Seen(html)
    assert words("".join(seen.body)) == words(plain(tree))
    assert tuple(seen.body_links) == links(tree)
    assert not re.search(r"<script|<[^>]*\s(?:on\w+|style)=", html)
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[:3] == [1, 2, 3]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_landmarks_and_permalinks() -> None:
    """Header, main, a section with its heading, an article an item; the skip link and the number lead to what is there."""
    seen = Seen(issue_page(stored(item("a"), item("b")), texts=texts_for("en"), series="周刊"))
    ids = [attributes["id"] for _, attributes in seen.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    assert [one["id"] for one in seen.named("article")] == ["模型/a", "模型/b"]
    assert seen.named("html") == [{"lang": "zh"}]
    assert seen.named("a")[0] == {"class": "skip", "href": "#_main", "lang": "en"}
    assert seen.named("main") == [{"id": "_main", "tabindex": "-1"}]
    assert seen.named("time") == [{"datetime": "2026-11-02"}]
    assert seen.named("section")[0]["aria-labelledby"] in ids


def test_hostile_titles_links_and_descriptions_stay_words() -> None:
    """Markup in a title, a label or an alternative text is shown, and a forbidden address is no link."""
    bad = '"><script>alert(1)</script>'
    html = issue_page(
        stored(
            item("a", Image("1.png", bad), Paragraph((Link("javascript:x", (Text("坏"),)),)), heading=bad),
            title=bad,
            pictures={"1.png": picture(1)},
        ),
        texts=TEXTS,
        series=bad,
    )
    assert "<script" not in html
    assert not [one for one in Seen(html).named("a") if str(one.get("href")).startswith("javascript")]
    assert Seen(html).named("img")[0]["alt"] == bad


def test_headings_of_an_item_without_title_follow_the_section() -> None:
    """h2 is followed by h3, whatever level the source has."""
    seen = Seen(issue_page(stored(item("a", Heading(5, (Text("小"),)), heading="")), texts=TEXTS))
    assert [tag for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)] == ["h1", "h2", "h3"]


def test_short_densities_lead_to_the_whole_page() -> None:
    """Headlines link to the first source, their numbers to the item on the whole page."""
    one = item("a", Paragraph((Link("https://e.example/x", (Text("来源"),)), Text("一句。两句。"))))
    seen = Seen(issue_page(stored(one), texts=TEXTS, density="headlines"))
    hrefs = [link["href"] for link in seen.named("a")]
    assert "/issue/weekly/1#%E6%A8%A1%E5%9E%8B/a" in hrefs
    assert "https://e.example/x" in hrefs


def test_a_selection_says_what_it_is_and_where_the_rest_is() -> None:
    """Only the chosen items, the line that says so, the way to the whole issue."""
    html = issue_page(
        stored(item("a"), item("b")), texts=TEXTS, selection=Selection(frozenset({"模型/b"}), ("模型",))
    )
    assert [one["id"] for one in Seen(html).named("article")] == ["模型/b"]
    assert "只看：模型（1/2 条）" in html


def test_a_file_stands_alone() -> None:
    """Stylesheet and pictures are within, the policy admits nothing else, and no neighbour is asked for."""
    known = picture(1)
    html = issue_page(
        stored(item("a", Image("1.png", "图")), pictures={"1.png": known}),
        texts=TEXTS,
        dress=alone({known.sha: ("image/png", b"png")}.get),
    )
    seen = Seen(html)
    assert seen.named("img")[0]["src"] == "data:image/png;base64,cG5n"
    (policy,) = (one["content"] for one in seen.named("meta") if "http-equiv" in one)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    addresses = [
        one.get("src") or one.get("href") or "#" for tag in ("img", "link", "a") for one in seen.named(tag)
    ]
    assert all(address.startswith(("data:", "#")) for address in addresses)
