"""When is a call too fast? A bucket a channel, fifty a second for the token, and the ban for those who do not listen."""

from collections import deque
from dataclasses import dataclass, field

from tests.fakes.discord.clock import Clock
from tests.fakes.discord.refusals import TooFast


@dataclass(slots=True)
class Rates:
    """`per_channel` calls in `window_s` for posting to and editing in one channel; `per_second` for the whole token.

    `has_headers` False: answers tell nothing of their buckets. `is_enforced` False: the log can be read for the rates,
    nothing is refused.
    """

    per_channel: int = 5
    window_s: float = 5.0
    per_second: int = 50
    crossposts_an_hour: int = 10
    invalid_in_ten_minutes: int = 10_000
    has_headers: bool = True
    is_enforced: bool = True


@dataclass(slots=True)
class _Bucket:
    used: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Limits:
    clock: Clock
    rates: Rates
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _recent: deque[float] = field(default_factory=deque)
    _invalid: deque[float] = field(default_factory=deque)
    _crossposts: dict[int, deque[float]] = field(default_factory=dict)

    def is_banned(self) -> bool:
        """So many refusals that nothing is answered any more."""
        self._forget(self._invalid, 600)
        return len(self._invalid) >= self.rates.invalid_in_ten_minutes

    def refused(self) -> None:
        self._invalid.append(self.clock.monotonic())

    def take(self, bucket: str | None) -> dict[str, str]:
        """Count a call and tell its headers. Raises TooFast. `bucket` None: exempt from all limits."""
        now = self.clock.monotonic()
        if bucket is None:
            return self._headers("free", 1_000, 999, 1.0)
        self._forget(self._recent, 1.0)
        if len(self._recent) >= self.rates.per_second and self.rates.is_enforced:
            raise TooFast("global", self._recent[0] + 1.0 - now)
        self._recent.append(now)
        if not bucket.startswith("channel:"):
            return self._headers(bucket, 1_000, 999, 1.0)
        return self._take_of_channel(bucket, now)

    def crosspost(self, channel: int) -> None:
        """Raises TooFast beyond the hourly quota of a channel."""
        known = self._crossposts.setdefault(channel, deque())
        self._forget(known, 3_600)
        if len(known) >= self.rates.crossposts_an_hour:
            raise TooFast("shared", known[0] + 3_600 - self.clock.monotonic())
        known.append(self.clock.monotonic())

    def _take_of_channel(self, name: str, now: float) -> dict[str, str]:
        bucket = self._buckets.setdefault(name, _Bucket())
        if now >= bucket.until:
            bucket.used, bucket.until = 0, now + self.rates.window_s
        left = bucket.until - now
        if bucket.used >= self.rates.per_channel and self.rates.is_enforced:
            raise TooFast("user", left)
        bucket.used += 1
        return self._headers(
            name.rpartition(":")[0],
            self.rates.per_channel,
            max(0, self.rates.per_channel - bucket.used),
            left,
        )

    def _headers(self, bucket: str, limit: int, remaining: int, reset_after: float) -> dict[str, str]:
        if not self.rates.has_headers:
            return {}
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{self.clock.wall() + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
            "X-RateLimit-Bucket": f"{hash(bucket) & 0xFFFFFFFF:08x}",
        }

    def _forget(self, times: deque[float], span: float) -> None:
        now = self.clock.monotonic()
        while times and times[0] <= now - span:
            times.popleft()
