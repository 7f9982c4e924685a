"""Which units go into which message? The fewest messages, cut where a reader minds least, then filled most evenly.

Units keep their order and are never parted; one that exceeds a message alone was cut by the caller. What was sent
before stays where it was as far as it can: an edited message costs every reader a change, an even fill nobody sees.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

Fits = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that stays whole. `sizes` are its parts of each budget; the first is what "full" means.

    `is_kept_with_next`: a section's head is not left at the end of a message. `seam` is what it costs a reader when a
    message begins here (0 a section, 1 an item, 2 a block, …); with equal counts the cheapest seams win, then evenness.
    `was`: the number, from 0, of the message in which it was sent before; None when it was in none.
    """

    sizes: tuple[int, ...]
    is_kept_with_next: bool = False
    seam: int = 0
    was: int | None = None


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


Cost = tuple[int, int, int, int, int]  # units moved, groups, heads left alone, seams, unevenness


def partition(units: Sequence[Unit], fits: Fits) -> tuple[range, ...]:
    """The groups, as ranges of indices, in order and without gaps.

    `fits(first, last)` says whether the units `first` … `last - 1` make one message. For one `last` it may turn false
    but once as `first` goes down, save that a run from 0 may fit again (a first message carries no mark that it goes
    on). A head is left at the end of a message only where that saves one. Raises ValueError for a unit that does not
    fit alone.
    """
    count = len(units)
    fill = [0, *accumulate(unit.sizes[0] if unit.sizes else 0 for unit in units)]
    # messages are told apart by their numbers only where some were sent before: that is dearer, and never needed else
    is_again = any(unit.was is not None for unit in units)
    # before each place, by the number of the last message: the best grouping's cost, and where its last group begins
    best: list[dict[int, tuple[Cost, int]]] = [{-1: ((0, 0, 0, 0, 0), 0)}]
    lowest = 1
    for last in range(1, count + 1):
        best.append({})
        lowest = _lowest(last, lowest, fits)
        is_alone = units[last - 1].is_kept_with_next and last < count
        for first in _firsts(last, lowest, fits):
            seam = units[first].seam if first else 0
            # with a constant sum, the least sum of squares is the most even one
            uneven = (fill[last] - fill[first]) ** 2
            for before, (cost, _) in best[first].items():
                number = before + 1 if is_again else 0
                moved = _moved(units[first:last], number) if is_again else 0
                new = (cost[0] + moved, cost[1] + 1, cost[2] + is_alone, cost[3] + seam, cost[4] + uneven)
                if number not in best[last] or new < best[last][number][0]:
                    best[last][number] = (new, first)
    if not best[count]:
        alone = next(index for index in range(count) if not fits(index, index + 1))
        raise ValueError(f"unit {alone} of {count} does not fit alone")
    return _groups(best, is_again=is_again)


def _moved(units: Sequence[Unit], number: int) -> int:
    """How many of the units that share the message of this number were sent in another."""
    return sum(unit.was is not None and unit.was != number for unit in units)


def _lowest(last: int, near: int, fits: Fits) -> int:
    """The first place after 0 from which the units up to `last` fit, sought from that of the end before; `last` if none."""
    place = min(near, last)
    while place < last and not fits(place, last):
        place += 1
    if place == near:
        while place > 1 and fits(place - 1, last):
            place -= 1
    return place


def _firsts(last: int, lowest: int, fits: Fits) -> list[int]:
    """Where a group that ends before `last` may begin."""
    found = list(range(last - 1, lowest - 1, -1))
    if fits(0, last):
        found.append(0)
    return found


def _groups(best: Sequence[dict[int, tuple[Cost, int]]], *, is_again: bool) -> tuple[range, ...]:
    """The cheapest grouping, followed back from its end."""
    groups: list[range] = []
    last = len(best) - 1
    number = min(best[last], key=lambda one: best[last][one])
    while last > 0:
        _, first = best[last][number]
        groups.append(range(first, last))
        last = first
        number = (number - 1 if is_again else 0) if first else -1
    return tuple(reversed(groups))
