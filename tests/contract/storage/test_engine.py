"""Is a transaction whole, whatever the driver thinks?"""

import asyncio
import sqlite3

import pytest
from sqlalchemy import text

from digest.errors import ConfigurationError, Temporary
from storage.engine import connect


class Boom(Exception):
    """Raised inside a transaction."""


@pytest.fixture
async def database(url):
    opened = connect(url)
    yield opened
    await opened.close()


async def test_ddl_is_rolled_back(database):
    """A table made first in a transaction does not survive its failure: the driver no longer commits on its own."""

    def fail(connection):
        connection.execute(text("CREATE TABLE half (a)"))
        connection.execute(text("INSERT INTO half VALUES (1)"))
        raise Boom

    with pytest.raises(Boom):
        await database.write(fail)
    tables = await database.read(lambda c: c.execute(text("SELECT name FROM sqlite_master")).all())
    assert tables == []


async def test_what_is_written_is_read(database):
    """The readers' connections see what the writer committed."""
    await database.write(lambda c: c.execute(text("CREATE TABLE t (a)")))
    await database.write(lambda c: c.execute(text("INSERT INTO t VALUES (1)")))
    assert await database.read(lambda c: c.execute(text("SELECT a FROM t")).scalar()) == 1


async def test_readers_cannot_write(file_url):
    """A read that writes is refused by the connection itself."""
    database = connect(file_url)
    await database.write(lambda c: c.execute(text("CREATE TABLE t (a)")))
    with pytest.raises(Temporary, match="database"):
        await database.read(lambda c: c.execute(text("INSERT INTO t VALUES (1)")))
    await database.close()


@pytest.mark.parametrize(
    ("pragma", "expected"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
async def test_pragmas(file_url, pragma, expected):
    """The writer keeps what it promised to keep: WAL, full sync, foreign keys."""
    database = connect(file_url)
    found = await database.write(lambda c: c.execute(text(f"PRAGMA {pragma}")).scalar())
    await database.close()
    assert found == expected


async def test_a_busy_file_is_temporary(file_url, tmp_path):
    """Another writer that does not let go is told as something that passes, not as a library's exception."""
    database = connect(file_url)
    await database.write(lambda c: c.execute(text("CREATE TABLE t (a)")))
    await database.write(lambda c: c.execute(text("PRAGMA busy_timeout=10")))
    foreign = sqlite3.connect(tmp_path / "z.db", isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    with pytest.raises(Temporary) as raised:
        await database.write(lambda c: c.execute(text("INSERT INTO t VALUES (1)")))
    foreign.execute("ROLLBACK")
    foreign.close()
    assert raised.value.key == "database.unavailable"
    await database.write(lambda c: c.execute(text("INSERT INTO t VALUES (1)")))
    await database.close()


async def test_our_own_mistakes_are_not_temporary(database):
    """A wrong statement does not look like something to wait for."""
    with pytest.raises(Exception, match="no such table") as raised:
        await database.write(lambda c: c.execute(text("SELECT * FROM nowhere")))
    assert not isinstance(raised.value, Temporary)


async def test_a_file_that_is_no_database(tmp_path):
    """Damage is told as such."""
    (tmp_path / "z.db").write_bytes(b"this is no database at all, but long enough to be looked at" * 100)
    database = connect(f"sqlite+aiosqlite:///{tmp_path / 'z.db'}")
    with pytest.raises(ConfigurationError) as raised:
        await database.write(lambda c: c.execute(text("SELECT * FROM sqlite_master")).all())
    await database.close()
    assert raised.value.key == "database.corrupt"


@pytest.mark.parametrize("url", ["mysql://x/y", "not a url"])
def test_other_databases_are_refused(url):
    """What is not supported is said when it is configured."""
    with pytest.raises(ConfigurationError):
        connect(url)


async def test_writes_from_many_tasks_are_serial(database):
    """A read-modify-write in one transaction loses nothing to its neighbours."""
    await database.write(lambda c: c.execute(text("CREATE TABLE n (a)")))
    await database.write(lambda c: c.execute(text("INSERT INTO n VALUES (0)")))

    def add(connection):
        value = connection.execute(text("SELECT a FROM n")).scalar()
        connection.execute(text("UPDATE n SET a = :a"), {"a": value + 1})

    await asyncio.gather(*(database.write(add) for _ in range(50)))
    assert await database.read(lambda c: c.execute(text("SELECT a FROM n")).scalar()) == 50


async def test_a_cancelled_reader_leaves_no_connection_open(file_url, monkeypatch):
    """Whoever stops waiting, wherever the driver just is: every connection that was opened is closed by hand."""
    opened, closed = [], []

    class Counted(sqlite3.Connection):
        def close(self):
            closed.append(id(self))
            super().close()

    def connecting(*arguments, _connect=sqlite3.connect, **options):
        opened.append(_connect(*arguments, factory=Counted, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", connecting)
    for steps in range(8):
        database = connect(file_url)
        reading = asyncio.create_task(database.read(lambda c: c.execute(text("SELECT 1")).scalar()))
        for _ in range(steps):
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await database.close()
    assert opened
    assert {id(one) for one in opened} == set(closed)
