"""What is in a file that a curator sent, or that CI pushed? One issue, alone or in a zip with its pictures."""

import asyncio
import io
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from bot.sources.archive import MAX_BYTES, unpacked
from bot.sources.base import SourceFile
from bot.sources.inside import read_inside
from digest.errors import NotFound, Refused
from digest.safe_path import picture_path

Kind = Literal["markdown", "zip"]
MARKDOWN: Final = frozenset((".md", ".markdown"))
MARKDOWN_LIMIT: Final = 1024 * 1024
LIMITS: Final[dict[Kind, int]] = {"markdown": MARKDOWN_LIMIT, "zip": MAX_BYTES}
LONGEST_NAME: Final = 200
SHOWN: Final = 5  # file names in one sentence


class UploadSource:
    """One issue file whose pictures lie beside it in `folder`; without a folder it came alone."""

    def __init__(self, name: str, content: bytes, folder: Path | None = None) -> None:
        self._file = SourceFile(name, str(PurePosixPath(name).parent), content)
        self._folder = folder

    @property
    def identity(self) -> str:
        return f"upload:{self._file.name}"

    def files(self) -> Iterator[SourceFile]:
        yield self._file

    def picture(self, file: SourceFile, path: PurePosixPath) -> bytes:
        if self._folder is None:
            raise NotFound("file.missing")
        inner = PurePosixPath(file.name).parent / unicodedata.normalize("NFC", str(path))
        return read_inside(self._folder, inner, MAX_BYTES)

    async def changes(self) -> AsyncIterator[None]:
        """It came once and stays as it is."""
        await asyncio.Event().wait()
        yield


@contextmanager
def arrived(name: str, content: bytes, kind: Kind | None = None, wanted: str = "") -> Iterator[UploadSource]:
    """The source of a sent file, while it is unpacked. `wanted`: which `.md` of a zip is meant, when it has several.

    Raises Refused("upload.…" or "zip.…").
    """
    if (kind or kind_of(name)) == "markdown":
        yield UploadSource(name, content)
        return
    with unpacked(io.BytesIO(content)) as folder:
        found = _only(folder, wanted)
        yield UploadSource(found, read_inside(folder, PurePosixPath(found), MAX_BYTES), folder)


@asynccontextmanager
async def received(
    name: str, content: bytes, kind: Kind | None = None, wanted: str = ""
) -> AsyncIterator[UploadSource]:
    """`arrived` for those who must not wait: unpacked and put away in threads."""
    opened = arrived(name, content, kind, wanted)
    source = await asyncio.to_thread(opened.__enter__)
    try:
        yield source
    finally:
        await asyncio.to_thread(opened.__exit__, None, None, None)


def kind_of(name: str) -> Kind:
    """By the end of its name. Raises Refused("upload.kind")."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in MARKDOWN:
        return "markdown"
    if suffix == ".zip":
        return "zip"
    raise Refused("upload.kind", name=name[:LONGEST_NAME])


def safe_name(name: str) -> str:
    """A name that leads nowhere else, folders included. Raises Refused("upload.name")."""
    clean = unicodedata.normalize("NFC", name.strip())
    # in a name these two mean nothing; in an address they would hide what follows
    safe = picture_path(clean.replace("#", "_").replace("?", "_"))
    if safe is None or len(clean) > LONGEST_NAME or not clean.isprintable():
        raise Refused("upload.name", name=clean[:60].encode("utf-8", "replace").decode())
    return str(PurePosixPath(clean))


def _only(folder: Path, wanted: str) -> str:
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix.lower() in MARKDOWN
    )
    if wanted in names:
        return wanted
    if len(names) == 1:
        return names[0]
    if not names:
        raise Refused("upload.no_markdown")
    raise Refused("upload.several", names=", ".join(names[:SHOWN]))
