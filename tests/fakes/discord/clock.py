"""What time is it in the fake? The machine's time, and as much later as a test wants it."""

import time
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000


class Clock:
    """Monotonic seconds for pace, wall time for what is shown; both moved by `advance`."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._count = 0

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def wall(self) -> float:
        return time.time() + self._ahead

    def stamp(self) -> str:
        return datetime.fromtimestamp(self.wall(), UTC).isoformat()

    def snowflake(self) -> int:
        """A new id; later ones are larger."""
        self._count += 1
        return ((int(self.wall() * 1000) - EPOCH_MS) << 22) | (self._count & 0x3FFFFF)
