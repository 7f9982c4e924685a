"""What can be broken in the demo, and what does each platform answer then? The same outcomes as in the real world."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from digest.audience import Place, PlatformName
from digest.calendar import Clock
from digest.delivery import Gone, Outcome, Rejected, RetryAfter, Unavailable

Fault = Literal["outage", "flood_short", "flood_long", "lost_answer", "blocked", "forbidden", "killed"]
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)
LASTING: Final = frozenset(("outage", "blocked", "forbidden"))  # until mended; the others strike once
SHORT_S: Final = 2.0
LONG_S: Final = 12 * 3600.0


@dataclass(slots=True)
class Faults:
    clock: Clock
    platform: PlatformName
    on: set[Fault] = field(default_factory=set)
    flooded: dict[Place, datetime] = field(default_factory=dict)

    def break_(self, fault: Fault) -> None:
        self.on.add(fault)

    def mend(self, fault: Fault) -> None:
        self.on.discard(fault)

    def takes(self, fault: Fault) -> bool:
        """Whether a fault that strikes once strikes now."""
        if fault not in self.on:
            return False
        self.on.discard(fault)
        return True

    def before(self, place: Place, *, is_private: bool) -> Outcome | None:
        """What the platform says instead of taking the message; None when it takes it."""
        if "outage" in self.on:
            return Unavailable("connection refused")
        if is_private and "blocked" in self.on:
            return Gone("Forbidden: bot was blocked by the user")
        if not is_private and "forbidden" in self.on:
            return Rejected("permission", "not enough rights to send text messages to the chat")
        for fault, seconds in (("flood_short", SHORT_S), ("flood_long", LONG_S)):
            if self.takes(fault):  # type: ignore[arg-type]  # both are faults
                self.flooded[place] = self.clock.now() + timedelta(seconds=seconds)
                return RetryAfter(seconds)
        return self._flood(place)

    def _flood(self, place: Place) -> Outcome | None:
        """Who comes too early is told how long it still is."""
        until = self.flooded.get(place)
        if until is None:
            return None
        left = (until - self.clock.now()).total_seconds()
        if left <= 0:
            del self.flooded[place]
            return None
        return RetryAfter(left)
