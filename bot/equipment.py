"""What does this machine lack to show pictures as they are configured? Said at the start and by `zhouzhi check`."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.config.model import Settings
from bot.media.fonts import fonts_for
from bot.media.formats import missing_codecs


@dataclass(frozen=True, slots=True)
class Lack:
    """`key` names the text; `<key>_cure` says what to do about it."""

    key: str
    what: str


def lacking(settings: Settings) -> Iterator[Lack]:
    """Decoders that Pillow was built without, and the fonts of cards. Blocking."""
    if codecs := missing_codecs():
        yield Lack("check.no_codec", ", ".join(codecs))
    wanting = [entry.key for entry in settings.series if entry.cover == "card"]
    if wanting and fonts_for("zh-Hans") is None:
        yield Lack("check.no_font", ", ".join(wanting))
