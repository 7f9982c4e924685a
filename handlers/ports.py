"""What may a handler ask of the running bot, beyond storage? Small Protocols, given with the Context."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from digest.errors import Refused

if TYPE_CHECKING:
    from digest.audience import PlatformName
    from digest.issue import Problem
    from storage.issues import StoredIssue


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that a person sent. Its bytes are still on the platform.

    `read(limit)` fetches them: `too_large` when there are more than `limit` or the platform does not hand them out,
    Temporary("upload.unreachable") when trying again may help.
    """

    name: str
    size: int
    read: Callable[[int], Awaitable[bytes]]


def too_large(limit: int) -> Refused:
    """What is raised for a file of more than `limit` bytes."""
    return Refused("error.upload.too_large", limit=f"{limit // (1024 * 1024)} MiB")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a sent file would become, were it taken into the series.

    `address` names the waiting bytes in buttons. `shown` is the issue as it would be stored, None when an error forbids
    it; its ids are not yet those of stored items. `missing_count`: pictures that are not there. `messages`: how many
    native messages it takes on each platform. `known` is the issue stored under the same key; `is_same`: with nothing
    changed. `held` is "draft" or "until 2026-03-01".
    """

    address: str
    series: str
    problems: "tuple[Problem, ...]"
    shown: "StoredIssue | None" = None
    missing_count: int = 0
    messages: "Mapping[PlatformName, int]" = field(default_factory=dict)
    known: "StoredIssue | None" = None
    is_same: bool = False
    held: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """How taking it went. `issue_id` is set unless it was refused."""

    result: Literal["added", "changed", "unchanged", "refused"]
    problems: "tuple[Problem, ...]"
    issue_id: int | None = None


class Publisher(Protocol):
    """Keeps what a curator sent, shows what it is, and takes it into the store when told to.

    Every method raises Refused("upload.…" or "zip.…") for what the file is, and Refused("upload.expired") when the
    bytes are not there any more: they wait for a day.
    """

    async def keep(self, name: str, content: bytes) -> str:
        """Let the bytes wait; returns their address, 11 characters at most."""
        ...

    async def look(self, address: str, series: str, *, with_pictures: bool = False) -> Draft:
        """What it is. Stores no issue; `with_pictures`: its pictures are kept so that a page can show them."""
        ...

    async def take(self, address: str, series: str) -> Taken:
        """Store it silently: nothing is pushed by it. Twice is the same as once."""
        ...

    async def drop(self, address: str) -> None:
        """Forget the bytes; harmless when they are gone."""
        ...
