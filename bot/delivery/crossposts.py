"""How do an announcement channel's followers get an issue? Its head message is published, once, when the rest is out.

The quota is some ten an hour and channel: what is over it waits in the ledger, and no other channel waits for it.
"""

import asyncio
from datetime import timedelta
from typing import assert_never

import structlog

from bot.platforms.base import Crossposts
from digest.calendar import Clock
from digest.delivery import (
    Gone,
    Moved,
    Outcome,
    Rejected,
    RetryAfter,
    Sent,
    Unavailable,
    Unknown,
    Unsupported,
    backoff,
)
from storage.crossposts import Crosspost
from storage.store import Store

EVERY_S = 2.0
log = structlog.get_logger(__name__)


class Crossposter:
    """Publishes what one platform has in the queue."""

    def __init__(self, store: Store, platform: Crossposts, clock: Clock) -> None:
        self._store = store
        self._platform = platform
        self._clock = clock
        self._busy: dict[
            int, asyncio.Task[None]
        ] = {}  # by channel: one at a time in each, all channels at once

    async def run(self, every_s: float = EVERY_S) -> None:
        """Until cancelled; storage that fails is asked again."""
        try:
            while True:
                try:
                    await self.turn()
                except Exception:
                    log.exception("crosspost.failed")
                await asyncio.sleep(every_s)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def turn(self) -> None:
        """Start what is due in channels where nothing is under way."""
        self._busy = {channel: task for channel, task in self._busy.items() if not task.done()}
        for one in await self._store.crossposts.due(self._clock.now(), self._platform.name):
            if one.channel_id not in self._busy:
                self._busy[one.channel_id] = asyncio.create_task(self._publish(one))

    async def settled(self) -> None:
        """Wait until everything under way has its answer."""
        await asyncio.gather(*self._busy.values())

    async def _publish(self, one: Crosspost) -> None:
        outcome = await self._platform.crosspost(one.place, one.message_id)
        await self._record(one, outcome)

    async def _record(self, one: Crosspost, outcome: Outcome) -> None:
        now, store = self._clock.now(), self._store.crossposts
        match outcome:
            case Sent():
                await store.record(one, "done", now, attempts=one.attempts)
            case RetryAfter(seconds):
                log.info("crosspost.later", place=str(one.place), seconds=seconds)
                later = now + timedelta(seconds=max(1.0, seconds))
                await store.record(one, "waiting", later, attempts=one.attempts, reason="quota")
            case Unavailable(reason) | Unknown(reason):
                attempts = one.attempts + 1
                later = now + backoff(attempts)
                await store.record(one, "waiting", later, attempts=attempts, reason=reason)
            case Rejected(reason=reason) | Gone(reason) | Unsupported(reason):
                log.warning("crosspost.refused", place=str(one.place), reason=reason)
                await store.record(one, "refused", now, attempts=one.attempts, reason=reason)
            case Moved():
                await store.record(one, "waiting", now, attempts=one.attempts)
            case _:
                assert_never(outcome)
