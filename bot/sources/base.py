"""What is a source to the library? Something that names files and gives their bytes, and those of pictures beside."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, Literal, Protocol, runtime_checkable

from digest.known import NOTHING_KNOWN, Known

FILE_LIMIT: Final = 2_097_153  # a little over the parser's own limit, so that its sentence says what is wrong
PICTURE_LIMIT: Final = 20_971_520


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that may be an issue. `name` is its path inside the source, `base` the folder its pictures start from.

    `content` is None when it could not be read; `trouble` then names the text that says why. `known` is what the
    source can say of it besides (a pattern of its path, a feed's date, its first commit). `first_line` counts from 1:
    where the content begins when a file holds several issues.
    """

    name: str
    base: str
    content: bytes | None
    trouble: str = ""
    known: Known = NOTHING_KNOWN
    web_base: str = ""  # where its relative links and pictures start, if it came from the web
    first_line: int = 1
    told: Mapping[str, str | int] = field(default_factory=dict)  # the arguments of the trouble's text


class IssueSource(Protocol):
    """One place issues of a series are loaded from."""

    @property
    def identity(self) -> str:
        """Names the source over restarts, such as `folder:/srv/issues`; it never holds a secret."""
        ...

    def files(self) -> Iterator[SourceFile]:
        """Every file there is now, in a stable order, read one by one. Blocking: step it in a thread."""
        ...

    def picture(self, file: SourceFile, path: PurePosixPath) -> bytes:
        """Bytes of a picture beside the file. `path` was checked by digest.safe_path. Raises NotFound, Refused."""
        ...

    def changes(self) -> AsyncIterator[None]:
        """Yields whenever something may have changed, until cancelled."""
        ...


@runtime_checkable
class Standing(IssueSource, Protocol):
    """A source that stays: it has a first sync, which is its backlog, and its files are known again.

    What is handed in once (an upload, a push from CI) is none.
    """

    @property
    def is_standing(self) -> Literal[True]: ...


@runtime_checkable
class Counted(Protocol):
    """A source that can say beforehand how many files there are, for a bar of progress."""

    def count(self) -> int:
        """How many `files` will yield. Blocking."""
        ...


@runtime_checkable
class Distant(Protocol):
    """A source whose files are elsewhere and are brought here first."""

    def refresh(self) -> bool:
        """Bring them; whether anything is new. Blocking. Raises Refused, Temporary with a sentence for the operator."""
        ...
