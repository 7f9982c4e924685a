"""A page as rich messages: one where the limits allow it, whole sections, everything escaped, nothing lost."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Form, Message
from bot.platforms.pictures import take_out
from bot.platforms.telegram.limits import Limits
from bot.platforms.telegram.markup import RichLimits
from bot.platforms.telegram.readback import check, readback
from bot.platforms.telegram.render import render
from bot.platforms.telegram.rich import RICH, render_rich
from digest.document import (
    Block,
    Break,
    CodeBlock,
    Details,
    Em,
    Heading,
    Image,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
    images,
    links,
    paragraph,
    plain,
)
from digest.page import Action, Button, Page, Passage, Picture
from handlers.texts import texts_for
from tests.fakes.telegram.rich import blocks_of
from tests.lossless import words
from tests.unit.platforms import cut_trees
from tests.unit.platforms.samples import images as pictured
from tests.unit.platforms.samples import item, picture, section, trees
from tests.unit.platforms.telegram.test_render import is_in_order, known, labels, methods

PRIVATE = Form(style="rich")
PUBLIC = Form("public", "rich", bot="zhouzhi_bot")
SMALL = RichLimits(units=6_000, blocks=60, depth=10)
SHORT = paragraph("一句话。")


def html(message: Message) -> str:
    return str(message.payload["rich_message"]["html"])


def faults(messages: tuple[Message, ...]) -> list[str]:
    """What our own second reader and the fake server's find wrong."""
    found = [fault for message in messages for fault in check(message)]
    for message in messages:
        if message.method == RICH:
            blocks_of(html(message), found)
    return found


def made(*passages: Passage, form: Form = PRIVATE, **fields: Any) -> tuple[Message, ...]:
    messages = render(Page(passages, **fields), form)
    assert faults(messages) == []
    return messages


def body(*blocks: Block) -> str:
    """The HTML of one body."""
    (message,) = made(Passage("body", blocks))
    return html(message)


@given(st.lists(trees, min_size=1, max_size=4), st.sampled_from((PRIVATE, PUBLIC)), st.booleans())
def test_every_word_and_link_arrives_in_order(pieces, form, is_small):
    """Random trees, in ordinary and in small messages: nothing lost, nothing the server does not document."""
    passages = tuple(item(number, *blocks) for number, blocks in enumerate(pieces, 1))
    passages = (section("甲"), *passages)
    limits = SMALL if is_small else RichLimits()
    messages = render_rich(Page(passages), form, Limits(), limits)
    assert faults(messages) == []
    seen = [readback(message) for message in messages]
    assert all(one.counts["blocks"] <= limits.blocks for one in seen)
    assert all(one.counts["depth"] <= limits.depth for one in seen)
    assert all(len(html(message).encode("utf-16-le")) <= 2 * limits.units for message in messages)
    source = [block for passage in passages for block in passage.blocks]
    text = "\n".join(one.text for one in seen)
    split = "".join if is_small else list
    assert is_in_order(split(words(plain(source))), split(words(text)))
    assert is_in_order(links(source), [link for one in seen for link in one.links])


@given(cut_trees.trees)
def test_every_picture_arrives_in_order(blocks):
    """Public ones inside, local ones in albums, missing ones as their stand-in."""
    sources = {"one.png": picture(1), "two.png": picture(2), "https://p.example.org/3.png": picture(3)}
    inside = [Image("https://p.example.org/3.png")]
    messages = made(Passage("item", (*blocks, *inside), key="a"), pictures=sources)
    seen = [readback(message) for message in messages]
    albums = [sources[image.src].sha for image in images(blocks) if image.src in sources]
    assert [one for part in seen for one in part.images] == ["https://p.example.org/3.png", *albums]
    kept, _ = take_out(blocks, sources, texts_for("zh-Hans"))
    assert is_in_order(links(kept), [link for one in seen for link in one.links])


def deep(levels: int) -> Block:
    block: Block = Paragraph((Strong((Em((Link("https://a.example", (Text("深"),)),)),)),))
    for level in range(levels):
        block = (
            List(((paragraph(f"层 {level}"), block),)),
            Quote((block,)),
            Details((Text(f"开 {level}"),), (block,)),
        )[level % 3]
    return block


def test_what_is_too_deep_stands_on_the_level_it_has_reached():
    """Forty levels of lists, quotes and details: sixteen at most are written, every word and the link arrive."""
    (message,) = made(section("甲"), item(1, deep(40)))
    seen = readback(message)
    assert seen.counts["depth"] <= 16
    assert seen.links == ("https://a.example",)
    assert is_in_order(words(plain((deep(40),))), words(seen.text))


def test_sections_unfold_and_the_first_is_open():
    """Title as the largest heading, sections with their number of items, items under headings of their own."""
    head = Passage("head", (Paragraph((Strong((Text("周知 第 12 期"),)),)), paragraph("2 条")), key="head")
    (message,) = made(head, section("甲"), item(1, SHORT), section("乙"), item(2, SHORT))
    assert html(message) == (
        "<h1><b>周知 第 12 期</b></h1><p>2 条</p>"
        "<details open><summary><b>甲</b> (1)</summary><h3>1. 标题 1</h3><p>一句话。</p></details>"
        "<details><summary><b>乙</b> (1)</summary><h3>2. 标题 2</h3><p>一句话。</p></details>"
    )
    assert message.items == ("item-1", "item-2")
    assert message.payload["rich_message"]["skip_entity_detection"] is True
    assert labels(message) == [["1", "2"]]


def test_a_section_without_anything_in_it_is_a_heading():
    """Nothing unfolds where there is nothing."""
    assert html(made(section("甲", count=0), section("乙"), item(1, SHORT))[0]).startswith(
        "<h2><b>甲</b></h2><details open>"
    )


def test_markup_in_words_is_shown_and_never_read():
    """Angle brackets, ampersands and quotes in text, code, addresses and languages."""
    link = Link('https://a.example/?a=1&b="<c>"', (Text("<b>&amp;"),))
    assert body(Paragraph((Text("<i>&"), link))) == (
        "<p>&lt;i&gt;&amp;"
        '<a href="https://a.example/?a=1&amp;b=&quot;&lt;c&gt;&quot;">&lt;b&gt;&amp;amp;</a></p>'
    )
    assert body(CodeBlock("if a < b:\n    c", 'py">x')) == (
        '<pre><code class="language-py&quot;&gt;x">if a &lt; b:\n    c</code></pre>'
    )


def test_blocks_have_their_own_form():
    """Lists with numbers, tables with a head and alignments, opinions as quotes, lines, details."""
    assert body(
        List(((paragraph("a"),), (paragraph("b"), List(((paragraph("c"),),)))), is_ordered=True, start=3)
    ) == ('<ol start="3"><li>a</li><li>b<ul><li>c</li></ul></li></ol>')
    cell = (Text("x"), Break(), Text("y"))
    assert body(Table(((cell, (Text("1"),)), ((Text("z"),), ())), (None, "right"))) == (
        '<table bordered><tr><th>x y</th><th align="right">1</th></tr>'
        '<tr><td>z</td><td align="right"></td></tr></table>'
    )
    assert body(paragraph("我看", "opinion"), Rule(), paragraph("注", "note")) == (
        "<blockquote>我看</blockquote><hr/><p><i>注</i></p>"
    )
    assert body(Details((), (SHORT,))) == "<details><summary>…</summary><p>一句话。</p></details>"
    assert body(paragraph("一\n二")) == "<p>一<br>二</p>"
    assert body(Heading(2, (Text("小"),))) == "<h5>小</h5>"


def test_a_table_of_more_than_twenty_columns_is_lines():
    """No column is lost to the limit."""
    row = tuple((Text(f"c{n}"),) for n in range(21))
    assert body(Table((row,), (None,) * 21)) == f"<p>{' | '.join(f'c{n}' for n in range(21))}</p>"


def test_an_entry_that_shows_nothing_keeps_the_numbers():
    """Its neighbours are called as before."""
    entries = ((paragraph("a"),), (), (paragraph("c"),))
    assert body(List(entries, is_ordered=True)) == '<ol><li>a</li><li value="3">c</li></ol>'


def test_an_address_that_is_no_link_is_spelled():
    """Schemes the server does not take stay readable; a bare address is called by its host."""
    bare = Link("https://www.a.example/x", (Text("https://www.a.example/x"),), is_bare=True)
    assert body(Paragraph((Link("ftp://a.example", (Text("a"),)), Text(" "), bare))) == (
        '<p>a ftp://a.example <a href="https://www.a.example/x">a.example\u200b</a></p>'
    )
    (message,) = made(Passage("body", (Paragraph((bare,)),)))
    assert readback(message).text == "https://www.a.example/x"


def test_what_exceeds_a_message_is_parted_between_sections():
    """Marks at the cut, each message's first section open, buttons under the part of their items."""
    passages: list[Passage] = []
    for n in range(1, 9):
        passages += [section(f"栏 {n}"), item(n, paragraph("字" * 6_000))]
    first, second = made(*passages)
    assert html(first).endswith("</details><p>（1/2）下接 ↓</p>")
    assert html(second).startswith("<p>（2/2）</p><details open><summary><b>栏 5</b> (1)</summary>")
    assert (labels(first), labels(second)) == ([["1", "2", "3", "4"]], [["5", "6", "7", "8"]])


def test_a_section_beyond_a_message_goes_on_under_its_title():
    """Between items; the section says its title again."""
    first, second = made(section("甲", count=3), *(item(n, paragraph("字" * 12_000)) for n in range(1, 4)))
    assert first.items == ("item-1", "item-2")
    assert html(second).startswith(
        "<p>（2/2）</p><details open><summary>甲（续）</summary><h3>3. 标题 3</h3>"
    )


def test_an_item_beyond_a_message_goes_on_under_its_title():
    """Between its blocks; its key stands in both, its button where it ends."""
    first, second = made(section("甲"), item(1, *[paragraph("字" * 9_000)] * 4))
    assert first.items == second.items == ("item-1",)
    assert (labels(first), labels(second)) == ([], [["1"]])
    assert "<summary>甲（续）</summary><p><b>标题 1（续）</b></p><p>字" in html(second)


def test_five_hundred_blocks_bind_before_the_length():
    """Entries count as blocks."""
    entries = tuple((paragraph(f"e{n}"),) for n in range(600))
    messages = made(section("甲"), item(1, List(entries, is_ordered=True)))
    assert len(messages) == 3
    assert [readback(message).counts["blocks"] <= 500 for message in messages] == [True] * 3
    assert '<ol start="' in html(messages[1])


def test_public_pictures_are_galleries_and_local_ones_follow():
    """One is a figure under its description, several are a collage; local ones come after with the item's title."""
    source = "https://p.example.org/{}.png"
    sources = {source.format(n): picture(n) for n in (1, 2)} | known(9)
    two = tuple(Image(source.format(n), f"图 {n}") for n in (1, 2))
    single, several = (
        made(item(1, SHORT, two[0]), pictures=sources),
        made(item(1, SHORT, *two), pictures=sources),
    )
    assert html(single[0]).endswith(
        f'<figure><img src="{source.format(1)}"/><figcaption>图 1</figcaption></figure>'
    )
    assert "<tg-collage><img" in html(several[0])
    assert "<figcaption>图 1 · 图 2</figcaption></tg-collage>" in html(several[0])
    messages = made(item(1, SHORT, two[0], *pictured(3, 4)), item(2, SHORT), pictures=sources)
    assert methods(messages) == [RICH, "sendMediaGroup"]
    assert messages[1].payload["media"][0]["caption"] == "1. 标题 1"
    assert (messages[1].items, messages[1].count) == (("item-1",), 2)


def test_addresses_the_server_cannot_fetch_stay_albums():
    """Plain HTTP, private hosts, odd shapes and what is too large for a fetch."""
    for source in (
        "http://p.example.org/1.png",
        "https://127.0.0.1/1.png",
        "https://[::1]/1.png",
        "https://10.0.0.1/1.png",
        "https://intranet/1.png",
        "https://nas.local/1.png",
        "https://user@p.example.org/1.png",
        "https://p.example.org:8443/1.png",
        "https://p.example.org/ 1.png",
        "https://[/1.png",
        "1.png",
    ):
        assert methods(made(item(1, SHORT, Image(source)), pictures={source: picture(1)})) == [
            RICH,
            "sendPhoto",
        ]
    public = "https://p.example.org/1.png"
    for odd in (
        picture(1, 5_000_001),
        Picture("a" * 64, "image/webp", 640, 480, 9),
        replace(picture(1), height=1),
    ):
        assert RICH in methods(made(item(1, SHORT, Image(public)), pictures={public: odd}))[:1]
        assert len(made(item(1, SHORT, Image(public)), pictures={public: odd})) == 2


def test_pictures_that_wait_are_behind_a_button():
    """Cover in front, the rest by a button of its own; what stands inside needs none."""
    public = "https://p.example.org/1.png"
    sources = {public: picture(9), **known(2)}
    messages = made(
        item(1, SHORT, *pictured(1, 2), Image(public)),
        form=replace(PRIVATE, images="cover"),
        pictures=sources,
    )
    assert methods(messages) == ["sendPhoto", RICH]
    assert labels(messages[1]) == [["1"], ["🖼 2 张图"]]
    assert public in html(messages[1])


def test_the_way_back_stands_under_every_part():
    """The page's rows stand under the last one only, this button under each."""
    rows = ((Button("换普通版", Action("plain", ("1",))),), (Button("⚙️", Action("settings")),))
    passages = [item(n, paragraph("字" * 12_000)) for n in range(1, 4)]
    first, second = made(*passages, rows=rows)
    assert labels(first) == [["1", "2"], ["换普通版"]]
    assert labels(second) == [["3"], ["换普通版"], ["⚙️"]]


def test_an_empty_page_makes_nothing_and_buttons_need_a_text():
    """As in classic."""
    assert made(Passage("body", ())) == ()
    (message,) = made(Passage("body", ()), rows=((Button("a", Action("b")),),), title="标题")
    assert html(message) == "<p>标题</p>"


def test_a_silent_page_is_silent_and_the_overview_can_be_left_out():
    """Both as in classic."""
    head = Passage("head", (paragraph("题"), paragraph("甲 1 · 乙 2", "note")), key="head")
    (message,) = made(head, is_silent=True, form=replace(PRIVATE, overview="never"))
    assert html(message) == "<h1>题</h1>"
    assert message.payload["disable_notification"] is True


def test_more_items_than_buttons_are_parted_so_that_each_keeps_its_own():
    """A hundred buttons stand under a message: the text would fit into one, the openers do not."""
    rows = ((Button("⚙️", Action("settings")),), (Button("换普通版", Action("plain", ("1",))),))
    items = [item(n, SHORT) for n in range(1, 111)]
    first, second = made(*items, rows=rows)
    assert labels(first)[-1] == ["换普通版"]
    assert labels(second)[-2:] == [["⚙️"], ["换普通版"]]
    openers = [label for one in (first, second) for row in labels(one) for label in row if label.isdigit()]
    assert openers == [str(n) for n in range(1, 111)]
    assert first.omitted == second.omitted == ()
    assert len(made(*items[:98], rows=rows)) == 1
    assert len(made(*items[:99], rows=rows)) == 2


def test_a_page_whose_own_buttons_leave_no_room_is_sent_all_the_same():
    """The page's own rows stay; numbers that do not fit are named."""
    rows = ((*(Button(str(n), Action("settings", (str(n),))) for n in range(100)),),)
    (message,) = made(item(1, SHORT), rows=rows)
    assert sum(map(len, labels(message))) == 100
    assert message.omitted == ("1",)


def test_where_no_opener_can_be_shown_none_parts_the_text():
    """A public place without the bot's name has no buttons."""
    (message,) = made(*(item(n, SHORT) for n in range(1, 111)), form=Form("public", "rich"))
    assert "reply_markup" not in message.payload


def test_what_was_sent_stays_in_its_message():
    """A second part is kept although everything would fit into one now: an edit cannot take a message away."""
    passages = [item(n, paragraph("字" * 9_000)) for n in range(1, 5)]
    before = made(*passages)
    assert [one.items for one in before] == [("item-1", "item-2"), ("item-3", "item-4")]
    shorter = Page((*passages[:2], item(3, SHORT), item(4, SHORT)))
    again = render(shorter, PRIVATE, previous=before)
    assert [one.items for one in again] == [one.items for one in before]
    assert len(render(shorter, PRIVATE)) == 1


def test_nothing_is_sent_before_the_text_that_another_form_would_not_send_too():
    """Where the text cannot be had in this form, what is out must not come twice: a cover is the same, a card waits."""
    head = Passage("head", (paragraph("题"), Image("3.png")), key="head")
    for form in (PUBLIC, replace(PRIVATE, images="on_request")):
        assert methods(made(head, item(1, SHORT), form=form, pictures=known(3))) == [RICH, "sendPhoto"]
    covered = replace(PRIVATE, images="cover")
    page = Page((item(1, SHORT, *pictured(1, 2)),), pictures=known(2))
    assert render(page, covered)[0] == render(page, replace(covered, style="classic"))[0]


def test_what_is_read_back_has_the_counts_of_every_telegram_message():
    """Those of a classic text, and the budgets of a rich one; links of buttons stand after those of the text."""
    link = Paragraph((Link("https://a.example", (Text("甲"),)),))
    rows = ((Button("网", url="https://b.example"),),)
    (message,) = made(Passage("body", (link,)), rows=rows)
    seen = readback(message)
    assert (seen.text, seen.links) == ("甲", ("https://a.example", "https://b.example"))
    assert seen.counts == {
        "units": 1, "entities": 0, "entity_bytes": 0, "raw_bytes": len(html(message).encode()),
        "blocks": 1, "depth": 2, "media": 0,
    }  # fmt: skip
