"""What may a handler ask of the running bot, beyond storage? Small Protocols, given with the Context."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol

from digest.errors import Refused

if TYPE_CHECKING:
    from datetime import date

    from digest.audience import PlatformName
    from digest.issue import Problem
    from handlers.texts import Texts
    from storage.issues import IssueLine, StoredIssue

FileKind = Literal["markdown", "zip"]
TOO_LARGE: Final = "error.upload.too_large"


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
    return Refused(TOO_LARGE, limit=f"{limit // (1024 * 1024)} MiB")


@dataclass(frozen=True, slots=True)
class Draft:
    """What an issue of a sent file would become, were it taken into the series.

    `address` names the waiting bytes in buttons. `shown` is the issue as it would be stored, None when an error forbids
    it; its ids are not yet those of stored items. `missing_count`: pictures that are not there. `messages`: how many
    native messages it takes on each platform, where that was asked for. `known` is the issue stored under the same key;
    `is_same`: with nothing changed. `held` is "draft" or "until 2026-03-01". `line`, from 1: where it begins in the file.
    """

    address: str
    series: str
    problems: "tuple[Problem, ...]"
    shown: "StoredIssue | None" = None
    missing_count: int = 0
    messages: "Mapping[PlatformName, int]" = field(default_factory=dict)
    known: "IssueLine | None" = None
    is_same: bool = False
    held: str | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class Taken:
    """How taking one issue went. `issue_id` is set unless it was refused; `line` as in `Draft`."""

    result: Literal["added", "changed", "unchanged", "refused"]
    problems: "tuple[Problem, ...]"
    issue_id: int | None = None
    line: int = 1


class Publisher(Protocol):
    """Keeps what a curator sent, shows what it is, and takes it into the store when told to.

    Every method raises Refused("upload.…" or "zip.…") for what the file is, and Refused("upload.expired") when the
    bytes are not there any more: they wait for a day.
    """

    def kind(self, name: str) -> FileKind:
        """What a file of this name is. Raises Refused("upload.kind")."""
        ...

    async def keep(self, name: str, content: bytes, owner: str) -> str:
        """Let the bytes wait for their owner; returns their address, 11 characters at most."""
        ...

    async def look(
        self, address: str, series: str, at: int | None = None, *, with_pictures: bool = False
    ) -> Sequence[Draft]:
        """What it is: every issue of the file, in its order, at least one. Stores none.

        The messages are counted of the one at `at`, or of an only one; `with_pictures`: its pictures are kept so that a
        page can show them.
        """
        ...

    async def take(self, address: str, series: str) -> Sequence[Taken]:
        """Store every issue silently: nothing is pushed by it; one that is refused stops no other. Twice is the same as once."""
        ...

    async def drop(self, address: str) -> None:
        """Forget the bytes; harmless when they are gone."""
        ...


@dataclass(frozen=True, slots=True)
class Measure:
    """What the push of an issue to one person takes on one platform.

    `budgets` are (name, used, limit) of the fullest message, the `part`-th of `parts`; none where nothing is limited.
    `split_count`: items that go on in another message. `messages` with every picture under its item, and
    `cover_messages` with only a cover; both None without pictures.
    """

    part: int
    parts: int
    budgets: tuple[tuple[str, int, int], ...]
    picture_count: int
    split_count: int
    messages: int | None = None
    cover_messages: int | None = None


class Meter(Protocol):
    """Measures what would be sent, in the payloads themselves."""

    def measure(
        self, stored: "StoredIssue", platform: "PlatformName", *, texts: "Texts", today: "date"
    ) -> Measure:
        """Everything of the issue at full density, to one person."""
        ...
