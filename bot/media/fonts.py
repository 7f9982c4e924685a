"""With which font can a card be written? The system's own for Chinese and Japanese, asked for by language."""

import functools
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PIL import ImageFont

Weight = Literal["regular", "bold"]
_WITHIN_S: Final = 10
_WEIGHTS: Final = {"regular": 80, "bold": 200}  # as fontconfig counts
_MISSING: Final = "\U0010fffe"  # no font has a glyph for it: what is drawn stands for any other it lacks


@dataclass(frozen=True, slots=True)
class _Script:
    """How the fonts of a language are asked for; `index` is its place in the collection of all five."""

    families: str
    lang: str
    index: int


_SCRIPTS: Final = {
    "zh-Hans": _Script("Noto Sans CJK SC,Source Han Sans SC,Noto Sans SC,PingFang SC", "zh-cn", 2),
    "zh-Hant": _Script("Noto Sans CJK TC,Source Han Sans TC,Noto Sans TC,PingFang TC", "zh-tw", 3),
    "ja": _Script("Noto Sans CJK JP,Source Han Sans,Noto Sans JP,Hiragino Sans", "ja", 0),
}
# where they lie when nobody can be asked: Debian, Fedora, Arch; then macOS, whose collections are one language each
_FOLDERS: Final = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/noto-cjk",
)
_FILES: Final = {"regular": "NotoSansCJK-Regular.ttc", "bold": "NotoSansCJK-Bold.ttc"}
_SINGLES: Final = (
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
)


@dataclass(frozen=True, slots=True)
class Face:
    """One cut of a font: its file, and which of the file's fonts it is."""

    path: str
    index: int

    def sized(self, pixels: int) -> ImageFont.FreeTypeFont:
        return _opened(self.path, self.index, pixels)

    def lacks(self, text: str) -> str:
        """The characters of a text that the font cannot show."""
        return "".join(dict.fromkeys(one for one in text if not one.isspace() and not self._has(one)))

    def _has(self, character: str) -> bool:
        font = self.sized(24)
        return _look(font, character) != _look(font, _MISSING)


@dataclass(frozen=True, slots=True)
class Fonts:
    """What a card is written with."""

    regular: Face
    bold: Face


@functools.cache
def fonts_for(language: str) -> Fonts | None:
    """The fonts for a language's text; None where the machine has none. Blocking at the first question."""
    script = _SCRIPTS[_script_of(language.lower())]
    regular, bold = _face(script, "regular"), _face(script, "bold")
    if regular is None or bold is None:
        one = regular or bold
        return Fonts(one, one) if one else None
    return Fonts(regular, bold)


def _script_of(language: str) -> str:
    """Latin text is written with the font for Chinese: its letters are made to stand beside."""
    if language.startswith("ja"):
        return "ja"
    is_traditional = language.startswith("zh") and any(one in language for one in ("hant", "tw", "hk", "mo"))
    return "zh-Hant" if is_traditional else "zh-Hans"


def _face(script: _Script, weight: Weight) -> Face | None:
    return _asked(script, weight) or _known(script, weight)


def _asked(script: _Script, weight: Weight) -> Face | None:
    """What fontconfig names, if it covers the language: it always names something."""
    command = shutil.which("fc-match")
    if command is None:
        return None
    pattern = f"{script.families},sans-serif:lang={script.lang}:weight={_WEIGHTS[weight]}"
    try:
        found = subprocess.run(  # noqa: S603  fontconfig's own command, nothing of it from outside
            [command, "-f", "%{file}\t%{index}\t%{lang}", pattern],
            capture_output=True,
            timeout=_WITHIN_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    path, _, rest = found.stdout.decode("utf-8", "replace").partition("\t")
    index, _, languages = rest.partition("\t")
    # the upper half names an instance of a variable font
    return _usable(path, int(index) & 0xFFFF) if script.lang in languages.split("|") else None


def _known(script: _Script, weight: Weight) -> Face | None:
    collections = ((f"{folder}/{_FILES[weight]}", script.index) for folder in _FOLDERS)
    for path, index in (*collections, *((path, 0) for path in _SINGLES)):
        if (face := _usable(path, index)) is not None:
            return face
    return None


def _usable(path: str, index: int) -> Face | None:
    """A face whose file opens and shows Chinese characters."""
    if not Path(path).is_file():
        return None
    face = Face(path, index)
    try:
        return None if face.lacks("周知") else face
    except OSError:
        return None


@functools.lru_cache(maxsize=64)
def _opened(path: str, index: int, pixels: int) -> ImageFont.FreeTypeFont:
    # the basic layout: the same picture whether or not the machine has a shaping library
    return ImageFont.truetype(path, pixels, index, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=4_096)
def _look(font: ImageFont.FreeTypeFont, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)
