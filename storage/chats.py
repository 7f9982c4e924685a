"""What was said in the web platform's chats? The platform's own memory, as a messenger's server keeps it.

Every insert and every edit takes the chat's next `change`, so whoever has seen `change` n asks for what came after it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from storage.engine import Database
from storage.schema import chat_message as messages
from storage.types import AnyRow


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as it stands now. `change` grows with every insert and edit of its chat."""

    id: int
    address: str
    key: str
    change: int
    body: Mapping[str, Any]
    created_at: datetime


class ChatsRoom:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, address: str, key: str, body: Mapping[str, Any], now: datetime) -> ChatMessage:
        """Insert or ignore by (address, key): the message that is there afterwards, whoever wrote it first."""

        def write(connection: Connection) -> ChatMessage:
            known = _one(connection, _rows().where(messages.c.address == address, messages.c.key == key))
            if known is not None:
                return known
            row = {
                "address": address,
                "key": key,
                "change": _next(connection, address),
                "body": _written(body),
                "created_at": now,
            }
            connection.execute(insert(messages).on_conflict_do_nothing(), row)
            made = _one(connection, _rows().where(messages.c.address == address, messages.c.key == key))
            assert made is not None
            return made

        return await self._database.write(write)

    async def edit(self, address: str, message_id: int, body: Mapping[str, Any]) -> ChatMessage | None:
        """Replace a message's body; None when the chat has no such message. The same body again is no change."""

        def write(connection: Connection) -> ChatMessage | None:
            mine = (messages.c.address == address, messages.c.id == message_id)
            known = _one(connection, _rows().where(*mine))
            if known is None or _written(known.body) == _written(body):
                return known
            values = {"body": _written(body), "change": _next(connection, address)}
            connection.execute(update(messages).where(*mine).values(values))
            return _one(connection, _rows().where(*mine))

        return await self._database.write(write)

    async def get(self, address: str, message_id: int) -> ChatMessage | None:
        statement = _rows().where(messages.c.address == address, messages.c.id == message_id)
        return await self._database.read(lambda connection: _one(connection, statement))

    async def after(self, address: str, change: int, limit: int = 200) -> Sequence[ChatMessage]:
        """What was written or edited after `change`, in that order."""
        statement = (
            _rows()
            .where(messages.c.address == address, messages.c.change > change)
            .order_by(messages.c.change)
            .limit(limit)
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [_message(row) for row in rows]

    async def latest(self, address: str, limit: int = 60) -> Sequence[ChatMessage]:
        """The newest messages, oldest first."""
        statement = _rows().where(messages.c.address == address).order_by(messages.c.id.desc()).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [_message(row) for row in reversed(rows)]


def _rows() -> Select[Any]:
    return select(messages)


def _one(connection: Connection, statement: Select[Any]) -> ChatMessage | None:
    row = connection.execute(statement).one_or_none()
    return None if row is None else _message(row)


def _next(connection: Connection, address: str) -> int:
    """The chat's next change. Writers of one chat queue up: SQLite has one writer, PostgreSQL is asked to wait."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(address))))
    newest = select(func.coalesce(func.max(messages.c.change), 0)).where(messages.c.address == address)
    return int(connection.execute(newest).scalar_one()) + 1


def _written(body: Mapping[str, Any]) -> str:
    return json.dumps(dict(body), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _message(row: AnyRow) -> ChatMessage:
    return ChatMessage(row.id, row.address, row.key, row.change, json.loads(row.body), row.created_at)
