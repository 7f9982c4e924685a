"""What blocks does a Markdown text hold? Python-Markdown's element tree, turned into ours.

Settings: content.md §5.1. The tree is taken by the last tree processor; no HTML string is ever made.
"""

import re
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, HTML_PLACEHOLDER, STX

from digest.document import Block, Code, CodeBlock, Inline, Link, Paragraph, Text
from digest.parse import addresses, signs
from digest.parse.builder import Builder
from digest.parse.engine import parser
from digest.parse.html import feed
from digest.parse.inlines import tidy, unwrapped
from digest.parse.notes import Notes
from digest.parse.prepass import Prepared, TooMany, prepare
from digest.parse.source import DEFAULT_LIMITS
from digest.parse.spans import unescaped, unescaped_code

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


def markdown_blocks(
    text: str,
    notes: Notes,
    first_line: int = 1,
    web_base: str = "",
    max_blocks: int = DEFAULT_LIMITS.max_blocks,
) -> tuple[Block, ...]:
    """The blocks of a Markdown text; relative addresses are seen from `web_base`.

    Raises prepass.TooDeep when quotes and lists nest beyond the bound, and TooMany before most of the work when there
    are too many blocks.
    """
    prepared = prepare(text, notes, first_line)
    if prepared.count > max_blocks:
        raise TooMany(prepared.count)
    with parser(prepared.references) as markdown:
        harvest = _Harvest(markdown, prepared, Builder(notes, web_base))
        markdown.treeprocessors.register(harvest, "harvest", 15)
        markdown.convert(prepared.text)
        return harvest.blocks


class _Harvest(Treeprocessor):
    """Walks the finished tree and hands it to the builder."""

    def __init__(self, markdown: Markdown, prepared: Prepared, builder: Builder) -> None:
        super().__init__(markdown)
        self._stash: list[Any] = markdown.htmlStash.rawHtmlBlocks
        self._kept = prepared.aside
        self._builder = builder
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
        frame = self._builder.open(element.tag, _attributes(element) if element.attrib else {})
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
        if STX not in value and signs.RAW_FROM not in value:
            self._builder.text(signs.shown(value))
            return
        start = 0
        for found in _PLACED.finditer(value):
            self._builder.text(signs.shown(value[start : found.start()]))
            start = found.end()
            if found["stash"]:
                feed(self._builder, signs.shown(str(self._stash[int(found["stash"])])))
            elif found["raw"]:
                self._aside(self._kept[int(found["raw"])])
            else:
                self._builder.text("&" if found["amp"] else chr(int(found["sign"])))
        self._builder.text(signs.shown(value[start:]))

    def _aside(self, piece: str | CodeBlock) -> None:
        if isinstance(piece, str):
            feed(self._builder, piece)
            return
        frame = self._builder.open("pre", {"class": f"language-{piece.language}"})
        self._builder.text(piece.text)
        self._builder.close(frame)


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

    return signs.shown(_PLACED.sub(show, value) if STX in value or signs.RAW_FROM in value else value)


def _code(text: str) -> str:
    """Code as written: the parser escaped it for HTML."""
    written = unescaped_code(signs.shown(unescaped(text)))
    return written.strip("\n") if "\n" not in written else written.rstrip("\n")


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
