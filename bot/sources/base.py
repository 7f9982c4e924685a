"""What is a source to the library? Something that names files and gives their bytes, and those of pictures beside."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that may be an issue. `name` is its path inside the source, `base` the folder its pictures start from.

    `content` is None when it could not be read; `trouble` then names the text that says why.
    """

    name: str
    base: str
    content: bytes | None
    trouble: str = ""


class IssueSource(Protocol):
    """One place issues of a series are loaded from."""

    def files(self) -> Iterator[SourceFile]:
        """Every file there is now, in a stable order. Blocking: call it in a thread."""
        ...

    def picture(self, file: SourceFile, path: PurePosixPath) -> bytes:
        """Bytes of a picture beside the file. `path` was checked by digest.safe_path. Raises NotFound, Refused."""
        ...

    def changes(self) -> AsyncIterator[None]:
        """Yields whenever something may have changed, until cancelled."""
        ...
