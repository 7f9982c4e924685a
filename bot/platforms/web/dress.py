"""What does a document bring along, and what does it ask for? Served beside its stylesheet, or one file alone."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bot.platforms.web.writer import PICTURES

PAGE: Final = Path(__file__).parent / "page"
STYLE: Final = "issue.css"
ICON: Final = "icon.svg"


@dataclass(frozen=True, slots=True)
class Dress:
    """`picture`: SHA-256 -> address. `style` is an address, or the stylesheet itself when the document `is_alone`.

    `policy` is written into a document that no server sends one with. `has_views`: the same issue is to be had at its
    address in other densities.
    """

    style: str
    icon: str
    picture: Callable[[str], str]
    policy: str | None = None
    is_alone: bool = False
    has_views: bool = False


def _served_picture(sha: str) -> str:
    return f"{PICTURES}{sha}"


SERVED: Final = Dress(f"/page/{STYLE}", f"/page/{ICON}", _served_picture, has_views=True)


def alone(read: Callable[[str], tuple[str, bytes] | None]) -> Dress:
    """One file that opens without network. `read`: SHA-256 -> MIME type and bytes; None leaves the picture out of reach."""

    def picture(sha: str) -> str:
        found = read(sha)
        return _data(*found) if found else _served_picture(sha)

    style = _file(STYLE).decode()
    mark = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{mark}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return Dress(style, _data("image/svg+xml", _file(ICON)), picture, policy, is_alone=True)


@cache
def _file(name: str) -> bytes:
    return (PAGE / name).read_bytes()


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
