"""Who holds the token? A lease is taken, kept and given back around everything that speaks in a token's name."""

import asyncio
import fcntl
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from digest.errors import Superseded
from storage.leases import Lease, LeasesRoom

log = structlog.get_logger(__name__)


class DatabaseLock:
    """An operating-system lock beside a SQLite file: whoever gets it knows that no other process lives on it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._handle: int | None = None

    @property
    def is_held(self) -> bool:
        return self._handle is not None

    def try_take(self) -> bool:
        """True when it is ours now. False without a path: another machine may share the database."""
        if self._path is None or self._handle is not None:
            return self._handle is not None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def give_back(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        self.try_take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()


def owner_name() -> str:
    """How this process is called in the lease: machine and process for people, a random end so that a restart differs."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Holder:
    """Runs work under the lease of one token, and again after it was lost; waits as a standby while another holds it."""

    def __init__(self, leases: LeasesRoom, name: str, owner: str, term_s: float, lock: DatabaseLock) -> None:
        self._leases = leases
        self._name = name
        self._owner = owner
        self._term_s = term_s
        self._lock = lock
        self.waiting_for: str | None = None  # who holds it, while we stand by

    async def run(self, work: Callable[[Lease], Awaitable[None]]) -> None:
        """Until cancelled. `work` is cancelled when the lease is lost, and started anew under a new one."""
        while True:
            lease = await self.take()
            if lease is None:
                await asyncio.sleep(self._term_s / 3)
                continue
            try:
                await self._hold(lease, work)
            except Superseded:
                log.warning("lease.lost", token=self._name)
            finally:
                await self._leases.release(lease)

    async def take(self) -> Lease | None:
        """The lease, or None with `waiting_for` set to the holder."""
        is_alone = self._lock.try_take()
        lease = await self._leases.take(self._name, self._owner, self._term_s, by_force=is_alone)
        if lease is not None:
            self.waiting_for = None
            return lease
        holder = await self._leases.holder(self._name)
        name = holder.owner if holder else "?"
        if name != self.waiting_for:
            log.warning("lease.held_by_another", token=self._name, holder=name)
        self.waiting_for = name
        return None

    async def _hold(self, lease: Lease, work: Callable[[Lease], Awaitable[None]]) -> None:
        """Work and renewal together; the first to end ends the other."""
        working = asyncio.ensure_future(work(lease))
        renewing = asyncio.create_task(self._renew(lease))
        try:
            await asyncio.wait((working, renewing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            renewing.cancel()
            working.cancel()
            results = await asyncio.gather(working, renewing, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
                raise result

    async def _renew(self, lease: Lease) -> None:
        """Renew at a third of the term. Past our own deadline, by the monotonic clock, we stop before another starts."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._term_s
        while True:
            await asyncio.sleep(self._term_s / 3)
            asked_at = loop.time()
            if not await self._leases.renew(lease, self._term_s) or asked_at > deadline:
                raise Superseded("lease.lost", token=self._name)
            deadline = asked_at + self._term_s
