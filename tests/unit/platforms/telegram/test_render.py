"""A page as Telegram messages: parts, pictures, captions, keyboards."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Form, Message
from bot.platforms.pictures import take_out
from bot.platforms.telegram.keyboard import picture_buttons
from bot.platforms.telegram.limits import Limits
from bot.platforms.telegram.readback import check, readback
from bot.platforms.telegram.render import render
from digest.document import (
    Heading,
    Image,
    Link,
    Paragraph,
    Rule,
    Strong,
    Text,
    images,
    links,
    paragraph,
    plain,
)
from digest.page import Action, Button, Choice, Option, Page, Passage, Picture, page
from handlers.texts import texts_for
from tests.lossless import words
from tests.unit.platforms import cut_trees
from tests.unit.platforms.samples import images as pictured
from tests.unit.platforms.samples import item, picture, section, trees

PRIVATE = Form()
PUBLIC = Form("public", bot="zhouzhi_bot")
COVER = Form(images="cover")
SMALL = Limits(text=300, caption=120, entities=12, reserved_units=20)
SHORT = paragraph("一句话。")
LONG = paragraph("这是一句很长的话。" * 40)


def known(count: int) -> dict[str, Picture]:
    return {f"{number}.png": picture(number) for number in range(1, count + 1)}


def made(*passages: Passage, form: Form = PRIVATE, **fields: Any) -> tuple[Message, ...]:
    """The messages of a page, each of which Telegram would take."""
    messages = render(Page(passages, **fields), form)
    assert [fault for message in messages for fault in check(message)] == []
    return messages


def labels(message: Message) -> list[list[str]]:
    rows = message.payload.get("reply_markup", {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]


def methods(messages: Iterable[Message]) -> list[str]:
    return [message.method for message in messages]


def is_in_order(wanted: Iterable[str], found: Iterable[str]) -> bool:
    rest = iter(found)
    return all(one in rest for one in wanted)


@given(st.lists(trees, min_size=1, max_size=4), st.sampled_from((PRIVATE, PUBLIC)), st.booleans())
def test_every_word_and_link_arrives_in_order(pieces, form, is_small):
    """Random trees, in ordinary and in tiny messages: nothing lost, nothing Telegram would refuse or drop."""
    passages = tuple(item(number, *blocks) for number, blocks in enumerate(pieces, 1))
    limits = SMALL if is_small else Limits()
    messages = render(Page(passages), form, limits)
    assert [fault for message in messages for fault in check(message)] == []
    seen = [readback(message) for message in messages]
    assert all(one.counts["units"] <= limits.text - limits.reserved_units for one in seen)
    assert all(one.counts["entities"] <= limits.entities - limits.reserved_entities for one in seen)
    source = [block for passage in passages for block in passage.blocks]
    # a word may be cut between two small messages, its signs may not
    text = "".join(one.text for one in seen)
    split = "".join if is_small else list
    assert is_in_order(split(words(plain(source))), split(words(text)))
    assert is_in_order(links(source), [link for one in seen for link in one.links])


@given(cut_trees.trees)
def test_every_picture_arrives_in_order(blocks):
    """Pictures anywhere in a tree are sent, missing ones leave their stand-in."""
    sources = {"one.png": picture(1), "two.png": picture(2)}
    messages = made(Passage("item", blocks, key="a"), pictures=sources)
    wanted = [sources[image.src].sha for image in images(blocks) if image.src in sources]
    seen = [readback(message) for message in messages]
    assert [sha for one in seen for sha in one.images] == wanted
    kept, _ = take_out(blocks, sources, texts_for("zh-Hans"))
    assert is_in_order(links(kept), [link for one in seen for link in one.links])


def test_an_answer_is_one_message():
    """A page of one body is a text without preview, with the page's buttons and choices under it."""
    choice = Choice(
        "选",
        tuple(Option(name, Action("toggle", (name,)), is_on=name == "a") for name in "abc"),
    )
    rows = ((Button("好", Action("ok"), style="primary"), Button("网", url="https://a.example")),)
    (message,) = render(replace(page(SHORT, rows=rows), choices=(choice,)), PRIVATE)
    assert message.method == "sendMessage"
    assert message.payload == {
        "text": "一句话。",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "✅ a", "callback_data": "toggle:a"},
                    {"text": "⬜ b", "callback_data": "toggle:b"},
                ],
                [{"text": "⬜ c", "callback_data": "toggle:c"}],
                [
                    {"text": "好", "callback_data": "ok", "style": "primary"},
                    {"text": "网", "url": "https://a.example"},
                ],
            ]
        },
    }
    assert json.loads(json.dumps(message.payload)) == message.payload


def test_an_empty_page_makes_nothing_and_buttons_need_a_text():
    """Telegram takes no empty text; buttons without words stand under the page's title."""
    assert made(Passage("body", ())) == ()
    (message,) = made(Passage("body", ()), rows=((Button("a", Action("b")),),), title="标题")
    assert message.payload["text"] == "标题"


def test_a_page_that_just_fits_is_not_parted():
    """The reserve and no more is kept free; one unit more makes two messages with their marks."""
    fits = Passage("body", (paragraph("x" * 4032),))
    assert len(made(fits)) == 1
    first, second = made(Passage("body", (paragraph("x" * 4000 + " " + "y" * 32),)))
    assert first.payload["text"].endswith("（1/2）下接 ↓")
    assert second.payload["text"].startswith("（2/2）\n\n")


def test_items_stay_whole_and_sections_together():
    """A part ends at a section where that costs nothing, and no item is parted."""
    passages = [section("甲")]
    passages += [item(number, paragraph("字" * 800)) for number in range(1, 4)]
    passages += [section("乙"), *(item(number, paragraph("字" * 800)) for number in range(4, 7))]
    first, second = made(*passages)
    assert first.items == ("item-1", "item-2", "item-3")
    assert second.items == ("item-4", "item-5", "item-6")
    assert second.payload["text"].startswith("（2/2）\n\n乙 (1)\n\n4. 标题 4")
    assert labels(second) == [["4", "5", "6"]]


def test_a_section_is_not_left_at_the_end():
    """Its heading goes on with its first item."""
    first, second = made(item(1, paragraph("字" * 3500)), section("乙"), item(2, paragraph("字" * 3500)))
    assert "乙" not in first.payload["text"]
    assert second.payload["text"].startswith("（2/2）\n\n乙")


def test_an_item_beyond_a_message_goes_on_under_its_title():
    """Cut between sentences, its title said again, its button where it ends, its key in both parts."""
    first, second = made(item(1, paragraph("这是一句话。" * 900)))
    assert first.payload["text"].endswith("话。\n\n（1/2）下接 ↓")
    assert second.payload["text"].startswith("（2/2）\n\n标题 1（续）\n\n这是")
    assert second.payload["entities"][0] == {"type": "bold", "offset": 7, "length": 4}
    assert first.items == second.items == ("item-1",)
    assert (labels(first), labels(second)) == ([], [["1"]])


def test_a_long_item_begins_in_the_part_before():
    """The room left is used when that saves a message."""
    messages = made(item(1, paragraph("字" * 2000)), item(2, *[paragraph("字" * 1000 + "。")] * 5))
    assert len(messages) == 2
    assert messages[0].items == ("item-1", "item-2")


def test_entities_bind_before_the_length():
    """Many links in a short text are parted by their number and by their weight."""
    link = Link("https://a.example", (Text("x"),))
    by_number = made(*(item(number, Paragraph((link,) * 8)) for number in range(1, 13)))
    assert len(by_number) == 2
    heavy = Link("https://a.example/" + "x" * 900, (Text("x"),))
    by_weight = made(*(item(number, Paragraph((heavy,) * 2)) for number in range(1, 11)))
    assert len(by_weight) == 3


def test_ten_parts_are_numbered():
    """Marks of two digits are counted before their number is known."""
    messages = made(*(item(number, paragraph("字" * 3900)) for number in range(1, 12)))
    assert len(messages) == 11
    assert messages[10].payload["text"].startswith("（11/11）")
    assert messages[0].payload["text"].endswith("（1/11）下接 ↓")


def test_an_item_with_one_picture_is_its_caption():
    """Text above the picture; the neighbours' text is not moved into the caption."""
    messages = made(item(1, SHORT), item(2, SHORT, *pictured(1)), item(3, SHORT), pictures=known(1))
    assert methods(messages) == ["sendMessage", "sendPhoto", "sendMessage"]
    photo = messages[1]
    assert photo.payload["photo"] == f"attach://{picture(1).sha}"
    assert photo.payload["caption"] == "2. 标题 2\n一句话。"
    assert photo.payload["caption_entities"] == [{"type": "bold", "offset": 0, "length": 7}]
    assert photo.payload["show_caption_above_media"] is True
    assert (photo.pictures, photo.items, labels(photo)) == ((picture(1).sha,), ("item-2",), [["2"]])


def test_a_long_text_goes_before_its_pictures():
    """Beyond 1,024 units the text is a message, together with what stands before it."""
    long = paragraph("这是一句很长的话。" * 120)
    messages = made(item(1, SHORT), item(2, long, *pictured(1, 2)), item(3, SHORT), pictures=known(2))
    assert methods(messages) == ["sendMessage", "sendMediaGroup", "sendMessage"]
    assert [message.items for message in messages] == [("item-1", "item-2"), ("item-2",), ("item-3",)]
    assert "caption" not in messages[1].payload["media"][0]


def test_albums_are_even_and_never_leave_one():
    """Twelve pictures are six and six, eleven six and five; an album counts as its pictures."""
    for count, sizes in ((2, [2]), (10, [10]), (11, [6, 5]), (12, [6, 6]), (21, [7, 7, 7])):
        messages = made(
            item(1, SHORT, *pictured(*range(1, count + 1))), item(2, SHORT), pictures=known(count)
        )
        assert [message.count for message in messages] == [*sizes, 1]
        assert messages[0].payload["media"][0]["caption"].startswith("1. 标题 1")
        assert "caption" not in messages[0].payload["media"][1]


def test_a_single_choice_ticks_what_holds():
    """The others have no empty box: they are no switches."""
    options = tuple(Option(name, Action("language", (name,)), is_on=name == "en") for name in ("zh", "en"))
    (message,) = render(
        replace(page(SHORT), choices=(Choice("选", options, columns=2, is_single=True),)), PRIVATE
    )
    assert labels(message) == [["zh", "✅ en"]]


def test_an_item_that_the_page_offers_itself_has_no_second_button():
    """A search reply brings its own row of numbers."""
    rows = ((Button("1", Action("item", ("i1",))), Button("2", Action("item", ("i2",)))),)
    (message,) = made(item(1, SHORT), item(2, SHORT), item(3, SHORT), rows=rows)
    assert labels(message) == [["3"], ["1", "2"]]


def test_an_albums_buttons_go_on_the_next_message():
    """An album takes no keyboard; at the end of the page its buttons go on the last that can."""
    album = item(1, SHORT, *pictured(1, 2))
    after = made(album, item(2, SHORT), pictures=known(2))
    assert labels(after[1]) == [["1", "2"]]
    rows = ((Button("搜", Action("search")),),)
    before = made(item(2, SHORT), album, pictures=known(2), rows=rows)
    assert methods(before) == ["sendMessage", "sendMediaGroup"]
    assert labels(before[0]) == [["2"], ["1"], ["搜"]]


def test_an_album_alone_keeps_its_text_outside_for_the_buttons():
    """Where nothing else could carry the buttons, the text is no caption."""
    messages = made(item(1, SHORT, *pictured(1, 2)), pictures=known(2))
    assert methods(messages) == ["sendMessage", "sendMediaGroup"]
    assert labels(messages[0]) == [["1"]]


def test_odd_shapes_go_as_files_under_their_text():
    """A strip of 1:30 is no photo; a file's caption would stand below it, so its text goes before."""
    strip = replace(picture(1), width=3000, height=100)
    messages = made(item(1, SHORT, *pictured(1, 2)), pictures={"1.png": strip, "2.png": picture(2)})
    assert methods(messages) == ["sendMessage", "sendDocument", "sendPhoto"]
    huge = replace(picture(1), size=60_000_000)
    (message,) = made(item(1, SHORT, *pictured(1)), pictures={"1.png": huge})
    assert message.payload["text"] == "1. 标题 1\n一句话。\n\n[图 1 缺失：图 1 的说明]"


def test_missing_pictures_are_named_in_their_place():
    """Numbered within the item; names of files are not shown."""
    blocks = (Paragraph((Text("前"), Image("1.png", "Xnip2025-09.png"), Text("后"))), Image("2.png", "图表"))
    (message,) = made(item(1, *blocks, is_titled=False), item(2, Image("3.png"), is_titled=False))
    assert message.payload["text"] == "前[图 1 缺失]后\n\n[图 2 缺失：图表]\n\n[图 1 缺失]"


def test_a_cover_stands_for_the_pictures_behind_buttons():
    """One photo, then the texts as if without pictures, and a button a part that sends its pictures."""
    passages = [item(1, SHORT, *pictured(1, 2)), item(2, SHORT), item(3, SHORT, *pictured(3))]
    cover, text = made(*passages, form=COVER, pictures=known(3))
    assert (cover.method, cover.payload) == ("sendPhoto", {"photo": f"attach://{picture(1).sha}"})
    assert labels(text) == [["1", "2", "3"], ["🖼 3 张图"]]
    button = text.payload["reply_markup"]["inline_keyboard"][1][0]
    assert Action.decode(button["callback_data"]) == Action("pictures", ("i1", "i3"))
    (alone,) = made(*passages, form=Form(images="on_request"), pictures=known(3))
    assert labels(alone) == labels(text)


def test_many_items_with_pictures_need_several_buttons():
    """Ids that do not fit into one callback are divided; the counts add up."""
    passages = [item(number, SHORT, *pictured(number)) for number in range(1, 31)]
    (text,) = made(*passages, form=Form(images="on_request"), pictures=known(30))
    found = [
        Action.decode(button["callback_data"])
        for row in text.payload["reply_markup"]["inline_keyboard"]
        for button in row
        if button["callback_data"].startswith("pictures")
    ]
    assert [one for action in found for one in action.arguments] == [f"i{number}" for number in range(1, 31)]


def test_pictures_that_no_button_can_bring_are_shown():
    """An introduction has no address, so its picture stays where it is."""
    messages = made(Passage("body", (SHORT, *pictured(1))), form=COVER, pictures=known(1))
    assert methods(messages) == ["sendPhoto"]


def test_public_posts_lead_into_the_private_chat():
    """Links instead of actions; what has no link is left out and named."""
    rows = ((Button("搜", Action("search")), Button("订", Action("category", ("all",)))), (Button("·"),))
    (message,) = made(item(1, SHORT), form=PUBLIC, rows=rows)
    assert message.payload["reply_markup"]["inline_keyboard"] == [
        [{"text": "1", "url": "https://t.me/zhouzhi_bot?start=i_i1"}],
        [{"text": "订", "url": "https://t.me/zhouzhi_bot?start=c_all"}],
    ]
    assert message.omitted == ("搜",)
    (nameless,) = made(item(1, SHORT), form=Form("public"), rows=rows)
    assert "reply_markup" not in nameless.payload
    assert nameless.omitted == ("1", "搜", "订")


def test_inert_buttons_carry_their_toast():
    """The client finds the words of a pager's middle in its data; too long ones are left out."""
    rows = ((Button("2/5", toast="第 2 页，共 5 页"), Button("·"), Button("x", toast="长" * 30)),)
    (message,) = made(Passage("body", (SHORT,)), rows=rows)
    data = [button["callback_data"] for button in message.payload["reply_markup"]["inline_keyboard"][0]]
    assert data == ["noop:第 2 页，共 5 页", "noop", "noop"]


def test_keyboards_stay_within_their_bounds():
    """Long rows are broken evenly, long labels shortened by clusters, the hundred-and-first button is named."""
    options = tuple(
        Option(f"{number}" + "👨‍👩‍👧‍👦" * 9, Action("open", (str(number),))) for number in range(120)
    )
    (message,) = made(Passage("body", (SHORT,)), choices=(Choice("选", options, columns=9),))
    rows = message.payload["reply_markup"]["inline_keyboard"]
    assert sum(map(len, rows)) == 100
    assert len(message.omitted) == 20
    assert max(map(len, rows)) <= 8
    assert rows[0][0]["text"].endswith("👨‍👩‍👧‍👦…")


def test_the_overview_never_costs_a_message():
    """Where the line of section names makes the page longer it is left out, unless it is asked for."""
    head = Passage("head", (Paragraph((Strong((Text("周知"),)),)), paragraph("甲 1 · 乙 1" * 10, "note")))
    body = item(1, paragraph("字" * 3950))
    (without,) = made(head, body)
    assert "甲" not in without.payload["text"]
    assert len(made(head, body, form=Form(overview="always"))) == 2
    (shown,) = made(head, item(1, SHORT))
    assert "甲" in shown.payload["text"]
    (never,) = made(head, item(1, SHORT), form=Form(overview="never"))
    assert "甲" not in never.payload["text"]


def test_rules_at_the_edge_of_an_item_are_not_shown():
    """Its neighbours are set apart already; a rule between two blocks stays."""
    rule = Rule()
    (message,) = made(item(1, SHORT, rule, SHORT, rule), item(2, SHORT))
    assert message.payload["text"].count("────────") == 1


def test_the_lines_of_a_head_stand_together():
    """Title and counts are one thing; what comes after them is set apart."""
    head = Passage("head", (paragraph("周知"), paragraph("3 条"), Paragraph((Text("甲 3"),), "note")))
    (message,) = made(head, item(1, SHORT))
    assert message.payload["text"].startswith("周知\n3 条\n甲 3\n\n1. ")


def test_a_rule_at_the_end_of_the_page_is_not_shown():
    """Nothing follows that it could part; a page of nothing else shows nothing."""
    (message,) = made(item(1, SHORT), Passage("body", (Rule(),)))
    assert "────" not in message.payload["text"]
    assert made(Passage("body", (Rule(),))) == ()


def test_a_sections_name_stands_with_its_pictured_item():
    """Where the caption would leave the name alone, the text stands under it: as many messages, and nothing torn."""
    pages = (section("甲"), item(1, SHORT, *pictured(1)), section("乙"), item(2, SHORT, *pictured(2)))
    messages = made(*pages, pictures=known(2))
    assert methods(messages) == ["sendMessage", "sendPhoto"] * 2
    assert ["乙" in message.payload.get("text", "") for message in messages] == [False, False, True, False]
    assert "标题 2" in messages[2].payload["text"]
    assert "caption" not in messages[3].payload


def test_a_caption_is_kept_where_the_text_would_cost_a_message():
    """A full message before: the name ends it, and the item's text goes with its picture."""
    full = item(1, paragraph("字" * 3900))
    messages = made(full, section("乙"), item(2, paragraph("字" * 900), *pictured(2)), pictures=known(2))
    assert methods(messages) == ["sendMessage", "sendPhoto"]
    assert "标题 2" in messages[1].payload["caption"]


def test_silence_and_language():
    """A silent page says so in every call; marks speak the page's language."""
    messages = made(item(1, paragraph("word " * 1500)), is_silent=True, language="en")
    assert all(message.payload["disable_notification"] for message in messages)
    assert messages[0].payload["text"].endswith("(1/2) continues ↓")


def test_a_heading_alone_is_told():
    """A section without items is a message of its own."""
    (message,) = made(Passage("section", (Heading(1, (Text("空"),)),), key="s", count=0))
    assert message.payload["text"] == "空"


def test_one_picture_is_one_picture_in_every_language():
    """The button that sends pictures counts them as the language does."""
    told = [
        [
            [button.label for button in picture_buttons([(item(1), count)], texts_for(language))]
            for count in (1, 1_204)
        ]
        for language in ("en", "zh-Hans")
    ]
    assert told == [[["🖼 1 picture"], ["🖼 1,204 pictures"]], [["🖼 1 张图"], ["🖼 1,204 张图"]]]
