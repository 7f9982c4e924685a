"""How is memory opened? `open_store(url)` gives a Store whose rooms hang on one database."""

from dataclasses import dataclass

from storage.audience import AudienceRoom
from storage.deliveries import DeliveriesRoom
from storage.issues import IssuesRoom
from storage.leases import LeasesRoom
from storage.media import MediaRoom
from storage.schedules import SchedulesRoom
from storage.search.index import SearchRoom
from storage.tokens import TokensRoom


@dataclass(frozen=True, slots=True)
class Store:
    """The rooms, all on one database."""

    issues: IssuesRoom
    audience: AudienceRoom
    schedules: SchedulesRoom
    deliveries: DeliveriesRoom
    leases: LeasesRoom
    media: MediaRoom
    tokens: TokensRoom
    search: SearchRoom

    async def close(self) -> None:
        raise NotImplementedError


async def open_store(url: str) -> Store:
    """Open, migrate when due, and check. `url` is a SQLAlchemy URL; `sqlite+aiosqlite://` is a private memory.

    Raises FutureDatabase when a newer program wrote it.
    """
    raise NotImplementedError
