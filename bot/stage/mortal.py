"""How does a process die in the middle of things? Its database answers no more, so nothing it still does is kept."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from storage.engine import Database

T = TypeVar("T")


class Mortal(Database):
    """A database as one life of the bot sees it. After `die` every call ends its caller, as `kill -9` would."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.dialect = database.dialect
        self.is_dead = False

    def die(self) -> None:
        self.is_dead = True

    def live(self) -> None:
        """Raises CancelledError when the life is over."""
        if self.is_dead:
            raise asyncio.CancelledError

    async def read(self, fn: Callable[[Any], T]) -> T:
        self.live()
        found = await self._database.read(fn)
        self.live()
        return found

    async def write(self, fn: Callable[[Any], T]) -> T:
        """What was under way when death came is committed or not, as with a real process; nobody hears of it."""
        self.live()
        found = await self._database.write(fn)
        self.live()
        return found

    async def migrate(self, fn: Callable[[Any], T]) -> T:
        self.live()
        return await self._database.migrate(fn)

    async def close(self) -> None:
        """The database outlives the life."""
