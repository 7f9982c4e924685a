"""Are these bytes a text we take? Encoding, size, and characters that only serve to deceive."""

import re
from dataclasses import dataclass

from digest.parse.notes import Notes

MAX_NESTING = 32


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an issue may be; each is a setting in the table `[parsing]` (content.md §8)."""

    max_kib: int = 1024
    max_images: int = 500
    max_items: int = 2_000
    max_front_matter_kib: int = 16
    max_blocks: int = 30_000


DEFAULT_LIMITS = Limits()

# controls but tab and line feed; marks that reorder text; noncharacters
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)


def decode(source: bytes, notes: Notes, limits: Limits = DEFAULT_LIMITS) -> str | None:
    """The text with line feeds alone, or None with the reason in `notes`."""
    if len(source) > limits.max_kib * 1024:
        notes.refuse("too_large", size=kibibytes(len(source)), limit=limits.max_kib)
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


def kibibytes(size: int) -> int:
    """A size as it is told: a KiB that has begun counts."""
    return -(-size // 1024)
