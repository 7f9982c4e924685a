"""When is a distant place asked again? On its schedule; after trouble with back-off; and what came of it can be seen."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, runtime_checkable

import structlog

from bot.sentences import sentence
from bot.sources.base import Distant
from digest.errors import ZhouzhiError

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)
JITTER: Final = 0.1  # many installations of one curator must not ask at the same second

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Figures:
    """How the files of one sync fared."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0

    @classmethod
    def of(cls, results: Iterable[str]) -> "Figures":
        """`added`, `changed`, `unchanged`, `refused`: one word a file."""
        return cls(**Counter(results))


@dataclass(frozen=True, slots=True)
class Contact:
    """How a source fares. Times are aware UTC; `error` is the last trouble, kept in sight after it has passed.

    `figures` are those of the last sync that went through.
    """

    identity: str
    last_success_at: datetime | None = None
    last_trouble_at: datetime | None = None
    error: ZhouzhiError | None = None
    failures: int = 0  # in a row
    next_try_at: datetime | None = None
    figures: Figures = Figures()

    @property
    def trouble(self) -> str:
        """The last trouble's text key with its arguments."""
        return str(self.error) if self.error is not None else ""

    def succeeded(self, now: datetime, next_try_at: datetime | None = None) -> "Contact":
        return replace(self, last_success_at=now, failures=0, next_try_at=next_try_at)

    def failed(self, error: ZhouzhiError, now: datetime, next_try_at: datetime | None = None) -> "Contact":
        return replace(
            self,
            last_trouble_at=now,
            error=error,
            failures=self.failures + 1,
            next_try_at=next_try_at,
        )


@runtime_checkable
class Observed(Protocol):
    """A source that says itself how it fares with the place it asks."""

    @property
    def contact(self) -> Contact: ...


@runtime_checkable
class Stoppable(Protocol):
    """A source whose refresh can be ended from another thread."""

    def stop(self) -> None: ...


async def brought(source: Distant) -> bool:
    """`refresh` in a thread; who is cancelled does not wait for it. Raises what it raises."""
    try:
        return await asyncio.to_thread(source.refresh)
    except asyncio.CancelledError:
        if isinstance(source, Stoppable):
            source.stop()
        raise


def wait_after(failures: int, every: timedelta) -> timedelta:
    """How long until the next try: the schedule's own pace, or waits that double after trouble."""
    if failures == 0:
        return every
    doubled: int = 2 ** min(failures - 1, 16)
    return min(max(LONGEST_WAIT, every), FIRST_WAIT * doubled)


async def visits(
    look: Callable[[], Awaitable[bool]],
    every: timedelta,
    contact: Contact,
    tell: Callable[[Contact], None],
) -> AsyncIterator[None]:
    """Yields whenever `look` says that something is new. Its troubles are told and tried again, never raised."""
    while True:
        now = datetime.now(UTC)
        wait = wait_after(0, every) * (1 + random.uniform(-JITTER, JITTER))  # noqa: S311  spreads load, guards nothing
        try:
            is_new = await look()
        except ZhouzhiError as error:
            # a server that asks for patience knows best
            patience = timedelta(seconds=int(str(error.arguments.get("retry_after_s") or 0)))
            wait = max(wait_after(contact.failures + 1, every), patience)
            contact = contact.failed(error, now, now + wait)
            log.warning(
                "source.trouble",
                source=contact.identity,
                reason=sentence(error),
                next_try_at=str(contact.next_try_at),
            )
            is_new = False
        else:
            if contact.failures:
                log.info("source.well_again", source=contact.identity, after=contact.failures)
            contact = contact.succeeded(now, now + wait)
        tell(contact)
        if is_new:
            yield
        await asyncio.sleep(wait.total_seconds())
