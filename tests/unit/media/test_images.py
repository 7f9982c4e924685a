"""Is every picture brought into a form that both platforms take, and everything else refused?"""

import io
import threading
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, UnidentifiedImageError, features

from bot.media import images
from bot.media.formats import missing_codecs
from bot.media.images import MAX_RATIO, MAX_SIDES, prepare
from digest.errors import Refused
from tests.unit.media.drawing import (
    SRGB,
    are_near,
    corners,
    drawn,
    frames_of,
    moving,
    noise,
    png,
    saved,
    turned,
)

RED, BLUE = (255, 0, 0), (0, 0, 255)


def opened(prepared):
    return Image.open(io.BytesIO(prepared.content))


# --- what may stay as it is


@pytest.mark.parametrize(
    "content",
    [
        drawn(kind="PNG"),
        drawn(kind="JPEG"),
        drawn(kind="JPEG", icc_profile=SRGB),
        drawn(mode="RGBA"),
        moving("GIF"),
    ],
)
def test_what_platforms_take_stays_byte_for_byte(content):
    """No needless loss."""
    assert prepare(content).content == content


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "TIFF", "AVIF", "GIF"])
def test_other_formats_are_re_encoded(kind):
    """A web picture becomes one that can be sent, of the same size and colour; a GIF that stands still too."""
    prepared = prepare(drawn(kind=kind))
    assert prepared.picture.mime in ("image/png", "image/jpeg")
    assert (prepared.picture.width, prepared.picture.height) == (40, 30)
    assert are_near(corners(prepared.content)[0], RED)
    assert prepared.remark == ""


# --- what is not passed on


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_where_it_was_taken_is_not_passed_on_and_it_stands_upright(kind):
    """EXIF is stripped, after what it says of the orientation was done."""
    prepared = prepare(turned(kind))
    assert b"secret" not in prepared.content
    assert b"Exif" not in prepared.content
    assert (prepared.picture.width, prepared.picture.height) == (40, 60)
    top, _, below, _ = corners(prepared.content)
    assert are_near(top, RED), corners(prepared.content)
    assert are_near(below, BLUE), corners(prepared.content)


@pytest.mark.parametrize(
    "content",
    [
        drawn(kind="JPEG", xmp=b"<x:xmpmeta>exif:GPSLatitude secret</x:xmpmeta>"),
        drawn(kind="JPEG", comment=b"secret"),
        drawn(kind="JPEG")[:2] + b"\xff\xed\x00\x16Photoshop 3.0\0secret" + drawn(kind="JPEG")[2:],
        png(2, 1, (b"tEXt", b"Comment\0secret"), (b"IDAT", zlib.compress(b"\0" + b"\xff\0\0" * 2))),
        png(2, 1, (b"prVt", b"secret"), (b"IDAT", zlib.compress(b"\0" + b"\xff\0\0" * 2))),
        drawn(kind="JPEG") + b"PK\x03\x04 secret",
        drawn() + b"<script>secret</script>",
        moving("GIF", comment=b"secret"),
        moving("GIF") + b"PK\x03\x04 secret",
    ],
    ids=[
        "xmp",
        "comment",
        "photoshop",
        "text",
        "private chunk",
        "zip behind",
        "html behind",
        "gif comment",
        "gif behind",
    ],
)
def test_what_is_hidden_in_a_picture_stays_behind(content):
    """Notes of places and programs, and what hides behind the end: only the picture goes out."""
    assert b"secret" in content
    prepared = prepare(content)
    assert b"secret" not in prepared.content
    opened(prepared).load()


# --- colours


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_shades(kind):
    """A middle grey of 16 bits is a middle grey, not white."""
    prepared = prepare(saved(Image.new("I;16", (40, 30), 0x8000), kind))
    assert are_near(corners(prepared.content)[0], (128, 128, 128), by=2)


def test_numbers_with_a_point_are_shades():
    """A TIFF of measured values goes from its darkest to its lightest."""
    image = Image.new("F", (40, 30), 0.0)
    image.paste(2.5, (20, 0, 40, 30))
    left, right, *_ = corners(prepare(saved(image, "TIFF")).content)
    assert (left, right) == ((0, 0, 0), (255, 255, 255))


def test_printers_colours_become_those_of_a_screen():
    """CMYK would be shown inverted, or not at all."""
    prepared = prepare(drawn(kind="JPEG", mode="CMYK", colour=(0, 255, 255, 0)))
    with opened(prepared) as image:
        assert image.mode == "RGB"
    assert are_near(corners(prepared.content)[0], RED)


def test_a_profile_is_applied_before_it_is_dropped():
    """Re-encoded pictures are sRGB and carry no profile of another space; a broken profile is passed over."""
    with opened(prepare(drawn(kind="TIFF", icc_profile=SRGB))) as image:
        assert "icc_profile" not in image.info
    assert are_near(corners(prepare(drawn(kind="TIFF", icc_profile=b"nonsense")).content)[0], RED)


@pytest.mark.parametrize("mode", ["P", "LA", "RGBA", "RGB"])
def test_see_through_stays_see_through(mode, monkeypatch):
    """Of every kind of transparency, also when it is scaled."""
    monkeypatch.setattr(images, "MAX_SIDES", 400)
    image = Image.new("RGBA", (600, 60), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (300, 0, 600, 60))
    if mode == "P":
        content = saved(image.quantize(8), "PNG", transparency=image.quantize(8).getpixel((0, 0)))
    elif mode == "RGB":
        flat = Image.new("RGB", image.size, (0, 0, 255))
        flat.paste((255, 0, 0), (300, 0, 600, 60))
        content = saved(flat, "PNG", transparency=(0, 0, 255))
    else:
        content = saved(image.convert(mode), "PNG")
    with opened(prepare(content)) as shown:
        alpha = shown.convert("RGBA").getchannel("A")
        assert (alpha.getpixel((10, 10)), alpha.getpixel((shown.width - 10, 10))) == (0, 255)


# --- sizes and shapes


def test_large_pictures_are_scaled():
    """Width and height together stay within Telegram's limit, the shape is kept."""
    picture = prepare(drawn((9_500, 1_500), mode="L", colour=9, compress_level=1)).picture
    assert (picture.width, picture.height) == (8_636, 1_363)
    assert picture.width + picture.height <= MAX_SIDES


def test_a_long_screenshot_can_still_be_read():
    """It is not made narrower than the limit asks for."""
    picture = prepare(drawn((1_000, 15_000), mode="L", colour=9)).picture
    assert picture.height > 9_000
    assert picture.width > 600


@pytest.mark.parametrize("size", [(2_000, 10), (3, 4_000), (30_000, 1)])
def test_a_strip_gets_margins(size):
    """Telegram refuses a ratio over 20."""
    picture = prepare(drawn(size)).picture
    long, short = max(picture.width, picture.height), min(picture.width, picture.height)
    assert long / short <= MAX_RATIO
    assert long + short <= MAX_SIDES


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_stays_too_heavy_is_made_smaller_until_it_fits(mode, monkeypatch):
    """A picture nothing can compress is shown smaller rather than not at all."""
    monkeypatch.setattr(images, "MAX_BYTES", 8_000)
    picture = prepare(saved(noise((200, 150), mode))).picture
    assert picture.size <= 8_000
    assert picture.width < 200


def test_what_cannot_be_made_light_enough_is_refused(monkeypatch):
    """There is an end to making it smaller."""
    monkeypatch.setattr(images, "MAX_BYTES", 300)
    with pytest.raises(Refused, match=r"picture\.too_heavy"):
        prepare(saved(noise((200, 150), "RGB")))


# --- what moves


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_what_moves_moves_on_as_gif(kind):
    """The one moving format both platforms take; same colours, same pace."""
    prepared = prepare(moving(kind))
    assert prepared.picture.mime == "image/gif"
    assert prepared.remark == ""
    frames = frames_of(prepared.content)
    assert len(frames) == 4
    assert all(duration == 100 for _, duration in frames)
    for (shown, _), expected in zip(frames, ((255, 0, 0), (0, 128, 0), BLUE, (255, 215, 0)), strict=True):
        assert are_near(shown, expected)


def test_a_picture_beside_the_animation_is_no_frame_of_it():
    """An APNG may hold a picture for those that cannot move it."""
    first, *rest = [Image.new("RGB", (40, 30), colour) for colour in ("white", "red", "blue")]
    content = saved(first, "PNG", save_all=True, append_images=rest, default_image=True, duration=100)
    assert len(frames_of(prepare(content).content)) == 2


def test_a_huge_animation_is_made_smaller(monkeypatch):
    """A GIF over a platform's limits still moves."""
    monkeypatch.setattr(images, "MAX_SIDES", 700)
    prepared = prepare(moving("GIF", (700, 40), frames=2))
    assert prepared.picture.mime == "image/gif"
    assert prepared.picture.width <= 640
    assert len(frames_of(prepared.content)) == 2


@pytest.mark.parametrize("frames", [501, 40])
def test_an_animation_beyond_all_bounds_stands_still_and_it_is_told(frames, monkeypatch):
    """Better one frame with a reason than nothing: too many frames, or too many pixels in all of them."""
    monkeypatch.setattr("bot.media.moving.MAX_TOTAL", 20_000)
    prepared = prepare(moving("GIF", (30, 20), frames))
    assert prepared.picture.mime in ("image/png", "image/jpeg")
    assert prepared.remark == "picture_still"


def test_frames_are_counted_without_being_decoded():
    """A small file of very many frames takes no time."""
    head, frame = moving("GIF", (2, 2), frames=2), b"!\xf9\x04\0\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0"
    bomb = head[:-1] + frame * 400_000 + b";"
    start = time.process_time()
    assert prepare(bomb).remark == "picture_still"
    assert time.process_time() - start < 1


def test_an_animation_too_heavy_at_every_size_stands_still(monkeypatch):
    """Its first frame is shown, and it is told."""
    monkeypatch.setattr(images, "MAX_BYTES", 700)
    prepared = prepare(moving("WEBP", (40, 30), frames=60))
    assert (prepared.picture.mime, prepared.remark) == ("image/png", "picture_still")


def test_only_the_first_of_several_pages_is_shown_and_it_is_told():
    """A TIFF may be a whole document."""
    prepared = prepare(moving("TIFF"))
    assert prepared.remark == "picture_first_page"
    assert are_near(corners(prepared.content)[3], RED)


def test_the_second_picture_of_a_phone_is_no_loss():
    """MPO holds the same view once more, for depth."""
    prepared = prepare(moving("MPO"))
    assert prepared.picture.mime == "image/jpeg"
    assert prepared.remark == ""


# --- what is refused


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        drawn()[:60],
        drawn(kind="JPEG")[:-200],
        moving("GIF")[:120],
        png(0, 0),
        png(0, 5),
    ],
    ids=["empty", "text", "torn png", "torn jpeg", "torn gif", "no size", "no width"],
)
def test_no_picture_is_refused(content):
    """Text, torn files and pictures without any area do not get through."""
    with pytest.raises(Refused, match=r"picture\.unreadable"):
        prepare(content)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x -->\n<SVG/>", "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(200), "HEIC"),
        (b"\xff\x0a" + bytes(50), "JPEG XL"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "EPS"),
        (b"%PDF-1.4\n", "PDF"),
        (b"8BPS\0\1" + bytes(30), "PSD"),
        (saved(Image.new("RGB", (32, 32)), "ICO"), "ICO"),
        (saved(Image.new("RGB", (32, 32)), "JPEG2000"), "JPEG 2000"),
        (saved(Image.new("RGB", (32, 32)), "PPM"), ""),
        (saved(Image.new("RGB", (32, 32)), "TGA"), ""),
    ],
)
def test_what_no_reader_could_see_is_refused_by_its_name(content, name):
    """Only the formats named here are ever opened: others need programs of their own, or are such."""
    with pytest.raises(Refused) as caught:
        prepare(content)
    expected = ("picture.format", name) if name else ("picture.unreadable", None)
    assert (caught.value.key, caught.value.arguments.get("format")) == expected


@pytest.mark.parametrize("size", [(10_000, 6_000), (30_000, 20_000)])
def test_a_decompression_bomb_is_refused_unread(size):
    """Dimensions are read before anything is decoded."""
    with pytest.raises(Refused, match=r"picture\.too_large"):
        prepare(png(*size, (b"IDAT", zlib.compress(bytes(1_000)))))


@given(
    st.sampled_from(
        [moving("GIF"), moving("WEBP"), moving("PNG"), turned("JPEG"), drawn(kind="TIFF"), drawn(kind="AVIF")]
    ),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_a_broken_file_is_a_picture_or_refused(content, damage):
    """Whatever bytes are wrong, nothing else than a refusal comes out."""
    broken = bytearray(content)
    for where, value in damage:
        broken[int(where * len(broken))] = value
    try:
        prepared = prepare(bytes(broken))
    except Refused:
        return
    opened(prepared).load()


# --- the machine


def test_the_same_bytes_give_the_same_picture():
    """Its hash is its name: nothing of the moment goes into it."""
    for content in (turned("JPEG"), moving("WEBP"), drawn(kind="TIFF", icc_profile=SRGB)):
        assert prepare(content) == prepare(content)


def test_one_large_picture_is_decoded_at_a_time(monkeypatch):
    """Eight at once would take eight times the memory."""
    inside = most = 0
    guard = threading.Lock()
    within = images._picture

    def counted(content):
        nonlocal inside, most
        with guard:
            inside += 1
            most = max(most, inside)
        try:
            return within(content)
        finally:
            with guard:
                inside -= 1

    monkeypatch.setattr(images, "_picture", counted)
    content = turned("JPEG")
    threads = [threading.Thread(target=prepare, args=(content,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_missing_codec_is_named(monkeypatch):
    """What this machine's Pillow was built without; its pictures are refused by name."""
    assert missing_codecs() == ()
    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    assert missing_codecs() == ("AVIF",)

    def unknown(*_, **__):
        raise UnidentifiedImageError

    monkeypatch.setattr(Image, "open", unknown)
    with pytest.raises(Refused) as caught:
        prepare(drawn(kind="AVIF"))
    assert caught.value.key == "picture.format"
