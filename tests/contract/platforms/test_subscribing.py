"""Is subscribing the same everywhere? Categories by pressing, settings that are kept, and the push that comes of it."""

import re
from datetime import UTC, datetime

from tests.contract.platforms.driver import Chat

FRIDAY = datetime(2026, 11, 20, 1, 0, 5, tzinfo=UTC)  # 09:00 in Shanghai: the daily's slot
CHINESE = re.compile("[一-鿿]")


def on(chat: Chat) -> set[str]:
    """The ticked lines of the newest answer."""
    return {label.removeprefix("✅ ") for one in chat.answers for label in one.buttons if "✅" in label}


async def test_two_categories_by_pressing(chat: Chat) -> None:
    """Each press is kept at once and shown in place; what was picked is what is told and shown again."""
    await chat.say("/subscribe")
    assert "还没有订阅" in chat.text
    assert not on(chat)
    await chat.press("模型与能力")
    assert chat.is_edited_in_place
    assert "已订阅 1/9 个分类" in chat.text
    await chat.press("研究与方法")
    assert chat.is_edited_in_place
    assert on(chat) == {"模型与能力", "研究与方法"}
    await chat.press("完成")
    assert "每个工作日 09:00（上海）" in chat.text
    assert "模型与能力和研究与方法" in chat.text
    (shown,) = await chat.say("/subscriptions")
    assert not shown.is_edit
    assert on(chat) == {"模型与能力", "研究与方法"}
    await chat.press("模型与能力")
    assert on(chat) == {"研究与方法"}


async def test_all_and_none(chat: Chat) -> None:
    """One press each; nothing picked is said as such and leads to everything."""
    await chat.say("/subscribe")
    await chat.press("全选")
    assert len(on(chat)) == 9
    await chat.press("清空")
    assert not on(chat)
    await chat.press("完成")
    assert "没有选中的分类" in chat.text
    await chat.press("全选")
    assert len(on(chat)) == 9


async def test_by_words(chat: Chat) -> None:
    """`/subscribe category` adds one, with the issue at once the first time; an unknown one shows those there are."""
    await chat.say("/subscribe 研究")
    assert "研究与方法" in chat.text
    assert "用蒸馏把检索器缩到五分之一" in chat.text
    await chat.say("/subscribe 没有的")
    assert "没有「没有的」这个分类。" in chat.text
    assert on(chat) == {"研究与方法"}
    await chat.say("/unsubscribe 没有的")
    assert "没有订阅「没有的」这个分类。" in chat.text


async def test_leaving(chat: Chat) -> None:
    """Asked first; a week's pause and staying are offered beside it; the way back is a press."""
    await chat.say("/unsubscribe")
    assert "这里本来就没有订阅" in chat.text
    await chat.say("/subscribe 研究")
    (asked,) = await chat.say("/unsubscribe")
    assert "退订全部推送？" in asked.text
    await chat.press("不了")
    assert chat.is_edited_in_place
    assert "照旧推送" in chat.text
    await chat.say("/unsubscribe")
    await chat.press("暂停一周")
    assert "推送已暂停到 11月26日周四 12:0" in chat.text
    await chat.press("恢复推送")
    await chat.say("/unsubscribe")
    await chat.press("退订")
    assert chat.is_edited_in_place
    assert "已退订" in chat.text
    await chat.say("/settings")
    assert "推送：没有订阅" in chat.text


async def test_another_language(chat: Chat) -> None:
    """Chosen in the settings: everything of ours is English from then on, after a restart too; and back."""
    await chat.say("/settings")
    assert "语言 简体中文 · 时区 上海" in chat.text
    await chat.press("语言")
    assert chat.is_edited_in_place
    await chat.press("English")
    assert chat.is_edited_in_place
    assert "Language English" in chat.text
    await chat.restart()
    for typed in (
        "/help",
        "/settings",
        "/unsubscribe",
        "/nonsense",
        "/search qqqqqq",
        "/issue 99",
        "/broadcast",
    ):
        (shown,) = await chat.say(typed)
        assert not CHINESE.search(shown.text), typed
        assert not any(CHINESE.search(label) for label in shown.buttons), typed
    await chat.say("/latest")
    assert "14 items · 6 sections" in chat.text
    await chat.say("/settings")
    await chat.press("Language")
    await chat.press("简体中文")
    assert "语言 简体中文" in chat.text


async def test_another_time_zone(chat: Chat) -> None:
    """Pressed or typed; what is not understood is said, and asked once more."""
    await chat.say("/settings")
    await chat.press("时区")
    await chat.press("东京")
    assert chat.is_edited_in_place
    assert "时区 东京" in chat.text
    await chat.press("时区")
    await chat.press("写城市")
    await chat.answer("亚特兰蒂斯")
    assert "没认出「亚特兰蒂斯」" in chat.text
    await chat.press("再试")
    await chat.answer("Berlin")
    await chat.say("/settings")
    assert "时区 柏林" in chat.text


async def test_another_pushing_time(chat: Chat) -> None:
    """Day and hour are pressed or typed; the settings tell them."""
    await chat.say("/subscribe 研究")
    await chat.say("/settings")
    await chat.press("推送时间")
    await chat.press("每天")
    await chat.press("20:00")
    assert chat.is_edited_in_place
    assert "每天 20:00（上海）" in chat.text
    assert "下次：11月19日周四 20:00" in chat.text
    await chat.say("/settings")
    await chat.press("推送时间")
    await chat.press("周三")
    await chat.press("写时间")
    await chat.answer("25 点")
    assert "没认出这个时间" in chat.text
    await chat.press("再试")
    await chat.answer("7点30分")
    await chat.say("/settings")
    assert "每周三 07:30（上海）" in chat.text


async def test_the_push_comes_at_its_time_and_once(chat: Chat) -> None:
    """At the slot: the picked categories of the newest issue, nothing else, and nothing again at the next look."""
    await chat.say("/subscribe 研究")
    home = chat.home
    before = await chat.standing()
    home.clock.jump(FRIDAY)
    await home.bot.tick()
    await chat.sent()
    arrived = (await chat.standing())[len(before) :]
    assert len(arrived) == 1
    assert "用蒸馏把检索器缩到五分之一" in arrived[0]
    assert "手写公式识别换代" not in arrived[0]
    await home.bot.tick()
    await chat.sent()
    assert len(await chat.standing()) == len(before) + 1
    await chat.press("退订")
    assert "退订全部推送？" in chat.text
    assert arrived[0] in await chat.standing()


async def test_who_left_is_sent_nothing(chat: Chat) -> None:
    """The slot comes and passes."""
    await chat.say("/subscribe 研究")
    await chat.say("/unsubscribe 全部")
    assert "已退订" in chat.text
    before = await chat.standing()
    home = chat.home
    home.clock.jump(FRIDAY)
    await home.bot.tick()
    await chat.sent()
    assert await chat.standing() == before
