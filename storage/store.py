"""How is memory opened? `open_store(url)` gives a Store whose rooms hang on one database."""

from dataclasses import dataclass

from sqlalchemy import Connection

from digest.errors import ConfigurationError
from storage.audience import AudienceRoom
from storage.categories import CategoriesRoom
from storage.chats import ChatsRoom
from storage.crossposts import CrosspostsRoom
from storage.deliveries import DeliveriesRoom
from storage.engine import Database, Sqlite, connect
from storage.issues import IssuesRoom
from storage.leases import LeasesRoom
from storage.media import MediaRoom
from storage.migrate import bring_up_to_date, build
from storage.notes import NotesRoom
from storage.schedules import SchedulesRoom
from storage.search.index import SearchRoom
from storage.tokens import TokensRoom


@dataclass(frozen=True, slots=True)
class Store:
    """The rooms, all on one database."""

    issues: IssuesRoom
    categories: CategoriesRoom
    audience: AudienceRoom
    schedules: SchedulesRoom
    deliveries: DeliveriesRoom
    crossposts: CrosspostsRoom
    leases: LeasesRoom
    media: MediaRoom
    tokens: TokensRoom
    chats: ChatsRoom
    notes: NotesRoom
    search: SearchRoom
    database: Database

    async def close(self) -> None:
        """Give back connections and threads; the rooms cannot be used any more."""
        await self.database.close()


async def open_store(url: str) -> Store:
    """Open, migrate when due, and check. `url` is a SQLAlchemy URL; `sqlite+aiosqlite://` is a private memory.

    Raises FutureDatabase when a newer program wrote it, ConfigurationError when it is damaged or not ours, Temporary
    when it is out of reach.
    """
    database = connect(url)
    try:
        if isinstance(database, Sqlite) and database.is_memory:
            await database.write(build)
        else:
            await database.write(_check)
            await bring_up_to_date(database)
        store = furnished(database)
        await store.search.ensure()  # before anything is saved: the index must be of today's tokeniser
    except BaseException:
        await database.close()
        raise
    return store


def furnished(database: Database) -> Store:
    """The rooms on a database that is open and up to date."""
    return Store(
        issues=IssuesRoom(database),
        categories=CategoriesRoom(database),
        audience=AudienceRoom(database),
        schedules=SchedulesRoom(database),
        deliveries=DeliveriesRoom(database),
        crossposts=CrosspostsRoom(database),
        leases=LeasesRoom(database),
        media=MediaRoom(database),
        tokens=TokensRoom(database),
        chats=ChatsRoom(database),
        notes=NotesRoom(database),
        search=SearchRoom(database),
        database=database,
    )


def _check(connection: Connection) -> None:
    """A damaged file is not sent from (delivery.md §13): a backup is restored by hand."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise ConfigurationError("database.corrupt", reason=str(found))
