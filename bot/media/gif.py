"""What does a GIF hold? Its frames, counted without decoding one, and nothing else.

Comments, notes of programs and whatever lies behind the end are left out; the frames stay byte for byte.
Source: GIF89a specification, sections 17 to 27.
"""

from dataclasses import dataclass
from typing import Final

_END: Final = 0x3B
_TIMING: Final = 0xF9
_APPLICATION: Final = 0xFF
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often it is played


class Torn(ValueError):
    """The file ends in the middle of something, or is no GIF."""


@dataclass(frozen=True, slots=True)
class Gif:
    """`frames` counts to one above what was asked for at the most; `content` is the file without what is no picture."""

    frames: int
    content: bytes


def read_gif(content: bytes, most: int) -> Gif:
    """Count up to `most` + 1 frames. Raises Torn."""
    if content[:6] not in (b"GIF87a", b"GIF89a") or len(content) < 13:
        raise Torn
    at = 13 + _palette(content[10])
    kept = [content[:at]]
    frames = 0
    while frames <= most and at < len(content) and content[at] != _END:
        match content[at]:
            case 0x21:
                end = _blocks_end(content, at + 2)
                if _is_picture(content, at):
                    kept.append(content[at:end])
            case 0x2C:
                end = _frame_end(content, at)
                kept.append(content[at:end])
                frames += 1
            case 0:  # padding some programs write
                end = at + 1
            case _:
                raise Torn
        at = end
    if not frames:
        raise Torn
    return Gif(frames, b"".join((*kept, b";")))


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _frame_end(content: bytes, at: int) -> int:
    if at + 10 > len(content):
        raise Torn
    return _blocks_end(content, at + 11 + _palette(content[at + 9]))


def _blocks_end(content: bytes, at: int) -> int:
    """Behind a run of blocks, each led by its length, the last one empty."""
    try:
        while size := content[at]:
            at += size + 1
    except IndexError:
        raise Torn from None
    return at + 1


def _is_picture(content: bytes, at: int) -> bool:
    label = content[at + 1]
    return label == _TIMING or (label == _APPLICATION and content[at + 3 : at + 14] in _LOOPS)
