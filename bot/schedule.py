"""What wakes the bot? APScheduler is the clock: one interval job in memory; it decides nothing and stores nothing."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)


async def run_clock(tick: Callable[[], Awaitable[None]], tick_s: float) -> None:
    """Call `tick` at once and then every `tick_s` seconds until cancelled. A tick that fails is logged; the next comes."""

    async def guarded() -> None:
        try:
            await tick()
        except Exception:
            log.exception("tick.failed")

    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        guarded, "interval", seconds=tick_s, max_instances=1, coalesce=True, misfire_grace_time=None
    )
    await guarded()
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)
