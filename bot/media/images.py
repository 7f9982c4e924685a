"""Is this a picture, and may it be sent? Checked by its bytes, scaled and re-encoded so that every platform takes it.

Bounds: content.md §8 (50 megapixels, 500 frames, no SVG), Telegram's photo rules (telegram.md §2: width + height at
most 10,000, ratio at most 20, 10 MB) and Discord's file size (10 MiB).
"""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from digest.errors import Refused
from digest.page import Picture

MAX_PIXELS = 50_000_000
MAX_FRAMES = 500
MAX_SIDES = 10_000  # width + height, Telegram `sendPhoto`
MAX_RATIO = 20  # longer side ÷ shorter side, Telegram `sendPhoto`
MAX_BYTES = 10_000_000  # the smaller of Telegram's 10 MB and Discord's 10 MiB
SIDE = 4_096  # the longest side we keep; more is not seen on any screen these platforms show
KEPT = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif"}  # what both platforms take as it is
SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture ready to send, with its bytes."""

    picture: Picture
    content: bytes


def prepare(content: bytes) -> Prepared:
    """Check and normalise; the same bytes always give the same picture. Raises Refused("picture.…") with the reason."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            _check(image)
            image.load()
            return _normalised(image, content)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused("picture.unreadable", reason=type(error).__name__) from error


def _check(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise Refused("picture.too_large", width=width, height=height, limit=MAX_PIXELS // 1_000_000)
    if getattr(image, "n_frames", 1) > MAX_FRAMES:
        raise Refused("picture.too_many_frames", limit=MAX_FRAMES)


def _normalised(image: Image.Image, content: bytes) -> Prepared:
    is_moving = getattr(image, "is_animated", False)
    fits = max(image.size) <= SIDE and len(content) <= MAX_BYTES and _ratio(image) <= MAX_RATIO
    if image.format in KEPT and fits and not _has_metadata(image):
        return _prepared(content, KEPT[image.format], image.size)
    if is_moving and image.format == "GIF":
        raise Refused("picture.gif_too_large", limit=MAX_BYTES // 1_000_000)
    return _encoded(_on_canvas(ImageOps.exif_transpose(image)))


def _has_metadata(image: Image.Image) -> bool:
    """EXIF may hold where the picture was taken."""
    return bool(image.getexif())


def _ratio(image: Image.Image) -> float:
    width, height = image.size
    return max(width, height) / max(1, min(width, height))


def _on_canvas(image: Image.Image) -> Image.Image:
    """Scaled into the side limit; a strip too long for Telegram gets margins rather than being refused."""
    image.thumbnail((SIDE, SIDE))
    if _ratio(image) <= MAX_RATIO:
        return image
    width, height = image.size
    shorter = -(-max(width, height) // MAX_RATIO)
    size = (max(width, shorter), max(height, shorter))
    canvas = Image.new("RGBA", size, (255, 255, 255, 255))
    canvas.paste(image, ((size[0] - width) // 2, (size[1] - height) // 2))
    return canvas


def _encoded(image: Image.Image) -> Prepared:
    """PNG where there is transparency or it is small enough, else JPEG at falling quality until it fits."""
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    png = io.BytesIO()
    image.convert("RGBA" if has_alpha else "RGB").save(png, "PNG", optimize=False)
    if has_alpha and png.tell() <= MAX_BYTES:
        return _prepared(png.getvalue(), "image/png", image.size)
    flat = Image.new("RGB", image.size, (255, 255, 255))
    flat.paste(image, mask=image.convert("RGBA").getchannel("A"))
    for quality in (90, 80, 65, 50):
        jpeg = io.BytesIO()
        flat.save(jpeg, "JPEG", quality=quality)
        if jpeg.tell() <= MAX_BYTES:
            best = min((png, "image/png"), (jpeg, "image/jpeg"), key=lambda pair: pair[0].tell())
            return _prepared(best[0].getvalue(), best[1], image.size)
    raise Refused("picture.too_heavy", limit=MAX_BYTES // 1_000_000)


def _prepared(content: bytes, mime: str, size: tuple[int, int]) -> Prepared:
    sha = hashlib.sha256(content).hexdigest()
    return Prepared(Picture(sha, mime, size[0], size[1], len(content)), content)
