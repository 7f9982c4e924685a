"""What does a Telegram client show of a rich message? Its HTML as nested pieces, which the page builds from text nodes.

Only what the page draws of a tag goes along: no attribute of the payload reaches the page's own HTML.
"""

from html.parser import HTMLParser
from typing import Any, Final

VOID: Final = ("br", "hr", "img")
KEPT: Final = {"a": "href", "img": "alt", "details": "open", "ol": "start", "code": "class"}


def rich_pieces(html: str) -> list[Any]:
    """Strings and `{"type": "rich", "tag", "value", "children"}`; `value` is the one attribute that is drawn."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.pieces


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Any] = []
        self._open: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kept = KEPT.get(tag)
        value = (given[kept] or "") if kept in given else None
        piece: dict[str, Any] = {"type": "rich", "tag": tag, "value": value, "children": []}
        self._here.append(piece)
        if tag not in VOID:
            self._open.append(piece)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1]["tag"] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._here.append(data)

    @property
    def _here(self) -> list[Any]:
        found: list[Any] = self._open[-1]["children"] if self._open else self.pieces
        return found
