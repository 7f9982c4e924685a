"""Is what came over the network what was asked for? Its size while it is unpacked, its type, and its first bytes."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from typing import Literal, assert_never

from digest.errors import Refused, Temporary

MAX_BYTES = 10 * 1024 * 1024
MEBIBYTE = 1024 * 1024
Kind = Literal["picture", "feed", "page"]

# SVG is no picture here: it is a program (content.md §8)
_PICTURES = frozenset(
    {"image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp", "image/avif"}
    | {"image/bmp", "image/x-ms-bmp", "image/tiff"}
)
_XML = frozenset({"application/xml", "text/xml", "application/rss+xml", "application/atom+xml"})
_FEEDS = _XML | {"application/rdf+xml", "application/feed+json", "application/json", "text/plain"}
_PAGES = frozenset(
    {"text/html", "application/xhtml+xml", "text/markdown", "text/x-markdown", "text/plain"}
    | {"application/json"}
)
_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*")
_NO_TEXT = (b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF", b"MZ", *_HEADS[:4])
# what a name stands for in practice: the smaller set is named, the wider one is written
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252"}
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class ContentType:
    """The media type in lower case, and the charset it names, if any."""

    mime: str
    charset: str

    @classmethod
    def parse(cls, header: str) -> "ContentType":
        message = Message()
        message["content-type"] = header
        return cls(message.get_content_type() if header.strip() else "", message.get_content_charset(""))


def in_utf8(content: bytes, encodings: Iterable[str]) -> bytes | None:
    """The text in UTF-8 by the first of these encodings that fits it; None when none does. Empty names are passed over."""
    for name in dict.fromkeys(filter(None, (name.lower() for name in encodings))):
        try:
            return content.decode(_WIDER.get(name, name)).encode()
        except (UnicodeError, LookupError):  # server and text may disagree: the next one named may be right
            continue
    return None


def check_type(kind: Kind, found: ContentType) -> None:
    """Before a byte of the body is read. Raises Refused("fetch.wrong_type")."""
    match kind:
        case "picture":
            wanted = _PICTURES
        case "feed":
            wanted = _FEEDS
        case "page":
            wanted = _PAGES
        case _:
            assert_never(kind)
    if found.mime not in wanted:
        raise Refused("fetch.wrong_type", type=found.mime[:60] or "?")


def check_head(kind: Kind, content: bytes, found: ContentType) -> None:
    """What the first bytes say goes before what the header says. Raises Refused("fetch.not_what_it_says")."""
    match kind:
        case "picture":
            is_right = content.startswith(_HEADS) or _is_boxed(content)
        case "feed":
            is_right = content.startswith(_MARKS[1:]) or content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (
                b"<",
                b"{",
            )
        case "page":
            is_right = not content.startswith(_NO_TEXT) and (
                content.startswith(_MARKS[1:]) or b"\0" not in content[:1024]
            )
        case _:
            assert_never(kind)
    if not is_right:
        raise Refused("fetch.not_what_it_says", type=found.mime)


def _is_boxed(content: bytes) -> bool:
    """WebP in its RIFF, AVIF in its boxes."""
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return is_webp or (content[4:8] == b"ftyp" and content[8:12] in (b"avif", b"avis", b"mif1"))


class Body:
    """Takes the bytes as they come, unpacks them, and stops at the limit: it counts what came out, not what was sent."""

    def __init__(self, encoding: str, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._encoding = encoding.strip().lower()
        self._unpacker = self._new_unpacker(b"") if self._encoding in ("gzip", "x-gzip") else None
        if self._encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise Refused("fetch.encoding", encoding=encoding[:40])

    def add(self, chunk: bytes) -> None:
        """Raises Refused("fetch.too_large"), Temporary("fetch.broken")."""
        if self._encoding in ("", "identity"):
            self._keep(chunk)
            return
        if self._unpacker is None:
            self._unpacker = self._new_unpacker(chunk)
        try:
            self._unpack(chunk)
        except zlib.error as error:
            raise Temporary("fetch.broken") from error

    def finish(self) -> bytes:
        """All of it. Raises Temporary("fetch.broken") when the packed stream ends in its middle."""
        if self._unpacker is not None and not self._unpacker.eof:
            raise Temporary("fetch.broken")
        return b"".join(self._parts)

    def _new_unpacker(self, head: bytes) -> "zlib._Decompress":
        if self._encoding in ("gzip", "x-gzip"):
            return zlib.decompressobj(16 + zlib.MAX_WBITS)
        # "deflate" is zlib by the book and raw by habit
        has_header = len(head) > 1 and head[0] & 15 == 8 and (head[0] * 256 + head[1]) % 31 == 0
        return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)

    def _unpack(self, chunk: bytes) -> None:
        assert self._unpacker is not None
        while chunk:
            if self._unpacker.eof:  # gzip may be several streams in a row
                self._unpacker = self._new_unpacker(chunk)
            # one byte more than allowed is enough to know
            self._keep(self._unpacker.decompress(chunk, self._limit + 1 - self._size))
            chunk = self._unpacker.unconsumed_tail or self._unpacker.unused_data

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._limit:
            raise Refused("fetch.too_large", limit=self._limit // MEBIBYTE)
        self._parts.append(part)
