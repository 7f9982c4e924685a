"""Does the demo's clock run, stand and jump as it is told?"""

from datetime import UTC, datetime, timedelta

import pytest

from bot.stage.clock import FACTORS, AcceleratedClock

START = datetime(2026, 11, 16, 0, 29, tzinfo=UTC)


class Machine:
    def __init__(self):
        self.seconds = 1_000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def clock(machine):
    return AcceleratedClock(START, machine)


def test_it_stands_until_it_is_told_to_run(clock, machine):
    """Before anybody looks, no time passes."""
    machine.seconds += 500
    assert clock.now() == START


@pytest.mark.parametrize("factor", FACTORS)
def test_it_runs_by_its_factor(clock, machine, factor):
    """Ten seconds of the machine are ten times the factor here."""
    clock.run(factor)
    machine.seconds += 10
    assert clock.now() == START + timedelta(seconds=10 * factor)


def test_changing_the_speed_loses_and_gains_nothing(clock, machine):
    """What has passed has passed at the speed of its time."""
    clock.run(60)
    machine.seconds += 2
    clock.run(0)
    machine.seconds += 100
    clock.run(3600)
    machine.seconds += 1
    assert clock.now() == START + timedelta(seconds=2 * 60 + 3600)


def test_a_fast_clock_does_not_widen_the_limits(clock, machine):
    """The pacer's seconds are the machine's, whatever the factor; only a jump has passed for it too."""
    before = clock.pace()
    clock.run(3600)
    machine.seconds += 3
    assert clock.pace() - before == 3
    clock.jump(clock.now() + timedelta(hours=12))
    assert clock.pace() - before == pytest.approx(3 + 12 * 3600)


def test_a_jump_lands_exactly_and_goes_on(clock, machine):
    """After a jump it is that time, and the clock goes on from there."""
    clock.run(1)
    clock.jump(START + timedelta(days=7))
    assert clock.now() == START + timedelta(days=7)
    machine.seconds += 5
    assert clock.now() == START + timedelta(days=7, seconds=5)


def test_it_never_goes_back(clock):
    """What was due once must not be due again."""
    with pytest.raises(ValueError, match="does not go back"):
        clock.jump(START - timedelta(seconds=1))
    assert clock.now() == START


@pytest.mark.parametrize("factor", [-1, 2, 10_000])
def test_only_its_speeds_are_taken(clock, factor):
    """A speed nobody offered is refused."""
    with pytest.raises(ValueError, match="no such speed"):
        clock.run(factor)
