"""Does the desk's preview say how much room the issue takes, in the figures of the payloads themselves?"""

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.measuring import Measuring
from bot.platforms.base import Form, Message
from bot.preview import PurePlatform, looks
from digest.document import plain
from handlers.texts import texts_for
from handlers.views.push import push_page
from handlers.views.say import blocks_of
from storage.store import Store
from tests.contract.handlers.house import NOW, Person, add, issue, somebody

ZH = texts_for("zh-Hans")


@pytest.fixture
def meter() -> Measuring:
    return Measuring({"telegram": PurePlatform("telegram", "zz_bot"), "discord": PurePlatform("discord")})


async def to_preview(curator: Person, scope: str = "全部") -> list[str]:
    """The lines of the second step."""
    await curator.types("/broadcast")
    await curator.presses("第 12 期（未发）")
    reply = await curator.presses(scope)
    return plain(blocks_of(reply.pages[0])).splitlines()


async def sent(store: Store, form: Form) -> tuple[Message, ...]:
    """What Telegram would be given of the newest issue."""
    stored = await store.issues.latest()
    assert stored is not None
    return looks("telegram").render(push_page(stored, texts=ZH, today=NOW.date()), form)


@pytest.mark.parametrize("scope", ["全部", "只发给我"])
async def test_the_preview_tells_the_room_it_takes(
    store: Store, curator: Person, meter: Measuring, scope: str
) -> None:
    """On Telegram units, entities and their bytes of the fullest message, pictures, and both ways to show them."""
    curator.meter = meter
    form = Form("private", bot="zz_bot")
    messages = await sent(store, form)
    counts = [looks("telegram").readback(message).counts for message in messages]
    longest = [4_096 if "text" in message.payload else 1_024 for message in messages]
    shares = [
        max(one["units"] / most, one["entities"] / 100, one["entity_bytes"] / 9_500)
        for one, most in zip(counts, longest, strict=True)
    ]
    at = shares.index(max(shares))
    fullest, most = counts[at], {4_096: "4,096 字", 1_024: "1,024 图注字数"}[longest[at]]
    _, room, items, pictures = await to_preview(curator, scope)
    assert room == (
        f"{at + 1}/{len(messages)} {fullest['units']}/{most} · "
        f"{fullest['entities']}/100 实体 · {fullest['entity_bytes'] / 1000:.1f}/9.5 KB"
    )
    assert items == "图 1 · 拆条 0 ✅"
    under = sum(message.count for message in messages)
    cover = sum(message.count for message in await sent(store, replace(form, images="cover")))
    assert pictures == f"图在条目下 {under} 条消息 · 只封面 {cover} 条"


async def test_on_discord_in_its_own_budgets(store: Store, meter: Measuring) -> None:
    """Characters, bytes and components."""
    curator = await somebody(store, platform="discord", name="wen", role="publisher")
    curator.meter = meter
    room = (await to_preview(curator))[1]
    assert re.fullmatch(r"1/1 [\d,]+/4,000 字 · [\d.]+/10\.2 KB · \d+/40 组件", room)


async def test_on_the_web_nothing_is_limited(store: Store, meter: Measuring) -> None:
    """Only pictures and parted items are told."""
    curator = await somebody(store, platform="web", name="wen", role="publisher")
    curator.meter = meter
    assert (await to_preview(curator))[1] == "图 1 · 拆条 0 ✅"


async def test_without_a_meter_nothing_is_said(curator: Person) -> None:
    """A house that cannot measure says only that the preview comes."""
    assert len(await to_preview(curator)) == 1


async def test_a_parted_item_is_counted(store: Store, curator: Person, meter: Measuring) -> None:
    """An item longer than a message goes on in the next one: the tick is gone."""
    long = issue(13, date(2026, 11, 23), items=1)
    section = long.sections[0]
    (item,) = section.items
    item = replace(item, blocks=item.blocks * 400)
    await add(store, replace(long, sections=(replace(section, items=(item,)),)))
    curator.meter = meter
    await curator.types("/broadcast")
    await curator.presses("第 13 期（未发）")
    reply = await curator.presses("全部")
    assert "拆条 1\n" in plain(blocks_of(reply.pages[0]))
