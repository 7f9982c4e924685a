"""Ids are written short and read back; anything else is a dead link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.base62 import LARGEST, decode, encode
from digest.errors import NotFound


@given(st.integers(0, LARGEST))
def test_round_trip(number):
    """Every id comes back from its written form, which holds only letters and digits."""
    written = encode(number)
    assert decode(written) == number
    assert written.isalnum()
    assert len(written) <= 11


@pytest.mark.parametrize("written", ["", "01", "-1", "a b", "é", "１", "Z" * 11, "9" * 500])
def test_what_encode_never_wrote_is_a_dead_link(written):
    """A payload that is none of ours is told as a dead link, not as a fault."""
    with pytest.raises(NotFound, match=r"link\.dead"):
        decode(written)


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_only_ids_are_written(number):
    """What no database could hold is refused where it arises."""
    with pytest.raises(ValueError, match="not an id"):
        encode(number)
