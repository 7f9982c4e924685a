"""How does a moving picture reach every platform? As a GIF, small enough for a telephone; None where that cannot be."""

import io
import math
from collections.abc import Iterator
from typing import Final

from PIL import Image

from bot.media.colours import is_opaque, on_screen

MAX_FRAMES: Final = 500
MAX_TOTAL: Final = 300_000_000  # pixels of all frames together: what is decoded here, and on every telephone
_SIDE: Final = 640
_ENCODED: Final = 30_000_000  # pixels of all frames together that are worth encoding anew
_ATTEMPTS: Final = (1.0, 0.6)
_STANDS_MS: Final = 100  # of a frame that says nothing


def is_bounded(size: tuple[int, int], frames: int) -> bool:
    """Whether all frames together may be decoded."""
    return frames <= MAX_FRAMES and size[0] * size[1] * frames <= MAX_TOTAL


def as_gif(image: Image.Image, frames: int, most_bytes: int) -> tuple[bytes, tuple[int, int]] | None:
    """The file and its size in pixels. Blocking, seconds for a long one."""
    width, height = image.size
    fit = min(1, _SIDE / max(width, height), math.sqrt(_ENCODED / (width * height * frames)))
    for attempt in _ATTEMPTS:
        size = (max(1, int(width * fit * attempt)), max(1, int(height * fit * attempt)))
        content = _encoded(image, frames, size)
        if content is not None and len(content) <= most_bytes:
            return content, size
    return None


def _encoded(image: Image.Image, frames: int, size: tuple[int, int]) -> bytes | None:
    durations: list[int] = []
    moved = _frames(image, frames, size, durations)
    first = next(moved, None)
    if first is None:
        return None
    pictures = list(moved)
    options = {"loop": image.info.get("loop", 0)} if _loops(image) else {}
    buffer = io.BytesIO()
    first.save(
        buffer, "GIF", save_all=True, append_images=pictures, duration=durations, disposal=2, **options
    )
    return buffer.getvalue()


def _frames(
    image: Image.Image, count: int, size: tuple[int, int], durations: list[int]
) -> Iterator[Image.Image]:
    # an APNG may begin with a picture for those that cannot move it
    for index in range(1 if getattr(image, "default_image", False) else 0, count):
        image.seek(index)
        image.load()
        durations.append(round(image.info.get("duration") or _STANDS_MS))
        frame = on_screen(image, image.info)
        if frame.size != size:
            frame = frame.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        yield (
            frame.convert("RGB").quantize(256)
            if is_opaque(frame)
            else frame.convert("RGBA").quantize(256, Image.Quantize.FASTOCTREE)
        )


def _loops(image: Image.Image) -> bool:
    """A GIF that does not say so is played once; the others go on for ever."""
    return image.format != "GIF" or "loop" in image.info
