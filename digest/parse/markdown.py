"""What blocks does a Markdown text hold? Python-Markdown's element tree, turned into ours.

Settings: content.md §5.1. The tree is taken by the last tree processor; no HTML string is ever made.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, HTML_PLACEHOLDER, STX, AtomicString

from digest.document import Block, Code, Inline, Link, Paragraph, Text
from digest.parse import addresses, signs
from digest.parse.builder import Builder
from digest.parse.html import feed
from digest.parse.inlines import tidy, unwrapped
from digest.parse.notes import Notes
from digest.parse.prepass import Prepared, prepare
from digest.parse.tags import TAG

_PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_PLACED = re.compile(
    "|".join(
        (
            re.escape(HTML_PLACEHOLDER).replace("%s", r"(?P<stash>\d+)"),
            rf"{STX}(?P<sign>\d+){ETX}",
            rf"(?P<amp>{STX}amp{ETX})",
            rf"{signs.RAW_FROM}(?P<raw>\d+){signs.RAW_TO}",
        )
    )
)


def markdown_blocks(text: str, notes: Notes, first_line: int = 1) -> tuple[Block, ...]:
    """The blocks of a Markdown text. Raises prepass.TooDeep when quotes and lists nest beyond the bound."""
    prepared = prepare(text, notes, first_line)
    markdown = _parser(prepared.references)
    harvest = _Harvest(markdown, prepared, notes)
    markdown.treeprocessors.register(harvest, "harvest", 15)
    markdown.convert(prepared.text)
    return harvest.blocks


def _parser(references: Mapping[str, tuple[str, str | None]]) -> Markdown:
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
    markdown.references.update(references)  # type: ignore[arg-type]  # a reference may have no title
    patterns = markdown.inlinePatterns
    patterns.register(_Address(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>", markdown), "autolink", 120)
    patterns.register(_Mail(r"<([^\s<>@]+@[^\s<>@]+)>", markdown), "automail", 110)
    patterns.register(_Tag(TAG, markdown), "html", 90)
    patterns.register(_Bare(f"(?i:{addresses.BARE})", markdown), "bare", 85)
    return markdown


def _fence(source: str, language: str, *_: Any, **__: Any) -> str:
    code = source.replace("&", "&amp;")
    return f'<pre class="language-{language or ""}">{code}</pre>'


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
        target = addresses.entities_decoded(_unescaped(found))
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
        return self.md.htmlStash.store(_unescaped(tag, "\\")), m.start(), m.end()


def _anchor(target: str, label: str) -> Element:
    anchor = Element("a", {"href": target})
    anchor.text = AtomicString(label)
    return anchor


def _unescaped(text: str, before: str = "") -> str:
    return re.sub(rf"{STX}(\d+){ETX}", lambda found: before + chr(int(found[1])), text)


class _Harvest(Treeprocessor):
    """Walks the finished tree and hands it to the builder."""

    def __init__(self, markdown: Markdown, prepared: Prepared, notes: Notes) -> None:
        super().__init__(markdown)
        self._stash: list[Any] = markdown.htmlStash.rawHtmlBlocks
        self._raw = prepared.raw
        self._builder = Builder(notes)
        self.blocks: tuple[Block, ...] = ()

    def run(self, root: Element) -> Element:
        for child in root:
            self._element(child)
        self.blocks = self._builder.finish()
        return Element(root.tag)

    def _element(self, element: Element) -> None:
        if element.tag == "code":
            self._builder.add(Code(_code(element.text or "")))
            return
        if element.tag == "pre":
            self._pre(element)
            return
        frame = self._builder.open(element.tag, _attributes(element))
        self._text(element.text)
        for child in element:
            self._element(child)
            self._text(child.tail)
        if element.tag == "p":
            self._builder.boundary()
        self._builder.close(frame)

    def _pre(self, element: Element) -> None:
        frame = self._builder.open("pre")
        for code in element:
            self._builder.text(_code(code.text or ""))
        self._builder.close(frame)

    def _text(self, value: str | None) -> None:
        if not value:
            return
        start = 0
        for found in _PLACED.finditer(value):
            self._builder.text(signs.shown(value[start : found.start()]))
            start = found.end()
            if found["stash"]:
                self._aside(str(self._stash[int(found["stash"])]))
            elif found["raw"]:
                feed(self._builder, self._raw[int(found["raw"])])
            else:
                self._builder.text("&" if found["amp"] else chr(int(found["sign"])))
        self._builder.text(signs.shown(value[start:]))

    def _aside(self, raw: str) -> None:
        if raw.startswith("<pre "):
            language, _, code = raw.removeprefix('<pre class="').removesuffix("</pre>").partition('">')
            frame = self._builder.open("pre", {"class": language})
            self._builder.text(signs.shown(code.replace("&amp;", "&")))
            self._builder.close(frame)
        else:
            feed(self._builder, signs.shown(raw))


def _attributes(element: Element) -> dict[str, str]:
    return {
        name: addresses.entities_decoded(_plain(value)) if name in {"href", "src"} else _plain(value)
        for name, value in element.items()
    }


def _plain(value: str) -> str:
    """An attribute without the parser's placeholders."""

    def show(found: re.Match[str]) -> str:
        if found["sign"]:
            return chr(int(found["sign"]))
        return "&" if found["amp"] else ""

    return signs.shown(_PLACED.sub(show, value))


def _code(text: str) -> str:
    """Code as written: the parser escaped it for HTML."""
    escaped = signs.shown(_unescaped(text))
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        escaped = escaped.replace(entity, sign)
    return escaped.strip("\n") if "\n" not in escaped else escaped.rstrip("\n")


def plain_blocks(paragraphs: Iterable[str]) -> tuple[Block, ...]:
    """Text that is not to be parsed, a paragraph each, with nothing but its bare addresses linked."""
    bare = re.compile(addresses.BARE, re.IGNORECASE)
    blocks: list[Block] = []
    for paragraph in paragraphs:
        text = unwrapped(paragraph)
        inlines: list[Inline] = []
        start = 0
        for found in bare.finditer(text):
            target = addresses.without_trail(found[0])
            if addresses.judge(target).kind == "link":
                inlines += [Text(text[start : found.start()]), Link(target, (Text(target),), is_bare=True)]
                start = found.start() + len(target)
        tidied = tidy([*inlines, Text(text[start:])])
        if tidied:
            blocks.append(Paragraph(tidied))
    return tuple(blocks)
