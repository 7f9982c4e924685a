"""Are these bytes a text we take? Encoding, size, and characters that only serve to deceive."""

import re

from digest.parse.notes import Notes

MAX_BYTES = 1024 * 1024
MAX_IMAGES = 500
MAX_ITEMS = 2_000
MAX_NESTING = 32

# controls but tab and line feed; marks that reorder text; noncharacters
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)


def decode(source: bytes, notes: Notes) -> str | None:
    """The text with line feeds alone, or None with the reason in `notes`."""
    if len(source) > MAX_BYTES:
        notes.refuse("too_large", size=_kibibytes(len(source)), limit=_kibibytes(MAX_BYTES))
        return None
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        notes.refuse("not_utf8", line=source.count(b"\n", 0, error.start) + 1)
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if count := len(_DROPPED.findall(line)):
            notes.warn("characters_dropped", line=number, count=count)
    text = _DROPPED.sub("", text)
    if not text.strip():
        notes.refuse("empty")
        return None
    return text


def _kibibytes(size: int) -> int:
    return -(-size // 1024)
