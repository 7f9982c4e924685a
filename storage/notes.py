"""What did the program note for itself, to spare work at its next start? Short values under short keys."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from storage.engine import Database
from storage.schema import meta


class NotesRoom:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, key: str) -> str | None:
        """None when nothing was noted."""
        statement = select(meta.c.v).where(meta.c.k == key)
        value: str | None = await self._database.read(
            lambda connection: connection.execute(statement).scalar()
        )
        return value

    async def all(self, start: str) -> dict[str, str]:
        """Every note whose key begins so, by the rest of its key."""
        statement = select(meta.c.k, meta.c.v).where(meta.c.k.startswith(start, autoescape=True))
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        # SQLite's LIKE does not tell small from capital letters
        return {row.k.removeprefix(start): row.v for row in rows if row.k.startswith(start)}

    async def write(self, key: str, value: str) -> None:
        """In the place of what was noted before."""
        await self.write_all({key: value})

    async def write_all(self, notes: Mapping[str, str]) -> None:
        """Several in one transaction."""
        if not notes:
            return
        fresh = insert(meta)
        statement = fresh.on_conflict_do_update(index_elements=["k"], set_={"v": fresh.excluded.v})
        rows = [{"k": key, "v": value} for key, value in notes.items()]
        await self._database.write(lambda connection: connection.execute(statement, rows))

    async def forget(self, key: str) -> None:
        """Whether it was noted or not."""
        statement = delete(meta).where(meta.c.k == key)
        await self._database.write(lambda connection: connection.execute(statement))

    async def once(self, kind: str, name: str, *, until: datetime, now: datetime) -> bool:
        """Whether this name is noted for the first time; it is remembered until then, over restarts too.

        Two who ask at the same time: one of them is the first. What has run out of this kind is forgotten.
        """
        key = f"{kind} {name}"
        fresh = insert(meta).values(k=key, v=_instant(until)).on_conflict_do_nothing()
        old = delete(meta).where(meta.c.k.startswith(f"{kind} ", autoescape=True), meta.c.v < _instant(now))

        def write(connection: Connection) -> bool:
            connection.execute(old)
            return connection.execute(fresh).rowcount == 1

        return await self._database.write(write)


def _instant(at: datetime) -> str:
    """In one zone and one width, so that texts sort as times do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
