"""Does a reader get what he chose, and does a place obey only its admins?"""

import pytest

from digest.page import Action
from storage.store import Store
from tests.contract.handlers.house import NOW, Person, actions, buttons, lines, somebody, words


async def categories(person: Person) -> list[frozenset[str] | None]:
    return [one.categories for one in await person.store.audience.subscriptions(person.channel.id)]


async def test_two_taps_to_everything(reader: Person) -> None:
    """START, then [subscribe to all]: done is said and the latest issue follows at once, with the next push and exits."""
    start = await reader.types("/start")
    assert "周知：每周一 08:30（上海）送来 AI 要闻。" in words(start)
    assert lines(start.pages[0]) <= 4
    welcome = await reader.presses("全部订阅")
    assert await categories(reader) == [None]
    assert len(welcome.pages) == 2
    assert "模型消息 1" in words(welcome)
    assert "下次：11月30日周一 08:30（上海）" in words(welcome)
    assert {"退订", "⚙️ 改时间"} <= {button.label for button in buttons(welcome)}


async def test_three_taps_to_a_choice(reader: Person) -> None:
    """START, one category, [done]: the welcome holds only its items and says so."""
    await reader.types("/start")
    await reader.presses("选分类")
    toggled = await reader.presses("芯片")
    assert toggled.toast == "已订阅 1/2 个分类"
    welcome = await reader.presses("完成")
    assert await categories(reader) == [frozenset({"chips"})]
    assert "芯片消息" in words(welcome)
    assert "模型消息 1" not in words(welcome)
    assert "按你的分类：芯片（1/4 条）" in words(welcome)


async def test_no_picks_no_welcome(reader: Person) -> None:
    """[Done] without a category says that nothing will come."""
    await reader.types("/start")
    await reader.presses("选分类")
    reply = await reader.presses("完成")
    assert "没有选中的分类" in words(reply)
    assert await categories(reader) == []


async def test_the_subscription_has_the_series_own_schedule(store: Store, reader: Person) -> None:
    """A new subscription follows the series' pushing time."""
    await reader.sends(Action("everything"))
    (one,) = await store.audience.subscriptions(reader.channel.id)
    default = await store.schedules.default("weekly")
    assert default is not None
    assert one.schedule_id == default.id


async def test_a_category_link_only_asks(store: Store, reader: Person) -> None:
    """c_… asks and subscribes nobody; [subscribe] does."""
    from digest.base62 import encode  # noqa: PLC0415  only this test writes a payload

    (models_id, _), *_ = await store.issues.categories()
    reply = await reader.types(f"/start c_{encode(models_id)}")
    assert "订阅「模型与能力」？" in words(reply)
    assert await categories(reader) == []
    await reader.presses("订阅")
    assert await categories(reader) == [frozenset({"models"})]


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [("/subscribe 芯片", {"chips"}), ("/subscribe 半导体", {"chips"}), ("订阅 模型", {"models"})],
)
async def test_subscribing_by_words(reader: Person, typed: str, slugs: set[str]) -> None:
    """A category's name, part of it, or an alias of the configuration."""
    reply = await reader.types(typed)
    assert await categories(reader) == [frozenset(slugs)]
    assert "好。每周一 08:30（上海）送来：" in words(reply)


async def test_an_unknown_category_shows_the_switches(reader: Person) -> None:
    """What is not there is said, above the categories there are."""
    reply = await reader.types("/subscribe 体育")
    assert "没有「体育」这个分类。" in words(reply)
    assert "芯片" in [label for label, _ in actions(reply)]


async def test_all_minus_one_and_back(reader: Person) -> None:
    """Unticking one of all keeps the others; ticking it again is all again."""
    await reader.sends(Action("everything"))
    await reader.types("/subscriptions")
    await reader.presses("芯片")
    assert await categories(reader) == [frozenset({"models"})]
    await reader.presses("芯片")
    assert await categories(reader) == [None]


async def test_leaving_is_asked_once_and_leaves_the_push_alone(reader: Person) -> None:
    """[Unsubscribe] under a push asks in a new message; the second tap ends it."""
    await reader.sends(Action("everything"))
    asked = await reader.sends(Action("unsubscribe", ("ask", "1")))
    assert not asked.replaces
    left = await reader.presses("退订")
    assert left.replaces
    assert "已退订" in words(left)
    assert await categories(reader) == []
    assert "本来就没有订阅" in words(await reader.types("/unsubscribe"))


async def test_unsubscribing_one_category(reader: Person) -> None:
    """/unsubscribe with a category keeps the rest; `all` ends everything without a question."""
    await reader.sends(Action("everything"))
    await reader.types("/unsubscribe 芯片")
    assert await categories(reader) == [frozenset({"models"})]
    await reader.types("/unsubscribe 全部")
    assert await categories(reader) == []


async def test_a_pause_ends_by_a_press(store: Store, reader: Person) -> None:
    """A week's pause holds pushes until a printed time and can be ended."""
    await reader.sends(Action("everything"))
    await reader.types("/unsubscribe")
    assert "推送已暂停到 12月1日周二 11:00（上海）" in words(await reader.presses("暂停一周"))
    assert (await store.audience.get(reader.channel.id)).parked_until is not None
    await reader.presses("恢复推送")
    assert (await store.audience.get(reader.channel.id)).parked_until is None


async def test_only_admins_change_a_place(store: Store) -> None:
    """A member is refused with the way to do it for himself; an admin subscribes the group, not himself."""
    member = await somebody(store, kind="group", name="@member")
    refused = await member.types("/subscribe")
    assert "只有管理员能改这里的订阅。" in words(refused)
    assert [button.url for button in buttons(refused)] == ["https://t.me/zz_bot?start=c_all"]
    pressed = await member.sends(Action("pick", ("all",)))
    assert (pressed.pages, pressed.toast) == ((), "只有管理员能改这里的订阅。")
    admin = await somebody(store, kind="group", name="@admin", is_place_admin=True)
    reply = await admin.types("/subscribe")
    assert words(reply).startswith("这里的订阅")
    await admin.presses("全选")
    assert await categories(admin) == [None]
    assert await categories(member) == []


async def test_a_reader_who_comes_back_is_served_again(store: Store, reader: Person) -> None:
    """Any command wakes a channel that had gone, with its subscriptions."""
    await reader.sends(Action("everything"))
    await store.audience.set_state(reader.channel.id, "gone")
    reply = await reader.types("/help")
    assert "推送已恢复。" in words(reply)
    assert (await store.audience.get(reader.channel.id)).state == "active"
    assert await categories(reader) == [None]


async def test_language_and_zone_are_kept(store: Store, reader: Person) -> None:
    """A chosen language speaks at once and after a restart; so does a typed zone."""
    await reader.types("/start")
    assert "Zhouzhi: the AI digest, Mondays 08:30 (Shanghai)." in words(await reader.presses("English"))
    await reader.types("/settings")
    await reader.presses("Time zone")
    asked = await reader.presses("Type a city")
    assert asked.ask is not None
    reply = await reader.sends(asked.ask.action, text="柏林")
    assert "Zone Berlin" in words(reply)
    known = await store.audience.reader("telegram", reader.name, now=NOW)
    assert (known.language, known.zone) == ("en", "Europe/Berlin")


async def test_an_unknown_zone_says_how_to_write_one(reader: Person) -> None:
    """A city nobody knows is not guessed."""
    reply = await reader.sends(Action("zone"), text="亚特兰蒂斯")
    assert "没认出「亚特兰蒂斯」。" in words(reply)
    assert any(True for _ in actions(reply))


async def test_the_push_time_moves(store: Store, reader: Person) -> None:
    """Day, then hour: the subscription points to that time, and the next push is printed."""
    await reader.sends(Action("everything"))
    await reader.types("/settings")
    await reader.presses("推送时间")
    await reader.presses("每天")
    reply = await reader.presses("20:00")
    assert "推送：每天 20:00（上海）" in words(reply)
    assert "下次：11月24日周二 20:00（上海）" in words(reply)
    (one,) = await store.audience.subscriptions(reader.channel.id)
    assert one.schedule_id is not None
    assert (await store.schedules.get(one.schedule_id)).schedule.at[0].hour == 20
    await reader.sends(Action("times_set", ("once",)))
    (one,) = await store.audience.subscriptions(reader.channel.id)
    assert one.schedule_id is None


async def test_pausing_in_the_settings(store: Store, reader: Person) -> None:
    """[Pause pushes] is shown as such and can be undone."""
    await reader.sends(Action("everything"))
    await reader.types("/settings")
    assert "推送已暂停。" in words(await reader.presses("暂停推送"))
    assert (await store.audience.get(reader.channel.id)).settings.is_paused
    await reader.presses("恢复推送")
    assert not (await store.audience.get(reader.channel.id)).settings.is_paused
