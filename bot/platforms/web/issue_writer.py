"""How is a tree written where it is read at leisure? Headings in order, pictures with captions, tables that scroll."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from bot.platforms.links import host
from bot.platforms.pictures import describe, label
from bot.platforms.web.sieve import sieve
from bot.platforms.web.writer import Writer, attributes
from digest.document import (
    Block,
    Break,
    CodeBlock,
    Heading,
    Image,
    Inline,
    Link,
    Paragraph,
    Table,
    Text,
    images,
    plain,
)

DEEPEST: Final = 6  # h6
PRINTED: Final = 48  # characters of an address that paper shows


class IssueWriter(Writer):
    """Writes passages of one issue, each sieved; what stands around them is the template's.

    Headings of the source are put in order: whatever their levels, none is skipped under the passage's own.
    """

    def passage(self, blocks: Sequence[Block], under: int) -> Markup:
        """Blocks under a heading of level `under`."""
        self.number = 0
        self._under = under
        self._levels: list[int] = []
        return Markup(sieve(self.blocks(blocks)))  # noqa: S704  built escaped and sieved

    def line(self, inlines: Sequence[Inline]) -> Markup:
        """Inlines without blocks around them."""
        self.number = 0
        return Markup(sieve(self.inlines(inlines)))  # noqa: S704  built escaped and sieved

    def blocks(self, blocks: Sequence[Block]) -> str:
        return "\n".join(self._runs(blocks))

    def _runs(self, blocks: Sequence[Block]) -> Iterator[str]:
        """Several pictures in a row become one gallery."""
        placed = (one for block in blocks for one in _unwrapped(block))
        for is_picture, run in groupby(placed, lambda block: isinstance(block, Image)):
            written = [self._block(block) for block in run]
            if is_picture and len(written) > 1:
                yield f'<div class="gallery">{"".join(written)}</div>'
            else:
                yield from written

    def _level(self, heading: Heading) -> int:
        while self._levels and self._levels[-1] >= heading.level:
            self._levels.pop()
        self._levels.append(heading.level)
        return min(self._under + len(self._levels), DEEPEST)

    def _code(self, block: CodeBlock) -> str:
        return super()._code(block).replace("<pre>", '<pre tabindex="0">', 1)  # what scrolls, scrolls by keys

    def _table(self, block: Table) -> str:
        around = attributes(class_="table", role="group", tabindex=0, aria_label=self.texts("web.table"))
        return f"<div{around}>{super()._table(block)}</div>"

    def _cell(self, tag: str, scope: str | None, cell: Sequence[Inline], *rest: object) -> str:
        if tag == "th" and not plain(cell).strip() and not images(cell):
            return super()._cell("td", None, cell, *rest)  # type: ignore[arg-type]  # an empty cell heads nothing
        return super()._cell(tag, scope, cell, *rest)  # type: ignore[arg-type]  # handed on as they came

    def _figure(self, image: Image) -> str:
        picture = self.pictures.get(image.src)
        if picture is None:
            return super()._figure(image)
        self.number += 1
        drawn = self._drawn(picture, label(image, self.number, self.texts))
        shown = self._anchor(image.href, drawn) if image.href else drawn
        # the caption is the alternative text once more, for those who see it
        caption = describe(image)
        below = f'<figcaption aria-hidden="true">{escape(caption)}</figcaption>' if caption else ""
        return f"<figure>{shown}{below}</figure>"

    def _link(self, link: Link, *, is_linked: bool) -> str:
        if not plain(link.inlines).strip() and not images(link.inlines):
            link = Link(link.href, (*link.inlines, Text(host(link.href))), link.is_bare)
        written = super()._link(link, is_linked=is_linked)
        return written.replace(" data-short=", " data-bare=", 1) if link.is_bare else written

    def _anchor(self, href: str, inside: str) -> str:
        return f"<a{attributes(href=href, rel='noopener noreferrer', data_short=printed(href))}>{inside}</a>"


def _unwrapped(block: Block) -> tuple[Block, ...]:
    """A paragraph of pictures alone is those pictures."""
    match block:
        case Paragraph(inlines) if images(inlines) and all(map(_is_picture_or_blank, inlines)):
            return tuple(inline for inline in inlines if isinstance(inline, Image))
        case _:
            return (block,)


def _is_picture_or_blank(inline: Inline) -> bool:
    return isinstance(inline, Image | Break) or (isinstance(inline, Text) and not inline.text.strip())


def printed(href: str) -> str:
    """An address as paper has room for it: without scheme, cut in the middle."""
    try:
        found = urlsplit(href)
    except ValueError:  # a broken IPv6 host
        return host(href)
    if found.scheme not in ("http", "https"):
        return href.partition(":")[2].lstrip("/")[:PRINTED]
    rest = found.path.rstrip("/") + (f"?{found.query}" if found.query else "")
    whole = host(href) + rest
    if len(whole) <= PRINTED:
        return whole
    half = PRINTED // 2
    return f"{whole[:half]}…{whole[1 - half :]}"
