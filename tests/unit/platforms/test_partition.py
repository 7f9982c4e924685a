"""Units are packed into the fewest messages, with the cheapest seams, as evenly as can be."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.partition import Unit, partition, within

BUDGETS = (10, 4, 9)

units_that_fit = st.lists(
    st.builds(
        Unit,
        sizes=st.tuples(st.integers(0, 10), st.integers(0, 4), st.integers(0, 9)),
        is_kept_with_next=st.booleans(),
        seam=st.integers(0, 3),
    ),
    max_size=9,
)
former = st.lists(st.none() | st.integers(0, 1), min_size=9, max_size=9)


def every_grouping(count: int) -> Iterator[tuple[range, ...]]:
    """All ways to cut `count` units into runs."""
    for number in range(count):
        for cuts in combinations(range(1, count), number):
            yield tuple(range(*pair) for pair in pairwise((0, *cuts, count)))


def cost(units: Sequence[Unit], groups: Sequence[range]) -> tuple[int, int, int, int, int]:
    """What a grouping costs, told independently of the packer."""
    fill = [sum(units[index].sizes[0] for index in group) for group in groups]
    return (
        moves(units, groups),
        len(groups),
        sum(units[group.stop - 1].is_kept_with_next for group in groups[:-1]),
        sum(units[group.start].seam for group in groups[1:]),
        sum(full**2 for full in fill),
    )


def moves(units: Sequence[Unit], groups: Sequence[range]) -> int:
    """How many units stand in a message of another number than before."""
    return sum(
        units[index].was not in (None, number) for number, group in enumerate(groups) for index in group
    )


@given(units_that_fit, former)
def test_no_grouping_is_cheaper(units, was):
    """Exhaustively: least moved, fewest groups, fewest heads left alone, cheapest seams, most even; nothing lost."""
    where = list(accumulate((0 if step is None else step) for step in was))
    units = [
        replace(unit, was=None if step is None else number)
        for unit, step, number in zip(units, was, where, strict=False)
    ]
    fits = within(units, BUDGETS)
    groups = partition(units, fits)
    assert [index for group in groups for index in group] == list(range(len(units)))
    assert all(fits(group.start, group.stop) for group in groups)
    possible = [
        cost(units, grouping)
        for grouping in every_grouping(len(units))
        if all(fits(group.start, group.stop) for group in grouping)
    ]
    assert not units or cost(units, groups) == min(possible)


@given(units_that_fit)
def test_marks_at_the_cuts_are_counted(units: list[Unit]) -> None:
    """With fits that costs more where a message goes on, the fewest groups are still found."""
    sizes = [min(unit.sizes[0], 6) for unit in units]

    def fits(first: int, last: int) -> bool:
        marks = (2 if first else 0) + (2 if last < len(sizes) else 0)
        return sum(sizes[first:last]) + marks <= 10

    groups = partition(units, fits)
    fewest = min(
        (
            len(grouping)
            for grouping in every_grouping(len(units))
            if all(fits(group.start, group.stop) for group in grouping)
        ),
        default=0,
    )
    assert len(groups) == fewest


def test_equal_counts_are_filled_evenly():
    """Six equal units in two messages make three and three."""
    units = [Unit((3,))] * 6
    assert partition(units, within(units, (14,))) == (range(3), range(3, 6))


def test_a_head_goes_with_what_follows():
    """A section's head is not left at the end of a message, although it would fit there."""
    units = [Unit((6,)), Unit((2,), is_kept_with_next=True), Unit((6,))]
    assert partition(units, within(units, (10,))) == (range(1), range(1, 3))


def test_a_head_costs_no_message():
    """A head is left at the end of a message where a message is saved by it."""
    units = [Unit((5,)), Unit((2,), is_kept_with_next=True), Unit((9,))]
    assert partition(units, within(units, (10,))) == (range(2), range(2, 3))


def test_what_was_sent_stays_where_it_was():
    """A unit that grew by one leaves every other message as it was, although an evener filling exists."""
    grown = [Unit((1,), was=0), Unit((2,), was=0), Unit((3,), was=1), Unit((3,), was=1), Unit((3,), was=1)]
    assert partition(grown, within(grown, (10,))) == (range(2), range(2, 5))
    fresh = [Unit(unit.sizes) for unit in grown]
    assert partition(fresh, within(fresh, (10,))) == (range(3), range(3, 5))


def test_what_no_longer_fits_moves_alone():
    """Where a message overflows, one unit goes on into the next one and the rest stays."""
    grown = [Unit((5,), was=0), Unit((6,), was=0), Unit((4,), was=1), Unit((9,), was=2)]
    assert partition(grown, within(grown, (10,))) == (range(1), range(1, 3), range(3, 4))


def test_a_head_that_cannot_stay_is_parted():
    """A head whose follower fills a whole message goes before it rather than refusing the page."""
    units = [Unit((2,), is_kept_with_next=True), Unit((10,))]
    assert partition(units, within(units, (10,))) == (range(1), range(1, 2))


def test_sections_stay_whole_when_it_costs_nothing():
    """A cheap seam wins over evenness among equal counts."""
    units = [
        Unit((3,), seam=1),
        Unit((3,), seam=1),
        Unit((1,), seam=0),
        Unit((1,), seam=1),
        Unit((3,), seam=1),
    ]
    assert partition(units, within(units, (8,))) == (range(2), range(2, 5))


def test_what_does_not_fit_alone_is_named():
    """A unit that was not cut before is refused by its place."""
    units = [Unit((1,)), Unit((11,))]
    with pytest.raises(ValueError, match="unit 1 of 2"):
        partition(units, within(units, (10,)))


def test_nothing_makes_no_message():
    """No units, no groups."""
    assert partition([], within([], (10,))) == ()


def test_two_thousand_units_are_quick():
    """The largest issue that may be loaded is packed without trying every grouping."""
    units = [Unit((100 + index % 7, 3, 120), seam=1) for index in range(2000)]
    groups = partition(units, within(units, (4032, 98, 9500)))
    assert len(groups) == 63
