"""How is a large picture made smaller without a second one as large in memory? In bands of rows."""

import math
from typing import Final

from PIL import Image

_BAND: Final = 256  # rows of the result that are made at a time
_SUPPORT: Final = 2  # rows of the original to each side that the bicubic filter looks at, a row of the result


def scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at this size, which is not larger in either direction. For modes of eight bits a band."""
    if size == image.size:
        return image
    result = Image.new(image.mode, size)
    step = image.height / size[1]
    margin = math.ceil(_SUPPORT * step) + 1
    for top in range(0, size[1], _BAND):
        bottom = min(top + _BAND, size[1])
        first = max(0, math.floor(top * step) - margin)
        last = min(image.height, math.ceil(bottom * step) + margin)
        rows = image.crop((0, first, image.width, last))
        # rounding may put the last row's end a hair outside
        box = (0, top * step - first, image.width, min(bottom * step - first, rows.height))
        result.paste(rows.resize((size[0], bottom - top), Image.Resampling.BICUBIC, box), (0, top))
    return result
