"""What do people see of a picture: itself, its description, or what stands in its place when it is not there?

Neutral ground for the renderers: numbering within the item, descriptions fit to show, stand-ins for missing pictures
(experience.md §3, content.md §6).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from digest.document import (
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

COVER_FROM = 12  # a private page of more messages hides its pictures behind buttons (experience.md §3)
# An alternative text that is only the name of a file says nothing and is never shown
_FILE_NAME = re.compile(
    r".*\.(?:png|jpe?g|gif|webp|avif|svg|bmp|heic|tiff?)|(?:xnip|img_|dsc|screen ?shot|截屏|屏幕截图|微信图片)[\s_-]*\d.*",
    re.IGNORECASE | re.DOTALL,
)
_REMOTE = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that will be shown, with its description (may be empty)."""

    picture: Picture
    description: str


def describe(image: Image) -> str:
    """The alternative text on one line when it is fit to show, else nothing."""
    alt = " ".join(image.alt.split())
    return "" if _FILE_NAME.fullmatch(alt) else alt


def label(image: Image, number: int, texts: Texts) -> str:
    """How a picture is called where words are needed: its description, else `图 3`."""
    return describe(image) or texts("render.picture", n=number)


def stand_in(image: Image, number: int, texts: Texts) -> Inline:
    """What stands in place of a picture that cannot be shown; a link where it lies on the web or leads somewhere."""
    alt = describe(image)
    words = Text(texts("render.missing_alt", n=number, alt=alt) if alt else texts("render.missing", n=number))
    if image.href is not None:
        return Link(image.href, (words,))
    if _REMOTE.match(image.src):
        return Link(image.src, (Text(f"🖼 {label(image, number, texts)}"),))
    return words


def take_out(
    blocks: Sequence[Block],
    pictures: Mapping[str, Picture],
    texts: Texts,
    may_show: Callable[[Picture], bool] = lambda _: True,
    may_link: Callable[[str], bool] = lambda _: True,
) -> tuple[tuple[Block, ...], tuple[Shown, ...]]:
    """The blocks without any picture, and the pictures to be shown after them, in reading order.

    What is missing or may not be shown leaves its stand-in, a picture that is a link leaves the link. A target that may
    not be a link is spelled out as text, so that it can be cut like text.
    """
    taker = _Taker(pictures, texts, may_show, may_link)
    return taker.blocks(blocks), tuple(taker.shown)


class _Taker:
    def __init__(
        self,
        pictures: Mapping[str, Picture],
        texts: Texts,
        may_show: Callable[[Picture], bool],
        may_link: Callable[[str], bool],
    ) -> None:
        self.pictures = pictures
        self.texts = texts
        self.may_show = may_show
        self.may_link = may_link
        self.number = 0
        self.shown: list[Shown] = []

    def blocks(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        return tuple(kept for block in blocks for kept in self._block(block))

    def _block(self, block: Block) -> tuple[Block, ...]:
        match block:
            case Image():
                left = self._image(block, None)
                return (Paragraph(left),) if left else ()
            case Paragraph() | Heading():
                left = self._inlines(block.inlines)
                return (replace(block, inlines=left),) if left or not block.inlines else ()
            case List():
                return (replace(block, entries=tuple(self._entry(entry) for entry in block.entries)),)
            case Quote():
                inside = self.blocks(block.blocks)
                return (replace(block, blocks=inside),) if inside else ()
            case Details():
                return (Details(self._inlines(block.summary), self.blocks(block.blocks)),)
            case Table():
                rows = tuple(tuple(self._inlines(cell) for cell in row) for row in block.rows)
                return (replace(block, rows=rows),)
            case CodeBlock() | Rule():
                return (block,)
            case _:
                assert_never(block)

    def _entry(self, entry: tuple[Block, ...]) -> tuple[Block, ...]:
        before = self.number
        left = self.blocks(entry)
        if left or self.number == before:
            return left
        # an entry keeps its place in the numbering although its picture stands below the list
        return (Paragraph((Text(self.texts("render.picture", n=before + 1)),)),)

    def _inlines(self, inlines: Sequence[Inline], outer: str | None = None) -> tuple[Inline, ...]:
        return tuple(kept for inline in inlines for kept in self._inline(inline, outer))

    def _inline(self, inline: Inline, outer: str | None) -> tuple[Inline, ...]:
        """`outer` is the target of the link around it."""
        match inline:
            case Image():
                return self._image(inline, outer)
            case Link():
                before = self.number
                left = self._inlines(inline.inlines, inline.href)
                if not left and self.number > before:
                    left = (Text(self.texts("render.picture", n=before + 1)),)
                if not self.may_link(inline.href):
                    return (*left, Text(f" ({inline.href})"))
                return (replace(inline, inlines=left),)
            case Strong() | Em() | Del() | Mark():
                left = self._inlines(inline.inlines, outer)
                return (replace(inline, inlines=left),) if left or not inline.inlines else ()
            case Text() | Code() | Break():
                return (inline,)
            case _:
                assert_never(inline)

    def _image(self, image: Image, outer: str | None) -> tuple[Inline, ...]:
        self.number += 1
        picture = self.pictures.get(image.src)
        if picture is None or not self.may_show(picture):
            return (stand_in(image, self.number, self.texts),)
        self.shown.append(Shown(picture, describe(image)))
        if image.href is None or image.href == outer:
            return ()
        return (Link(image.href, (Text(label(image, self.number, self.texts)),)),)
