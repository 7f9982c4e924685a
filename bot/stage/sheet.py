"""What does the preview's file show? Every message of a push as its client draws it, its budgets and what to mend.

The bubbles are drawn by the stage's own modules, from what a look reads in the exact payload.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from bot.platforms.base import Budget, FormKind, Message, Payload, Readback, Style
from bot.platforms.web.render import PICTURES
from bot.stage.discord_look import DiscordLook
from bot.stage.look import Drawn
from bot.stage.single_file import SingleFile, data_address
from bot.stage.telegram_look import TelegramLook
from bot.stage.web_look import WebLook
from digest.audience import PlatformName
from digest.page import Density
from handlers.texts import Texts

PAGE: Final = Path(__file__).parent / "page"
WEB_PAGE: Final = Path(__file__).parents[1] / "platforms" / "web" / "page"
STYLES: Final = (
    WEB_PAGE / "style.css",
    PAGE / "frame.css",
    PAGE / "bubble.css",
    PAGE / "telegram.css",
    PAGE / "discord.css",
    PAGE / "sheet.css",
)
MODULES: Final = (
    WEB_PAGE / "dom.js",
    WEB_PAGE / "message.js",
    PAGE / "clock.js",
    PAGE / "bubble.js",
    PAGE / "telegram.js",
    PAGE / "discord.js",
    PAGE / "sheet.js",
)
ICON: Final = WEB_PAGE / "icon.svg"
ROOMS: Final = ("demo.", "sheet.")  # whose texts the page says


class Drawing(Protocol):
    """What is asked of a look here; `bot.stage.look.Look` says more."""

    def check(self, message: Message) -> list[str]: ...
    def readback(self, message: Message) -> Readback: ...
    def draw(self, message: Message) -> Drawn: ...
    def meter(self, message: Message) -> tuple[Budget, ...]: ...


LOOKS: Final[Mapping[PlatformName, Drawing]] = {
    "telegram": TelegramLook(),
    "discord": DiscordLook(),
    "web": WebLook(),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One call to the platform: the message, and the payload of the call it is made with."""

    message: Message
    call: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class View:
    """One way to send the issue."""

    platform: PlatformName
    form: FormKind
    style: Style
    density: Density
    parts: tuple[Part, ...]

    @property
    def shas(self) -> list[str]:
        """The pictures it shows, in reading order."""
        look = LOOKS[self.platform]
        return [sha for part in self.parts for sha in look.readback(part.message).images]


@dataclass(frozen=True, slots=True)
class Lint:
    """Something to mend in the issue; `line` 0 where it has none."""

    level: str
    line: int
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the file shows; the first view is shown first. Pictures are bytes by their SHA-256.

    `language` is the issue's, the page itself speaks that of `texts`.
    """

    title: str
    language: str
    views: tuple[View, ...]
    pictures: Mapping[str, tuple[str, bytes]]
    lint: Sequence[Lint] = ()

    def html(self, texts: Texts) -> str:
        """One file that opens from disk."""
        return str(
            SingleFile(
                title=texts("sheet.title", title=self.title),
                language=texts.language,
                styles=[path.read_text("utf-8") for path in STYLES],
                modules={path.name: path.read_text("utf-8") for path in MODULES},
                entry="sheet.js",
                data=self._data(texts),
                icon=data_address("image/svg+xml", ICON.read_bytes()),
            )
        )

    def _data(self, texts: Texts) -> dict[str, Any]:
        return {
            "title": self.title,
            "language": self.language,
            "speaks": texts.language,
            "words": _words(texts),
            "views": [_view(view, texts) for view in self.views],
            "pictures": {sha: data_address(kind, content) for sha, (kind, content) in self.pictures.items()},
            "pictures_at": PICTURES,
            "lint": [
                {"level": one.level, "line": one.line, "message": one.message, "cure": one.cure}
                for one in self.lint
            ],
            "icon": data_address("image/svg+xml", ICON.read_bytes()),
        }


def _words(texts: Texts) -> dict[str, str]:
    return {
        key.removeprefix(room): words
        for room in ROOMS
        for key, words in texts.singular.items()
        if key.startswith(room)
    }


def _view(view: View, texts: Texts) -> dict[str, Any]:
    return {
        "platform": view.platform,
        "form": view.form,
        "style": view.style,
        "density": view.density,
        "size": texts.count("check.messages", sum(part.message.count for part in view.parts)),
        "parts": [_part(LOOKS[view.platform], part) for part in view.parts],
    }


def _part(look: Drawing, part: Part) -> dict[str, Any]:
    return {
        "drawn": look.draw(part.message),
        "meter": look.meter(part.message),
        "refused": look.check(part.message),
        "omitted": list(part.message.omitted),
        "count": part.message.count,
        "call": part.call,
        "payload": part.payload,
    }
