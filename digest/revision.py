"""Did anything a reader can see change? The hash that names a revision (content.md §7.1)."""

import hashlib
import re
from collections.abc import Mapping

_TRAILING = re.compile(rb"[ \t]+(?=\n)")


def revision_hash(source: bytes, pictures: Mapping[str, str]) -> str:
    """SHA-256 in hex of the source text and its pictures' hashes (by their `src`).

    Byte-order mark, line endings and trailing blanks do not count.
    """
    digest = hashlib.sha256(_normalised(source))
    for src, picture in sorted(pictures.items()):
        digest.update(b"\0" + src.encode() + b"\0" + picture.encode())
    return digest.hexdigest()


def _normalised(source: bytes) -> bytes:
    text = source.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _TRAILING.sub(b"", text + b"\n").rstrip(b"\n \t")
