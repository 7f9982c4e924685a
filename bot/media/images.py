"""Is this a picture, and may it be sent? Checked by its bytes, scaled and re-encoded so that every platform takes it.

Bounds: content.md §8 (50 megapixels, 500 frames, no SVG), Telegram's photo rules (telegram.md §2: width + height at
most 10,000, ratio at most 20, 10 MB) and Discord's file size (10 MiB). `image/gif` is what moves; all else stands still.
Blocking: call it in a thread. One picture is decoded at a time, however many threads ask.
"""

import hashlib
import io
import math
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from bot.media.colours import is_opaque, needs_room, on_screen, without_alpha
from bot.media.formats import OPENED, unopened
from bot.media.gif import Gif, read_gif
from bot.media.moving import MAX_FRAMES, as_gif, is_bounded
from bot.media.scaling import scaled
from digest.errors import Refused
from digest.page import Picture

MAX_PIXELS: Final = 50_000_000
MAX_SHOWN: Final = 16_000_000  # pixels of what is encoded anew; no screen these platforms show it on has more
MAX_SIDES: Final = 10_000  # width + height, Telegram `sendPhoto`
MAX_RATIO: Final = 20  # longer side ÷ shorter side, Telegram `sendPhoto`
MAX_BYTES: Final = 10_000_000  # the smaller of Telegram's 10 MB and Discord's 10 MiB
SUFFIX: Final = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}
_QUALITIES: Final = (90, 80, 65, 50)
_SHRUNK: Final = (1.0, 0.7, 0.5, 0.35)  # for what stays too heavy at every quality
_MOVING: Final = ("GIF", "PNG", "WEBP", "AVIF")
# what a file may hold besides the picture and be passed on as it is
_JPEG_PARTS: Final = frozenset({"APP0", "APP2", "APP14"})  # JFIF, colour profile, Adobe's colours
_JPEG_NOTES: Final = frozenset(
    {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "adobe", "adobe_transform"}
    | {"progressive", "progression", "icc_profile"}
)
_PNG_NOTES: Final = frozenset(
    {"transparency", "gamma", "srgb", "chromaticity", "dpi", "aspect", "interlace", "icc_profile"}
)
_ORIENTATION: Final = 0x0112  # of EXIF
_PNG_END: Final = b"IEND\xaeB`\x82"

# more than MAX_PIXELS is never decoded, whoever asks
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
_decoding = threading.Lock()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture ready to send, with its bytes. `remark`: the problem's code where not all of it is shown, else empty."""

    picture: Picture
    content: bytes
    remark: str = ""


def prepare(content: bytes) -> Prepared:
    """Check and normalise; the same bytes always give the same picture. Raises Refused("picture.…") with the reason."""
    if name := unopened(content):
        raise Refused("picture.format", format=name)
    with _decoding:
        try:
            return _picture(content)
        except Refused:
            raise
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise Refused("picture.too_large", limit=MAX_PIXELS // 1_000_000) from error
        except Exception as error:  # decoders raise nearly anything for a broken file, MemoryError included
            raise Refused("picture.unreadable", reason=type(error).__name__) from error


def _picture(content: bytes) -> Prepared:
    Image.init()  # the rarer decoders are not loaded by themselves; done once
    with Image.open(io.BytesIO(content), formats=[name for name in OPENED if name in Image.OPEN]) as image:
        gif = read_gif(content, MAX_FRAMES) if image.format == "GIF" else None
        frames = gif.frames if gif is not None else int(getattr(image, "n_frames", 1))
        if image.format in _MOVING and frames > 1:
            return _moving(image, frames, gif)
        image_fits = _fits(image.size) and len(content) <= MAX_BYTES
        if image_fits and _is_bare(image, content):
            image.load()
            return _prepared(content, f"image/{str(image.format).lower()}", image.size)
        return _still(image, "picture_first_page" if image.format == "TIFF" and frames > 1 else "")


def _moving(image: Image.Image, frames: int, gif: Gif | None) -> Prepared:
    if not is_bounded(image.size, frames):
        return _still(image, "picture_still")
    if gif is not None and _fits(image.size) and len(gif.content) <= MAX_BYTES:
        image.load()
        return _prepared(gif.content, "image/gif", image.size)
    made = as_gif(image, frames, MAX_BYTES)
    if made is None:
        image.seek(0)
        return _still(image, "picture_still")
    return _prepared(made[0], "image/gif", made[1])


def _fits(size: tuple[int, int]) -> bool:
    return sum(size) <= MAX_SIDES and max(size) <= MAX_RATIO * min(size)


def _is_bare(image: Image.Image, content: bytes) -> bool:
    """Whether the file is nothing but a picture for the screen: no EXIF with its place, no words, nothing behind it."""
    notes = image.info.keys()
    match image.format:
        case "JPEG":
            parts = {name for name, _ in getattr(image, "applist", ())}
            is_plain = parts <= _JPEG_PARTS and notes <= _JPEG_NOTES and image.mode in ("L", "RGB")
            return is_plain and content.endswith(b"\xff\xd9")
        case "PNG":
            if not content.endswith(_PNG_END):
                return False
            image.load()  # what stands behind the picture is known only now
            has_words = bool(getattr(image, "text", None) or getattr(image, "private_chunks", None))
            is_plain = image.info.keys() <= _PNG_NOTES and image.mode in ("1", "L", "LA", "P", "RGB", "RGBA")
            return is_plain and not has_words
        case _:
            return False


def _still(image: Image.Image, remark: str) -> Prepared:
    """One frame, upright, within the sides, encoded anew."""
    is_photograph = image.format in ("JPEG", "MPO")
    target = _target(image.size)
    if target != image.size:
        image.draft(None, target)  # a JPEG can be decoded smaller at once
        target = _target(image.size)
    image.load()
    orientation = image.getexif().get(_ORIENTATION)  # now: a TIFF has turned itself and says so no more
    shown = image if needs_room(image) else scaled(image, target)
    shown = on_screen(shown, image.info)
    shown = scaled(shown, _target(shown.size))
    if orientation is not None:
        shown.getexif()[_ORIENTATION] = orientation
        shown = ImageOps.exif_transpose(shown)
        shown.info = {}
    return _encoded(_with_margins(shown), remark, has_png=not is_photograph)


def _target(size: tuple[int, int]) -> tuple[int, int]:
    """The size within Telegram's sum of sides and what a screen can use, in the same shape."""
    fit = min(1, MAX_SIDES / sum(size), math.sqrt(MAX_SHOWN / (size[0] * size[1])))
    return max(1, int(size[0] * fit)), max(1, int(size[1] * fit))


def _with_margins(image: Image.Image) -> Image.Image:
    """A strip too long for Telegram gets margins rather than being refused."""
    width, height = image.size
    if max(image.size) <= MAX_RATIO * min(image.size):
        return image
    shorter = -(-max(image.size) // MAX_RATIO)
    longer = min(max(image.size), MAX_SIDES - shorter)
    strip = image if longer == max(image.size) else image.resize(_along(image.size, longer))
    width, height = strip.size
    canvas = Image.new("RGB", (max(width, shorter), max(height, shorter)), (255, 255, 255))
    canvas.paste(without_alpha(strip), ((canvas.width - width) // 2, (canvas.height - height) // 2))
    return canvas


def _along(size: tuple[int, int], longer: int) -> tuple[int, int]:
    return (longer, size[1]) if size[0] > size[1] else (size[0], longer)


def _encoded(image: Image.Image, remark: str, *, has_png: bool) -> Prepared:
    """PNG where something shines through or where it is the smaller, else JPEG at falling quality and size."""
    for shrunk in _SHRUNK:
        size = (max(1, int(image.width * shrunk)), max(1, int(image.height * shrunk)))
        smaller = image if shrunk == 1 else image.resize(size, reducing_gap=3.0)
        for content, mime in _files(smaller, has_png=has_png):
            if len(content) <= MAX_BYTES:
                return _prepared(content, mime, smaller.size, remark)
    raise Refused("picture.too_heavy", limit=MAX_BYTES // 1_000_000)


def _files(image: Image.Image, *, has_png: bool) -> Iterator[tuple[bytes, str]]:
    """The picture as files, the best first."""
    if not is_opaque(image):
        yield _file(image, "PNG"), "image/png"
    flat = without_alpha(image)
    png = _file(flat, "PNG") if has_png and is_opaque(image) else None
    for quality in _QUALITIES:
        jpeg = _file(flat, "JPEG", quality=quality)
        if png is not None and len(png) <= len(jpeg):
            yield png, "image/png"
        yield jpeg, "image/jpeg"


def _file(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _prepared(content: bytes, mime: str, size: tuple[int, int], remark: str = "") -> Prepared:
    sha = hashlib.sha256(content).hexdigest()
    return Prepared(Picture(sha, mime, size[0], size[1], len(content)), content, remark)
