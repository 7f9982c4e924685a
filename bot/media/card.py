"""How does the cover of an issue look that has no picture of its own? One card, drawn from its words alone.

The same face gives the same bytes on the same machine: nothing of the moment goes in. Pure but for the fonts it is given.
"""

import colorsys
import hashlib
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import regex  # type: ignore[import-untyped]  # ships no types
from PIL import Image, ImageDraw

from bot.media.fonts import Face, Fonts
from bot.media.lines import Measure, cut, filled, is_opening, shortened, wrapped
from digest.errors import Refused

WIDTH: Final = 1_200
HEIGHT: Final = 630
MARGIN: Final = 72
_FINE: Final = 2  # drawn so many times larger, so that round shapes are smooth
_TITLE_SIZES: Final = tuple(range(108, 43, -4))
_TITLE_LINES: Final = 4
_LEADING: Final = 1.28
_GRAPHEME: Final = regex.compile(r"\X")
_EMOJI: Final = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\ufe0f\u20e3]")
_UNSEEN: Final = regex.compile(r"[\p{C}\ufe0e\ufe0f\u20e3]")  # what only tells others how to look
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Cover:
    """What a card says. `series_key` gives its colours; `sections` are names with how many items each has."""

    series_key: str
    series: str
    title: str
    facts: tuple[str, ...]  # number and day in the reader's words, as far as they are known
    sections: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a series."""

    deep: Colour
    bright: Colour
    tint: Colour


def card(cover: Cover, fonts: Fonts) -> bytes:
    """The PNG, 1200 × 630. Raises Refused("picture.card_letters") for a title in letters the fonts do not have."""
    shown = _without_emoji(cover, fonts.bold)
    _check_letters(shown, fonts)
    return Sheet(shown, fonts).png()


def palette(series_key: str) -> Palette:
    """Three colours of one hue; white stands out from the first two."""
    number = int.from_bytes(hashlib.sha256(series_key.encode()).digest()[:4], "big")
    hue = (120 + number % 215) / 360  # from green over blue to magenta: dark yellow is brown
    return Palette(_shade(hue, 0.62, 0.075), _shade(hue + 0.07, 0.62, 0.17), _shade(hue + 0.04, 0.75, 0.62))


def luminance(colour: Colour) -> float:
    """As WCAG 2 counts it, 0 for black and 1 for white."""
    red, green, blue = (
        one / 255 / 12.92 if one <= 10 else ((one / 255 + 0.055) / 1.055) ** 2.4 for one in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _shade(hue: float, saturation: float, wanted: float) -> Colour:
    """The colour of a hue with this luminance: yellow and blue look equally light."""
    low, high = 0.0, 1.0
    found: Colour = (0, 0, 0)
    for _ in range(16):
        middle = (low + high) / 2
        red, green, blue = colorsys.hls_to_rgb(hue % 1, middle, saturation)
        found = (round(red * 255), round(green * 255), round(blue * 255))
        if luminance(found) < wanted:
            low = middle
        else:
            high = middle
    return found


def _without_emoji(cover: Cover, face: Face) -> Cover:
    """A text font has no emoji: they are left out, and what is written stays."""

    def bare(text: str) -> str:
        whole = unicodedata.normalize("NFC", " ".join(text.split()))
        return " ".join("".join(map(shown, _GRAPHEME.findall(whole))).split())

    def shown(grapheme: str) -> str:
        plain = str(_UNSEEN.sub("", grapheme))
        return "" if _EMOJI.search(grapheme) and face.lacks(plain) else plain

    return Cover(
        cover.series_key,
        bare(cover.series),
        bare(cover.title),
        tuple(filter(None, map(bare, cover.facts))),
        tuple((bare(name), count) for name, count in cover.sections if bare(name)),
    )


def _check_letters(cover: Cover, fonts: Fonts) -> None:
    small = "".join((*cover.facts, *(name for name, _ in cover.sections)))
    lacking = fonts.bold.lacks(cover.title + cover.series) + fonts.regular.lacks(small)
    if lacking:
        raise Refused("picture.card_letters", letters=lacking[:10])


class Sheet:
    """One card while it is drawn. Lengths are those of the card; what is drawn is finer."""

    def __init__(self, cover: Cover, fonts: Fonts) -> None:
        self.cover = cover
        self.fonts = fonts
        self.colours = palette(cover.series_key)
        self.image = ground_of(self.colours)
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def png(self) -> bytes:
        self._head()
        bottom = self._chips()
        self._title(bottom)
        buffer = io.BytesIO()
        self.image.reduce(_FINE).save(buffer, "PNG")
        return buffer.getvalue()

    def _head(self) -> None:
        """The series with its mark; number and day at the other side."""
        right = float(WIDTH - MARGIN)
        middle = MARGIN + 22
        for index, part in enumerate(reversed(self.cover.facts)):
            if index:
                self._bar((right - 17, middle - 3, right - 11, middle + 3), 3, (255, 255, 255, 150))
                right -= 28
            right -= self._width(part, self.fonts.regular, 28)
            self._write((right, middle), part, self.fonts.regular, 28, (255, 255, 255, 200))
        self._bar((MARGIN, middle - 20, MARGIN + 8, middle + 20), 4, (*self.colours.tint, 255))
        room = right - 40 - MARGIN - 28
        name = shortened(self.cover.series, room, lambda text: self._width(text, self.fonts.bold, 34))
        self._write((MARGIN + 28, middle), name, self.fonts.bold, 34, (255, 255, 255, 255))

    def _chips(self) -> float:
        """The sections on at most two rows from below; returns where the title's room ends."""
        rows = self._rows()
        top = HEIGHT - MARGIN - 52 * len(rows) + (52 - 44)
        for index, row in enumerate(rows):
            left = float(MARGIN)
            for name, count in row:
                left += self._chip(left, top + 52 * index, name, count) + 12
        return top - 34 if rows else HEIGHT - MARGIN

    def _rows(self) -> list[list[tuple[str, str]]]:
        """As many chips as fit; the last one says how many sections are not named."""
        chips = [(name, str(count) if count else "") for name, count in self.cover.sections]
        for kept in range(len(chips), -1, -1):
            rest = len(chips) - kept
            rows = self._filled([*chips[:kept], *([(f"+{rest}", "")] if rest else [])])
            if len(rows) <= 2:
                return rows
        return []

    def _filled(self, chips: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
        rows: list[list[tuple[str, str]]] = []
        left = 0.0
        for chip in chips:
            width = self._chip_width(*chip) + 12
            if not rows or left + width - 12 > WIDTH - 2 * MARGIN:
                rows.append([])
                left = 0
            rows[-1].append(chip)
            left += width
        return rows

    def _chip_width(self, name: str, count: str) -> float:
        gap = 10 if count else 0
        words = self._width(self._named(name), self.fonts.regular, 24)
        return 40 + words + gap + self._width(count, self.fonts.bold, 24)

    def _named(self, name: str) -> str:
        return shortened(name, 420, lambda text: self._width(text, self.fonts.regular, 24))

    def _chip(self, left: float, top: float, name: str, count: str) -> float:
        width = self._chip_width(name, count)
        self._bar((left, top, left + width, top + 44), 22, (255, 255, 255, 36))
        words = self._named(name)
        self._write((left + 20, top + 22), words, self.fonts.regular, 24, (255, 255, 255, 235))
        self._write(
            (left + width - 20 - self._width(count, self.fonts.bold, 24), top + 22),
            count,
            self.fonts.bold,
            24,
            (*self.colours.tint, 255),
        )
        return width

    def _title(self, bottom: float) -> None:
        """As large as it fits; at the smallest size its last line ends in an ellipsis."""
        top = MARGIN + 44 + 34
        size, lines = self.fitted(bottom - top)
        height = size * _LEADING
        middle = top + (bottom - top - height * len(lines)) / 2 + height / 2
        for index, line in enumerate(lines):
            place = (MARGIN - self._hangs(line, size), middle + index * height)
            self._write(place, line, self.fonts.bold, size, (255, 255, 255, 255))

    def _hangs(self, line: str, size: int) -> float:
        """A full-width opening mark has its room before it: without that its ink begins where the lines do."""
        is_wide = self._width(line[:1], self.fonts.bold, size) > 0.9 * size
        return 0.42 * size if is_wide and is_opening(line[:1]) else 0

    def fitted(self, height: float) -> tuple[int, tuple[str, ...]]:
        """The title's size and its lines within this height."""
        width = WIDTH - 2 * MARGIN
        for size in _TITLE_SIZES:
            most = min(_TITLE_LINES, int(height / (size * _LEADING)))
            if len(filled(self.cover.title, width, self._measure(size))) <= most:
                return size, wrapped(self.cover.title, width, self._measure(size))
        return size, cut(self.cover.title, width, self._measure(size), most)

    def _measure(self, size: int) -> Measure:
        return lambda text: self._width(text, self.fonts.bold, size)

    # --- drawing ---

    def _width(self, text: str, face: Face, size: int) -> float:
        return face.sized(size * _FINE).getlength(text) / _FINE if text else 0

    def _write(
        self, at: tuple[float, float], text: str, face: Face, size: int, colour: tuple[int, int, int, int]
    ) -> None:
        """`at`: the left edge, and the middle of capitals and characters."""
        if text:
            font = face.sized(size * _FINE)
            place = (round(at[0] * _FINE), round(at[1] * _FINE + size * _FINE * 0.36))
            self.draw.text(place, text, font=font, fill=colour, anchor="ls")

    def _bar(
        self, box: tuple[float, float, float, float], radius: int, colour: tuple[int, int, int, int]
    ) -> None:
        left, top, right, bottom = (round(edge * _FINE) for edge in box)
        self.draw.rounded_rectangle((left, top, right - 1, bottom - 1), radius * _FINE, fill=colour)


def ground_of(colours: Palette) -> Image.Image:
    """From the deep colour at the lower left to the bright one at the upper right, with two soft rings."""
    size = (WIDTH * _FINE, HEIGHT * _FINE)
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").rotate(180).resize(size)
    mask = Image.blend(across, down, 0.4)
    ground = Image.composite(
        Image.new("RGB", size, colours.bright), Image.new("RGB", size, colours.deep), mask
    )
    draw = ImageDraw.Draw(ground, "RGBA")
    for radius, width, strength in ((430, 70, 12), (270, 46, 14)):
        middle = ((WIDTH - 60) * _FINE, (HEIGHT - 40) * _FINE)
        reach = radius * _FINE
        box = (middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach)
        draw.ellipse(box, outline=(255, 255, 255, strength), width=width * _FINE)
    return ground
