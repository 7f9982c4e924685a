"""What does a reader of the web platform see? Read back from the HTML and the buttons, never from our tree."""

import json
from html.parser import HTMLParser

from bot.platforms.base import Message, Readback
from bot.platforms.web.render import PICTURES

_LINE_TAGS = (
    "article section p h2 h3 h4 h5 h6 ul ol li blockquote pre table thead tbody tr details summary hr br "
    "figure figcaption"
)
_LINES = frozenset(_LINE_TAGS.split())


def readback(message: Message) -> Readback:
    """Text by lines, cells parted by tabs; targets of links, then of buttons; pictures by their SHA-256."""
    reader = _Reader()
    reader.feed(message.payload["html"])
    reader.close()
    buttons = [button for row in message.payload["rows"] for button in row]
    return Readback(
        reader.text(),
        (*reader.links, *(button["url"] for button in buttons if button["url"])),
        tuple(reader.images),
        {"bytes": len(json.dumps(message.payload, ensure_ascii=False).encode())},
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.images: list[str] = []
        self._pieces: list[str] = []
        self._is_in_head = False

    def text(self) -> str:
        lines = "".join(self._pieces).split("\n")
        return "\n".join(line for line in lines if line.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self._is_in_head = self._is_in_head or tag == "head"
        if tag in _LINES:
            self._pieces.append("\n")
        elif tag in {"td", "th"}:
            self._pieces.append("\t")
        elif tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"] or "")
        elif tag == "img":
            self.images.append((attributes.get("src") or "").removeprefix(PICTURES))

    def handle_endtag(self, tag: str) -> None:
        self._is_in_head = self._is_in_head and tag != "head"
        if tag in _LINES:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._is_in_head:  # a document's title stands on no page
            self._pieces.append(data)
