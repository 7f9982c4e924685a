"""Where do `[text](target)` and `[text][name]` lead, and how is a picture called? The library's reading of brackets.

Marks that stand in a target, a name or the text of a picture were found before and are places by then; here they are
what they were made of.
"""

import re
from typing import cast
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import (
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)
from markdown.util import STX

from digest.parse import signs
from digest.parse.paragraphs import reference_label
from digest.parse.spans import Spans

_BRACKET = re.compile(r"[\[\]]")
_PLAIN_TARGET = re.compile(rf"\(([^\s()<>\"'{STX}]+)\)")


def spans_of(pattern: InlineProcessor) -> Spans:
    """What knows the places in the text that a pattern is asked about."""
    assert pattern.md is not None
    return cast("Spans", pattern.md.treeprocessors["inline"])


class _Brackets(LinkInlineProcessor):
    """Goes from bracket to bracket where the library goes sign by sign."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802  the library's name
        depth = 1
        for found in _BRACKET.finditer(data, index):
            depth += 1 if found[0] == "[" else -1
            if not depth:
                return data[index : found.start()], found.end(), True
        return data[index:], len(data), False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802  as above
        found = _PLAIN_TARGET.match(data, index)
        if found:
            return found[1], None, found.end(), True
        target, title, end, is_link = super().getLink(data, index)
        # after a quotation mark that is never closed the library may end at -1, and would cut the text off there
        return target, title, end, is_link and end > index

    def unescape(self, text: str) -> str:
        """A target or title as the library asks for it."""
        return spans_of(self).target(text)


class InlineLink(_Brackets):
    """`[text](target)`."""


class InlinePicture(_Brackets, ImageInlineProcessor):
    """`![text](target)`."""

    def handleMatch(  # type: ignore[override]  # noqa: N802  the library's name; its stubs are loose
        self,
        m: re.Match[str],
        data: str,
    ) -> tuple[Element | str | None, int | None, int | None]:
        element, begin, end = super().handleMatch(m, data)
        if isinstance(element, Element):
            text, _, _ = self.getText(data, m.end(0))
            element.set("alt", spans_of(self).words(text))
        return element, begin, end


class _Named(ReferenceInlineProcessor):
    """Looks a reference up by its name as it was defined, marks and all."""

    def evalId(self, data: str, index: int, text: str) -> tuple[str | None, int, bool]:  # noqa: N802  as above
        name, end, is_reference = super().evalId(data, index, text)
        if name is not None and is_reference:
            name = reference_label(signs.shown(spans_of(self).source(name)))
        return name, end, is_reference

    def unescape(self, text: str) -> str:
        """The text of a picture as the library asks for it."""
        return spans_of(self).words(text)


class Reference(_Named):
    """`[text][name]`."""


class ShortReference(_Named, ShortReferenceInlineProcessor):
    """`[name]`."""


class PictureReference(_Named, ImageReferenceInlineProcessor):
    """`![text][name]`."""


class ShortPictureReference(_Named, ShortImageReferenceInlineProcessor):
    """`![name]`."""
