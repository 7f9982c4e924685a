"""Are slots never doubled or lost, whatever daylight saving and restarts do?"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.calendar import Schedule, day, due, instant, next_slot, slots

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
MONDAY = Schedule(frozenset({0}), (time(8, 30),), "Asia/Shanghai")


def test_a_weekly_push_falls_on_its_weekday_at_its_wall_time():
    """Monday 08:30 in Shanghai, named by the ISO week."""
    slot = next_slot(MONDAY, datetime(2026, 11, 20, tzinfo=UTC))
    assert slot is not None
    assert slot.at == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert slot.key == "2026-W48"


def test_a_wall_time_that_does_not_exist_moves_on_by_the_gap():
    """02:30 on the night of 29 March 2026 in Berlin is 03:30."""
    at = instant(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
    assert at.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3, 30)


def test_a_wall_time_that_stands_twice_is_its_first():
    """02:30 on 25 October 2026 in Berlin is the one in summer time."""
    assert instant(date(2026, 10, 25), time(2, 30), "Europe/Berlin") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("zone", ["Asia/Shanghai", ZoneInfo("Asia/Shanghai")], ids=["name", "zone"])
def test_the_day_of_an_instant_is_the_zones(zone):
    """16:00 UTC is midnight in Shanghai: a minute before it is still the day before."""
    assert day(datetime(2026, 3, 2, 15, 59, tzinfo=UTC), zone) == date(2026, 3, 2)
    assert day(datetime(2026, 3, 2, 16, 0, tzinfo=UTC), zone) == date(2026, 3, 3)
    assert day(datetime(2026, 3, 3, 0, 0, tzinfo=ZoneInfo("Asia/Shanghai")), "UTC") == date(2026, 3, 2)


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_ticks_opens_every_week_once(zone):
    """52 weeks, ticks at odd intervals with gaps as restarts make them: exactly 52 campaigns."""
    schedule = Schedule(frozenset({6}), (time(2, 30),), zone)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    now = start
    opened: list[str] = []
    step = 0
    while now < start + timedelta(weeks=52):
        step += 1
        now += timedelta(minutes=17 + step % 29, hours=15 if step % 13 == 0 else 2)
        found = due(schedule, start, now, set(opened))
        if found:
            opened.append(found.slot.key)
            opened += [slot.key for slot in found.passed_over]
    assert len(opened) == len(set(opened)) == 52


def test_only_the_newest_missed_slot_is_caught_up():
    """Three days down: one push is due, the two before it are passed over."""
    daily = Schedule(frozenset(range(7)), (time(8, 0),), "UTC")
    since = datetime(2026, 5, 1, tzinfo=UTC)
    found = due(daily, since, datetime(2026, 5, 3, 9, 0, tzinfo=UTC), {"2026-04-30"})
    assert found is not None
    assert found.slot.key == "2026-05-03"
    assert [slot.key for slot in found.passed_over] == ["2026-05-01", "2026-05-02"]
    assert not found.is_stale


def test_a_slot_older_than_the_catch_up_is_stale():
    """Missed by more than 24 hours: a curator is asked."""
    found = due(MONDAY, datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 24, 12, tzinfo=UTC), set())
    assert found is not None
    assert found.slot.key == "2026-W48"
    assert found.is_stale


def test_a_new_schedule_does_not_catch_up_with_its_past():
    """Set on Tuesday, it waits for next Monday."""
    tuesday = datetime(2026, 11, 24, tzinfo=UTC)
    assert due(MONDAY, tuesday, tuesday + timedelta(days=2), set()) is None


def test_moving_the_time_within_the_week_does_not_push_twice():
    """The slot names the week, not the hour."""
    since = datetime(2026, 11, 1, tzinfo=UTC)
    later = Schedule(frozenset({2}), (time(9, 0),), "Asia/Shanghai")
    assert due(later, since, datetime(2026, 11, 26, tzinfo=UTC), {"2026-W48"}) is None


@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.lists(st.times(), min_size=1, max_size=3, unique=True),
    st.sampled_from(ZONES),
    st.integers(0, 365),
)
def test_slot_keys_are_unique_in_a_schedule(days, at, zone, offset):
    """No two slots of a schedule share a key, so none can swallow another."""
    schedule = Schedule(frozenset(days), tuple(sorted(time(t.hour, t.minute) for t in at)), zone)
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=offset)
    keys = [slot.key for slot in slots(schedule, start, start + timedelta(days=21))]
    assert len(set(schedule.at)) < len(schedule.at) or len(keys) == len(set(keys))
