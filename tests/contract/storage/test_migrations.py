"""Does the schema come to be as written, whole or not at all?"""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.schema import CreateTable

from digest.errors import ConfigurationError, FutureDatabase
from storage import migrate
from storage.columns import metadata
from storage.delivery_schema import part_row
from storage.engine import connect
from storage.migrations import HEAD, LINEAGE
from storage.schema import issue
from storage.store import open_store
from tests.contract.storage.making import POSTGRESQL, SQLITE


async def test_steps_and_schema_agree(file_url):
    """What the migrations make is what the schema says."""
    store = await open_store(file_url)

    def differences(connection):
        context = MigrationContext.configure(connection, opts=migrate.options())
        return compare_metadata(context, metadata)

    found = await store.database.read(differences)
    await store.close()
    assert found == []


async def test_memory_and_file_are_alike(file_url):
    """The tables of a private memory are those the migrations make, search index included."""

    def objects(connection):
        rows = connection.execute(text("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))
        return {tuple(row) for row in rows}

    found = []
    for url in (file_url, "sqlite+aiosqlite://"):
        store = await open_store(url)
        found.append(await store.database.read(objects))
        await store.close()
    assert found[0] == found[1]
    assert ("table", "fts") in found[0]


def test_lineage_is_what_the_folder_holds():
    """The short list that spares importing Alembic tells the truth."""
    script = ScriptDirectory.from_config(migrate.alembic_config())
    assert tuple(step.revision for step in reversed(list(script.walk_revisions()))) == LINEAGE
    assert script.get_current_head() == HEAD


async def test_a_newer_database_is_refused(file_url):
    """A database of the future is left alone and named."""
    store = await open_store(file_url)
    await store.database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    await store.close()
    with pytest.raises(FutureDatabase) as raised:
        await open_store(file_url)
    assert raised.value.key == "database.future"
    assert raised.value.arguments == {"found": "9999", "known": HEAD}


async def test_a_failed_migration_leaves_nothing(file_url, monkeypatch):
    """Tables, indexes and version of a step that breaks at its end are gone; the next try succeeds."""
    database = connect(file_url)

    def broken(connection):
        migrate.upgrade(connection)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        await database.migrate(broken)
    assert await database.read(lambda c: inspect(c).get_table_names()) == []
    assert await migrate.bring_up_to_date(database) == "empty"
    assert await migrate.bring_up_to_date(database) == "current"
    await database.close()


async def test_somebody_elses_tables_are_refused(file_url):
    """A file in which our names are taken by others is not written to."""
    database = connect(file_url)
    await database.write(lambda c: c.execute(text("CREATE TABLE issue (a)")))
    await database.close()
    with pytest.raises(ConfigurationError) as raised:
        await open_store(file_url)
    assert raised.value.key == "database.foreign"


async def test_rows_that_point_nowhere_stop_a_migration(file_url):
    """Foreign keys are off while tables are rebuilt, so they are checked at the end."""
    store = await open_store(file_url)
    await store.close()
    database = connect(file_url)

    def break_and_upgrade(connection):
        connection.execute(text("INSERT INTO watch VALUES (77, 'telegram', '1', 1)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
        migrate.check(connection)

    with pytest.raises(ConfigurationError) as raised:
        await database.migrate(break_and_upgrade)
    await database.close()
    assert raised.value.key == "database.broken"


def test_alembic_is_imported_only_when_due(tmp_path):
    """Opening a database that is up to date does not pay for Alembic."""
    program = (
        "import asyncio, sys\n"
        "from storage.store import open_store\n"
        "async def main(url):\n"
        "    store = await open_store(url)\n"
        "    await store.close()\n"
        "    print('alembic' in sys.modules)\n"
        "asyncio.run(main(sys.argv[1]))\n"
    )
    url = f"sqlite+aiosqlite:///{tmp_path / 'z.db'}"
    said = [
        subprocess.run(
            [sys.executable, "-c", program, url], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert said == ["True\n", "False\n"]


def test_every_column_says_what_it_is():
    """The schema documents itself."""
    bare = [str(column) for table in metadata.tables.values() for column in table.c if not column.comment]
    assert bare == []


def test_the_ledger_has_no_row_ids():
    """On SQLite the ledger is its own primary key; on PostgreSQL the same table is a plain one."""
    assert "WITHOUT ROWID" in str(CreateTable(part_row).compile(dialect=SQLITE))
    assert "WITHOUT ROWID" not in str(CreateTable(part_row).compile(dialect=POSTGRESQL))
    assert "BIGSERIAL" in str(CreateTable(issue).compile(dialect=POSTGRESQL))
