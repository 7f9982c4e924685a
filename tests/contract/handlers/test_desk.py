"""Can a curator send an issue to everybody once, see how it goes, and never send it twice by mistake?"""

from datetime import date

import pytest

from digest.errors import Refused
from digest.page import Action
from handlers.address import short
from storage.deliveries import Order
from storage.issues import IssueState
from storage.store import Store
from tests.contract.handlers.house import NOW, Person, actions, add, issue, lines, somebody, words


@pytest.fixture
async def subscribers(store: Store) -> list[Person]:
    """Two readers on Telegram, one on Discord, one group; the last reader wants chips only."""
    one = await somebody(store, name="@one")
    two = await somebody(store, platform="discord", name="two")
    group = await somebody(store, kind="group", name="@admin", is_place_admin=True)
    for person in (one, two, group):
        await person.sends(Action("pick", ("all",)))
    chips = await somebody(store, name="@chips")
    await chips.types("/subscribe 芯片")
    return [one, two, group, chips]


async def to_check(curator: Person, scope: str = "全部") -> None:
    await curator.types("/broadcast")
    await curator.presses("第 12 期（未发）")
    await curator.presses(scope)
    await curator.presses("核对")


@pytest.mark.usefixtures("subscribers")
async def test_from_choosing_to_sending(store: Store, curator: Person) -> None:
    """Choose, to whom, preview, check with counts, send: one preview to the curator, one campaign to all."""
    await to_check(curator)
    assert "将发给 1 个频道、3 位读者。" in words(curator.shown)
    sent = await curator.presses("现在发")
    assert sent.watch is not None
    campaign = await store.deliveries.campaign(sent.watch)
    assert campaign.state == "fanning"
    assert campaign.idem == "weekly/w12@broadcast-1"
    assert campaign.opened_by == "@wen"
    kinds = [one.kind for one in await store.deliveries.campaigns()]
    assert sorted(kinds) == ["broadcast", "preview"]


@pytest.mark.usefixtures("subscribers")
@pytest.mark.parametrize("state", ["retracted", "held"])
async def test_what_is_held_back_is_sent_to_nobody(store: Store, curator: Person, state: IssueState) -> None:
    """Taken back or held since the button was made: every step refuses, also the draft that lies ready."""
    await to_check(curator)
    ready = next(action for label, action in actions(curator.shown) if "现在发" in label)
    line = next(one for one in await store.issues.lines("weekly", limit=9) if one.number == 12)
    await store.issues.set_state(line.id, state)
    await curator.sends(ready)
    assert "没有发布" in words(await curator.sends(Action("broadcast_to", (short(line.id),))))
    sent = [one.state for one in await store.deliveries.campaigns() if one.kind == "broadcast"]
    assert set(sent) <= {"draft", "cancelled"}
    with pytest.raises(Refused):
        await store.deliveries.open(Order("x", "broadcast", line.id), NOW)
    assert (await store.deliveries.open(Order("y", "preview", line.id), NOW))[1]


@pytest.mark.usefixtures("subscribers")
async def test_a_double_press_finds_it_sending(store: Store, curator: Person) -> None:
    """The second press of the same button opens nothing and names who started it and when."""
    await to_check(curator)
    action = next(action for label, action in actions(curator.shown) if "现在发" in label)
    await curator.sends(action)
    again = await curator.sends(action)
    assert "已在发送（由 @wen 于 11月24日周二 11:00（上海）开始）。" in words(again)
    assert next(label for label, _ in actions(again)) == "看进度"
    assert len([one for one in await store.deliveries.campaigns() if one.kind == "broadcast"]) == 1


@pytest.mark.usefixtures("subscribers")
async def test_a_second_curator_is_told(store: Store, curator: Person) -> None:
    """Another curator who comes to the check while it sends gets its progress instead of a send button."""
    await to_check(curator)
    await curator.presses("现在发")
    other = await somebody(store, name="@other", role="publisher")
    await other.types("/broadcast 12")
    await other.presses("周知 第 12 期")
    await other.presses("全部")
    reply = await other.presses("核对")
    assert "已在发送" in words(reply)
    assert not [label for label, _ in actions(reply) if "现在发" in label]


@pytest.mark.usefixtures("subscribers")
async def test_one_platform_or_one_channel(curator: Person) -> None:
    """The counts follow the scope."""
    await to_check(curator, "仅 Discord")
    assert "将发给 1 位读者。" in words(curator.shown)
    await curator.types("/broadcast")
    await curator.presses("第 12 期")
    await curator.presses("选频道")
    await curator.presses("telegram:-100")
    await curator.presses("核对")
    assert "将发给 1 个频道。" in words(curator.shown)


async def test_only_to_me_is_a_preview(store: Store, curator: Person) -> None:
    """The test send opens a preview to the curator's own chat and nothing else."""
    await curator.types("/broadcast")
    await curator.presses("第 12 期")
    reply = await curator.presses("只发给我")
    (preview,) = await store.deliveries.campaigns()
    assert preview.kind == "preview"
    assert preview.places == (curator.channel.place,)
    assert "只给你" in words(reply)


@pytest.mark.usefixtures("subscribers")
async def test_a_changed_issue_wants_a_new_preview(store: Store, curator: Person) -> None:
    """Neither the check nor the send button of an older revision goes on."""
    await to_check(curator)
    send = next(action for label, action in actions(curator.shown) if "现在发" in label)
    check = next(action for label, action in actions(curator.shown) if "静音" in label)
    await add(store, issue(12, date(2026, 11, 17), items=2), revision="second")
    for action in (send, check):
        assert "内容变了，请重新预览。" in words(await curator.sends(action))
    assert all(one.state != "fanning" or one.kind == "preview" for one in await store.deliveries.campaigns())


@pytest.mark.usefixtures("subscribers")
async def test_an_editor_prepares_and_does_not_send(store: Store) -> None:
    """An editor sees the counts without a send button, and the button's action is refused."""
    editor = await somebody(store, name="@ed", role="editor")
    await to_check(editor)
    assert not [label for label, _ in actions(editor.shown) if "现在发" in label]
    (draft,) = await store.deliveries.campaigns(states=("draft",))
    reply = await editor.sends(Action("broadcast_send", (short(draft.id),)))
    assert reply.toast == "发送要由发布者来点。"
    assert (await store.deliveries.campaign(draft.id)).state == "draft"


@pytest.mark.usefixtures("subscribers")
async def test_cancelling_sends_nothing(store: Store, curator: Person) -> None:
    """[Cancel] at the check ends the draft."""
    await to_check(curator)
    assert "什么都没有发" in words(await curator.presses("取消"))
    assert [one.state for one in await store.deliveries.campaigns() if one.kind == "broadcast"] == [
        "cancelled"
    ]


async def test_nobody_to_send_to(curator: Person) -> None:
    """Without subscribers the check says so and offers no sending."""
    await to_check(curator)
    assert "没有可发的地方" in words(curator.shown)
    assert not [label for label, _ in actions(curator.shown) if "现在发" in label]


@pytest.mark.usefixtures("subscribers")
async def test_pausing_resuming_and_stopping(store: Store, curator: Person) -> None:
    """The progress message pauses, goes on where it stood, and stops; each answer has a way on."""
    await to_check(curator)
    sent = await curator.presses("现在发")
    assert sent.watch is not None
    for label, state in (("暂停", "paused"), ("继续", "fanning"), ("停止", "cancelled")):
        reply = await curator.presses(label)
        assert (await store.deliveries.campaign(sent.watch)).state == state
        assert any(True for _ in actions(reply))
        assert lines(reply.pages[0]) <= 4


@pytest.mark.usefixtures("subscribers")
async def test_silence_is_chosen_before_sending(store: Store, curator: Person) -> None:
    """The silent order is the one that is sent."""
    await to_check(curator)
    await curator.presses("静音")
    sent = await curator.presses("现在发")
    assert sent.watch is not None
    assert (await store.deliveries.campaign(sent.watch)).is_silent


@pytest.mark.usefixtures("subscribers")
async def test_looking_twice_leaves_one_draft(store: Store, curator: Person) -> None:
    """A second look ends the first one's draft, whose button then says so."""
    await to_check(curator)
    first = next(action for label, action in actions(curator.shown) if "现在发" in label)
    await to_check(curator)
    assert "这次投放已取消。" in words(await curator.sends(first))
    assert len(await store.deliveries.campaigns(states=("draft",))) == 1


async def test_details_are_a_file(store: Store, curator: Person) -> None:
    """The details are a CSV with its head line, readable by spreadsheet programs."""
    await to_check(curator)
    (first, *_) = await store.deliveries.campaigns()
    reply = await curator.sends(Action("campaign_details", (short(first.id),)))
    (file,) = reply.files
    assert file.name.endswith(".csv")
    assert file.content.decode("utf-8-sig").startswith("platform,address,kind,part,state")


async def test_readers_do_not_reach_the_desk(reader: Person) -> None:
    """A desk button forwarded to a reader does nothing."""
    reply = await reader.sends(Action("broadcast_send", ("1",)))
    assert reply.toast == "这是编者的命令。"
    assert reply.pages == ()
