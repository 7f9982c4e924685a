"""Do buttons and choices become Discord's, and do they come back as the action they were?"""

from typing import Any

import pytest

from bot.platforms.base import Form
from bot.platforms.discord.check import check
from bot.platforms.discord.controls import Names, decode
from bot.platforms.discord.readback import components_of, readback
from bot.platforms.discord.render import render
from digest.document import paragraph
from digest.page import Action, Button, Choice, Option, Page, Passage
from tests.unit.platforms.samples import item, section

BODY = (Passage("body", (paragraph("x"),)),)


def parts(page: Page, kind: int, form: str = "public") -> list[dict[str, Any]]:
    messages = render(page, Form(kind=form))  # type: ignore[arg-type]  # a plain string for brevity
    assert [fault for message in messages for fault in check(message)] == []
    return [
        dict(part) for message in messages for part in components_of(message.payload) if part["type"] == kind
    ]


def test_buttons_by_style_and_meaning() -> None:
    """Primary, danger, plain, link and inert ones; a sign alone gets its name."""
    row = (
        Button("开", Action("item", ("3f",)), style="primary"),
        Button("删", Action("forget"), style="danger"),
        Button("🔖", Action("save", ("3f",)), name="收藏"),
        Button("去", url="https://e.example"),
        Button("2/5", toast="第 2 页，共 5 页"),
    )
    assert parts(Page(BODY, rows=(row,)), 2) == [
        {"type": 2, "label": "开", "style": 1, "custom_id": "item:3f"},
        {"type": 2, "label": "删", "style": 4, "custom_id": "forget"},
        {"type": 2, "label": "🔖 收藏", "style": 2, "custom_id": "save:3f"},
        {"type": 2, "label": "去", "style": 5, "url": "https://e.example"},
        {"type": 2, "label": "2/5", "style": 2, "custom_id": "inert:1", "disabled": True},
    ]


def test_a_name_is_said_only_where_the_label_is_a_sign() -> None:
    """A number says itself; its accessible name would say it twice."""
    row = (
        Button("‹", Action("page", ("1",)), name="上一页"),
        Button("1/2", toast="第 1 页，共 2 页", name="第 1 页，共 2 页"),
        Button("2", Action("item", ("2",)), name="2. 标题"),
    )
    labels = [part["label"] for part in parts(Page(BODY, rows=(row,)), 2)]
    assert labels == ["‹ 上一页", "1/2", "2"]


def test_rows_hold_five_buttons() -> None:
    """A longer row goes on in the next."""
    row = tuple(Button(str(number), Action("item", (str(number),))) for number in range(8))
    assert [len(part["components"]) for part in parts(Page(BODY, rows=(row,)), 1)] == [5, 3]


def test_long_labels_are_cut_at_a_whole_sign() -> None:
    """80 characters a label, an emoji is never halved."""
    (button,) = parts(Page(BODY, rows=((Button("🙂" * 60, Action("a")),),)), 2)
    assert button["label"] == "🙂" * 39 + "…"


@pytest.mark.parametrize("url", ["mailto:a@e.example", f"https://e.example/{'x' * 600}"])
def test_a_link_that_cannot_be_a_button_is_in_the_text(url: str) -> None:
    """It stays reachable."""
    (message,) = render(Page(BODY, rows=((Button("去", url=url),),)), Form(kind="public"))
    assert check(message) == []
    assert url in readback(message).links


def test_custom_ids_are_unique_and_come_back() -> None:
    """A repeated action gets a suffix that decoding takes off; one that ends alike is not mistaken."""
    actions = [
        Action("item", ("3f",)),
        Action("item", ("3f",)),
        Action("item", ("3f#2",)),
        Action("item", ("3f",)),
    ]
    names = Names()
    made = [names.unique(action) for action in actions]
    assert made == ["item:3f", "item:3f#2", "item:3f#2#1", "item:3f#3"]
    assert [decode(name) for name in made] == actions


def test_a_choice_is_a_select() -> None:
    """Options carry actions; more than 25 go on in a second select."""
    options = tuple(Option(f"项 {number}", Action("pick", (str(number),)), "说明") for number in range(30))
    first, second = parts(Page(BODY, choices=(Choice("选一个", options),)), 3)
    assert (first["custom_id"], second["custom_id"]) == ("select:1", "select:2")
    assert first["placeholder"] == "选一个"
    assert [len(first["options"]), len(second["options"])] == [25, 5]
    assert first["options"][3] == {"label": "项 3", "value": "pick:3", "description": "说明"}


def test_ticks_make_a_multiple_choice() -> None:
    """What is on is ticked; any number may be."""
    options = (Option("甲", Action("t", ("a",)), is_on=True), Option("乙", Action("t", ("b",)), is_on=False))
    (select,) = parts(Page(BODY, choices=(Choice("分类", options),)), 3)
    assert select["custom_id"] == "multi:1"
    assert (select["min_values"], select["max_values"]) == (0, 2)
    assert [option.get("default", False) for option in select["options"]] == [True, False]


def test_a_single_choice_shows_what_holds() -> None:
    """One may be picked, and picking replaces: no toggling of two lines."""
    options = (Option("甲", Action("t", ("a",)), is_on=False), Option("乙", Action("t", ("b",)), is_on=True))
    (select,) = parts(Page(BODY, choices=(Choice("语言", options, is_single=True),)), 3)
    assert select["custom_id"] == "select:1"
    assert (select["min_values"], select["max_values"]) == (1, 1)
    assert [option.get("default", False) for option in select["options"]] == [False, True]


def test_items_are_opened_from_the_last_message() -> None:
    """One select a section, named by it, with the items' numbers and actions."""
    page = Page(
        (section("模型"), item(1, paragraph("字" * 3_000)), section("芯片"), item(2, paragraph("字" * 3_000)))
    )
    first, last = render(page, Form(kind="public"))
    assert not [part for part in components_of(first.payload) if part["type"] == 3]
    selects = [part for part in components_of(last.payload) if part["type"] == 3]
    assert [select["placeholder"] for select in selects] == ["模型", "芯片"]
    assert selects[1]["options"] == [{"label": "2. 标题 2", "value": "item:i2"}]


def test_many_sections_share_selects() -> None:
    """Where one a section would not fit, as few as can be, named by what they hold."""
    passages = [passage for number in range(30) for passage in (section(f"栏目 {number}"), item(number))]
    selects = parts(Page(tuple(passages)), 3)
    assert [len(select["options"]) for select in selects] == [25, 5]
    assert selects[1]["placeholder"] == "栏目 25 · 栏目 26 · 栏目 27 · 栏目 28 · 栏目 29"


def test_items_with_a_button_of_their_own_need_no_select() -> None:
    """A list whose rows open its items is not doubled."""
    page = Page((item(1),), rows=((Button("1", Action("item", ("i1",))),),))
    assert parts(page, 3) == []


def test_more_buttons_than_a_message_holds_go_on_below() -> None:
    """Forty components, or five rows beside embeds; nothing is dropped."""
    rows = tuple((Button(str(number), Action("item", (str(number),))),) for number in range(50))
    assert len(parts(Page(BODY, rows=rows), 2)) == 50
    assert len(parts(Page(BODY, rows=rows), 2, "embeds")) == 50
