"""Is broadcasting the same everywhere? Chosen, previewed, checked, decided, sent exactly once, and reported."""

from tests.contract.platforms.driver import Chat

ISSUE = "周知日报 2026-11-18"


async def subscribed(chat: Chat) -> list[str]:
    """A reader follows everything; what stands before him then."""
    await chat.say("/subscribe")
    await chat.press("全选")
    return await chat.standing()


async def previewed(chat: Chat) -> list[str]:
    """A curator has chosen the newest issue for all, and has its preview before him: the preview's messages."""
    await chat.become("curator")
    await chat.say("/broadcast")
    await chat.press("未发")
    assert chat.is_edited_in_place
    assert f"「{ISSUE}」发给谁？" in chat.text
    await chat.press("全部")
    assert "预览正发到这里" in chat.text
    before = [text for text in await chat.standing() if ISSUE not in text]
    await chat.sent()
    return [text for text in await chat.standing() if text not in before]


async def test_a_reader_is_refused(chat: Chat) -> None:
    """He is told once that it is a curator's; no button he could forge does it either."""
    await chat.say("/broadcast")
    assert "这是编者的命令。" in chat.text
    for data in (
        "broadcast:1",
        "broadcast_to:1",
        "broadcast_preview:1:a",
        "broadcast_send:1",
        "campaign_stop:1",
    ):
        await chat.forge(data)
        assert "这是编者的命令。" in chat.text, data
    assert await chat.home.bot.store.deliveries.campaigns(limit=5) == []


async def test_a_broadcast_from_choice_to_report(chat: Chat) -> None:
    """What was previewed is what is sent, once, though the finger was impatient; the report counts it."""
    at_reader = await subscribed(chat)
    preview = await previewed(chat)
    assert ISSUE in preview[0]
    await chat.press("核对")
    assert chat.is_edited_in_place
    assert "将发给 1 位读者，共 1 条消息" in chat.text
    at_curator = await chat.standing()
    await chat.press_twice("现在发")
    await chat.sent()
    (report,) = [text for text in await chat.standing() if text.startswith("完成：")]
    assert "完成：1 成功 ＝ 1" in report
    if not chat.driver.is_one_person:
        assert len(await chat.standing()) == len(at_curator)
    await chat.become("reader")
    arrived = await chat.standing()
    sent = arrived[len(at_curator if chat.driver.is_one_person else at_reader) :]
    assert sent == preview


async def test_the_report_has_its_details(chat: Chat) -> None:
    """A file with every part; nothing is left to send; the same issue once more is offered and finds nobody new."""
    await subscribed(chat)
    await previewed(chat)
    await chat.press("核对")
    await chat.press("现在发")
    await chat.sent()
    await chat.press("明细")
    assert [name for one in chat.answers for name in one.files] == ["campaign-2.csv"]
    await chat.say("/broadcast")
    assert "没有未发的期" in chat.text
    await chat.press("再发")
    await chat.press("全部")
    await chat.sent()
    await chat.press("核对")
    assert "该收到的 1 处都已经有了" in chat.text


async def test_cancelled_is_not_sent(chat: Chat) -> None:
    """At the last step; and the button that would have sent is dead."""
    at_reader = await subscribed(chat)
    await previewed(chat)
    await chat.press("核对")
    message, send = await chat.find("现在发")
    before = await chat.standing()
    await chat.press("取消")
    assert chat.is_edited_in_place
    assert "已取消，什么都没有发" in chat.text
    await chat.forge(send.data, message)
    assert "这次投放已取消" in chat.text
    await chat.sent()
    assert len(await chat.standing()) == len(before)
    await chat.become("reader")
    if not chat.driver.is_one_person:
        assert await chat.standing() == at_reader


async def test_only_to_me(chat: Chat) -> None:
    """A trial reaches its curator alone and counts nowhere."""
    at_reader = await subscribed(chat)
    await chat.become("curator")
    before = await chat.standing()
    await chat.say("/broadcast 3")
    await chat.press("周知周刊 3")
    await chat.press("只发给我")
    assert "只给你，不计入统计" in chat.text
    await chat.sent()
    trial = (await chat.standing())[len(before) + 1 :]
    assert "周知周刊 3：开放的一周" in trial[0]
    await chat.become("reader")
    if not chat.driver.is_one_person:
        assert await chat.standing() == at_reader


async def test_a_broadcast_goes_on_after_a_restart(chat: Chat) -> None:
    """Decided in one process, checked and sent by the next."""
    await subscribed(chat)
    preview = await previewed(chat)
    await chat.press("核对")
    await chat.restart()
    await chat.press("现在发")
    await chat.sent()
    await chat.become("reader")
    assert (await chat.standing())[-len(preview) :] == preview
