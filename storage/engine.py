"""How is a transaction run? Whole transactions as plain functions, on SQLite and on PostgreSQL alike.

A transaction is a plain function over a Core `Connection`, never a run of awaits: on SQLite it runs whole in the one
writer thread (one hop instead of four a statement), on PostgreSQL inside `run_sync`. Nothing begins, commits or rolls
back by hand.
"""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from digest.errors import ConfigurationError, Temporary

T = TypeVar("T")

WRITER = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON")
READER = ("busy_timeout=5000", "foreign_keys=ON", "query_only=ON")
# a batch rebuild drops tables, which must not cascade; the check at the end of a migration makes up for it
MIGRATOR = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=OFF")
PASSING = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOMEM,
)
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# PostgreSQL's classes: connection, rollback (deadlock), resources, operator intervention
PASSING_CLASSES = ("08", "40", "53", "57")
READERS = 4  # connections; reads never queue behind a claim


class Database(ABC):
    """One database. `read` and `write` each run one whole transaction and give back what the function returned.

    Both raise Temporary when the database is busy, full or out of reach; then nothing of the transaction is kept.
    """

    dialect: str

    @abstractmethod
    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in one transaction that only reads."""

    @abstractmethod
    async def write(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in one transaction; it is committed when `fn` returns and rolled back when it raises."""

    @abstractmethod
    async def migrate(self, fn: Callable[[Connection], T]) -> T:
        """Like `write`, but with foreign keys unchecked, so that tables can be rebuilt."""

    @abstractmethod
    async def close(self) -> None:
        """Give back every connection and thread."""


class Sqlite(Database):
    """A SQLite database: one writer connection in one thread; a file has readers beside it, a private memory has none."""

    dialect = "sqlite"

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="sqlite")
        self.is_memory = not url.database or url.database == ":memory:"
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage-writer")
        self._writer = self._engine(WRITER)
        self._readers = None if self.is_memory else _readers(url)

    async def read(self, fn: Callable[[Connection], T]) -> T:
        if self._readers is None:
            return await self.write(fn)
        return await self._readers.run(fn)

    async def write(self, fn: Callable[[Connection], T]) -> T:
        return await self._hop(self._writer, fn)

    async def migrate(self, fn: Callable[[Connection], T]) -> T:
        if self.is_memory:
            return await self.write(fn)  # its only connection is the writer's
        engine = self._engine(MIGRATOR)
        try:
            return await self._hop(engine, fn)
        finally:
            await self._dispose(engine)

    async def close(self) -> None:
        if self._readers is not None:
            await self._readers.close()
        await self._dispose(self._writer)
        self._thread.shutdown(wait=True)

    def _engine(self, pragmas: tuple[str, ...]) -> Engine:
        engine = create_engine(self._url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        arm(engine, "BEGIN IMMEDIATE", pragmas)
        return engine

    async def _hop(self, engine: Engine, fn: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, in_one_transaction, engine, fn)

    async def _dispose(self, engine: Engine) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, engine.dispose)


class Server(Database):
    """A PostgreSQL database (or one that speaks its language)."""

    dialect = "postgresql"

    def __init__(self, url: URL) -> None:
        self._pool = _Pool(create_async_engine(url, pool_pre_ping=True))

    async def read(self, fn: Callable[[Connection], T]) -> T:
        return await self._pool.run(fn)

    async def write(self, fn: Callable[[Connection], T]) -> T:
        return await self._pool.run(fn)

    async def migrate(self, fn: Callable[[Connection], T]) -> T:
        return await self._pool.run(fn)

    async def close(self) -> None:
        await self._pool.close()


def connect(url: str) -> Database:
    """The database of a SQLAlchemy URL; nothing is opened yet. Raises ConfigurationError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError("database.url", url=url) from error
    match parsed.get_backend_name():
        case "sqlite":
            return Sqlite(parsed.set(drivername="sqlite+aiosqlite"))
        case "postgresql":
            try:
                return Server(parsed.set(drivername="postgresql+asyncpg"))
            except (ImportError, NoSuchModuleError) as error:
                raise ConfigurationError("database.driver", driver="asyncpg") from error
        case other:
            raise ConfigurationError("database.kind", kind=other)


def arm(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    """Take the beginning of transactions away from SQLite's driver, which would guess (and let DDL survive a rollback)."""

    @event.listens_for(engine, "connect")
    def _(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def in_one_transaction(engine: Engine, fn: Callable[[Connection], T]) -> T:
    with _translated(), engine.begin() as connection:
        return fn(connection)


class _Pool:
    """Connections of asyncio. A transaction that has begun runs to its end: a caller that is cancelled stops waiting.

    Cancelled while it connects, the driver would drop the connection it is just given without closing it.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, fn: Callable[[Connection], T]) -> T:
        task = asyncio.ensure_future(self._transaction(fn))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._engine.dispose()

    async def _transaction(self, fn: Callable[[Connection], T]) -> T:
        with _translated():
            async with self._engine.begin() as connection:
                return await connection.run_sync(fn)


def _readers(url: URL) -> _Pool:
    engine = create_async_engine(url, pool_size=READERS, max_overflow=0)
    arm(engine.sync_engine, "BEGIN", READER)
    return _Pool(engine)


@contextmanager
def _translated() -> Iterator[None]:
    """The library's exceptions stay in this room: what may pass becomes Temporary, damage a ConfigurationError.

    A statement that is wrong stays what it is: a mistake of ours, not a matter of waiting.
    """
    try:
        yield
    except DBAPIError as error:
        match _verdict(error):
            case "passing":
                raise Temporary("database.unavailable", reason=str(error.orig)) from error
            case "damaged":
                raise ConfigurationError("database.corrupt", reason=str(error.orig)) from error
            case "ours":
                raise
    except OSError as error:  # asyncpg lets a refused connection through as it is
        raise Temporary("database.unavailable", reason=str(error)) from error


def _verdict(error: DBAPIError) -> Literal["passing", "damaged", "ours"]:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        primary = code & 0xFF
        return "damaged" if primary in DAMAGED else "passing" if primary in PASSING else "ours"
    state = getattr(error.orig, "sqlstate", None) or ""
    passes = error.connection_invalidated or state[:2] in PASSING_CLASSES
    return "passing" if passes else "ours"
