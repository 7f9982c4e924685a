"""What have sources in common that are read from a copy of one address? Asking, telling what is new, giving the copy."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import ClassVar, Final

from bot.fetch import Fetched, Fetcher
from bot.response_body import Kind
from bot.sources.base import SourceFile
from bot.sources.copies import Copy, Kept, label
from bot.sources.visits import Contact, visits
from digest.calendar import Clock
from digest.errors import NotFound, Temporary


class CopiedSource(ABC):
    """One address. `data` is the folder of all copies; nobody is asked before `refresh`.

    `name` begins the identity, `kind` is what an answer must be.
    """

    is_standing: Final = True
    name: ClassVar[str]
    kind: ClassVar[Kind]

    def __init__(
        self,
        address: str,
        every: timedelta,
        data: Path,
        fetcher: Fetcher,
        clock: Clock,
        *,
        way: str = "",
    ) -> None:
        """`way` tells apart what is read of one address in different ways."""
        self.identity = f"{self.name}:{label(address)}"
        self.contact = Contact(self.identity)
        self._address = address
        self._every = every
        self._copy = Copy(data, self._asked(), self.kind, fetcher, clock, way=way)
        self._told = ""  # the state that `files` last gave

    @property
    def copy_folder(self) -> Path:
        """The folder of its copy alone."""
        return self._copy.folder

    def _asked(self) -> str:
        """The address that is asked for the one that was configured."""
        return self._address

    @abstractmethod
    def _take(self, found: Fetched) -> None:
        """Keep a new answer. Blocking. Raises Refused when it is none that can be read."""

    @abstractmethod
    def _file(self, kept: Kept) -> SourceFile:
        """A file of the copy as the library reads it."""

    def refresh(self) -> bool:
        """Ask; whether anything is there that `files` has not told. Blocking. Raises Refused, Temporary."""
        return asyncio.run(self._look())

    async def _look(self) -> bool:
        await self._bring()
        note = self._copy.note()
        return note is not None and note.state != self._told

    async def _bring(self) -> None:
        """Ask, and keep what is new. Raises Refused, Temporary."""
        found = await self._copy.ask()
        if found is not None:
            await asyncio.to_thread(self._take, found)

    def files(self) -> Iterator[SourceFile]:
        note = self._copy.note()
        if note is None or not note.body:
            raise Temporary("source.not_fetched", address=label(self._address))
        yield from self._of(note.files)
        self._told = note.state

    def _of(self, files: Sequence[Kept]) -> Iterator[SourceFile]:
        return map(self._file, files)

    def picture(self, file: SourceFile, path: PurePosixPath) -> bytes:  # noqa: ARG002  the protocol's
        """Nothing lies beside a copy: the addresses of its pictures are whole ones already."""
        raise NotFound("file.missing")

    async def changes(self) -> AsyncIterator[None]:
        def tell(contact: Contact) -> None:
            self.contact = contact

        async for _ in visits(self._look, self._every, self.contact, tell):
            yield
