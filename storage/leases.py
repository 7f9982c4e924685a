"""Who may send? One lease row a token, with a fencing number that only grows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send for a token. `fence` goes into every intent."""

    name: str
    owner: str
    fence: int


class LeasesRoom:
    """Expiry is by the database's clock; the holder keeps its own deadline by a monotonic one."""

    async def take(self, name: str, owner: str, term_s: float, *, by_force: bool = False) -> Lease | None:
        """The lease when it was free or expired (`fence + 1`), else None. `by_force`: the holder is known to be dead."""
        raise NotImplementedError

    async def renew(self, lease: Lease, term_s: float) -> bool:
        """False when another holds it now."""
        raise NotImplementedError

    async def release(self, lease: Lease) -> None:
        raise NotImplementedError

    async def holder(self, name: str) -> Lease | None:
        """Who holds it, unless it expired."""
        raise NotImplementedError
