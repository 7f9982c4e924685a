"""How is Python-Markdown set up? Our extensions and patterns (content.md §5.1), kept for the next text.

A parser takes a millisecond to build, so those that are free wait for the next text.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import IMAGE_LINK_RE, IMAGE_REFERENCE_RE, LINK_RE, REFERENCE_RE, InlineProcessor
from markdown.util import HTML_PLACEHOLDER, AtomicString
from pymdownx.delimiterprocessor import Delimiter, DelimiterProcessor

from digest.parse import addresses, brackets
from digest.parse.blocks import Blocks, Bullets, Numbers
from digest.parse.brackets import spans_of
from digest.parse.emphasis import Emphasis
from digest.parse.spans import Spans, Ticks, unescaped
from digest.parse.tags import TAG

_PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TAG_KEPT = HTML_PLACEHOLDER.partition("%")[0]
_free: list[Markdown] = []


@contextmanager
def parser(references: Mapping[str, tuple[str, str | None]]) -> Iterator[Markdown]:
    """A parser that knows these references and no other; given back unless it failed."""
    try:
        markdown = _free.pop()  # one step, so that two threads never have the same one
    except IndexError:
        markdown = _built()
    markdown.references.update(references)  # type: ignore[arg-type]  # a reference may have no title
    yield markdown
    markdown.reset()
    _free.append(markdown)


def _built() -> Markdown:
    markdown = Markdown(
        extensions=["tables", "sane_lists", "pymdownx.tilde"],
        extension_configs={"pymdownx.tilde": {"subscript": False}},
    )
    # raw HTML is read tag by tag in its paragraph, definitions and fences by the pre-pass, and nothing is printed
    for registry, name in (
        (markdown.preprocessors, "html_block"),
        (markdown.parser.blockprocessors, "reference"),
        (markdown.treeprocessors, "prettify"),
        (markdown.treeprocessors, "unescape"),
    ):
        registry.deregister(name)
    markdown.parser.blockprocessors.register(Numbers(markdown.parser), "olist", 40)
    markdown.parser.blockprocessors.register(Bullets(markdown.parser), "ulist", 30)
    markdown.parser = Blocks(markdown)
    markdown.ESCAPED_CHARS = _PUNCTUATION
    patterns = markdown.inlinePatterns
    patterns.register(Ticks(), "backtick", 190)
    patterns.register(brackets.Reference(REFERENCE_RE, markdown), "reference", 170)
    patterns.register(brackets.InlineLink(LINK_RE, markdown), "link", 160)
    patterns.register(brackets.InlinePicture(IMAGE_LINK_RE, markdown), "image_link", 150)
    patterns.register(brackets.PictureReference(IMAGE_REFERENCE_RE, markdown), "image_reference", 140)
    patterns.register(brackets.ShortReference(REFERENCE_RE, markdown), "short_reference", 130)
    patterns.register(brackets.ShortPictureReference(IMAGE_REFERENCE_RE, markdown), "short_image_ref", 125)
    patterns.register(_Address(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>", markdown), "autolink", 120)
    patterns.register(_Mail(r"<([^\s<>@]+@[^\s<>@]+)>", markdown), "automail", 110)
    patterns.register(_Tag(TAG, markdown), "html", 90)
    patterns.register(_Bare(f"(?i:{addresses.BARE})", markdown), "bare", 85)
    patterns.register(Emphasis(markdown), "em_strong", 60)
    # like `**`, and unlike the extension's own, next to Chinese punctuation too (content.md §5.3)
    deletion = Delimiter("~", "del", smart=False, no_space=False, double=True, punct=False)
    cast("DelimiterProcessor", patterns["delimiter"]).delimiters["~"] = deletion
    markdown.treeprocessors.register(Spans(markdown), "inline", 20)
    return markdown


class _Address(InlineProcessor):
    """`<https://…>`: shown decoded, its target unchanged."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: ARG002, N802  the library's names; its stubs are loose
        target = addresses.entities_decoded(spans_of(self).source(m[1]))
        return _anchor(target, addresses.shown(target)), m.start(), m.end()


class _Mail(InlineProcessor):
    """`<me@example.org>`, without disguise: we print no HTML that could be harvested."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: ARG002, N802  as above
        address = spans_of(self).source(m[1])
        return _anchor(f"mailto:{address}", address), m.start(), m.end()


class _Bare(InlineProcessor):
    """An address written without markup (content.md §5.2, class 5)."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802  as above
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[Element | None, int | None, int | None]:
        found = addresses.without_trail(m[0])
        target = addresses.entities_decoded(unescaped(found))
        if addresses.judge(target).kind != "link":
            return None, None, None
        anchor = _anchor(target, target)
        anchor.set("data-bare", "")
        return anchor, m.start(), m.start() + len(found)


class _Tag(InlineProcessor):
    """One tag, kept aside until its paragraph is built."""

    def handleMatch(  # type: ignore[override]  # noqa: N802  as above
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[str | None, int | None, int | None]:
        assert self.md is not None
        if _TAG_KEPT in m[0]:  # a text that is asked about again, when tags are places: it was none before
            return None, None, None
        return self.md.htmlStash.store(spans_of(self).source(m[0])), m.start(), m.end()


def _anchor(target: str, label: str) -> Element:
    anchor = Element("a", {"href": target})
    anchor.text = AtomicString(label)
    return anchor
