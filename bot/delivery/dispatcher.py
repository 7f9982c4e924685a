"""How does the ledger get sent? One loop a token: record, claim, send, decide; nothing leaves before its intent is kept.

The size of the window is the size of the doubt after a crash: that many parts at the most are found `sending`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.delivery.key import part_key
from bot.delivery.pace import Pacer
from bot.delivery.renditions import thawed
from bot.platforms.base import Lane, Parcel, Platform
from digest.calendar import Clock
from digest.delivery import (
    Gone,
    Moved,
    Outcome,
    Policy,
    Rejected,
    RetryAfter,
    Sent,
    State,
    Unavailable,
    Unknown,
    Unsupported,
    decide,
    settle,
)
from digest.errors import Superseded
from storage.deliveries import Claim, Result
from storage.leases import Lease
from storage.store import Store

GRACE_S = 10  # how long the end waits for answers that are on the wire
IDLE_S = 0.5  # how long the loop sleeps when nothing is due and nobody wakes it
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """How one platform is sent to. `in_flight`: parts under way at once. `repeats_s`: how long after an intent the same
    part may be sent again because the platform recognises it (Discord's nonce).
    """

    in_flight: int = 16
    policy: Policy = "resend"
    repeats_s: float = 0


class Dispatcher:
    """Sends the part rows of one platform under one lease."""

    def __init__(
        self,
        store: Store,
        platform: Platform,
        pacer: Pacer,
        clock: Clock,
        window: Window,
        fan_out: Callable[[], Awaitable[int]],
    ) -> None:
        self._store = store
        self._platform = platform
        self._pacer = pacer
        self._clock = clock
        self._window = window
        self._fan_out = fan_out
        self._done: list[Result] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._breaker = 0
        self.is_halted = False  # the token was refused: nothing is sent until a person acts

    def wake(self) -> None:
        """Something may be due now."""
        self._wake.set()

    async def run(self, lease: Lease) -> None:
        """Send until cancelled; what is under way is then waited for and recorded. Raises Superseded."""
        await self._recover(lease)
        try:
            while True:
                await self.turn(lease)
                await self._rest()
        finally:
            await self._drain(lease)

    async def _recover(self, lease: Lease) -> None:
        """Rows that an earlier life left `sending` may be out: they are in doubt, counted, named and settled by policy."""
        for claim in await self._store.deliveries.recover(lease, self._clock.now()):
            log.warning(
                "part.in_doubt",
                place=str(claim.channel.place),
                campaign=claim.row.campaign_id,
                part=claim.row.part,
            )
        await self.settle_unknown()

    async def settle_unknown(self) -> None:
        """Close what can be closed by policy; the rest waits for a curator."""
        now = self._clock.now()
        for claim in await self._store.deliveries.unknown():
            if claim.channel.place.platform != self._platform.name:
                continue
            settled = settle(claim.row, now, self._window.policy, repeats_until=self._repeats_until(claim))
            if settled.state is not State.UNKNOWN:
                await self._store.deliveries.settle(claim.row, settled.state, settled.due)

    def _repeats_until(self, claim: Claim) -> datetime | None:
        if not self._window.repeats_s or claim.row.intent_at is None:
            return None
        return claim.row.intent_at + timedelta(seconds=self._window.repeats_s)

    async def turn(self, lease: Lease) -> int:
        """One round: fan out what was opened, record what came back, claim and start what may leave."""
        await self._fan_out()
        if any(isinstance(result.outcome, Unknown) for result in self._done):
            await self._record(lease, 0)
            await self.settle_unknown()
        room = 0 if self.is_halted or self._is_open() else self._window.in_flight - len(self._sending)
        claims = await self._record(lease, max(0, min(room, self._pacer.book.free(self._pacer.now()))))
        for claim in claims:
            self._start(claim)
        for campaign in await self._store.deliveries.finish(self._clock.now()):
            log.info("campaign.finished", campaign=campaign.idem)
        return len(claims)

    async def _record(self, lease: Lease, k: int) -> Sequence[Claim]:
        done, self._done = self._done, []
        try:
            return await self._store.deliveries.turn(
                lease, done, k, self._clock.now(), (self._platform.name,)
            )
        except Superseded:
            raise
        except Exception:
            self._done = (
                done + self._done
            )  # the results are kept in memory and tried again (delivery.md §5.5)
            raise

    def _start(self, claim: Claim) -> None:
        now = self._pacer.now()
        wait = self._pacer.book.address_ready(claim.channel.place, claim.part.count, now) - now
        if wait > 0:
            # not this address's turn: back to the ledger with the time it may go, so that others pass
            self._finish(claim, RetryAfter(wait))
            return
        task = asyncio.create_task(self._send(claim))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, claim: Claim) -> None:
        lane: Lane = "preview" if claim.kind == "preview" else "push"
        parcel = Parcel(
            claim.channel,
            thawed(claim.part),
            part_key(claim.row),
            is_plain=claim.row.is_plain,
            is_silent=claim.is_silent,
            part=claim.row.part,
            head_id=claim.head_id,
        )
        async with self._pacer.slot(claim.channel.place, lane, claim.part.count):
            outcome = await self._platform.send(parcel)
        self._note(claim, outcome)
        self._finish(claim, outcome)

    def _finish(self, claim: Claim, outcome: Outcome) -> None:
        now = self._clock.now()
        self._done.append(Result(decide(claim.row, outcome, now), outcome, now))
        self._wake.set()

    def _note(self, claim: Claim, outcome: Outcome) -> None:
        """What an outcome means for the others that wait."""
        place = claim.channel.place
        match outcome:
            case Sent():
                self._breaker = 0
            case RetryAfter(seconds, scope):
                self._pacer.halt(place if scope == "channel" else None, seconds)
                log.warning("platform.retry_after", place=str(place), seconds=seconds, scope=scope)
            case Unavailable(reason, scope):
                self._breaker += 1
                self.is_halted = self.is_halted or scope == "token"
                pause = min(60.0, 2.0 ** min(self._breaker, 6) / 2)
                self._pacer.halt(None, pause)
                log.warning(
                    "platform.unavailable", platform=self._platform.name, reason=reason, pause_s=pause
                )
            case Unknown(reason):
                log.warning("part.in_doubt", place=str(place), part=claim.row.part, reason=reason)
            case Rejected(kind, reason):
                log.warning("part.rejected", place=str(place), part=claim.row.part, kind=kind, reason=reason)
            case Unsupported(reason):
                log.info("part.other_form", place=str(place), part=claim.row.part, reason=reason)
            case Gone(reason):
                log.info("channel.gone", place=str(place), reason=reason)
            case Moved(new):
                log.info("channel.moved", place=str(place), to=str(new))

    def _is_open(self) -> bool:
        return self._platform.status.state == "off"

    async def _rest(self) -> None:
        """Until something came back, somebody woke us, or it is time to look again."""
        try:
            async with asyncio.timeout(0.05 if self._sending else IDLE_S):
                await self._wake.wait()
        except TimeoutError:
            return
        finally:
            self._wake.clear()

    async def _drain(self, lease: Lease) -> None:
        """At the end: nothing new starts, what is on the wire is waited for, and its result is kept."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=GRACE_S)
        if self._done:
            await self._record(lease, 0)

    async def settle_sends(self) -> None:
        """Wait until everything under way has its answer."""
        if self._sending:
            await asyncio.wait(self._sending)

    @property
    def is_idle(self) -> bool:
        """Nothing under way and nothing to record."""
        return not self._sending and not self._done
