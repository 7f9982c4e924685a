"""What if it makes no sense? Everything typed or pressed gets a kind answer, and nothing typed does anything."""

import pytest

from tests.contract.platforms.driver import Chat

GARBAGE = (
    "nonsense:1:2",  # a route that is no more
    "item:zzzzzz",  # an address of nothing
    "item:千",
    "view:::",
    "section:1",
    "issues:-1:999999999999999999",
    "search:deadbeef:9",  # a search that is forgotten
    "toggle:%s",
    "zone:Mars/Olympus",
    "language:xx",
    "times_set:someday:9999",
    "campaign:1",
    "'; DROP TABLE issue; --",
    "../../etc/passwd",
    ":",
)
TYPED = (
    "<script>alert(1)</script>",
    "<b>&amp;</b>",
    "@everyone @here <@1> <@&1> <#1>",
    "**bold** _x_ `code` ||spoiler||",
    "[a](https://example.org)",
    "tg://user?id=1",
    "${7*7} {name} %s {0}",
    "a\u202eb\u200bc\u0007d",
    "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦",
    "'; DROP TABLE item; --",
    '"', "-", "AND OR NOT", "*", "(", "section:", "from:2026-99-99", "issue:999",
)  # fmt: skip


async def test_nothing_found(chat: Chat) -> None:
    """Said with the words, and with a way on."""
    (shown,) = await chat.say("/search 查无此词")
    assert "没找到「查无此词」" in shown.text
    await chat.press("看栏目")
    assert "看哪个栏目？" in chat.text


@pytest.mark.parametrize("typed", ["/search", "/search    "])
async def test_an_empty_search_asks(chat: Chat, typed: str) -> None:
    """The next words are the search."""
    await chat.say(typed)
    assert "想找什么？" in chat.text
    await chat.answer("蒸馏")
    assert "「蒸馏」找到 10 条" in chat.text


async def test_a_search_of_ten_thousand_bytes(chat: Chat) -> None:
    """Too long is said in a sentence that does not repeat it."""
    (shown,) = await chat.say("/search " + "蒸馏" * 1_700)
    assert shown.text == "太长了，留下关键的几个词。"
    await chat.press("搜索")
    await chat.answer("蒸馏")
    assert "「蒸馏」找到 10 条" in chat.text


async def test_what_is_typed_is_words(chat: Chat) -> None:
    """Shown as it was typed, calling nobody and running nowhere (`dangers` at the end of every case)."""
    for typed in TYPED:
        await chat.say(f"/search {typed}")
        assert chat.text.strip(), typed
        assert "出了点问题" not in chat.text, typed
        if typed.startswith(("<", "@", "**", "[", "tg:", "${")):
            assert f"「{typed[:25]}" in chat.text


async def test_an_argument_that_makes_no_sense(chat: Chat) -> None:
    """Every command that takes words takes these; it says what it can do instead."""
    for command in ("latest", "issue", "sections", "subscribe", "unsubscribe", "help"):
        (shown,) = await chat.say(f"/{command} <@everyone> \u202e{{x}} 🤷")
        assert shown.text.strip(), command
        assert shown.buttons, command
        assert "出了点问题" not in shown.text, command


async def test_buttons_of_another_age(chat: Chat) -> None:
    """Whatever an old or a forged button sends is answered, never as a failure of ours."""
    await chat.say("/latest")
    for data in GARBAGE:
        shown = await chat.forge(data)
        assert any(one.text.strip() for one in shown), data
        assert "出了点问题" not in chat.text, data
    await chat.forge("nonsense:1:2")
    assert "这条已经不在了，给你最新一期。" in chat.text
    assert "周知日报 2026-11-18" in chat.text
