"""Does the web platform show everything, and nothing but what we mean?"""

import re

import pytest
from hypothesis import given

from bot.platforms.base import Form
from bot.platforms.web.readback import readback
from bot.platforms.web.render import ask_json, render
from digest.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Details,
    Heading,
    Image,
    Inline,
    Link,
    List,
    Mark,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    links,
    plain,
)
from digest.page import Action, Ask, Button, Choice, Option, Page, Passage, page
from tests.lossless import words
from tests.unit.platforms.samples import images, item, picture, section, trees

FORM = Form()


def html(*blocks: Block, language: str = "zh-Hans") -> str:
    (message,) = render(Page((Passage("body", blocks),), language=language), FORM)
    return str(message.payload["html"])


def test_nodes_become_semantic_html() -> None:
    """Every kind of block has the element that means it."""
    shown = html(
        Heading(1, (Text("栏目"),)),
        Paragraph((Strong((Text("粗"),)), Break(), Mark((Text("中"),)), Code("x<y")), "opinion"),
        List(((Paragraph((Text("甲"),)),), (Paragraph((Text("乙"),)),)), is_ordered=True, start=3),
        Quote((Paragraph((Text("引"),)),), "links"),
        CodeBlock("a\n\nb", "py"),
        Table((((Text("头"),),), ((Text("格"),),)), ("right",)),
        Details((Text("收"),), (Paragraph((Text("起"),)),)),
        Rule(),
    )
    for piece in (
        '<article lang="zh-Hans"><section class="passage body"><h2>栏目</h2>',
        '<p class="opinion"><strong>粗</strong><br><mark>中</mark><code>x&lt;y</code></p>',
        '<ol start="3"><li>甲</li><li>乙</li></ol>',
        '<blockquote class="links"><p>引</p></blockquote>',
        '<pre><code data-language="py">a\n\nb</code></pre>',
        '<thead><tr><th scope="col" class="right">头</th></tr></thead>',
        '<td class="right">格</td>',
        "<details><summary>收</summary><p>起</p></details>",
        "<hr>",
    ):
        assert piece in shown


def test_links_open_apart_and_lead_nowhere_else() -> None:
    """A link has its guard attributes, and a forbidden scheme does not survive the sieve."""
    shown = html(Paragraph((Link("https://e.example/?a=1&b=2", (Text("去"),)),)))
    assert (
        '<a href="https://e.example/?a=1&amp;b=2" rel="noopener noreferrer" target="_blank">去</a>' in shown
    )
    assert "javascript" not in html(Paragraph((Link("javascript:alert(1)", (Text("坏"),)),)))


def test_a_link_inside_a_link_keeps_both_targets() -> None:
    """HTML knows no nested links, so the inner target follows the outer link."""
    inner: Inline = Link("https://inner.example/x", (Text("里"),))
    (message,) = render(page(Paragraph((Link("https://outer.example", (Text("外"), inner)),))), FORM)
    assert readback(message).links == ("https://outer.example", "https://inner.example/x")
    assert readback(message).text == "外里 inner.example"


def test_pictures_come_from_the_same_origin() -> None:
    """A known picture is served by its hash, with size and description; a linked one is a link."""
    (message,) = render(
        Page(
            (item(1, *images(1), Image("2.png", "Xnip2025-09-22 (1).png", "https://e.example")),),
            pictures={
                "1.png": picture(1),
                "2.png": picture(2),
            },
        ),
        FORM,
    )
    shown = message.payload["html"]
    assert f'<img src="/picture/{1:064x}" alt="图 1 的说明" width="640" height="480" loading="lazy">' in shown
    assert 'alt="图 2"' in shown
    assert "Xnip" not in shown
    assert readback(message).images == (f"{1:064x}", f"{2:064x}")
    assert readback(message).links == ("https://e.example",)
    assert message.items == ("item-1",)


def test_missing_pictures_are_seen_and_counted_in_their_item() -> None:
    """A placeholder stands in place, numbered within the item, without a description that is a file name."""
    page_ = Page((item(1, *images(1)), item(2, Image("a.png", "a.png"), Image("b.png", "图表"))))
    (message,) = render(page_, FORM)
    text = readback(message).text
    assert [line for line in text.split("\n") if "缺失" in line] == [
        "[图 1 缺失：图 1 的说明]",
        "[图 1 缺失]",
        "[图 2 缺失：图表]",
    ]
    assert '<figure class="missing"><figcaption>' in message.payload["html"]


def test_a_picture_on_the_web_that_was_not_fetched_is_a_link() -> None:
    """What lies elsewhere stays reachable."""
    (message,) = render(page(Paragraph((Text("见"), Image("https://e.example/p.svg", "图表")))), FORM)
    assert readback(message).links == ("https://e.example/p.svg",)
    assert "🖼 图表" in readback(message).text


def test_buttons_and_choices_travel_as_json() -> None:
    """Rows, choices and asks keep their actions encoded."""
    rows = ((Button("开", Action("item", ("3f",)), style="primary"), Button("去", url="https://e.example")),)
    choice = Choice("选", (Option("甲", Action("pick", ("a",)), is_on=True),), columns=1)
    (message,) = render(Page((), rows=rows, choices=(choice,)), FORM)
    assert message.payload["rows"][0][0]["action"] == "item:3f"
    assert message.payload["choices"][0]["options"] == [
        {"label": "甲", "description": "", "action": "pick:a", "is_on": True},
    ]
    assert readback(message).links == ("https://e.example",)
    assert ask_json(Ask("找什么？", "千问", Action("search")))["action"] == "search"


def test_keys_and_actions_stand_on_their_passage() -> None:
    """The chat page can open an item where it stands."""
    (message,) = render(Page((section("模型"), item(1))), FORM)
    assert '<section class="passage item" data-key="item-1" data-action="item:i1">' in message.payload["html"]


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_language_is_told(language: str) -> None:
    """A screen reader needs it."""
    assert html(language=language).startswith(f'<article lang="{language}">')


@given(trees)
def test_every_word_and_link_arrives(tree: tuple[Block, ...]) -> None:
    """Nothing is lost, doubled or reordered, and no markup of the text acts."""
    (message,) = render(page(*tree), FORM)
    seen = readback(message)
    assert words(seen.text) == words(plain(tree))
    assert seen.links == links(tree)
    assert not re.search(r"<script|\son\w+=|\sstyle=", message.payload["html"])
