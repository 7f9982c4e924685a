"""Do the commands answer the same everywhere?"""

import handlers
from tests.contract.platforms.driver import Chat


async def test_start_welcomes_and_one_tap_brings_the_first_issue(chat: Chat) -> None:
    """The first words offer all, some, the latest and the other language; all of it brings an issue at once."""
    (first,) = await chat.say("/start")
    assert "周知：" in first.text
    for label in ("全部订阅", "选分类", "最新一期", "English"):
        assert any(label in shown for shown in first.buttons), label
    await chat.press("全部订阅")
    assert "好。" in chat.text
    assert "全部分类" in chat.text
    assert "手写公式识别换代" in chat.text
    await chat.say("/start")
    assert "欢迎回来" in chat.text


async def test_help_lists_every_command_of_a_reader(chat: Chat) -> None:
    """Every command that stands in a group, and none of the desk's; each explains itself."""
    (shown,) = await chat.say("/help")
    for route in handlers.ROUTES:
        if route.kind == "command" and route.group:
            assert (f"/{route.name}" in shown.text.split()) == (route.group != "desk"), route.name
    for route in handlers.ROUTES:
        if route.kind == "command" and route.who != "editor":
            (about,) = await chat.say(f"/help {route.name}")
            assert f"/{route.name}：" in about.text


async def test_help_lists_the_desk_for_a_curator(chat: Chat) -> None:
    await chat.become("curator")
    (shown,) = await chat.say("/help")
    assert "/broadcast" in shown.text


async def test_an_unknown_command_is_answered(chat: Chat) -> None:
    """With a sentence, and the nearest command a press away."""
    (shown,) = await chat.say("/lates")
    assert "没有 /lates 这个命令" in shown.text
    await chat.press("/latest")
    assert "2026-11-18" in chat.text
    (shown,) = await chat.say("/xyzzy")
    assert "没有 /xyzzy 这个命令。" in shown.text
    assert shown.buttons
