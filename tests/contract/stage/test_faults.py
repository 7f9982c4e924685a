"""Does every fault heal? Whatever is broken, the sums add up, and in the end nothing is lost."""

import asyncio
from datetime import timedelta

import pytest

from bot.stage.faults import FAULTS
from bot.stage.scenery import SCENES, person

READER = {"telegram": SCENES["telegram-reader"], "discord": SCENES["discord-reader"]}
LOOKS = ("telegram", "discord")


async def test_an_undisturbed_push_reaches_everybody_once(theatre):
    """Five places, every part sent, every message at the platforms, none twice."""
    campaign = await theatre.push()
    rows = await theatre.settled(campaign)
    report = await theatre.play.store.deliveries.report(campaign)
    assert rows == {"sent": report.campaign.planned}
    assert dict(report.channels) == {"telegram": 2, "discord": 2, "web": 1}
    assert await theatre.missing(campaign) == []
    assert all(bubble.copies == 1 for bubble in theatre.play.world.after(0))
    assert len(await theatre.play.store.chats.latest("reader")) == 1


@pytest.mark.parametrize("look", LOOKS)
async def test_a_platform_that_is_down_is_waited_for(theatre, look):
    """While it is down the others are served; mended, everything goes on."""
    theatre.play.faults[look].break_("outage")
    campaign = await theatre.push()
    other = "discord" if look == "telegram" else "telegram"
    async with asyncio.timeout(5):
        while not list(theatre.play.world.bubbles(READER[other].place)):
            await asyncio.sleep(0.02)
    assert not list(theatre.play.world.bubbles(READER[look].place))
    theatre.play.faults[look].mend("outage")
    theatre.play.clock.jump(theatre.play.clock.now() + timedelta(minutes=5))  # the pause of the breaker
    assert (await theatre.settled(campaign)).keys() == {"sent"}
    assert await theatre.missing(campaign) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("fault", ["flood_short", "flood_long"])
async def test_who_is_told_to_wait_waits_and_then_goes(theatre, look, fault):
    """One place waits, the others do not; when the time has passed it gets everything."""
    theatre.play.faults[look].break_(fault)
    campaign = await theatre.push()
    other = "discord" if look == "telegram" else "telegram"
    await theatre.served(campaign, other)
    theatre.play.skip(13)
    assert (await theatre.settled(campaign)).keys() == {"sent"}
    assert await theatre.missing(campaign) == []
    assert theatre.play.faults[look].on == set()


async def test_a_lost_answer_is_named_and_settled_by_policy(theatre):
    """Telegram has no key: the part is sent again, both copies are shown as such, and nothing is lost."""
    theatre.play.faults["telegram"].break_("lost_answer")
    campaign = await theatre.push()
    await asyncio.sleep(0.3)
    theatre.play.clock.jump(theatre.play.clock.now() + timedelta(seconds=5))
    assert (await theatre.settled(campaign)).keys() == {"sent"}
    assert [bubble.copies for bubble in theatre.play.world.after(0) if bubble.copies > 1] == [2]
    assert await theatre.missing(campaign) == []


async def test_a_lost_answer_of_a_platform_with_keys_doubles_nothing(theatre):
    """Discord recognises the nonce: sent again, the stored message comes back."""
    theatre.play.faults["discord"].break_("lost_answer")
    campaign = await theatre.push()
    await asyncio.sleep(0.3)
    theatre.play.clock.jump(theatre.play.clock.now() + timedelta(seconds=5))
    assert (await theatre.settled(campaign)).keys() == {"sent"}
    assert all(bubble.copies == 1 for bubble in theatre.play.world.after(0))
    assert await theatre.missing(campaign) == []


@pytest.mark.parametrize("look", LOOKS)
async def test_a_reader_who_blocked_comes_back(theatre, look):
    """Blocked: named and not tried on. Back with /start: served again, and what failed can be retried."""
    theatre.play.faults[look].break_("blocked")
    campaign = await theatre.push()
    rows = await theatre.settled(campaign)
    assert rows["gone"] >= 1
    theatre.play.faults[look].mend("blocked")
    who = person(READER[look].place.platform, "reader", "Reader", "en")
    await theatre.play.life.visitors[look].types(who, READER[look], "/start")
    await retried(theatre, campaign)
    assert (await theatre.settled(campaign)).keys() == {"sent"}
    assert await theatre.missing(campaign) == []


@pytest.mark.parametrize("look", LOOKS)
async def test_a_channel_without_permission_is_suspended_and_comes_back(theatre, look):
    """Refused: the channel sleeps, the reason is kept. Let in again: the bot hears of it, and a retry brings all."""
    theatre.play.faults[look].break_("forbidden")
    campaign = await theatre.push()
    rows = await theatre.settled(campaign)
    assert rows["suspended"] >= 1
    reasons = (await theatre.play.store.deliveries.report(campaign)).reasons
    assert any("not enough rights" in reason for reason in reasons)
    theatre.play.faults[look].mend("forbidden")
    scene = SCENES[f"{look}-channel"]
    who = person(scene.place.platform, "curator", "Curator", "en")
    await theatre.play.life.visitors[look].returns(who, scene)
    await retried(theatre, campaign)
    assert (await theatre.settled(campaign)).keys() == {"sent"}
    assert await theatre.missing(campaign) == []


@pytest.mark.parametrize("look", LOOKS)
async def test_a_killed_process_goes_on_from_the_ledger(theatre, look):
    """Killed between the platform's yes and our note of it: another life takes over, nothing is lost."""
    first = theatre.play.life
    theatre.play.faults[look].break_("killed")
    campaign = await theatre.push()
    async with asyncio.timeout(5):
        while theatre.play.deaths == 0:
            await asyncio.sleep(0.01)
    await theatre.play.reborn()
    assert theatre.play.life is not first
    theatre.play.clock.jump(theatre.play.clock.now() + timedelta(seconds=30))
    assert (await theatre.settled(campaign)).keys() == {"sent"}
    assert await theatre.missing(campaign) == []
    if look == "discord":
        assert all(bubble.copies == 1 for bubble in theatre.play.world.bubbles(READER["discord"].place))
    assert len(await theatre.play.store.chats.latest("reader")) == 1


async def test_the_dead_write_nothing(theatre):
    """After its death a life neither records nor sends, whatever it was doing."""
    first = theatre.play.life
    theatre.play.kill()
    with pytest.raises(asyncio.CancelledError):
        await first.bot.store.deliveries.campaigns()
    theatre.play.kill()  # once more kills nobody
    assert theatre.play.deaths == 1
    await theatre.play.reborn()
    campaign = await theatre.push()
    assert (await theatre.settled(campaign)).keys() == {"sent"}


async def test_every_fault_has_its_words():
    """What can be broken is named on the page in every language, with its cure."""
    from handlers.texts import LANGUAGES, texts_for  # noqa: PLC0415  only here

    for language in LANGUAGES:
        texts = texts_for(language)
        assert all(texts.has(f"demo.{part}_{fault}") for fault in FAULTS for part in ("fault", "cure"))


async def retried(theatre, campaign):
    """What [retry] on the page does."""
    from bot.stage.controls import Controls  # noqa: PLC0415  only here

    await Controls(theatre.play).turn({"do": "retry", "campaign": campaign})
