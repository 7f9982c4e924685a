"""Is this zip safe, and what is in it? Checked name by name, unpacked to a private folder, removed in any case.

Bounds: content.md §8, "Zip uploads".
"""

import stat
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.errors import Refused
from digest.safe_path import picture_path

MAX_ENTRIES = 200
MAX_BYTES = 50 * 1024 * 1024
MAX_RATIO = 100
SUFFIXES = frozenset(
    (".md", ".markdown", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".tif", ".tiff")
)
_ENCRYPTED = 0x1


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The folder with the archive's files. Raises Refused("zip.…"); nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="zhouzhi-") as name, zipfile.ZipFile(path) as archive:
        folder = Path(name)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check(entries)
        left = MAX_BYTES
        for entry in entries:
            left -= _extract(archive, entry, folder, left)
        yield folder


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Refused("zip.too_many", limit=MAX_ENTRIES)
    seen: set[str] = set()
    for entry in entries:
        safe = picture_path(entry.filename)
        if safe is None or str(safe) != entry.filename:
            raise Refused("zip.unsafe_path", path=entry.filename[:120])
        if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & _ENCRYPTED:
            raise Refused("zip.unsafe_entry", path=entry.filename[:120])
        if safe.suffix.lower() not in SUFFIXES:
            raise Refused("zip.unknown_kind", path=entry.filename[:120])
        folded = unicodedata.normalize("NFKC", entry.filename).casefold()
        if folded in seen:
            raise Refused("zip.doubled", path=entry.filename[:120])
        seen.add(folded)


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, left: int) -> int:
    """Inflate one entry, counting what really comes out; returns its size."""
    allowed = min(left, max(1, entry.compress_size) * MAX_RATIO)
    target = folder / entry.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(entry) as packed, target.open("wb") as file:
        while block := packed.read(65_536):
            size += len(block)
            if size > allowed:
                raise Refused("zip.too_large", limit=MAX_BYTES // (1024 * 1024))
            file.write(block)
    return size
