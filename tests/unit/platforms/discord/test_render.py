"""Do pages become as few Discord messages as every budget allows, with nothing parted, lost or refused?"""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Form, FormKind, Message
from bot.platforms.discord.check import check
from bot.platforms.discord.readback import components_of, readback, texts_of
from bot.platforms.discord.render import render
from digest.document import CodeBlock, Image, Link, List, Paragraph, Strong, Text, paragraph
from digest.page import Page, Passage
from tests.lossless import words
from tests.unit.platforms.samples import images, item, picture, section

FORM = Form(kind="public")
SENTENCE = "甲公司发布了新的模型，速度更快。"


def pictures(*numbers: int, size: int = 1_000) -> dict[str, Any]:
    return {f"{number}.png": picture(number, size) for number in numbers}


def sound(messages: Sequence[Message]) -> Sequence[Message]:
    """The messages, after Discord's rules were asked about each."""
    assert [fault for message in messages for fault in check(message)] == []
    return messages


def shown(messages: Sequence[Message]) -> str:
    return "\n".join(readback(message).text for message in messages)


def types(message: Message) -> list[int]:
    return [component["type"] for component in message.payload["components"][0]["components"]]


def test_a_page_is_one_container_with_its_sections_parted() -> None:
    """Components V2, accent colour, a line before a section, nobody mentioned."""
    page = Page(
        (section("模型"), item(1, paragraph("a")), section("芯片"), item(2, paragraph("b"))), is_accented=True
    )
    (message,) = sound(render(page, FORM))
    assert message.method == "POST /channels/{id}/messages"
    assert message.payload["flags"] == 1 << 15
    assert message.payload["allowed_mentions"] == {"parse": []}
    assert message.payload["components"][0]["accent_color"]
    assert types(message) == [10, 14, 10]
    assert next(texts_of(message.payload)) == "### 模型\n\n**1. 标题 1**\na"
    assert message.items == ("item-1", "item-2")


def test_silence_is_a_flag_and_accent_is_asked_for() -> None:
    """Suppressed notifications beside the V2 flag; no colour where none was wanted."""
    (message,) = sound(render(Page((item(1),), is_silent=True), FORM))
    assert message.payload["flags"] == 1 << 15 | 1 << 12
    assert "accent_color" not in message.payload["components"][0]


def test_a_page_without_anything_makes_no_message() -> None:
    """Discord refuses an empty message."""
    assert render(Page(()), FORM) == ()


def test_pictures_stand_under_their_item() -> None:
    """A gallery right after the item's text, uploads in its order, descriptions that say something."""
    page = Page(
        (item(1, *images(1, 2)), item(2, Image("3.png", "Xnip2025 (1).png")), item(3)),
        pictures=pictures(1, 2, 3),
    )
    (message,) = sound(render(page, FORM))
    assert types(message) == [10, 12, 10, 12, 10]
    assert message.pictures == tuple(f"{number:064x}" for number in (1, 2, 3))
    assert message.payload["attachments"][0] == {
        "id": 0,
        "filename": f"{1:064x}.png",
        "description": "图 1 的说明",
    }
    assert "description" not in message.payload["attachments"][2]
    assert readback(message).images == message.pictures


def test_one_picture_twice_is_uploaded_under_two_names() -> None:
    """Two attachments of one name would be one."""
    (message,) = sound(render(Page((item(1, *images(1, 1)),), pictures=pictures(1)), FORM))
    assert readback(message).images == (f"{1:064x}",) * 2


def test_missing_pictures_are_named_in_place() -> None:
    """A placeholder numbered within the item; a picture that leads somewhere keeps its link."""
    page = Page(
        (
            item(1, paragraph("前"), *images(1), paragraph("后")),
            item(2, Image("2.png", "图表", "https://e.example/x")),
        ),
        pictures=pictures(2),
    )
    (message,) = sound(render(page, FORM))
    seen = readback(message)
    assert "前\n[图 1 缺失：图 1 的说明]\n后" in seen.text.replace("\n\n", "\n")
    assert seen.links == ("https://e.example/x",)
    assert seen.images == (f"{2:064x}",)


def test_a_picture_over_the_file_limit_is_missing_and_the_curator_is_told() -> None:
    """10 MiB a file; what could not be shown is said in words."""
    (message,) = sound(render(Page((item(1, *images(1)),), pictures=pictures(1, size=11 * 2**20)), FORM))
    assert "缺失" in readback(message).text
    assert message.omitted == ("图 1 的说明: 11,534,336 > 10,485,760 bytes",)


def test_twelve_pictures_take_two_messages() -> None:
    """Ten a message; the second one says which item goes on."""
    first, second = sound(
        render(Page((item(1, *images(*range(1, 13))),), pictures=pictures(*range(1, 13))), FORM)
    )
    assert [*first.pictures, *second.pictures] == [f"{number:064x}" for number in range(1, 13)]
    assert "（1/2）下接 ↓" in readback(first).text
    assert readback(second).text.startswith("（2/2）\n标题 1（续）")
    assert first.items == second.items == ("item-1",)


def test_the_request_stays_under_25_mib() -> None:
    """Six pictures of 9 MiB make three messages."""
    messages = sound(
        render(Page((item(1, *images(*range(1, 7))),), pictures=pictures(*range(1, 7), size=9 * 2**20)), FORM)
    )
    assert [len(message.pictures) for message in messages] == [2, 2, 2]


def test_items_are_never_parted() -> None:
    """Twelve items of 900 characters make three messages, each of whole items, with marks at their edges."""
    page = Page((section("模型"), *(item(number, paragraph(SENTENCE * 56)) for number in range(1, 13))))
    messages = sound(render(page, FORM))
    assert [len(message.items) for message in messages] == [3, 3, 3, 3]
    text = [readback(message).text for message in messages]
    assert [part.split("\n")[0] for part in text] == ["模型", "（2/4）", "（3/4）", "（4/4）"]
    assert [part.split("\n")[-1] for part in text[:3]] == [f"（{part}/4）下接 ↓" for part in (1, 2, 3)]


def test_a_reserve_for_a_correction_mark_is_kept() -> None:
    """80 characters and their bytes stay free in every part."""
    page = Page(tuple(item(number, paragraph(SENTENCE * 20)) for number in range(1, 40)))
    for message in sound(render(page, FORM)):
        counts = readback(message).counts
        assert counts["characters"] + 80 <= 4_000
        assert counts["bytes"] + 240 <= 10_170


def test_chinese_text_is_bound_by_its_bytes() -> None:
    """3,700 Chinese characters are within 4,000 but over 10,170 bytes."""
    page = Page(tuple(item(number, paragraph("字" * 920 + "。")) for number in range(4)))
    assert len(sound(render(page, FORM))) == 2


def test_a_sections_name_is_not_left_at_the_end() -> None:
    """The heading goes with the item after it."""
    page = Page((item(1, paragraph("a" * 3_700)), section("芯片"), item(2, paragraph("b" * 200))))
    first, second = sound(render(page, FORM))
    assert "芯片" not in readback(first).text
    assert readback(second).text.startswith("（2/2）\n芯片")


def test_an_item_over_a_message_is_cut_at_a_block_then_at_a_sentence() -> None:
    """Every piece ends a sentence, later ones repeat the title, no word is lost or doubled."""
    long = item(1, paragraph("短。"), paragraph(SENTENCE * 250))
    messages = sound(render(Page((long,)), FORM))
    assert len(messages) >= 2
    for number, message in enumerate(messages[:-1], 1):
        *_, last, foot = readback(message).text.split("\n")
        assert last.endswith("。")
        assert foot == f"（{number}/{len(messages)}）下接 ↓"
    assert all("标题 1（续）" in readback(message).text for message in messages[1:])
    assert shown(messages).count("甲公司") == 250


def test_a_cut_never_goes_through_a_link() -> None:
    """Links stay whole although the paragraph is parted."""
    links = tuple(
        Link(f"https://e.example/{number}/{'x' * 60}", (Text(f"第 {number} 个链接"),))
        for number in range(100)
    )
    messages = sound(render(Page((item(1, Paragraph(links)),)), FORM))
    assert len(messages) > 1
    found = [link for message in messages for link in readback(message).links]
    assert found == [link.href for link in links]


def test_a_long_list_and_a_long_listing_are_parted_whole() -> None:
    """Entries keep their numbers, code its fence."""
    entries = tuple((paragraph(f"条目 {SENTENCE * 5}"),) for _ in range(100))
    code = CodeBlock("\n".join(f"line {number}" for number in range(900)))
    messages = sound(render(Page((item(1, List(entries, is_ordered=True, start=5), code),)), FORM))
    text = shown(messages)
    assert [f"\n{number}. 条目" in f"\n{text}" for number in range(5, 105)] == [True] * 100
    assert [line for line in text.split("\n") if line.startswith("line ")] == [
        f"line {n}" for n in range(900)
    ]


def test_an_address_too_long_for_a_link_is_text() -> None:
    """Nothing of it is lost, and nothing breaks."""
    href = f"https://e.example/{'y' * 5_000}"
    messages = sound(render(Page((item(1, Paragraph((Link(href, (Text("长"),)),))),)), FORM))
    assert shown(messages).count("y") == 5_000


def overview_page(count: int) -> Page:
    head = Passage("head", (Paragraph((Strong((Text("周知"),)),)), paragraph("模型 3 · 芯片 4", "note")))
    return Page((head, *(item(number, paragraph(SENTENCE * 56)) for number in range(1, count + 1))))


def test_the_lines_of_a_head_stand_together() -> None:
    """Title and counts are one thing; what comes after them is set apart."""
    head = Passage("head", (paragraph("周知"), paragraph("3 条"), paragraph("甲 3", "note")))
    (message,) = sound(render(Page((head, item(1, paragraph("字")))), FORM))
    assert readback(message).text.startswith("周知\n3 条\n甲 3\n\n")


def test_the_overview_heads_the_first_part() -> None:
    """While the text needs few parts it stands above the first items."""
    first, *_ = sound(render(overview_page(3), FORM))
    assert readback(first).text.startswith("周知\n模型 3 · 芯片 4")
    assert first.items


def test_the_overview_is_left_out_where_it_would_add_a_message() -> None:
    """Its names are in the sections anyway; asked for, it stands."""
    page = Page((*overview_page(0).passages, item(1, paragraph("a" * 3_890))))
    (message,) = sound(render(page, FORM))
    assert "模型 3" not in readback(message).text
    messages = sound(render(page, Form(kind="public", overview="always")))
    assert ["模型 3" in readback(message).text for message in messages] == [True, False]


def test_the_overview_is_not_shown_where_nobody_wants_it() -> None:
    """Although there is room for it."""
    messages = sound(render(overview_page(3), Form(kind="public", overview="never")))
    assert all("模型 3" not in readback(message).text for message in messages)


def test_the_overview_of_a_long_text_is_a_message_of_its_own() -> None:
    """From five parts on, by the rule of experience.md §3."""
    first, *others = sound(render(overview_page(16), FORM))
    assert "模型 3 · 芯片 4" in readback(first).text
    assert first.items == ()
    assert len(others) >= 5


def test_a_forum_post_begins_with_the_overview_alone() -> None:
    """The client makes the post from the first message."""
    first, second = sound(render(overview_page(2), Form(kind="forum")))
    assert first.items == ()
    assert second.items == ("item-1", "item-2")


@pytest.mark.parametrize("mode", ["cover", "on_request"])
def test_hidden_pictures_come_by_a_button_of_their_part(mode: str) -> None:
    """A cover shows the first picture alone; the button names the items whose pictures it sends."""
    page = Page((item(1, *images(1, 2)), item(2, *images(3))), pictures=pictures(1, 2, 3))
    (message,) = sound(render(page, Form(kind="private", images=mode)))  # type: ignore[arg-type]  # parametrize widens the literal
    buttons = [part for part in components_of(message.payload) if part["type"] == 2]
    assert [(button["label"], button["custom_id"]) for button in buttons] == [
        (f"🖼 {2 if mode == 'cover' else 3} 张图", "pictures:i1:i2")
    ]
    assert len(message.pictures) == (1 if mode == "cover" else 0)


def test_embeds_hold_the_same_text_by_their_own_rules() -> None:
    """6,000 a message, 4,096 an embed, one picture an embed, no components of the layout."""
    page = Page(
        (
            section("模型"),
            *(item(number, paragraph(SENTENCE * 56), *images(number)) for number in range(1, 13)),
        ),
        pictures=pictures(*range(1, 13)),
    )
    messages = sound(render(page, Form(kind="embeds")))
    assert len(messages) == 2
    assert all("flags" not in message.payload for message in messages)
    assert sum(len(readback(message).images) for message in messages) == 12
    assert words(shown(messages)).count("甲") == 12 * 56
    assert messages[0].payload["embeds"][0]["image"]["url"].startswith("attachment://")


@given(
    st.lists(st.tuples(st.integers(0, 1_500), st.integers(0, 4), st.booleans()), min_size=1, max_size=12),
    st.sampled_from(["public", "embeds", "forum"]),
)
def test_every_budget_holds_at_once(shape: list[tuple[int, int, bool]], kind: FormKind) -> None:
    """Whatever lengths, pictures and sections come together: no rule broken, all there, in order."""
    passages: list[Passage] = []
    number = 0
    for index, (length, count, is_new) in enumerate(shape):
        if is_new:
            passages.append(section(f"栏目 {index}"))
        passages.append(item(index, paragraph("字" * length + "。"), *images(*range(number, number + count))))
        number += count
    page = Page(tuple(passages), pictures=pictures(*range(number)))
    messages = sound(render(page, Form(kind=kind)))
    assert [sha for message in messages for sha in readback(message).images] == [
        f"{n:064x}" for n in range(number)
    ]
    assert shown(messages).count("字") == sum(length for length, _, _ in shape)
    assert [key for message in messages for key in message.items] == [f"item-{n}" for n in range(len(shape))]
