"""Does the desk tell the truth about a campaign, whatever became of its messages?"""

from collections.abc import Sequence

from digest.audience import Channel
from digest.delivery import Gone, Outcome, Rejected, Sent, Unknown, Variant, decide
from digest.page import Action
from handlers.address import short
from handlers.texts import texts_for
from handlers.views.progress import progress_page
from storage.deliveries import Campaign, FrozenPart, Result
from storage.leases import Lease
from storage.store import Store
from tests.contract.handlers.house import NOW, Person, actions, lines, somebody, words

TEXTS = texts_for("zh-Hans")
PARTS = tuple(FrozenPart(n, "sendMessage", "{}", (), 1, (), f"{n}" * 64) for n in (1, 2))


async def fan_out(store: Store, campaign: Campaign) -> Campaign:
    """Everybody gets two parts, as the fan-out would plan them."""
    found = await store.deliveries.fan_candidates(campaign)
    variant = Variant(campaign.revision, "telegram", "private", "full", "zh-Hans", "all", "")
    rendition = await store.deliveries.freeze(variant, PARTS)
    rows = [(one.channel.id, rendition, len(PARTS)) for one in found]
    return await store.deliveries.fan_chunk(
        campaign, rows, cursor=campaign.fan_max, no_match=0, already=0, now=NOW
    )


async def send_all(store: Store, lease: Lease, outcomes: Sequence[tuple[Channel, Outcome]] = ()) -> None:
    """Send what is due until nothing is; these channels end in these outcomes, all others in proof."""
    known = {channel.id: outcome for channel, outcome in outcomes}
    done: list[Result] = []
    while claims := await store.deliveries.turn(lease, done, 50, NOW, ("telegram", "discord")):
        done = []
        for n, claim in enumerate(claims, 1):
            outcome = known.get(claim.channel.id, Sent((1000 + n,)))
            done.append(Result(decide(claim.row, outcome, NOW), outcome, NOW))
    await store.deliveries.turn(lease, done, 0, NOW, ("telegram", "discord"))
    await store.deliveries.finish(NOW)


async def lease_of(store: Store) -> Lease:
    lease = await store.leases.take("telegram", "test", 60)
    assert lease is not None
    return lease


async def people(store: Store, count: int) -> list[Person]:
    found = [await somebody(store, name=f"@reader{n}") for n in range(count)]
    for person in found:
        await person.sends(Action("pick", ("all",)))
    return found


async def sent_to(
    store: Store, curator: Person, outcomes: Sequence[tuple[Channel, Outcome]] = ()
) -> Campaign:
    """A broadcast of the latest issue from the first press to the last message."""
    lease = await lease_of(store)
    await curator.types("/broadcast")
    await curator.presses("第 12 期")
    await curator.presses("全部")
    for preview in await store.deliveries.campaigns(states=("fanning",)):
        await fan_out(store, preview)
    await send_all(store, lease)
    await curator.presses("核对")
    await curator.presses("现在发")
    (campaign,) = await store.deliveries.campaigns(states=("fanning",))
    await fan_out(store, campaign)
    await send_all(store, lease, outcomes)
    return await store.deliveries.campaign(campaign.id)


async def test_the_check_counts_messages_by_the_preview(store: Store, curator: Person) -> None:
    """With a preview of two messages, three readers are six messages and a time."""
    await people(store, 3)
    await curator.types("/broadcast")
    await curator.presses("第 12 期")
    await curator.presses("全部")
    (preview,) = await store.deliveries.campaigns()
    await fan_out(store, preview)
    await curator.presses("核对")
    assert "预览还没到齐" in words(curator.shown)
    await send_all(store, await lease_of(store))
    await curator.presses("刷新")
    assert words(curator.shown) == "将发给 3 位读者，共 6 条消息，约 1 秒。"


async def test_the_report_adds_up(store: Store, curator: Person) -> None:
    """Sent, blocked, refused and unknown stand in the report and add up to the plan, with a cure for each."""
    one, two, three, four = await people(store, 4)
    campaign = await sent_to(
        store,
        curator,
        [
            (two.channel, Gone("Forbidden: bot was blocked by the user")),
            (three.channel, Rejected("content", "message is too long")),
            (four.channel, Unknown("read timeout")),
        ],
    )
    assert one.channel.id
    report = await store.deliveries.report(campaign.id)
    page = progress_page(TEXTS, report)
    said = words(await curator.sends(Action("campaign", (short(campaign.id),))))
    assert report.deliveries.total == 4
    for part in ("1 成功", "1 已屏蔽机器人", "1 未知", "＝ 4"):
        assert part in said
    assert lines(page) <= 4
    labels = {button.label for row in page.rows for button in row}
    assert {"再试失败的", "处理未知", "明细 CSV", "再发一次"} <= labels


async def test_settling_the_unknown(store: Store, curator: Person) -> None:
    """A curator says that one part arrived: nothing is unknown any more."""
    one, _ = await people(store, 2)
    campaign = await sent_to(store, curator, [(one.channel, Unknown("read timeout"))])
    await curator.sends(Action("campaign_unknown", (short(campaign.id),)))
    assert str(one.channel.place) in words(curator.shown)
    assert "没有未知的了" in words(await curator.presses("它到了"))
    assert (await store.deliveries.report(campaign.id)).rows.unknown == 0


async def test_sending_the_unknown_again(store: Store, curator: Person) -> None:
    """[Send again] queues the part and the campaign runs on."""
    one, _ = await people(store, 2)
    campaign = await sent_to(store, curator, [(one.channel, Unknown("read timeout"))])
    await curator.sends(Action("campaign_unknown", (short(campaign.id),)))
    await curator.presses("再发")
    assert (await store.deliveries.report(campaign.id)).rows.unknown == 0
    assert (await store.deliveries.campaign(campaign.id)).state == "running"


async def test_retrying_touches_only_the_failed(store: Store, curator: Person) -> None:
    """[Retry failed] queues what failed and leaves what was sent."""
    one, _ = await people(store, 2)
    campaign = await sent_to(store, curator, [(one.channel, Rejected("content", "too long"))])
    before = await store.deliveries.report(campaign.id)
    reply = await curator.sends(Action("campaign_retry", (short(campaign.id),)))
    after = await store.deliveries.report(campaign.id)
    assert after.rows.sent == before.rows.sent
    assert after.rows.dead == 0
    assert after.rows.pending > 0
    assert reply.watch == campaign.id


async def test_sending_again_reaches_only_who_lacks_it(store: Store, curator: Person) -> None:
    """After a finished broadcast nobody lacks the issue; sending to all again is its own button with their number."""
    await people(store, 2)
    await sent_to(store, curator)
    reply = await curator.types("/broadcast")
    assert "没有未发的期。" in words(reply)
    await curator.presses("再发第 12 期")
    await curator.presses("全部")
    check = await curator.presses("核对")
    assert "该收到的 2 处都已经有了。" in words(check)
    again = await curator.presses("再发一次（2 处已有）")
    assert "将发给 2 位读者" in words(again)
    late = await somebody(store, name="@late")
    await late.sends(Action("pick", ("all",)))
    await curator.types("/broadcast")
    await curator.presses("再发第 12 期")
    await curator.presses("全部")
    check = await curator.presses("核对")
    assert "将发给 1 位读者" in words(check)
    assert "另有 2 处已经有这一期，不重发。" in words(check)


async def test_a_large_send_asks_once_more(store: Store, curator: Person) -> None:
    """Above a hundred places the number stands on the button that sends."""
    await people(store, 101)
    await curator.types("/broadcast")
    await curator.presses("第 12 期")
    await curator.presses("全部")
    await curator.presses("核对")
    asked = await curator.presses("现在发")
    assert "确认：发给 101 处？" in words(asked)
    assert asked.watch is None
    sent = await curator.presses("发给 101 处")
    assert sent.watch is not None


async def test_the_details_name_place_state_and_reason(store: Store, curator: Person) -> None:
    """The CSV has a line for every part row, with the platform's words."""
    one, _ = await people(store, 2)
    campaign = await sent_to(store, curator, [(one.channel, Rejected("content", "too long"))])
    reply = await curator.sends(Action("campaign_details", (short(campaign.id),)))
    table = reply.files[0].content.decode("utf-8-sig").splitlines()
    report = await store.deliveries.report(campaign.id)
    assert len(table) == 1 + report.rows.total
    assert any(",dead," in line and "too long" in line for line in table)
    assert [label for label, _ in actions(reply)] == []
