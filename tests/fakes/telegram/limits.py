"""How fast may a bot send? The documented limits, counted by a window or by a bucket, enforced or only watched."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.fakes.telegram.refusals import Refusal, flood


@dataclass(slots=True)
class Rates:
    """Messages a second of the token, in one chat (`chat_burst` at once), and a minute in a group or channel.

    `model`: `window` counts what arrived in the last second or minute; `bucket` refills evenly. An album counts as its
    messages. `minute_s` shortens a group's minute for tests.
    """

    per_second: int = 30
    per_chat_s: float = 1
    chat_burst: int = 1
    per_group_minute: int = 20
    minute_s: float = 60
    model: Literal["window", "bucket"] = "window"
    is_enforced: bool = True


@dataclass(slots=True)
class _Counter:
    """One limit of one thing: `size` messages in any `span` seconds, or a bucket of that size refilled in that time."""

    size: int
    span: float
    sent: deque[tuple[float, int]] = field(default_factory=deque)
    level: float = 0
    at: float = 0

    def wait(self, count: int, now: float, model: str) -> float:
        """Seconds until `count` messages may pass; more than the size at once need an empty counter."""
        count = min(count, self.size)
        if model == "bucket":
            level = max(0.0, self.level - (now - self.at) * self.size / self.span)
            return max(0.0, (level + count - self.size) * self.span / self.size)
        while self.sent and self.sent[0][0] <= now - self.span:
            self.sent.popleft()
        over = sum(number for _, number in self.sent) + count - self.size
        for at, number in self.sent:
            if over <= 0:
                return 0.0
            over -= number
            if over <= 0:
                return at + self.span - now
        return 0.0

    def take(self, count: int, now: float) -> None:
        self.level = max(0.0, self.level - (now - self.at) * self.size / self.span) + count
        self.at = now
        self.sent.append((now, count))


class Limiter:
    """Refuses what comes too fast."""

    def __init__(self, rates: Rates, now: Callable[[], float]) -> None:
        self.rates = rates
        self._now = now
        self._token = _Counter(rates.per_second, 1.0)
        self._chats: dict[int, _Counter] = defaultdict(self._chat)
        self._groups: dict[int, _Counter] = defaultdict(self._group)

    def reset(self, rates: Rates) -> None:
        """Other limits from now on, nothing sent so far."""
        self.rates = rates
        self._token = _Counter(rates.per_second, 1.0)
        self._chats.clear()
        self._groups.clear()

    def _chat(self) -> _Counter:
        return _Counter(self.rates.chat_burst, self.rates.chat_burst * self.rates.per_chat_s)

    def _group(self) -> _Counter:
        return _Counter(self.rates.per_group_minute, self.rates.minute_s)

    def admit(self, chat_id: int, count: int, *, is_group: bool) -> None:
        """Count these messages, or raise the 429 that says how long to wait."""
        if not self.rates.is_enforced:
            return
        now = self._now()
        counters = [self._token, self._chats[chat_id], *([self._groups[chat_id]] if is_group else [])]
        wait = max(counter.wait(count, now, self.rates.model) for counter in counters)
        if wait > 0:
            raise self._refused(wait)
        for counter in counters:
            counter.take(count, now)

    @staticmethod
    def _refused(wait: float) -> Refusal:
        return flood(max(1, math.ceil(wait)))
