"""Are times kept as they were?"""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from storage.types import Deadline, Instant, instant, milliseconds

INSTANTS = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001 (the strategy adds the zone)
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]),
)
DIALECT = sqlite.dialect()


@given(INSTANTS)
def test_instants_lose_less_than_a_millisecond(at):
    """What comes back is UTC, not after what was given, and less than a millisecond before."""
    back = Instant().process_result_value(Instant().process_bind_param(at, DIALECT), DIALECT)
    assert back is not None
    assert back.tzinfo is UTC
    assert timedelta(0) <= at - back < timedelta(milliseconds=1)


@given(INSTANTS)
def test_deadlines_are_never_early(at):
    """A deadline is rounded away from now."""
    stored = Deadline().process_bind_param(at, DIALECT)
    assert stored is not None
    assert timedelta(0) <= instant(stored) - at < timedelta(milliseconds=1)


@pytest.mark.parametrize("kind", [Instant(), Deadline()])
def test_naive_times_are_refused(kind):
    """A time without a zone is a mistake."""
    with pytest.raises(ValueError, match="no zone"):
        kind.process_bind_param(datetime(2026, 1, 1), DIALECT)  # noqa: DTZ001 (that is the subject)
    assert kind.process_bind_param(None, DIALECT) is None


def test_the_epoch():
    """Milliseconds since 1970 in UTC: what other programs expect."""
    assert milliseconds(datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)) == 1_000_000_000_000
