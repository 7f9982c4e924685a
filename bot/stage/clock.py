"""Which time is it in the demo? A clock that can be fast, stand still and jump; pace and leases keep to the machine's.

It drives what is due and what is shown. A jump is time that has passed for everybody, so the pacer is told of it
(`skipped_s`); a fast clock does not make the platforms' limits any wider.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

FACTORS: Final = (0, 1, 60, 3600)


class AcceleratedClock:
    """A `digest.calendar.Clock` that begins at `start` and stands still until it is given a factor."""

    def __init__(self, start: datetime, machine: Callable[[], float] = time.monotonic) -> None:
        self._machine = machine
        self._base = start
        self._anchor = machine()
        self._factor = 0
        self.skipped_s = 0.0

    def now(self) -> datetime:
        return self._base + timedelta(seconds=(self._machine() - self._anchor) * self._factor)

    @property
    def factor(self) -> int:
        return self._factor

    def run(self, factor: int) -> None:
        """Go on from here, `factor` times as fast as the machine's; 0 stands still. Raises ValueError."""
        if factor not in FACTORS:
            message = f"no such speed: {factor}"
            raise ValueError(message)
        self._base, self._anchor, self._factor = self.now(), self._machine(), factor

    def jump(self, to: datetime) -> None:
        """Be there now. Backwards is refused: what was due would be due again. Raises ValueError."""
        passed = (to - self.now()).total_seconds()
        if passed < 0:
            message = f"the clock does not go back to {to}"
            raise ValueError(message)
        self.skipped_s += passed
        self._base, self._anchor = to, self._machine()

    def pace(self) -> float:
        """Seconds for the pacer: the machine's, and what was jumped over."""
        return self._machine() + self.skipped_s
