"""Does the real house work behind the real platform? Every command and every button, over sockets, strictly checked."""

import asyncio
import time
from datetime import date

import structlog

from bot.delivery.pace import Pacer
from bot.delivery.pace import Rates as PaceRates
from bot.front import House
from digest.audience import Place
from digest.delivery import Sent
from tests.contract.handlers.house import MONDAYS, PICTURE, SERIES, StoppedClock, add, issue
from tests.contract.telegram.stage import GROUP, READER, Scene, message, png, until
from tests.fakes.telegram import FakeTelegram, Rates

TYPED = (
    "/start", "/help", "/latest", "/issues", "/sections", "/search 模型", "/subscribe", "/subscriptions", "/settings",
    "/unsubscribe", "/broadcast", "/nonsense", "千问", "12", "/search",
)  # fmt: skip


async def move_in(scene: Scene) -> House:
    """The real handlers and a real store in the place of the scripted front."""
    await add(scene.store, issue(11, date(2026, 11, 16)))
    await add(scene.store, issue(12, date(2026, 11, 23)))
    await scene.store.search.ensure()
    scene.drawer.kept[PICTURE.sha] = png(PICTURE.width, PICTURE.height)
    house = House(
        scene.store,
        StoppedClock(),
        language="zh-Hans",
        time_zone="Asia/Shanghai",
        series=SERIES,
        schedules={"weekly": MONDAYS},
        curators={Place("telegram", str(READER)): "publisher"},
    )
    house.platforms = {"telegram": scene.platform}
    scene.platform._replier._front = house
    return house


def pressable(fake: FakeTelegram, chat: int) -> list[tuple[int, str]]:
    return [
        (shown["message_id"], button["callback_data"])
        for shown in fake.messages(chat)
        for row in shown.get("reply_markup", {}).get("inline_keyboard", ())
        for button in row
        if "callback_data" in button
    ]


async def test_every_button_is_pressed_through_the_wire(scene: Scene):
    """Each press is answered, nothing is refused by the strict server, nothing is logged as a failure."""
    await move_in(scene)
    people, fake, seen = scene.fake.people, scene.fake, set[str]()
    with structlog.testing.capture_logs() as lines:
        async with scene.running():
            for words in TYPED:
                count = len(fake.messages(READER))
                people.say(READER, words)
                await until(lambda: len(fake.messages(READER)) > count)  # noqa: B023  awaited at once
            while waiting := [pair for pair in pressable(fake, READER) if pair[1] not in seen][:20]:
                queries = []
                for message_id, data in waiting:
                    seen.add(data)
                    queries.append(people.press(READER, message_id, data))
                await until(lambda: all(query in fake.world.answers for query in queries), 20)  # noqa: B023  as above
                await until(lambda: not fake.world.updates.pending)
            await asyncio.sleep(0.1)
    failures = [line for line in lines if line["log_level"] in ("warning", "error", "critical")]
    assert failures == []
    assert len(seen) > 60


async def test_a_group_is_served_in_its_topic(scene: Scene):
    """A member is told that admins decide; the answer stands in the topic, with a way into the private chat."""
    await move_in(scene)
    async with scene.running():
        scene.fake.people.say(GROUP, "/subscribe", user_id=READER, topic=7)
        await until(lambda: scene.fake.messages(GROUP))
        scene.fake.people.say(GROUP, "/latest", user_id=READER, topic=7)
        await until(lambda: len(scene.fake.messages(GROUP)) > 1)
    assert {one["message_thread_id"] for one in scene.fake.messages(GROUP)} == {7}


async def test_the_pacer_meets_no_limit(scene: Scene):
    """45 readers and a group at the documented limits, enforced: not one 429, and never more than 30 a second."""
    readers = [5_000 + n for n in range(45)]
    for reader in readers:
        scene.fake.people.private(reader)
    scene.fake.world.limiter.reset(Rates())
    pacer = Pacer(PaceRates(30, 1, 20))

    async def push(address: int) -> object:
        async with pacer.slot(Place("telegram", str(address)), "push"):
            return await scene.platform.send(scene.parcel(message(), address))

    # the pacer learns the round trip from warm connections: a first call's also pays for the connection
    for reader in readers[:3]:
        await push(reader)
    begun = time.monotonic()
    outcomes = await asyncio.gather(*(push(address) for address in (*readers[3:], GROUP, READER, READER)))
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert scene.fake.log.most_within(1) <= 30
    assert scene.fake.log.most_within(1, READER) == 1
    assert time.monotonic() - begun >= 1
