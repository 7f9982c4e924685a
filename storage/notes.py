"""What did the program note for itself, to spare work at its next start? Short values under short keys."""

from sqlalchemy import select
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

    async def write(self, key: str, value: str) -> None:
        """In the place of what was noted before."""
        row = insert(meta).values(k=key, v=value)
        statement = row.on_conflict_do_update(index_elements=["k"], set_={"v": row.excluded.v})
        await self._database.write(lambda connection: connection.execute(statement))
