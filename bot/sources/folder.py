"""Which issues lie in a local folder? Read by glob, with their pictures beside them, and watched for changes.

Editors save by writing beside and renaming, or by emptying the file first: nothing is read before all sizes and times
have rested.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Final

from watchfiles import awatch

from bot.sources.base import FILE_LIMIT, PICTURE_LIMIT, SourceFile
from bot.sources.inside import read_inside
from bot.sources.pointers import real
from digest.errors import Refused, ZhouzhiError

SETTLED_S: Final = 0.3  # files are read only when nothing has changed for so long
LOOK_MS: Final = 10_000
ABSENT_S: Final = 2.0  # so often it is looked for a folder that is not there
PATIENCE_S: Final = 30.0  # what never rests (a log beside the issues) must not keep the rest waiting

Snapshot = dict[str, tuple[int, int, int]]


class LooseFiles:
    """Files on this machine that are read once: a folder by its globs, or the one file that `only` names."""

    def __init__(self, folder: Path, globs: Sequence[str], *, only: str | None = None) -> None:
        self._folder = folder
        self._globs = globs
        self._only = only
        self.identity = f"file:{(folder / (only or '')).resolve()}"

    def count(self) -> int:
        return len(self._paths())

    def files(self) -> Iterator[SourceFile]:
        for path in self._paths():
            name = path.relative_to(self._folder).as_posix()
            base = str(path.parent)
            try:
                content = real(read_inside(self._folder, PurePosixPath(name), FILE_LIMIT))
                yield SourceFile(name, base, content)
            except ZhouzhiError as error:
                yield SourceFile(name, base, None, error.key)

    def picture(self, file: SourceFile, path: PurePosixPath) -> bytes:
        inner = PurePosixPath(file.name).parent / path
        return real(read_inside(self._folder, inner, PICTURE_LIMIT))

    async def changes(self) -> AsyncIterator[None]:
        """They are read as they are."""
        await asyncio.Event().wait()
        yield

    def _paths(self) -> list[Path]:
        if self._only is not None:
            return [self._folder / self._only]
        if not self._folder.is_dir():
            raise Refused("source.no_folder", path=str(self._folder))
        found = {path for pattern in self._globs for path in self._folder.rglob(pattern)}
        return sorted(path for path in found if path.is_file() and self._is_ours(path))

    def _is_ours(self, path: Path) -> bool:
        """What git keeps for itself in a checkout is no issue, and its stirring no change."""
        return ".git" not in path.relative_to(self._folder).parts


class FolderSource(LooseFiles):
    """A folder that stays. `poll`: look so often instead of being told by the system, for network mounts."""

    is_standing: Final = True

    def __init__(self, folder: Path, globs: Sequence[str], *, poll: timedelta | None = None) -> None:
        super().__init__(folder, globs)
        self._poll = poll
        self.identity = f"folder:{folder.resolve()}:{','.join(globs)}"

        self._told: Snapshot | None = None  # how it was when it was last read

    def files(self) -> Iterator[SourceFile]:
        self._told = self._snapshot()
        yield from super().files()

    async def changes(self) -> AsyncIterator[None]:
        """Also of what changed since it was last read, and before anybody watched."""
        async for _ in self._stirrings():
            before = await asyncio.to_thread(self._snapshot)
            if before != self._told:
                await self._rest(before)
                yield

    async def _stirrings(self) -> AsyncIterator[None]:
        """Moments at which to look. A folder that is not there, or goes, is waited for."""
        if self._poll is None:
            while not await asyncio.to_thread(self._folder.is_dir):  # noqa: ASYNC110  no system tells of it
                await asyncio.sleep(ABSENT_S)
            yield
            # looked at now and then as well: the system may drop what it has to tell
            async for _ in awatch(
                self._folder, debounce=400, step=100, rust_timeout=LOOK_MS, yield_on_timeout=True
            ):
                yield
            return
        while True:
            await asyncio.sleep(self._poll.total_seconds())
            yield

    async def _rest(self, before: Snapshot) -> None:
        """Wait until nothing changes any more."""
        waited = 0.0
        while waited < PATIENCE_S:
            await asyncio.sleep(SETTLED_S)
            waited += SETTLED_S
            after = await asyncio.to_thread(self._snapshot)
            if after == before:
                return
            before = after

    def _snapshot(self) -> Snapshot:
        """Size, time and number of every file beside the issues: a picture that arrives is a change too."""
        found: Snapshot = {}
        if not self._folder.is_dir():
            raise Refused("source.no_folder", path=str(self._folder))
        for path in filter(self._is_ours, self._folder.rglob("*")):
            with contextlib.suppress(OSError):  # deleted while we look: the next look will say so
                state = path.lstat()
                found[str(path)] = (state.st_size, state.st_mtime_ns, state.st_ino)
        return found
