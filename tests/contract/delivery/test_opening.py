"""Do schedules, publishing and restarts open exactly the campaigns they should?"""

from datetime import time, timedelta

from bot.delivery.opening import Opener, SeriesRule
from digest.calendar import Schedule

MONDAY = Schedule(frozenset({0}), (time(8, 30),), "UTC")


async def opened(floor):
    return [(one.idem, one.state) for one in await floor.store.deliveries.campaigns()]


async def test_a_slot_pushes_the_newest_issue_once(floor):
    """However often the clock wakes, and in however many processes."""
    schedule = await floor.store.schedules.set_default("weekly", MONDAY, floor.clock.now())
    await floor.issue(1)
    await floor.issue(2)
    await floor.subscriber("1", schedule_id=schedule)
    await floor.opener.tick()
    assert await opened(floor) == []
    floor.clock.move(hours=9)
    for _ in range(3):
        await floor.opener.tick()
        await (await floor.again()).opener.tick()
    assert [name for name, _ in await opened(floor)] == [f"weekly/2@{schedule}/2026-W10"]


async def test_a_slot_missed_for_too_long_asks_a_curator(floor):
    """Down for two days over the slot: a draft, not a push."""
    await floor.store.schedules.set_default("weekly", MONDAY, floor.clock.now())
    await floor.issue(1)
    floor.clock.move(days=2)
    await floor.opener.tick()
    assert [state for _, state in await opened(floor)] == ["draft"]


async def test_backlog_is_held_back_where_the_series_says_so(floor):
    """push_backlog = false: the first slot waits for a newer issue than the first sync found."""
    await floor.store.schedules.set_default("weekly", MONDAY, floor.clock.now())
    await floor.issue(1)
    await floor.issue(2)
    opener = Opener(floor.store, floor.clock, {"weekly": SeriesRule(pushes_backlog=False)}, lambda: None)
    floor.clock.move(hours=9)
    await opener.tick()
    assert await opened(floor) == []
    await floor.issue(3)
    await opener.tick()
    assert [name.split("@")[0] for name, _ in await opened(floor)] == ["weekly/3"]


async def test_on_publish_opens_one_push_an_issue(floor):
    """And none for a series with a schedule."""
    issue = await floor.issue(1)
    await floor.opener.published([issue])
    assert await opened(floor) == []
    opener = Opener(floor.store, floor.clock, {"weekly": SeriesRule(is_on_publish=True)}, lambda: None)
    await opener.published([issue])
    await opener.published([issue])
    assert [name for name, _ in await opened(floor)] == ["weekly/1@publish"]


async def test_a_year_of_weeks_opens_a_year_of_pushes(floor):
    """Every Monday one, through both changes of daylight saving."""
    berlin = Schedule(frozenset({0}), (time(2, 30),), "Europe/Berlin")
    await floor.store.schedules.set_default("weekly", berlin, floor.clock.now() - timedelta(days=1))
    await floor.issue(1)
    for _ in range(52):
        floor.clock.move(days=7)
        await floor.opener.tick()
    assert len(await opened(floor)) == 50
    assert len(await floor.store.deliveries.campaigns(limit=100)) == 52
