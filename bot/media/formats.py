"""Which format is a file, by its bytes? Those that are opened, and the names of those that are not.

Only what stands in `OPENED` is ever given to a decoder: others need programs of their own (EPS would start one), are
programs (SVG), or are shown by no client.
"""

from typing import Final

from PIL import features

OPENED: Final = ("PNG", "JPEG", "MPO", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
_CODECS: Final = {"webp": "WEBP", "avif": "AVIF", "jpg": "JPEG", "zlib": "PNG", "libtiff": "TIFF"}
_HEADS: Final = (
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"%PDF-", "PDF"),
    (b"%!PS", "EPS"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"8BPS", "PSD"),
    (b"\0\0\1\0", "ICO"),
)
_HEIC: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})
_AVIF: Final = frozenset({b"avif", b"avis"})
_SNIFFED: Final = 2_048  # bytes in which the root of an SVG is looked for


def unopened(content: bytes) -> str | None:
    """The name of a format that is known and not opened; None for all else."""
    name = next((name for head, name in _HEADS if content.startswith(head)), None)
    if name is not None:
        return name
    brands = _brands(content)
    if brands & _HEIC:
        return "HEIC"
    if brands & _AVIF and "AVIF" in missing_codecs():
        return "AVIF"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP" and "WEBP" in missing_codecs():
        return "WEBP"
    start = content[:_SNIFFED].lower()
    is_text = start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return "SVG" if is_text and b"<svg" in start else None


def missing_codecs() -> tuple[str, ...]:
    """The formats this machine's Pillow was built without."""
    return tuple(name for codec, name in _CODECS.items() if not features.check(codec))


def _brands(content: bytes) -> frozenset[bytes]:
    """What the boxes of an ISO media file call it."""
    if content[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(content[:4], "big"), 256, len(content))
    return frozenset({content[8:12], *(content[at : at + 4] for at in range(16, end - 3, 4))})
