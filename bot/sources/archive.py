"""Is this zip safe, and what is in it? Checked name by name, unpacked to a private folder, removed in any case.

Bounds: content.md §8, "Zip uploads".
"""

import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from digest.errors import Refused
from digest.safe_path import picture_path

MAX_ENTRIES = 200
MAX_BYTES = 50 * 1024 * 1024
MAX_RATIO = 100
SUFFIXES = frozenset(
    (".md", ".markdown", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".tif", ".tiff")
)
_ENCRYPTED = 0x1
_UTF8 = 0x800
_METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))  # the others may ask for gigabytes of memory
_LITTER = frozenset((".ds_store", "thumbs.db", "desktop.ini"))  # what desktops leave in every folder
_END: Final = struct.Struct("<4s4H2LH")  # end of central directory, APPNOTE 4.3.16
_END_REACH: Final = _END.size + 0xFFFF  # it is followed by a comment at the most
_LOCATOR: Final = 20  # bytes of the Zip64 locator, which stands right before it
_ENTRY_BYTES: Final = 4 * 1024  # of one entry in the directory: its name, and more than enough besides


@contextmanager
def unpacked(archive: Path | IO[bytes]) -> Iterator[Path]:
    """The folder with the archive's files, names in Unicode NFC. Raises Refused("zip.…"); nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="zhouzhi-") as name:
        folder = Path(name)
        _unpack(archive, folder)
        yield folder


def _unpack(archive: Path | IO[bytes], folder: Path) -> None:
    try:
        if isinstance(archive, Path):
            with archive.open("rb") as file:
                _unpack_stream(file, folder)
        else:
            _unpack_stream(archive, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error):
        # cut short, damaged, or packed in a way that needs a password or another program
        raise Refused("zip.unreadable") from None


def _unpack_stream(stream: IO[bytes], folder: Path) -> None:
    _check_directory(stream)
    with zipfile.ZipFile(stream) as opened:
        entries = [entry for entry in opened.infolist() if not entry.is_dir()]
        left = MAX_BYTES
        for entry, path in _checked(entries):
            left -= _extract(opened, entry, folder / path, left)


def _check_directory(stream: IO[bytes]) -> None:
    """The list of entries is read into memory at once, so its size is looked at first, in the archive's own words."""
    size = stream.seek(0, 2)
    start = max(0, size - _END_REACH)
    stream.seek(start)
    tail = stream.read(_END_REACH)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise Refused("zip.unreadable")
    _, _, _, _, _, directory, _, _ = _END.unpack_from(tail, at)
    if tail[max(0, at - _LOCATOR) : at].startswith(b"PK\x06\x07"):
        # what says it has more than 65,535 entries or 4 GiB is none of ours
        raise Refused("zip.too_many", limit=MAX_ENTRIES)
    if directory > MAX_ENTRIES * _ENTRY_BYTES:
        raise Refused("zip.too_many", limit=MAX_ENTRIES)
    stream.seek(0)


def _checked(entries: Sequence[zipfile.ZipInfo]) -> list[tuple[zipfile.ZipInfo, str]]:
    """Every entry that is taken, with the path it is unpacked to. All are checked before any is unpacked."""
    if len(entries) > MAX_ENTRIES:
        raise Refused("zip.too_many", limit=MAX_ENTRIES)
    taken: dict[str, tuple[zipfile.ZipInfo, str]] = {}
    for entry in entries:
        name = _name(entry)
        safe = picture_path(name)
        if safe is None or str(safe) != name:
            raise Refused("zip.unsafe_path", path=name[:120])
        if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & _ENCRYPTED:
            raise Refused("zip.unsafe_entry", path=name[:120])
        if safe.parts[0] == "__MACOSX" or safe.name.lower() in _LITTER:
            continue
        if safe.suffix.lower() not in SUFFIXES:
            raise Refused("zip.unknown_kind", path=name[:120])
        if entry.compress_type not in _METHODS:
            raise Refused("zip.unreadable")
        folded = unicodedata.normalize("NFKC", name).casefold()
        if folded in taken:
            raise Refused("zip.doubled", path=name[:120])
        taken[folded] = (entry, name)
    for folded, (_, name) in taken.items():
        # a file cannot be a folder too
        if any(folded.startswith(f"{other}/") for other in taken):
            raise Refused("zip.doubled", path=name[:120])
    return list(taken.values())


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as its author typed it: programs that do not say UTF-8 write it all the same, or a Chinese code page."""
    name = entry.filename
    if not entry.flag_bits & _UTF8 and not name.isascii():
        try:
            raw = name.encode("cp437")  # as the library read it
        except UnicodeEncodeError:
            return unicodedata.normalize("NFC", name)  # another field of the entry had told it
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    return unicodedata.normalize("NFC", name)


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Inflate one entry, counting what really comes out; returns its size."""
    allowed = min(left, max(1, entry.compress_size) * MAX_RATIO)
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(entry) as packed, target.open("wb") as file:
        while block := packed.read(65_536):
            size += len(block)
            if size > allowed:
                raise Refused("zip.too_large", limit=MAX_BYTES // (1024 * 1024))
            file.write(block)
    return size
