"""Is a reader who wants rich messages served so, and back in one press? On Telegram; elsewhere nobody is asked."""

from datetime import UTC, datetime

import pytest

from tests.contract.platforms.driver import Chat
from tests.contract.platforms.telegram import READER, TelegramDriver
from tests.fakes.telegram import FakeTelegram

FRIDAY = datetime(2026, 11, 20, 1, 0, 5, tzinfo=UTC)  # 09:00 in Shanghai: the daily's slot
WORD = "用蒸馏把检索器缩到五分之一"  # of an item of the newest daily
BACK = "看不到？换普通版"


only_telegram = pytest.mark.parametrize("chat", ["telegram"], indirect=True)


def server(chat: Chat) -> FakeTelegram:
    """The fake server of Telegram's case."""
    assert isinstance(chat.driver, TelegramDriver)
    return chat.driver.fake


async def test_only_telegram_has_the_switch(chat: Chat) -> None:
    """One row of /settings: on, a look at it, and off again; kept over a restart."""
    (shown,) = await chat.say("/settings")
    if chat.platform != "telegram":
        assert not any("富文本" in label for label in shown.buttons)
        return
    assert "排版：普通" in chat.text
    await chat.press("✨ 试试富文本排版")
    assert chat.is_edited_in_place
    assert "排版：富文本（整期一条）" in chat.text
    await chat.restart()
    (shown,) = await chat.say("/settings")
    assert "排版：富文本（整期一条）" in shown.text
    await chat.press("换普通版")
    assert "排版：普通" in chat.text


@only_telegram
async def test_a_reader_who_cannot_see_it_is_one_press_away(chat: Chat) -> None:
    """The newest issue in one message; the press puts the plain form in its place and turns the switch."""
    fake = server(chat)
    await chat.say("/settings")
    await chat.press("✨ 试试富文本排版")
    await chat.press("👀 看看效果")
    assert "rich_message" in fake.messages(READER)[-1]
    assert WORD in chat.text
    await chat.press(BACK)
    first = next(one for one in chat.answers if not one.is_passing)
    assert first.is_edit
    assert WORD in chat.text
    assert BACK not in [label for one in chat.answers for label in one.buttons]
    assert not any("rich_message" in one for one in fake.messages(READER))
    await chat.say("/settings")
    assert "排版：普通" in chat.text


@only_telegram
async def test_the_push_is_rich_and_falls_back_where_the_server_cannot(chat: Chat) -> None:
    """One message with every item; on an older server the classic form, nothing lost, nothing twice, noted for a day."""
    fake = server(chat)
    await chat.say("/subscribe")
    await chat.press("全选")
    await chat.press("完成")
    await chat.say("/settings")
    await chat.press("✨ 试试富文本排版")
    before = len(fake.messages(READER))
    fake.world.has_rich = False
    chat.home.clock.jump(FRIDAY)
    await chat.home.bot.tick()
    await chat.sent()
    new = fake.messages(READER)[before:]
    assert sum(WORD in (one.get("text") or one.get("caption") or "") for one in new) == 1
    assert len(fake.log.calls("sendRichMessage")) == 1
    (campaign,) = await chat.home.bot.store.deliveries.campaigns()
    report = await chat.home.bot.store.deliveries.report(campaign.id)
    assert report.rows.sent == report.campaign.planned
    assert (report.rows.failed, report.rows.unknown) == (0, 0)
    await chat.restart()
    await chat.say("/settings")
    await chat.press("👀 看看效果")
    assert WORD in chat.text
    assert len(fake.log.calls("sendRichMessage")) == 1
