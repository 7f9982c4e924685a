"""Is the database's schema up to date, and how is it brought there?

Alembic is imported only when a step is due: it costs as much time as SQLAlchemy itself.
"""

from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, inspect, text

from digest.errors import ConfigurationError, FutureDatabase
from storage import schema
from storage.columns import metadata
from storage.engine import Database
from storage.migrations import HEAD, LINEAGE

Standing = Literal["empty", "behind", "current"]


def options() -> dict[str, Any]:
    """How Alembic is configured, in the environment and in the test that compares schema and steps."""
    return {
        "target_metadata": metadata,
        "render_as_batch": True,  # SQLite alters a table by building it anew
        "transaction_per_migration": True,
        "compare_type": True,
        "include_name": _is_ours,
        "include_object": _is_everywhere,
    }


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """FTS5 keeps shadow tables of its own."""
    return not (kind == "table" and name is not None and name.startswith("fts"))


def _is_everywhere(
    _object: object, name: str | None, kind: str, _is_reflected: object, _compared: object
) -> bool:
    """PostgreSQL alone has an index for its search."""
    return not (kind == "index" and name == schema.TSV_INDEX)


def standing(connection: Connection) -> Standing:
    """Where the schema stands. Raises FutureDatabase when a newer program wrote it."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if foreign := sorted(set(tables) & set(metadata.tables)):
            raise ConfigurationError("database.foreign", tables=", ".join(foreign))
        return "empty"
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None:
        return "empty"
    if found not in LINEAGE:
        raise FutureDatabase("database.future", found=found, known=HEAD)
    return "current" if found == HEAD else "behind"


def upgrade(connection: Connection, target: str = "head") -> None:
    """Run every step that is due, inside the transaction that is open: all of them, or nothing.

    Raises ConfigurationError when a step leaves rows that point nowhere.
    """
    # Asked again here: another process may have migrated while this one waited for the writer's place.
    if standing(connection) == "current":
        return
    from alembic import command  # noqa: PLC0415 (see above)

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, target)
    check(connection)


def check(connection: Connection) -> None:
    """Raises ConfigurationError when rows point nowhere; PostgreSQL checks on its own."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise ConfigurationError("database.broken", table=broken[0][0], count=len(broken))


def alembic_config() -> Any:
    from alembic.config import Config  # noqa: PLC0415 (see the module's docstring)

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def build(connection: Connection) -> None:
    """A private memory needs no history: its tables are made as the schema says."""
    metadata.create_all(connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


async def bring_up_to_date(database: Database) -> Standing:
    """Migrate when due; tells how the schema stood before. Raises FutureDatabase, ConfigurationError, Temporary."""
    found = await database.read(standing)
    if found != "current":
        await database.migrate(upgrade)
    return found
