"""Which pictures do these tests hand in? Drawn here, in every format and oddity a curator's folder may hold."""

import io
import struct
import zlib
from random import Random

from PIL import Image, ImageCms

COLOURS = ("red", "green", "blue", "gold")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def saved(image, kind="PNG", **options):
    """The picture's file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def drawn(size=(40, 30), kind="PNG", mode="RGB", colour="red", **options):
    """One colour all over."""
    return saved(Image.new(mode, size, colour), kind, **options)


def moving(kind="GIF", size=(40, 30), frames=4, mode="RGB", **options):
    """A picture of several frames, each in a colour of its own."""
    first, *rest = [Image.new(mode, size, COLOURS[index % 4]) for index in range(frames)]
    for index, frame in enumerate([first, *rest]):  # no two frames alike, or the encoder joins them
        frame.putpixel((index % size[0], index // size[0] % size[1]), 0)
    return saved(first, kind, save_all=True, append_images=rest, duration=100, **options)


def noise(size, mode="RGB"):
    """What no encoder can make small."""
    count = size[0] * size[1] * len(mode)
    return Image.frombytes(mode, size, Random(7).randbytes(count))


def turned(kind):
    """Red above, blue below as it is to be seen; stored lying, with the note that says so (EXIF orientation 6)."""
    lying = Image.new("RGB", (60, 40), "blue")
    lying.paste("red", (0, 0, 30, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a secret place"
    return saved(lying, kind, exif=exif)


def corners(content):
    """The colours at the corners, row by row."""
    with Image.open(io.BytesIO(content)) as image:
        shown = image.convert("RGB")
        width, height = shown.size
        return [shown.getpixel((x, y)) for y in (1, height - 2) for x in (1, width - 2)]


def png(width, height, *chunks):
    """A PNG that says this size, holding these (name, content)."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    written = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in (head, *chunks, (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + written


def frames_of(content):
    """The frames of a picture as they are seen, and how long each stands."""
    with Image.open(io.BytesIO(content)) as image:
        found = []
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            found.append((image.convert("RGB").getpixel((20, 20)), image.info.get("duration")))
        return found


def are_near(one, other, by=40):
    """Whether two colours look alike."""
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))
