"""Is an issue published to the followers once, after all of it is out, and without holding anybody up?"""

from collections import deque
from dataclasses import replace
from datetime import timedelta

from bot.delivery.crossposts import Crossposter
from digest.audience import Place
from digest.delivery import Sent
from storage.crossposts import Crosspost
from storage.deliveries import Order
from storage.store import open_store
from tests.contract.delivery.floor import Scripted, SetClock, build
from tests.contract.discord.stage import Scene, parcel

PUBLISHED = "/crosspost"


async def prepared(scene: Scene, *, opted_in: bool = True):
    """A head message in an announcement channel, its delivery recorded part by part through the real ledger."""
    store = await open_store("sqlite+aiosqlite://")
    clock = SetClock()
    floor = await build(store, Scripted(name="discord"), clock)
    official = next(one for one in scene.fake.state.channels.values() if one.kind == "announcement")
    channel = await store.audience.channel(Place("discord", str(official.id)), "announcement")
    await store.audience.set_settings(channel.id, replace(channel.settings, crosspost=opted_in))
    issue = await floor.issue(1)
    sent = await scene.platform.send(parcel(scene, official))
    assert isinstance(sent, Sent)
    order = Order("weekly/1@broadcast-1", "broadcast", issue, places=(channel.place,))
    await store.deliveries.open(order, clock.now())
    floor.platform.script = lambda one: sent
    return store, clock, floor, sent.ids[0]


async def test_an_issue_is_queued_when_its_last_part_is_out_and_published_once(scene: Scene) -> None:
    """Visible in the report; a second life of the bot, and a second campaign of the issue, publish nothing more."""
    store, clock, floor, _ = await prepared(scene)
    await floor.sweep()
    (campaign,) = await store.deliveries.campaigns()
    assert (await store.deliveries.report(campaign.id)).crossposts == {"waiting": 1}
    for _life in range(2):
        crossposter = Crossposter(store, scene.platform, clock)
        await crossposter.turn()
        await crossposter.settled()
    assert (await store.deliveries.report(campaign.id)).crossposts == {"done": 1}
    again = Order("weekly/1@broadcast-2", "broadcast", campaign.issue_id, places=campaign.places, again="all")
    await store.deliveries.open(again, clock.now())
    await floor.sweep()
    assert await store.crossposts.due(clock.now(), "discord") == []
    assert len(scene.fake.log.of("POST", PUBLISHED)) == 1
    await store.close()


async def test_who_did_not_opt_in_is_not_published(scene: Scene) -> None:
    """Silence is the default."""
    store, clock, floor, _ = await prepared(scene, opted_in=False)
    await floor.sweep()
    assert await store.crossposts.due(clock.now(), "discord") == []
    await store.close()


async def test_a_crash_between_publishing_and_record_is_harmless(scene: Scene) -> None:
    """40033 says that it is done already."""
    store, clock, floor, message = await prepared(scene)
    await floor.sweep()
    (one,) = await store.crossposts.due(clock.now(), "discord")
    await scene.platform.crosspost(one.place, message)
    crossposter = Crossposter(store, scene.platform, clock)
    await crossposter.turn()
    await crossposter.settled()
    assert await store.crossposts.due(clock.now() + timedelta(days=1), "discord") == []
    await store.close()


async def test_over_the_quota_it_waits_and_posting_goes_on(scene: Scene) -> None:
    """The next hour publishes it; the channel itself is not held up meanwhile."""
    store, clock, floor, _ = await prepared(scene)
    await floor.sweep()
    scene.fake.limits.rates = replace(scene.fake.limits.rates, crossposts_an_hour=0)
    scene.fake.limits._crossposts.clear()
    official = next(one for one in scene.fake.state.channels.values() if one.kind == "announcement")
    scene.fake.limits._crossposts[official.id] = deque([scene.fake.limits.clock.monotonic()])
    crossposter = Crossposter(store, scene.platform, clock)
    await crossposter.turn()
    await crossposter.settled()
    assert await store.crossposts.due(clock.now() + timedelta(minutes=50), "discord") == []
    (one,) = await store.crossposts.due(clock.now() + timedelta(hours=2), "discord")
    assert isinstance(one, Crosspost)
    assert one.attempts == 0
    assert isinstance(await scene.platform.send(parcel(scene, official, "第二条", key="2")), Sent)
    await store.close()
