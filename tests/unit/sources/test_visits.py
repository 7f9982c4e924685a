"""When is a place asked again, and what is told of it?"""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sources.visits import Contact, Figures, wait_after
from digest.errors import Temporary

QUARTER = timedelta(minutes=15)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "wait"),
    [
        (0, QUARTER),
        (1, timedelta(seconds=30)),
        (2, timedelta(minutes=1)),
        (6, timedelta(minutes=16)),
        (9, timedelta(hours=1)),
        (10_000, timedelta(hours=1)),
    ],
)
def test_waits_double_after_trouble_up_to_an_hour(failures, wait):
    """And the schedule's own pace stands where all is well."""
    assert wait_after(failures, QUARTER) == wait


def test_a_rare_schedule_is_never_overtaken_by_its_longest_wait():
    """Asked once a day, it is not asked every hour for ever."""
    assert wait_after(50, timedelta(days=1)) == timedelta(days=1)


def test_a_contact_remembers_both_ends():
    """Success ends the row of failures but keeps the last trouble in sight."""
    trouble = Temporary("source.git_unreachable", url="https://example.org/x.git", reason="no route")
    failed = Contact("git:x").failed(trouble, NOW, NOW + QUARTER).failed(trouble, NOW + QUARTER)
    assert (failed.failures, failed.last_trouble_at) == (2, NOW + QUARTER)
    well = failed.succeeded(NOW + 2 * QUARTER, NOW + 3 * QUARTER)
    assert (well.failures, well.last_success_at, well.next_try_at) == (
        0,
        NOW + 2 * QUARTER,
        NOW + 3 * QUARTER,
    )
    assert "no route" in well.trouble


def test_figures_count_one_word_a_file():
    """What did not happen is 0."""
    assert Figures.of(["added", "added", "refused"]) == Figures(added=2, refused=1)
