"""Which units go into which message? The fewest messages, cut where a reader minds least, then filled most evenly.

Units keep their order and are never parted; one that exceeds a message alone was cut by the caller.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Fits = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that stays whole. `sizes` are its parts of each budget; the first is what "full" means.

    `is_kept_with_next`: a section's head is not left at the end of a message. `seam` is what it costs a reader when a
    message begins here (0 a section, 1 an item, 2 a block, …); with equal counts the cheapest seams win, then evenness.
    """

    sizes: tuple[int, ...]
    is_kept_with_next: bool = False
    seam: int = 0


def within(units: Sequence[Unit], budgets: Sequence[int]) -> Fits:
    """Whether the units `first` … `last - 1` together stay within every budget."""
    sums = [(0,) * len(budgets)]
    for unit in units:
        sums.append(tuple(a + b for a, b in zip(sums[-1], unit.sizes, strict=True)))

    def fits(first: int, last: int) -> bool:
        return all(
            end - start <= budget for start, end, budget in zip(sums[first], sums[last], budgets, strict=True)
        )

    return fits


def partition(units: Sequence[Unit], fits: Fits) -> tuple[range, ...]:
    """The groups, as ranges of indices, in order and without gaps.

    `fits(first, last)` says whether the units `first` … `last - 1` make one message. For one `last` it may turn false
    but once as `first` goes down, save that a run from 0 may fit again (a first message carries no mark that it goes
    on). A head that does not fit together with the unit after it is parted from it rather than refused. Raises
    ValueError for a unit that does not fit alone.
    """
    count = len(units)
    fill = [0]
    for unit in units:
        fill.append(fill[-1] + (unit.sizes[0] if unit.sizes else 0))
    # cost of the best grouping of the units before each place: (heads left alone, groups, seams, unevenness)
    best: list[tuple[int, int, int, int] | None] = [(0, 0, 0, 0)]
    begins = [0]
    for last in range(1, count + 1):
        chosen: tuple[int, int, int, int] | None = None
        begin = 0
        is_alone = units[last - 1].is_kept_with_next and last < count
        for first in _firsts(last, fits):
            before = best[first]
            if before is None:
                continue
            cost = (
                before[0] + is_alone,
                before[1] + 1,
                before[2] + (units[first].seam if first else 0),
                # with a constant sum, the least sum of squares is the most even one
                before[3] + (fill[last] - fill[first]) ** 2,
            )
            if chosen is None or cost < chosen:
                chosen, begin = cost, first
        best.append(chosen)
        begins.append(begin)
    if best[count] is None:
        alone = next(index for index in range(count) if not fits(index, index + 1))
        raise ValueError(f"unit {alone} of {count} does not fit alone")
    return _groups(begins)


def _firsts(last: int, fits: Fits) -> list[int]:
    """Where a group that ends before `last` may begin."""
    found = []
    for first in range(last - 1, 0, -1):
        if not fits(first, last):
            break
        found.append(first)
    if fits(0, last):
        found.append(0)
    return found


def _groups(begins: Sequence[int]) -> tuple[range, ...]:
    groups: list[range] = []
    last = len(begins) - 1
    while last > 0:
        groups.append(range(begins[last], last))
        last = begins[last]
    return tuple(reversed(groups))
