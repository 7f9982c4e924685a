"""How does a picture look on a screen? Eight bits, sRGB, with or without transparency, whatever it is stored as."""

import io
from collections.abc import Mapping
from typing import Any, Final

from PIL import Image, ImageCms

WHITE: Final = (255, 255, 255)
_SRGB: Final = ImageCms.createProfile("sRGB")
_PROFILED: Final = ("RGB", "RGBA", "CMYK", "L")


def on_screen(image: Image.Image, notes: Mapping[Any, Any]) -> Image.Image:
    """The picture in mode L, LA, RGB or RGBA, as its file's notes mean it, and without them."""
    shown = _eight_bits(image)
    profile = notes.get("icc_profile")
    if profile and shown.mode in _PROFILED:
        shown = _in_srgb(shown, profile)
    if shown.mode not in ("L", "LA", "RGB", "RGBA"):
        shown = shown.convert("RGB")
    if shown is image:
        shown = image.crop((0, 0, *image.size))
    shown.info = {}
    return shown


def needs_room(image: Image.Image) -> bool:
    """Whether the picture can only be scaled once it is `on_screen`: its numbers are no shades."""
    return image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK") or "transparency" in image.info


def is_opaque(image: Image.Image) -> bool:
    """Whether nothing shines through."""
    return image.mode not in ("LA", "RGBA") or image.getchannel("A").getextrema() == (255, 255)


def without_alpha(image: Image.Image) -> Image.Image:
    """On white, as every client shows it by daylight."""
    if image.mode not in ("LA", "RGBA"):
        return image
    flat = Image.new("RGB", image.size, WHITE)
    flat.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return flat


def _eight_bits(image: Image.Image) -> Image.Image:
    match image.mode:
        case "1":
            return image.convert("L")
        case "P" | "PA" | "RGBa" | "La":
            has_alpha = image.mode != "P" or "transparency" in image.info
            return image.convert("RGBA" if has_alpha else "RGB")
        case "L" | "RGB" if "transparency" in image.info:
            return image.convert("RGBA")
        case "F":
            return _stretched(image)
        case mode if mode.startswith("I"):
            return _narrowed(image.convert("I"))
        case _:
            return image


def _narrowed(image: Image.Image) -> Image.Image:
    """Whole numbers of 16 bits as 8; wider or negative ones from their darkest to their lightest."""
    low, high = _extrema(image)
    if low < 0 or high > 0xFFFF:
        return _stretched(image.convert("F"))
    return image.point(lambda shade: shade * (1 / 257) + 0.5).convert("L")


def _stretched(image: Image.Image) -> Image.Image:
    low, high = _extrema(image)
    scale = 255 / (high - low) if high > low else 0
    return image.point(lambda shade: shade * scale + (-low * scale)).convert("L")


def _extrema(image: Image.Image) -> tuple[float, float]:
    low, high = image.getextrema()
    assert isinstance(low, (int, float))  # of one band
    assert isinstance(high, (int, float))
    return low, high


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the profile means them; a profile that cannot be read means nothing."""
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = ImageCms.profileToProfile(image, own, _SRGB, outputMode=wanted)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return image if found is None else found
