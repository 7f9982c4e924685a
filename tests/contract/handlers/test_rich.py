"""Does the switch of rich messages belong to the reader, and does the way back bring what he was sent?"""

from digest.base62 import encode
from digest.page import Action
from storage.store import Store
from tests.contract.handlers.house import Person, buttons, somebody, words

BACK = "看不到？换普通版"


async def style(person: Person) -> str:
    return (await person.store.audience.get(person.channel.id)).settings.style


async def test_on_a_look_and_off(reader: Person) -> None:
    """The settings say what is; a look is a new message with the way back, only while it is on."""
    shown = await reader.types("/settings")
    assert "排版：普通" in words(shown)
    turned = await reader.presses("试试富文本排版")
    assert (turned.toast, await style(reader)) == ("已保存", "rich")
    look = await reader.presses("看看效果")
    assert not look.replaces
    assert "模型消息 1" in words(look)
    assert BACK in {button.label for button in buttons(look)}
    await reader.sends(Action("rich", ("off",)))
    assert await style(reader) == "classic"
    look = await reader.sends(Action("rich", ("show",)))
    assert BACK not in {button.label for button in buttons(look)}


async def test_the_way_back_keeps_the_choice(reader: Person) -> None:
    """Only what he subscribed to, at his density, in the place of what he cannot see."""
    await reader.types("/start")
    await reader.presses("选分类")
    await reader.presses("芯片")
    await reader.sends(Action("rich", ("on",)))
    await reader.sends(Action("rich", ("show",)))
    back = await reader.presses(BACK)
    assert back.replaces
    assert back.toast == "以后用普通版"
    assert await style(reader) == "classic"
    assert "芯片消息" in words(back)
    assert "模型消息 1" not in words(back)
    assert "按你的分类：芯片（1/4 条）" in words(back)


async def test_the_way_back_of_an_older_issue(reader: Person) -> None:
    """The issue of the message that was pressed, not the newest; whole for who subscribed to nothing."""
    older, *_ = sorted(line.id for line in await reader.store.issues.lines())
    back = await reader.sends(Action("plain", (encode(older),)))
    assert "周知 第 11 期" in words(back)
    assert "导语。" in words(back)
    assert {"模型消息 1", "芯片消息"} <= set(words(back).replace("4. ", "").replace("1. ", "").splitlines())


async def test_the_way_back_of_what_was_withdrawn_says_so(store: Store, reader: Person) -> None:
    """Nothing is shown again that was taken back, but the switch is turned; so with an address nobody can read."""
    stored = await store.issues.latest()
    assert stored is not None
    await reader.sends(Action("rich", ("on",)))
    await reader.sends(Action("rich", ("show",)))
    await store.issues.set_state(stored.id, "retracted")
    assert "周知 第 12 期" not in words(await reader.presses(BACK))
    assert await style(reader) == "classic"
    await reader.sends(Action("rich", ("on",)))
    assert words(await reader.sends(Action("plain", ("!",))))
    assert await style(reader) == "classic"


async def test_nothing_to_look_at_yet(bare: Store) -> None:
    """Before the first issue the look says so."""
    person = await somebody(bare)
    await person.sends(Action("rich", ("on",)))
    assert "第一期还没发布" in words(await person.sends(Action("rich", ("show",))))


async def test_only_a_private_chat_on_telegram_is_asked(store: Store) -> None:
    """A group's is set in the file, Discord has none."""
    admin = await somebody(store, kind="group", is_place_admin=True)
    other = await somebody(store, platform="discord", name="42")
    for person in (admin, other):
        shown = await person.types("/settings")
        assert "排版" not in words(shown)
        assert not any("富文本" in button.label for button in buttons(shown))
