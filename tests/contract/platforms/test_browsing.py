"""Is reading the same everywhere? Issues, sections, items and searches, leafed through in place."""

from datetime import UTC, datetime

import pytest

from tests.contract.platforms.driver import Chat

# Discord tells a bot of commands and presses only
HEARS_WORDS = pytest.mark.parametrize("chat", ["telegram", "web"], indirect=True)


async def test_the_latest_issue_is_read_item_by_item(chat: Chat) -> None:
    """The cover becomes its items one after the other, in one message, and its sections again."""
    (cover,) = await chat.say("/latest")
    assert not cover.is_edit
    assert "周知日报 2026-11-18" in cover.text
    assert "14 条 · 6 栏目" in cover.text
    await chat.press("逐条读")
    assert chat.is_edited_in_place
    assert "手写公式识别换代" in chat.text
    await chat.press("下一条")
    assert chat.is_edited_in_place
    assert "千问微调常见五问" in chat.text
    await chat.press("上一条")
    assert "手写公式识别换代" in chat.text
    await chat.press("⬅")
    assert chat.is_edited_in_place
    assert "离线输入法用上" in chat.text


async def test_the_latest_of_a_series(chat: Chat) -> None:
    """Named after the command, or by the button with its name."""
    await chat.say("/latest 周刊")
    assert "周知周刊 3：开放的一周" in chat.text
    await chat.say("/latest")
    await chat.press("周知周刊")
    assert chat.is_edited_in_place
    assert "周知周刊 3：开放的一周" in chat.text


ISSUES = (
    ("2", "周知周刊 2：把步骤写下来", "逐条读"),
    ("第2期", "周知周刊 2：把步骤写下来", "逐条读"),
    ("2026-11-17", "周知日报 2026-11-17", "逐条读"),
    ("99", "没有第 99 期。", "往期"),
    ("2026-11-10", "11月10日没有出刊", "看"),
    ("abc", "写数字或日期", "往期"),
    ("2026-11-16", "看哪一期？", "周知周刊"),
)


async def test_an_issue_by_number_or_date(chat: Chat) -> None:
    """Found by either; whatever is not there is said with a way on."""
    for typed, answered, offered in ISSUES:
        (shown,) = await chat.say(f"/issue {typed}")
        assert answered in shown.text, typed
        assert any(offered in label for label in shown.buttons), typed


async def test_an_unknown_number_leads_to_the_latest(chat: Chat) -> None:
    """One press on what is offered instead."""
    await chat.say("/issue 99")
    await chat.press("看")
    assert "周知日报 2026-11-18" in chat.text


async def test_back_issues_are_leafed_in_place(chat: Chat) -> None:
    """Six a page; the pages follow each other in one message, and an issue opens in it."""
    (first,) = await chat.say("/issues")
    assert "往期（共 8 期）" in first.text
    assert not any("11-02" in label for label in first.buttons)
    (second,) = await chat.press("›")
    assert chat.is_edited_in_place
    assert [label for label in second.buttons if "条" in label][-1].startswith("#1 · 11-02 · 11 条")
    (again,) = await chat.press("‹")
    assert chat.is_edited_in_place
    assert again.buttons == first.buttons
    await chat.press("#3")
    assert chat.is_edited_in_place
    assert "周知周刊 3：开放的一周" in chat.text


async def test_from_the_sections_to_an_item_and_back(chat: Chat) -> None:
    """Sections, a section, an item, and the same way back: one message."""
    (sections,) = await chat.say("/sections 3")
    await chat.press("技术研究")
    assert chat.is_edited_in_place
    assert "端侧模型的电量账" in chat.text
    await chat.press("2")
    assert chat.is_edited_in_place
    assert "端侧模型的电量账" in chat.text
    assert "蒸馏出来的裁判靠谱吗" not in chat.text
    await chat.press("⬅")
    assert "蒸馏出来的裁判靠谱吗" in chat.text
    (again,) = await chat.press("全部栏目")
    assert chat.is_edited_in_place
    assert again.text == sections.text
    assert again.buttons == sections.buttons


async def test_an_item_brings_its_pictures(chat: Chat) -> None:
    """Opened from a search it is a message of its own, with the picture and the way to its issue."""
    await chat.say("/search 复算 青竹")
    await chat.press("1")
    assert not any(one.is_edit for one in chat.answers)
    assert "青竹 2：权重、脚本和一次复算" in chat.text
    assert sum(one.pictures for one in chat.answers) == 1
    await chat.press("本期")
    assert "周知周刊 3：开放的一周" in chat.text


async def test_two_characters_are_found_and_paged(chat: Chat) -> None:
    """Ten items, five a page, turned in place; a number opens what stands behind it and leaves the list alone."""
    (first,) = await chat.say("/search 蒸馏")
    assert "「蒸馏」找到 10 条" in first.text
    assert "1. 用蒸馏把检索器缩到五分之一" in first.text
    (second,) = await chat.press("›")
    assert chat.is_edited_in_place
    assert "6. 蒸馏出来的裁判靠谱吗" in second.text
    assert "1. 用蒸馏把检索器缩到五分之一" not in second.text
    await chat.press("7")
    assert not any(one.is_edit for one in chat.answers)
    assert "在线蒸馏：只教错的那一半" in chat.text
    assert second.text in await chat.standing()


async def test_a_search_is_narrowed(chat: Chat) -> None:
    """By issue and by section, as typed."""
    await chat.say("/search 千问 issue:3")
    assert "找到 1 条" in chat.text
    await chat.say("/search 蒸馏 栏目:研究与方法")
    assert "找到 9 条" in chat.text


@HEARS_WORDS
async def test_bare_words_are_a_search_a_number_or_a_command(chat: Chat) -> None:
    """Who knows no command types what he wants."""
    await chat.say("蒸馏")
    assert "「蒸馏」找到 10 条" in chat.text
    await chat.say("2")
    assert "周知周刊 2：把步骤写下来" in chat.text
    await chat.say("往期")
    assert "往期（共 8 期）" in chat.text


async def test_a_button_survives_a_restart(chat: Chat) -> None:
    """Another process on the same files answers the press on an old message, in place."""
    await chat.say("/search 蒸馏")
    await chat.say("/issues")
    await chat.restart()
    await chat.press("›")
    assert chat.is_edited_in_place
    assert any("11-02" in label for label in chat.answers[0].buttons)
    await chat.press("5")
    assert "蒸馏不是压缩" in chat.text


async def test_a_question_survives_a_restart(chat: Chat) -> None:
    """It is answered to a process that never asked it."""
    await chat.say("/search")
    assert "想找什么？" in chat.text
    await chat.restart()
    await chat.answer("蒸馏")
    assert "「蒸馏」找到 10 条" in chat.text


async def test_an_issue_that_was_withdrawn(chat: Chat) -> None:
    """Its buttons say so, its items are gone from the search, and what is left is offered."""
    await chat.say("/issues")
    issues = chat.home.bot.store.issues
    (line,) = await issues.find(number=3)
    await issues.set_state(line.id, "retracted", datetime(2026, 11, 19, 5, tzinfo=UTC))
    await chat.press("#3")
    assert "第 3 期已撤回" in chat.text
    await chat.say("/issue 3")
    assert "第 3 期已撤回" in chat.text
    await chat.say("/search 裁判靠谱")
    assert "第 3 期" not in chat.text
