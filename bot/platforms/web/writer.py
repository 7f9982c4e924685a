"""How does a tree become HTML? Every node has the element that means it, every character is escaped."""

from collections.abc import Mapping, Sequence
from typing import assert_never
from urllib.parse import quote

from markupsafe import escape

from bot.platforms.links import host, nested
from bot.platforms.pictures import label, stand_in
from digest.document import (
    Alignment,
    Block,
    Break,
    Code,
    CodeBlock,
    Del,
    Details,
    Em,
    Heading,
    Image,
    Inline,
    Link,
    List,
    Mark,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
)
from digest.page import Picture
from handlers.texts import Texts

PICTURES = "/picture/"
ISSUES = "/issue/"


def issue_address(shows: str) -> str:
    """Where the page of `series/key` stands; an item of it at `#` and its key."""
    series, _, key = shows.partition("/")
    return f"{ISSUES}{quote(series, safe='')}/{quote(key, safe='')}"


def attributes(**values: str | int | None) -> str:
    """` name="value"` for each that has a value; a trailing underscore and inner ones become HTML's spelling."""
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in values.items()
        if value is not None
    )


class Writer:
    """Writes one page; counts pictures within each passage, since a missing one is called by its number."""

    def __init__(self, pictures: Mapping[str, Picture], texts: Texts) -> None:
        self.pictures = pictures
        self.texts = texts
        self.number = 0

    def blocks(self, blocks: Sequence[Block]) -> str:
        return "\n".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return f"<p{attributes(class_=block.role)}>{self.inlines(block.inlines)}</p>"
            case Heading():
                tag = f"h{self._level(block)}"
                return f"<{tag}>{self.inlines(block.inlines)}</{tag}>"
            case List():
                return self._list(block)
            case Quote():
                return f"<blockquote{attributes(class_=block.role)}>{self.blocks(block.blocks)}</blockquote>"
            case CodeBlock():
                return self._code(block)
            case Table():
                return self._table(block)
            case Details():
                summary = f"<summary>{self.inlines(block.summary)}</summary>"
                return f"<details>{summary}{self.blocks(block.blocks)}</details>"
            case Rule():
                return "<hr>"
            case Image():
                return self._figure(block)
            case _:
                assert_never(block)

    def _level(self, heading: Heading) -> int:
        """From 2 to 6: h1 is the page's own."""
        return min(max(heading.level, 1) + 1, 6)

    def _code(self, block: CodeBlock) -> str:
        language = attributes(data_language=block.language or None)
        return f"<pre><code{language}>{escape(block.text)}</code></pre>"

    def _list(self, block: List) -> str:
        tag = "ol" if block.is_ordered else "ul"
        start = block.start if block.is_ordered and block.start != 1 else None
        entries = "".join(
            f"<li>{self._entry(entry, is_tight=block.is_tight)}</li>" for entry in block.entries
        )
        return f"<{tag}{attributes(class_=block.role, start=start)}>{entries}</{tag}>"

    def _entry(self, entry: tuple[Block, ...], *, is_tight: bool) -> str:
        match entry:
            case (Paragraph(inlines, None), *rest) if is_tight:
                first = self.inlines(inlines)
                return f"{first}{self.blocks(rest)}"
            case _:
                return self.blocks(entry)

    def _table(self, block: Table) -> str:
        head, *body = block.rows or ((),)
        top = "".join(self._cell("th", "col", cell, block.alignments, at) for at, cell in enumerate(head))
        rows = (
            "".join(self._cell("td", None, cell, block.alignments, at) for at, cell in enumerate(row))
            for row in body
        )
        inside = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{top}</tr></thead><tbody>{inside}</tbody></table>"

    def _cell(
        self,
        tag: str,
        scope: str | None,
        cell: Sequence[Inline],
        alignments: Sequence[Alignment | None],
        at: int,
    ) -> str:
        alignment = alignments[at] if at < len(alignments) else None
        return f"<{tag}{attributes(scope=scope, class_=alignment)}>{self.inlines(cell)}</{tag}>"

    def _figure(self, image: Image) -> str:
        if image.src in self.pictures:
            return f"<figure>{self._image(image, is_linked=False)}</figure>"
        self.number += 1
        stand = self._inline(stand_in(image, self.number, self.texts))
        return f'<figure class="missing"><figcaption>{stand}</figcaption></figure>'

    def inlines(self, inlines: Sequence[Inline], *, is_linked: bool = False) -> str:
        return "".join(self._inline(inline, is_linked=is_linked) for inline in inlines)

    def _inline(self, inline: Inline, *, is_linked: bool = False) -> str:
        match inline:
            case Text():
                return str(escape(inline.text))
            case Code():
                return f"<code>{escape(inline.text)}</code>"
            case Break():
                return "<br>"
            case Strong() | Em() | Del() | Mark():
                tag = type(inline).__name__.lower()
                return f"<{tag}>{self.inlines(inline.inlines, is_linked=is_linked)}</{tag}>"
            case Link():
                return self._link(inline, is_linked=is_linked)
            case Image():
                return self._image(inline, is_linked=is_linked)
            case _:
                assert_never(inline)

    def _link(self, link: Link, *, is_linked: bool) -> str:
        inside = self.inlines(link.inlines, is_linked=True) or str(escape(host(link.href)))
        if is_linked:
            return inside
        after = "".join(f" {self._anchor(target, str(escape(host(target))))}" for target in nested(link))
        return self._anchor(link.href, inside) + after

    def _image(self, image: Image, *, is_linked: bool) -> str:
        self.number += 1
        picture = self.pictures.get(image.src)
        if picture is None:
            stand = self._inline(stand_in(image, self.number, self.texts), is_linked=is_linked)
            return f'<span class="missing">{stand}</span>'
        drawn = self._drawn(picture, label(image, self.number, self.texts))
        return drawn if image.href is None or is_linked else self._anchor(image.href, drawn)

    def _drawn(self, picture: Picture, alt: str) -> str:
        address = f"{PICTURES}{picture.sha}"
        size = {"width": picture.width, "height": picture.height}
        return f"<img{attributes(src=address, alt=alt, **size, loading='lazy')}>"

    def _anchor(self, href: str, inside: str) -> str:
        """Opens apart, so that the chat stays where it is."""
        return f"<a{attributes(href=href, rel='noopener noreferrer', target='_blank')}>{inside}</a>"
