"""How is Python-Markdown set up? Our extensions and patterns (content.md §5.1), kept for the next text, and quick.

A parser takes a millisecond to build, so those that are free wait for the next text. Most texts hold few kinds of
marks: patterns whose first sign does not stand in a text are not asked.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import ImageInlineProcessor, InlineProcessor, LinkInlineProcessor, Pattern
from markdown.treeprocessors import InlineProcessor as Inlines
from markdown.util import ETX, STX, AtomicString
from pymdownx.delimiterprocessor import Delimiter, DelimiterProcessor

from digest.parse import addresses
from digest.parse.tags import TAG

_PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_SIGN = re.compile(rf"{STX}(\d+){ETX}")
_BRACKET = re.compile(r"[\[\]]")
_PLAIN_TARGET = re.compile(rf"\(([^\s()<>\"'{STX}]+)\)")
# what must stand in a text before a pattern can find anything
_FIRST_SIGNS = {
    "backtick": "`",
    "escape": "\\",
    "reference": "[",
    "link": "[",
    "image_link": "![",
    "image_reference": "![",
    "short_reference": "[",
    "short_image_ref": "![",
    "autolink": "<",
    "automail": "<",
    "linebreak": "  \n",
    "html": "<",
    "bare": "://",
    "entity": "&",
    "delimiter": "~",
}
_REFERENCES = ("reference", "short_reference", "image_reference", "short_image_ref")
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
        extensions=["tables", "sane_lists", "pymdownx.superfences", "pymdownx.tilde"],
        extension_configs={
            "pymdownx.tilde": {"subscript": False},
            "pymdownx.superfences": {
                "disable_indented_code_blocks": False,
                "custom_fences": [{"name": "*", "class": "", "format": _fence}],
            },
        },
    )
    # raw HTML is read tag by tag in its paragraph, definitions by the pre-pass, and nothing is printed
    for registry, name in (
        (markdown.preprocessors, "html_block"),
        (markdown.parser.blockprocessors, "reference"),
        (markdown.treeprocessors, "prettify"),
        (markdown.treeprocessors, "unescape"),
    ):
        registry.deregister(name)
    markdown.treeprocessors.deregister("indent-highlight", strict=False)
    markdown.ESCAPED_CHARS = _PUNCTUATION
    patterns = markdown.inlinePatterns
    patterns.register(_Link(patterns["link"].pattern, markdown), "link", 160)
    patterns.register(_Picture(patterns["image_link"].pattern, markdown), "image_link", 150)
    patterns.register(_Address(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>", markdown), "autolink", 120)
    patterns.register(_Mail(r"<([^\s<>@]+@[^\s<>@]+)>", markdown), "automail", 110)
    patterns.register(_Tag(TAG, markdown), "html", 90)
    patterns.register(_Bare(f"(?i:{addresses.BARE})", markdown), "bare", 85)
    # like `**`, and unlike the extension's own, next to Chinese punctuation too (content.md §5.3)
    deletion = Delimiter("~", "del", smart=False, no_space=False, double=True, punct=False)
    cast("DelimiterProcessor", patterns["delimiter"]).delimiters["~"] = deletion
    markdown.treeprocessors.register(_Inlines(markdown), "inline", 20)
    return markdown


class _Inlines(Inlines):
    """The library's, without asking patterns in vain. Should it rename what is overridden here, only speed is lost."""

    def __init__(self, markdown: Markdown) -> None:
        super().__init__(markdown)
        patterns = markdown.inlinePatterns
        signs = {patterns[name]: sign for name, sign in _FIRST_SIGNS.items()}
        references = {patterns[name] for name in _REFERENCES}
        self._all = [(at, pattern, signs.get(pattern, "")) for at, pattern in enumerate(patterns)]
        self._unreferenced = [
            (at, pattern, None if pattern in references else sign) for at, pattern, sign in self._all
        ]
        self._asked: Sequence[tuple[int, Pattern, str | None]] = self._all
        self._apply: Callable[..., tuple[str, bool, int]] = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        self._asked = self._all if self.md.references else self._unreferenced
        return super().run(tree, ancestors)

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803  the library's
        if isinstance(data, AtomicString):
            return data
        for at, pattern, sign in self._asked[patternIndex:]:
            matched, start = sign is not None and sign in data, 0
            while matched:
                data, matched, start = self._apply(pattern, data, at, start)
        return data


def _fence(source: str, language: str, *_: Any, **__: Any) -> str:
    code = source.replace("&", "&amp;")
    return f'<pre class="language-{language or ""}">{code}</pre>'


class _Brackets(LinkInlineProcessor):
    """The library's reading of `[…](…)`, which goes sign by sign, without doing so where nothing is nested."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802  the library's name
        depth = 1
        for found in _BRACKET.finditer(data, index):
            depth += 1 if found[0] == "[" else -1
            if not depth:
                return data[index : found.start()], found.end(), True
        return data[index:], len(data), False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802  as above
        found = _PLAIN_TARGET.match(data, index)
        return (found[1], None, found.end(), True) if found else super().getLink(data, index)


class _Link(_Brackets):
    """`[text](target)`."""


class _Picture(_Brackets, ImageInlineProcessor):
    """`![text](target)`."""


class _Address(InlineProcessor):
    """`<https://…>`: shown decoded, its target unchanged."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: ARG002, N802  the library's names; its stubs are loose
        target = addresses.entities_decoded(m[1])
        return _anchor(target, addresses.shown(target)), m.start(), m.end()


class _Mail(InlineProcessor):
    """`<me@example.org>`, without disguise: we print no HTML that could be harvested."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: ARG002, N802  as above
        return _anchor(f"mailto:{m[1]}", m[1]), m.start(), m.end()


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

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: ARG002, N802  as above
        tag = self.unescape(m[0])
        assert self.md is not None
        return self.md.htmlStash.store(unescaped(tag, "\\")), m.start(), m.end()


def _anchor(target: str, label: str) -> Element:
    anchor = Element("a", {"href": target})
    anchor.text = AtomicString(label)
    return anchor


def unescaped(text: str, before: str = "") -> str:
    """Text with the signs that stood behind a backslash, each after `before`."""
    return _SIGN.sub(lambda found: before + chr(int(found[1])), text) if STX in text else text
