"""Is a picture scaled in bands the same as one scaled whole?"""

import pytest
from PIL import Image, ImageChops

from bot.media.colours import without_alpha
from bot.media.scaling import scaled
from tests.unit.media.drawing import noise


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize("size", [(100, 700), (37, 513), (90, 256), (1, 1)])
def test_no_seam_is_seen(mode, size):
    """No pixel differs by more than rounding, twice where something shines through."""
    image = noise((120, 900), mode)
    whole = image.resize(size, Image.Resampling.BICUBIC)
    # as they are seen: where nearly nothing is seen, colours are rounded
    shown, expected = (without_alpha(one).convert("RGB") for one in (scaled(image, size), whole))
    difference = ImageChops.difference(shown, expected)
    bands = [band.getextrema()[1] for band in difference.split()]
    assert all(isinstance(high, int | float) and high <= 2 for high in bands)


def test_a_picture_of_that_size_is_itself():
    """Nothing is done for nothing."""
    image = noise((9, 9), "RGB")
    assert scaled(image, (9, 9)) is image
