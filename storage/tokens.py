"""What did a long button argument say? Phrases kept once behind a short token, without any reader's id."""

from datetime import datetime
from hashlib import sha256
from itertools import count

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest import base62
from digest.errors import NotFound
from storage.engine import Database
from storage.schema import token as tokens

LENGTH = 10
_RANGE = 62**LENGTH


class TokensRoom:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, value: str, now: datetime) -> str:
        """A short token (base62, at most 10 characters) for this value; the same value gives the same token."""

        def write(connection: Connection) -> str:
            known = connection.execute(select(tokens.c.token).where(tokens.c.value == value)).scalar()
            return known if known is not None else _insert(connection, value, now)

        return await self._database.write(write)

    async def read(self, token: str) -> str:
        """Raises NotFound("link.dead")."""
        statement = select(tokens.c.value).where(tokens.c.token == token)
        value = await self._database.read(lambda connection: connection.execute(statement).scalar())
        if value is None:
            raise NotFound("link.dead")
        return str(value)


def _insert(connection: Connection, value: str, now: datetime) -> str:
    """Tokens are made of the value's hash; where two values meet, the later one is hashed again with a number."""
    for attempt in count():
        digest = sha256(f"{attempt}\0{value}".encode("utf-8", "surrogatepass")).digest()
        name = base62.encode(int.from_bytes(digest) % _RANGE)
        row = {"token": name, "value": value, "kept_at": now}
        connection.execute(insert(tokens).on_conflict_do_nothing(), row)
        kept = select(tokens.c.token).where(tokens.c.value == value)
        found = connection.execute(kept).scalar()
        if found is not None:
            return str(found)
    raise AssertionError  # count() does not end
