"""What does a reader see of a rich message, and does it keep the limits? Read from its HTML alone.

Blocks stand on lines of their own, a bare address again for the host it is shown by, pictures by their addresses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

from bot.platforms.base import Message, Readback

RICH: Final = "sendRichMessage"
BARE: Final = "\u200b"
TEXT, BLOCKS, DEPTH, MEDIA, COLUMNS = 32_768, 500, 16, 50, 20
HEADINGS: Final = tuple(f"h{level}" for level in range(1, 7))
LINES: Final = (
    *HEADINGS, "p", "pre", "li", "ul", "ol", "blockquote", "details", "summary", "table", "tr", "figcaption", "hr", "br",
)  # fmt: skip
COUNTED: Final = frozenset((*LINES, "img", "figure", "tg-collage")) - {"br", "summary", "figcaption"}
HOLDING: Final = ("li", "blockquote", "details")  # their own words make one paragraph more
EMPTY: Final = ("br", "hr", "img")


@dataclass(slots=True)
class _Seen:
    """What was read."""

    text: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    blocks: int = 0
    depth: int = 0
    columns: int = 0
    problems: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = _Seen()
        self.open: list[tuple[str, str, int]] = []  # tag, a link's target, where its text began
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        seen = self.seen
        if tag in LINES:
            seen.text.append("\n")
        elif tag in ("td", "th") and self.cells:
            seen.text.append("\t")
        self.cells = 0 if tag == "tr" else self.cells + (tag in ("td", "th"))
        seen.columns = max(seen.columns, self.cells)
        seen.blocks += (tag in COUNTED) + (tag in HOLDING)
        if tag == "img":
            seen.images.append(named.get("src") or "")
        if tag == "a":
            seen.links.append(named.get("href") or "")
        if tag not in EMPTY:
            self.open.append((tag, named.get("href") or "", len(seen.text)))
            seen.depth = max(seen.depth, len(self.open))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            self.seen.problems.append(f"</{tag}> closes nothing")
            return
        _, target, start = self.open.pop()
        if tag == "a" and "".join(self.seen.text[start:]).endswith(BARE):
            self.seen.text[start:] = [target]
        if tag in LINES:
            self.seen.text.append("\n")

    def handle_data(self, data: str) -> None:
        self.seen.text.append(data)

    def close(self) -> None:
        super().close()
        self.seen.problems += [f"<{tag}> stays open" for tag, _, _ in self.open]


def html_of(message: Message) -> str:
    """The HTML of a rich message."""
    return str(message.payload["rich_message"]["html"])


def readback_rich(message: Message) -> Readback:
    """Text, tappable addresses (those in the text first, then buttons'), pictures' addresses, and the counts."""
    html = html_of(message)
    seen = _read(html)
    lines = "".join(seen.text).split("\n")
    text = "\n".join(line for line in lines if line.strip())
    return Readback(
        text,
        (*seen.links, *_button_links(message.payload)),
        tuple(seen.images),
        {
            "units": _units(text),
            "entities": 0,  # formatting is part of the text here
            "entity_bytes": 0,
            "raw_bytes": len(html.encode()),
            "blocks": seen.blocks,
            "depth": seen.depth,
            "media": len(seen.images),
        },
    )


def check_rich(message: Message) -> Iterator[str]:
    """Every limit and rule of the rich form that this message breaks, in words."""
    rich = message.payload.get("rich_message", {})
    if not rich.keys() <= {"html", "skip_entity_detection"} or not str(rich.get("html", "")).strip():
        yield "rich_message needs html, and nothing beside it but skip_entity_detection"
        return
    seen = _read(str(rich["html"]))
    yield from seen.problems
    limits = (
        ("units", _units(str(rich["html"])), TEXT),
        ("blocks", seen.blocks, BLOCKS),
        ("levels", seen.depth, DEPTH),
        ("pictures", len(seen.images), MEDIA),
        ("columns", seen.columns, COLUMNS),
    )
    for name, taken, limit in limits:
        if taken > limit:
            yield f"{taken} {name}, {limit} fit"
    if any(not source.startswith("https://") for source in seen.images):
        yield "a picture without a public address"


def _read(html: str) -> _Seen:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.seen


def _button_links(payload: Mapping[str, Any]) -> Iterator[str]:
    for row in payload.get("reply_markup", {}).get("inline_keyboard", ()):
        for button in row:
            if "url" in button:
                yield button["url"]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
