"""Which issues lie in a local folder? Read by glob, with their pictures beside them, and watched for changes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath

from watchfiles import awatch

from bot.sources.base import SourceFile
from bot.sources.inside import read_inside
from digest.errors import Refused, ZhouzhiError

FILE_LIMIT = 2_097_153  # a little over the parser's own limit, so that its sentence says what is wrong
PICTURE_LIMIT = 20_971_520
SETTLED_S = (
    0.3  # files are read again only when nothing has changed for so long: an editor may still be writing
)


class FolderSource:
    """A folder of Markdown files; also a single file, when `only` names it."""

    def __init__(
        self,
        folder: Path,
        globs: Sequence[str],
        *,
        only: str | None = None,
        poll: timedelta | None = None,
    ) -> None:
        self._folder = folder
        self._globs = globs
        self._only = only
        self._poll = poll

    @property
    def identity(self) -> str:
        return f"folder:{(self._folder / (self._only or '')).resolve()}"

    def count(self) -> int:
        return len(self._paths())

    def files(self) -> Iterator[SourceFile]:
        for path in self._paths():
            name = path.relative_to(self._folder).as_posix()
            base = str(path.parent)
            try:
                yield SourceFile(name, base, read_inside(self._folder, PurePosixPath(name), FILE_LIMIT))
            except ZhouzhiError as error:
                yield SourceFile(name, base, None, error.key)

    def _paths(self) -> list[Path]:
        if self._only is not None:
            return [self._folder / self._only]
        if not self._folder.is_dir():
            raise Refused("source.no_folder", path=str(self._folder))
        found = {path for pattern in self._globs for path in self._folder.rglob(pattern) if path.is_file()}
        return sorted(found)

    def picture(self, file: SourceFile, path: PurePosixPath) -> bytes:
        inner = PurePosixPath(file.name).parent / path
        return read_inside(self._folder, inner, PICTURE_LIMIT)

    async def changes(self) -> AsyncIterator[None]:
        async for _ in awatch(self._folder, debounce=400, step=100, recursive=True):
            before = await asyncio.to_thread(self._snapshot)
            while True:
                await asyncio.sleep(SETTLED_S)
                after = await asyncio.to_thread(self._snapshot)
                if after == before:
                    break
                before = after
            yield

    def _snapshot(self) -> dict[str, tuple[int, int]]:
        found = {}
        for path in self._paths():
            with contextlib.suppress(FileNotFoundError):  # deleted while we look: the next look will say so
                state = path.stat()
                found[str(path)] = (state.st_size, state.st_mtime_ns)
        return found
