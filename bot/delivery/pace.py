"""When may the next call leave? One pacer a token keeps every documented limit; replies go before pushes.

`PaceBook` is the arithmetic, on any clock; `Pacer` is the waiting. Measured reasons: delivery.md §8. A slot of the
one-second window is free again one second after the message *arrived* at the platform; that instant is not known, only
that it lies between send and answer, so it is counted from the answer minus half the smallest round trip seen.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from bot.platforms.base import Lane
from digest.audience import Place

SHARE: Final = 0.5  # of the smallest round trip; 0.9 let the platform answer 429 (measured)
LAG_S: Final = 0.02  # no more than this is taken for the way: a first call's connecting is no way
GRACE_S: Final = 0.005  # timers wake a little early on some machines
ORDER: Final[dict[Lane, int]] = {"reply": 0, "preview": 1, "push": 2}


@dataclass(frozen=True, slots=True)
class Rates:
    """The limits of one token. `per_group_minute` 0: groups are not counted apart; `chat_gap_s` 0: nor are chats."""

    per_second: float
    chat_gap_s: float
    per_group_minute: float


@dataclass(slots=True)
class Ticket:
    """One call on its way."""

    place: Place
    messages: int
    left_at: float


@dataclass(slots=True)
class _Address:
    """What is known of one address: when it is free again, and the sliding minute of a group."""

    free_at: float = 0
    in_flight: int = 0
    minute: deque[tuple[float, int]] = field(default_factory=deque)


class PaceBook:
    """The arithmetic of the limits. All times are seconds of one monotonic clock."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self._busy: deque[tuple[float, int]] = deque()  # (free again at, messages), in time order
        self._in_flight = 0
        self._round_trip = 0.0
        self._halted_until = 0.0
        self._addresses: dict[Place, _Address] = {}

    def free(self, now: float) -> int:
        """How many messages may leave at once, addresses apart."""
        if now < self._halted_until:
            return 0
        while self._busy and self._busy[0][0] <= now:
            self._busy.popleft()
        return int(self.rates.per_second) - self._in_flight - sum(count for _, count in self._busy)

    def ready_in(self, place: Place, messages: int, now: float) -> float:
        """Seconds until this call could leave; 0 is now. An answer that comes meanwhile may change it."""
        return max(self._token_ready(messages, now), self.address_ready(place, messages, now)) - now

    def address_ready(self, place: Place, messages: int, now: float) -> float:
        """The instant from which the address alone would allow it."""
        known = self._addresses.get(whole(place))
        if known is None:
            return now
        ready = max(now, known.free_at)
        if known.in_flight:
            ready = max(ready, now + max(self._round_trip, 0.05))
        if self._is_counted(place):
            ready = max(ready, self._minute_ready(known, messages, now))
        return ready

    def _minute_ready(self, known: _Address, messages: int, now: float) -> float:
        while known.minute and known.minute[0][0] <= now:
            known.minute.popleft()
        over = (
            known.in_flight + messages + sum(count for _, count in known.minute) - self.rates.per_group_minute
        )
        for free_at, count in known.minute:
            if over <= 0:
                break
            now = free_at
            over -= count
        return now

    def _token_ready(self, messages: int, now: float) -> float:
        missing = min(messages, int(self.rates.per_second)) - self.free(max(now, self._halted_until))
        ready = max(now, self._halted_until)
        for free_at, count in self._busy:
            if missing <= 0:
                return ready
            ready = max(ready, free_at)
            missing -= count
        return ready if missing <= 0 else ready + max(self._round_trip, 0.05)

    def take(self, place: Place, messages: int, now: float) -> Ticket:
        """The call leaves now."""
        address = self._addresses.setdefault(whole(place), _Address())
        address.in_flight += messages
        self._in_flight += messages
        return Ticket(place, messages, now)

    def answered(self, ticket: Ticket, now: float) -> None:
        """Its answer is there (or was given up for)."""
        trip = now - ticket.left_at
        self._round_trip = trip if not self._round_trip else min(self._round_trip, trip)
        arrived = now - min(LAG_S, SHARE * self._round_trip) + GRACE_S
        self._in_flight -= ticket.messages
        self._busy.append((arrived + 1, ticket.messages))
        address = self._addresses[whole(ticket.place)]
        address.in_flight -= ticket.messages
        address.free_at = max(address.free_at, arrived + self.rates.chat_gap_s * ticket.messages)
        if self._is_counted(ticket.place):
            address.minute.append((arrived + 60, ticket.messages))
        self._forget(now)

    def halt(self, place: Place | None, seconds: float, now: float) -> None:
        """A deadline, never shortened by anything else that happens (python-telegram-bot#5338)."""
        if place is None:
            self._halted_until = max(self._halted_until, now + seconds)
        else:
            address = self._addresses.setdefault(whole(place), _Address())
            address.free_at = max(address.free_at, now + seconds)

    def _is_counted(self, place: Place) -> bool:
        """Groups and channels have a limit a minute; on Telegram their ids are negative."""
        return bool(self.rates.per_group_minute) and place.address.startswith("-")

    def _forget(self, now: float) -> None:
        if len(self._addresses) > 10_000:
            self._addresses = {
                place: known
                for place, known in self._addresses.items()
                if known.in_flight or known.minute or known.free_at > now
            }


def whole(place: Place) -> Place:
    """The chat a topic stands in: the platform limits chats, not topics."""
    return Place(place.platform, place.address.partition(":")[0])


@dataclass(order=True, slots=True)
class _Waiting:
    order: tuple[int, int]
    place: Place = field(compare=False)
    messages: int = field(compare=False)
    granted: "asyncio.Future[Ticket]" = field(compare=False)


class Pacer:
    """Waits by a `PaceBook`: a `bot.platforms.base.Pace`."""

    def __init__(self, rates: Rates, time: Callable[[], float] | None = None) -> None:
        self.book = PaceBook(rates)
        self._time = time
        self._waiting: list[_Waiting] = []
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None
        self.freed = asyncio.Event()  # set whenever an answer came or a timer ran: a sender may look again

    def now(self) -> float:
        return self._time() if self._time else asyncio.get_running_loop().time()

    @asynccontextmanager
    async def slot(self, place: Place, lane: Lane, messages: int = 1) -> AsyncIterator[None]:
        """Entered when the call may leave; left when its answer is there."""
        self._count += 1
        granted: asyncio.Future[Ticket] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting((ORDER[lane], self._count), place, messages, granted))
        self._waiting.sort()
        self._pump()
        try:
            ticket = await granted
        except asyncio.CancelledError:
            self._give_up(granted)
            raise
        try:
            yield
        finally:
            self.book.answered(ticket, self.now())
            self._pump()

    def _give_up(self, granted: "asyncio.Future[Ticket]") -> None:
        self._waiting = [waiting for waiting in self._waiting if waiting.granted is not granted]
        if granted.done() and not granted.cancelled():
            self.book.answered(granted.result(), self.now())
        self._pump()

    def halt(self, place: Place | None, seconds: float) -> None:
        self.book.halt(place, seconds, self.now())

    def _pump(self) -> None:
        """Let out everyone who may go, by lane and then by arrival; wake again when the next one may."""
        now = self.now()
        soonest = 60.0
        left: list[_Waiting] = []
        for waiting in self._waiting:
            wait = self.book.ready_in(waiting.place, waiting.messages, now)
            if wait <= 0 and not waiting.granted.done():
                waiting.granted.set_result(self.book.take(waiting.place, waiting.messages, now))
            else:
                left.append(waiting)
                soonest = min(soonest, wait)
        self._waiting = [waiting for waiting in left if not waiting.granted.done()]
        self.freed.set()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            self._timer = asyncio.get_running_loop().call_later(max(soonest, 0.001), self._pump)
