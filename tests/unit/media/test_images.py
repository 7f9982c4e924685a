"""Is every picture brought into a form that both platforms take, and everything else refused?"""

import io

import pytest
from PIL import Image

from bot.media.images import MAX_RATIO, SIDE, prepare
from digest.errors import Refused


def drawn(size=(40, 30), kind="PNG", mode="RGB", **options):
    buffer = io.BytesIO()
    Image.new(mode, size, "red").save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_what_platforms_take_stays_byte_for_byte(kind):
    """No needless loss."""
    content = drawn(kind=kind)
    assert prepare(content).content == content


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "TIFF"])
def test_other_formats_are_re_encoded(kind):
    """A web picture becomes one that can be sent."""
    prepared = prepare(drawn(kind=kind))
    assert prepared.picture.mime in ("image/png", "image/jpeg")
    assert (prepared.picture.width, prepared.picture.height) == (40, 30)


def test_where_it_was_taken_is_not_passed_on():
    """EXIF is stripped."""
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    prepared = prepare(drawn(kind="JPEG", exif=exif))
    assert b"secret" not in prepared.content


def test_large_pictures_are_scaled():
    """No side is longer than the limit, the shape is kept."""
    picture = prepare(drawn((SIDE + 1_000, 600), mode="L")).picture
    assert picture.width == SIDE
    assert picture.height == round(600 * SIDE / (SIDE + 1_000))


def test_a_strip_gets_margins():
    """Telegram refuses a ratio over 20."""
    picture = prepare(drawn((2_000, 10))).picture
    assert picture.width / picture.height <= MAX_RATIO


@pytest.mark.parametrize(
    "content", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", drawn()[:60]]
)
def test_no_picture_is_refused(content):
    """Text, vector graphics and torn files do not get through."""
    with pytest.raises(Refused):
        prepare(content)


def test_a_decompression_bomb_is_refused_unread():
    """Dimensions are read before anything is decoded."""
    bomb = drawn((10_000, 6_000), mode="1")
    assert len(bomb) < 100_000
    with pytest.raises(Refused):
        prepare(bomb)
