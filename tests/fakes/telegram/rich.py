"""What does the server make of a rich message's HTML? Blocks as the API shows them; whatever is not documented is told.

Of wrong markup only the rules are known, not the server's words (telegram.md §4): each is a finding, and what can be
shown of it is shown. The rules are those of Bot API 10.1, "Rich HTML style" and "Rich message limits".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

Json = dict[str, Any]
CHARACTERS, BLOCKS, DEPTH, MEDIA, COLUMNS = 32_768, 500, 16, 50, 20
ENTITIES = frozenset(
    [
        "lt",
        "gt",
        "amp",
        "quot",
        "apos",
        "nbsp",
        "hellip",
        "mdash",
        "ndash",
        "lsquo",
        "rsquo",
        "ldquo",
        "rdquo",
    ]
)
INLINE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "mark": "marked", "code": "code",
    "sub": "subscript", "sup": "superscript", "tg-spoiler": "spoiler", "a": "url",
}  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LINES = ("p", "footer", "pre", "summary", "caption", "figcaption", "cite", "td", "th", *HEADINGS)
HOLDERS = ("", "blockquote", "details", "li")  # what holds blocks
VOID = ("br", "hr", "img")
ATTRIBUTES = {
    "a": {"href"}, "img": {"src"}, "details": {"open"}, "ol": {"start", "type", "reversed"}, "li": {"value", "type"},
    "table": {"bordered", "striped"}, "code": {"class"},
    "td": {"colspan", "rowspan", "align", "valign"}, "th": {"colspan", "rowspan", "align", "valign"},
}  # fmt: skip
INSIDE = {
    "li": ("ul", "ol"), "tr": ("table",), "td": ("tr",), "th": ("tr",), "summary": ("details",),
    "caption": ("table",), "figcaption": ("figure", "tg-collage"), "img": (*HOLDERS, "figure", "tg-collage"),
}  # fmt: skip
BLOCK_TAGS = (
    "p",
    "footer",
    "pre",
    "hr",
    "ul",
    "ol",
    "blockquote",
    "details",
    "table",
    "figure",
    "tg-collage",
    *HEADINGS,
)
KNOWN = frozenset((*INLINE, *LINES, *BLOCK_TAGS, *VOID, *INSIDE))


@dataclass(slots=True)
class Node:
    """One element; text is a child among the others."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    def nodes(self) -> Iterator["Node"]:
        return (child for child in self.children if isinstance(child, Node))

    def first(self, tag: str) -> "Node | None":
        return next((node for node in self.nodes() if node.tag == tag), None)


class _Tree(HTMLParser):
    """Elements that are opened and closed one inside the other, and nothing else."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.root = Node("")
        self.stack = [self.root]
        self.findings = findings
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node, parent = Node(tag, dict(attrs)), self.stack[-1]
        self._check(node, parent)
        parent.children.append(node)
        if tag not in VOID:
            self.stack.append(node)
            self.depth = max(self.depth, len(self.stack) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.findings.append(f"<{tag}/> is not closed by its slash")

    def handle_endtag(self, tag: str) -> None:
        if self.stack[-1].tag == tag and len(self.stack) > 1:
            self.stack.pop()
        else:
            self.findings.append(f"</{tag}> where <{self.stack[-1].tag}> is open")

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)

    def handle_entityref(self, name: str) -> None:
        if name not in ENTITIES:
            self.findings.append(f"unknown entity &{name};")
        self.stack[-1].children.append(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.stack[-1].children.append(unescape(f"&#{name};"))

    def handle_comment(self, data: str) -> None:
        self.findings.append(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.findings.append(f"a declaration: {decl!r}")

    def handle_pi(self, data: str) -> None:
        self.findings.append(f"an instruction: {data!r}")

    def finish(self) -> Node:
        self.close()
        self.findings += [f"<{node.tag}> is never closed" for node in self.stack[1:]]
        return self.root

    def _check(self, node: Node, parent: Node) -> None:
        tag = node.tag
        if tag not in KNOWN:
            self.findings.append(f"unknown tag <{tag}>")
        if strange := node.attributes.keys() - ATTRIBUTES.get(tag, set()):
            self.findings.append(f"<{tag}> with {sorted(strange)}")
        if tag in INSIDE and parent.tag not in INSIDE[tag]:
            self.findings.append(f"<{tag}> in <{parent.tag}>")
        elif tag in BLOCK_TAGS and parent.tag not in HOLDERS:
            self.findings.append(f"the block <{tag}> in <{parent.tag}>")
        if tag == "a" and any(outer.tag == "a" for outer in self.stack):
            self.findings.append("a link in a link")
        if tag == "a" and not (node.attributes.get("href") or "").lower().startswith(
            ("http://", "https://", "tg://", "mailto:", "tel:", "#")
        ):
            self.findings.append(f"a link to {node.attributes.get('href')!r}")
        if tag == "img" and not re.match(r"https?://", node.attributes.get("src") or ""):
            self.findings.append(f"a picture from {node.attributes.get('src')!r}")
        if "class" in node.attributes and parent.tag != "pre":
            self.findings.append("a language for code that stands in a line")


def blocks_of(html: str, findings: list[str]) -> list[Json]:
    """The blocks of a message; every rule that is broken and every limit that is passed is added to the findings."""
    tree = _Tree(findings)
    tree.feed(html)
    root = tree.finish()
    blocks = _blocks(root, findings)
    text = _text(root)
    counted = _Counted()
    counted.add(blocks)
    if not blocks or not (text.strip() or counted.media):
        findings.append("a rich message without content")
    limits = (
        ("characters", len(text.encode("utf-16-le", "surrogatepass")) // 2, CHARACTERS),
        ("blocks", counted.blocks, BLOCKS),
        ("levels", tree.depth, DEPTH),
        ("media", counted.media, MEDIA),
        ("columns", counted.columns, COLUMNS),
    )
    findings += [
        f"{taken} {name} in a rich message, {most} fit" for name, taken, most in limits if taken > most
    ]
    return blocks


@dataclass(slots=True)
class _Counted:
    """Blocks with those inside them, list items and table rows; pictures; the widest table."""

    blocks: int = 0
    media: int = 0
    columns: int = 0

    def add(self, blocks: Sequence[Json]) -> None:
        for block in blocks:
            self.blocks += 1
            self.media += block["type"] == "photo"
            self.add(block.get("blocks", ()))
            for item in block.get("items", ()):
                self.blocks += 1
                self.add(item["blocks"])
            for row in block.get("cells", ()):
                self.blocks += 1
                self.columns = max(self.columns, len(row))


def _blocks(holder: Node, findings: list[str]) -> list[Json]:
    """The blocks in an element; words that stand beside them make paragraphs."""
    found: list[Json] = []
    loose: list[Node | str] = []

    def settle() -> None:
        text = _rich(loose)
        if _plain(text).strip():
            found.append({"type": "paragraph", "text": text})
        loose.clear()

    for child in holder.children:
        if isinstance(child, Node) and child.tag == "summary":
            continue
        if isinstance(child, str) or child.tag in INLINE or child.tag == "br":
            loose.append(child)
            continue
        settle()
        found.append(_block(child, findings))
    settle()
    return found


def _block(node: Node, findings: list[str]) -> Json:
    match node.tag:
        case "hr":
            return {"type": "divider"}
        case "img":
            return _photo(node)
        case "pre":
            return _pre(node)
        case "blockquote":
            return {"type": "blockquote", "blocks": _filled(node, findings)}
        case "details":
            return _details(node, findings)
        case "ul" | "ol":
            return {"type": "list", "items": list(_items(node, findings))}
        case "table":
            return {
                "type": "table",
                "cells": list(_rows(node, findings)),
                "is_bordered": "bordered" in node.attributes,
            }
        case "figure" | "tg-collage":
            return _gallery(node, findings)
        case tag if tag in HEADINGS:
            return {"type": "heading", "text": _words(node, findings), "size": HEADINGS[tag]}
        case "footer":
            return {"type": "footer", "text": _words(node, findings)}
        case _:
            return {"type": "paragraph", "text": _words(node, findings)}


def _filled(node: Node, findings: list[str]) -> list[Json]:
    blocks = _blocks(node, findings)
    if not blocks:
        findings.append(f"an empty <{node.tag}>")
    return blocks


def _words(node: Node, findings: list[str]) -> Any:
    text = _rich(node.children)
    if not _plain(text).strip():
        findings.append(f"an empty <{node.tag}>")
    return text


def _pre(node: Node) -> Json:
    inner = node.first("code")
    block: Json = {"type": "pre", "text": _text(node)}
    if inner is not None and (name := inner.attributes.get("class")):
        block["language"] = name.removeprefix("language-")
    return block


def _details(node: Node, findings: list[str]) -> Json:
    children = [child for child in node.children if not isinstance(child, str) or child.strip()]
    if not children or not isinstance(children[0], Node) or children[0].tag != "summary":
        findings.append("details that do not begin with a summary")
        summary: Any = ""
    else:
        summary = _words(children[0], findings)
    block: Json = {"type": "details", "summary": summary, "blocks": _filled(node, findings)}
    return block | ({"is_open": True} if "open" in node.attributes else {})


def _items(node: Node, findings: list[str]) -> Iterator[Json]:
    number = int(node.attributes.get("start") or 1)
    if not list(node.nodes()):
        findings.append("a list without items")
    for item in node.nodes():
        if node.tag == "ol":
            number = int(item.attributes.get("value") or number)
            yield {"label": f"{number}.", "blocks": _filled(item, findings), "value": number, "type": "1"}
            number += 1
        else:
            yield {"label": "•", "blocks": _filled(item, findings)}


def _rows(node: Node, findings: list[str]) -> Iterator[list[Json]]:
    rows = [row for row in node.nodes() if row.tag == "tr"]
    if not rows:
        findings.append("a table without rows")
    for row in rows:
        cells: list[Json] = []
        for cell in row.nodes():
            made: Json = {"align": cell.attributes.get("align") or "left", "valign": "top"}
            if made["align"] not in ("left", "center", "right"):
                findings.append(f"a cell aligned {made['align']}")
            text = _rich(cell.children)
            made |= {"text": text} if _plain(text) else {}
            cells.append(made | ({"is_header": True} if cell.tag == "th" else {}))
        yield cells


def _gallery(node: Node, findings: list[str]) -> Json:
    photos = [_photo(image) for image in node.nodes() if image.tag == "img"]
    caption = node.first("figcaption")
    shown = {"caption": {"text": _words(caption, findings)}} if caption is not None else {}
    if node.tag == "figure":
        if len(photos) != 1:
            findings.append(f"a figure of {len(photos)} pictures")
        return (photos[0] if photos else {"type": "divider"}) | shown
    if not photos:
        findings.append("an empty collage")
    return {"type": "collage", "blocks": photos} | shown


def _photo(node: Node) -> Json:
    source = node.attributes.get("src") or ""
    size: Json = {"file_id": source, "file_unique_id": source[-16:], "width": 640, "height": 480}
    return {"type": "photo", "photo": [size]}


def _rich(children: Sequence[Node | str]) -> Any:
    """Inline content as RichText: white space runs together, breaks stay."""
    found: list[Any] = []
    for child in children:
        if isinstance(child, str):
            words: Any = re.sub(r"[ \t\n\r\f]+", " ", child)
        elif child.tag == "br":
            words = "\n"
        else:
            words = {"type": INLINE.get(child.tag, "bold"), "text": _rich(child.children)}
            if child.tag == "a":
                words["url"] = child.attributes.get("href") or ""
        if found and isinstance(words, str) and isinstance(found[-1], str):
            found[-1] += words
        else:
            found.append(words)
    return found[0] if len(found) == 1 else found or ""


def _plain(text: Any) -> str:
    if isinstance(text, str):
        return text
    return "".join(map(_plain, text)) if isinstance(text, list) else _plain(text["text"])


def _text(node: Node) -> str:
    return "".join(child if isinstance(child, str) else _text(child) for child in node.children)


def plain_of(blocks: Sequence[Json]) -> str:
    """The words of blocks, a line for each: what a test reads."""
    return "\n".join(_lines(blocks))


def _lines(blocks: Sequence[Json]) -> Iterator[str]:
    for block in blocks:
        for name in ("summary", "text"):
            if name in block:
                yield _plain(block[name])
        yield from _lines(block.get("blocks", ()))
        for item in block.get("items", ()):
            yield from _lines(item["blocks"])
        for row in block.get("cells", ()):
            yield "\t".join(_plain(cell.get("text", "")) for cell in row)
        if "caption" in block:
            yield _plain(block["caption"]["text"])
