"""How do opening and closing tags become blocks? One builder for Markdown's elements and for raw HTML between them.

Nothing handed in is lost: text outside its place opens the place it needs, what is never closed is closed at the end,
and a closing tag without its opening one is ignored. Raw HTML cannot close what Markdown opened.
"""

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
    Paragraph,
    Quote,
    Rule,
    Strong,
    Text,
    images,
    links,
    plain,
)
from digest.parse import addresses
from digest.parse.frames import (
    BOUNDARIES,
    INLINE,
    KINDS,
    VOID,
    Attributes,
    Frame,
    Kind,
    alignment_of,
    list_of,
    table_of,
    with_task,
)
from digest.parse.inlines import flattened, only_images, tidy, unwrapped
from digest.parse.notes import Notes
from digest.parse.source import MAX_NESTING

_INSIDE: dict[str, Kind] = {"li": "list", "tr": "table", "td": "row", "th": "row"}


class Builder:
    """Takes tags and text in reading order; `finish` gives the blocks."""

    def __init__(self, notes: Notes, web_base: str = "") -> None:
        self._notes = notes
        self._web_base = web_base
        self._frames = [Frame("", "flow", is_raw=False)]

    # --- what is handed in ---

    def open(self, tag: str, attributes: Attributes | None = None, *, is_raw: bool = False) -> Frame | None:
        """Open an element; None when it needs no place of its own (a paragraph, an unknown tag, one nested too deep)."""
        attributes = attributes or {}
        if tag in VOID:
            self._void(tag, attributes)
            return None
        if tag in INLINE and self._is_preformatted() and INLINE[tag] != "a":
            self._frames[-1].attributes.update(attributes if tag == "code" else {})
            return None
        if tag in INLINE:
            self._make_line_place()
            return self._push(Frame(INLINE[tag], "inline", is_raw, attributes))
        kind = KINDS.get(tag)
        if self._is_preformatted() and kind != "silent":
            if kind is not None or tag in BOUNDARIES:
                self.add(Break())
            return None
        if kind is None:
            if tag in BOUNDARIES:
                self.boundary()
                self._mark_paragraph(tag)
            return None
        if kind not in {"silent", "pre"}:
            self._end_neighbour(tag)
            self._make_place(tag)
            # an entry, row or cell outside its place is only the end of a paragraph
            if self._frames[-1].kind != _INSIDE.get(tag, self._frames[-1].kind):
                return None
        elif kind == "pre":
            self.boundary()
        return self._push(Frame(tag, kind, is_raw, attributes))

    def close(self, frame: Frame | None) -> None:
        """Close an element and all that is still open inside it."""
        if frame is None or not any(frame is open_frame for open_frame in self._frames):
            return
        while self._frames[-1] is not frame:
            self._close_top()
        self._close_top()

    def close_raw(self, tag: str) -> None:
        """A closing tag of raw HTML: closes the nearest element of that name which raw HTML opened."""
        name = INLINE.get(tag, tag)
        if tag in BOUNDARIES:
            self.boundary()
            return
        if tag in KINDS and not self._is_preformatted():
            self.boundary()
        for frame in reversed(self._frames[1:]):
            if frame.tag == name and frame.is_raw:
                self.close(frame)
                return
            if not frame.is_raw or (name in INLINE and frame.kind != "inline"):
                return

    def text(self, value: str) -> None:
        """Characters; blanks and line ends count as one blank."""
        top = self._frames[-1]
        if top.kind == "silent":
            return
        if self._is_preformatted():
            for index, line in enumerate(value.split("\n")):
                top.inlines += [Break(), Text(line)] if index else [Text(line)]
            return
        if value.strip() or top.kind in {"inline", "flow", "cell"}:
            self.add(Text(unwrapped(value)))

    def add(self, inline: Inline) -> None:
        """One finished inline."""
        if self._frames[-1].kind == "silent":
            return
        self._make_line_place()
        self._frames[-1].inlines.append(inline)

    def block(self, block: Block) -> None:
        """One finished block."""
        self._make_place("p")
        if self._frames[-1].kind != "silent":
            self._frames[-1].blocks.append(block)

    def boundary(self) -> None:
        """The end of a paragraph."""
        while self._frames[-1].kind == "inline":
            self._close_top()
        frame = self._frames[-1]
        if frame.kind == "pre" and frame.inlines:
            frame.inlines.append(Break())
        if frame.kind not in {"flow", "cell"}:
            return
        inlines = tidy(frame.inlines)
        frame.inlines = []
        if found := only_images(inlines):
            frame.blocks += found
        elif inlines:
            frame.blocks.append(Paragraph(inlines))

    def finish(self) -> tuple[Block, ...]:
        """Close what is open and give all blocks."""
        while len(self._frames) > 1:
            self._close_top()
        self.boundary()
        return tuple(self._frames[0].blocks)

    # --- opening ---

    def _is_preformatted(self) -> bool:
        """Inside `<pre>` only text and inlines count."""
        top = self._frames[-1].kind
        if top != "inline":
            return top == "pre"
        return next(frame.kind for frame in reversed(self._frames) if frame.kind != "inline") == "pre"

    def _push(self, frame: Frame) -> Frame | None:
        # what is inside of a list or table always has a place, so that its text has one
        if len(self._frames) > 3 * MAX_NESTING and frame.tag not in _INSIDE:
            return None
        self._frames.append(frame)
        return frame

    def _end_neighbour(self, tag: str) -> None:
        """HTML need not close an entry, row or cell before the next one."""
        around = _INSIDE.get(tag)
        if around is None:
            return
        for frame in reversed(self._frames):
            if frame.kind in {around, "list", "table"} or not (frame.is_raw or frame.kind == "inline"):
                return
            if _INSIDE.get(frame.tag) == around:
                self.close(frame)
                return

    def _make_place(self, tag: str) -> None:
        """End the paragraph, and open the entry, row or cell that a block here must stand in."""
        self.boundary()
        top = self._frames[-1].kind
        if tag == "tr":
            if top == "row":
                self._close_top()
        elif tag in {"td", "th"}:
            if top == "table":
                self._push(Frame("tr", "row", is_raw=True))
        elif top in {"table", "row"}:
            if top == "table":
                self._push(Frame("tr", "row", is_raw=True))
            self._push(Frame("td", "cell", is_raw=True))
        elif top == "list" and tag != "li":
            self._push(Frame("li", "flow", is_raw=True))

    def _make_line_place(self) -> None:
        """Open the entry or cell that an inline here must stand in."""
        top = self._frames[-1].kind
        if top == "list":
            self.open("li", is_raw=True)
        elif top in {"table", "row"}:
            self.open("td", is_raw=True)

    def _mark_paragraph(self, tag: str) -> None:
        top = self._frames[-1]
        if tag == "p" and top.tag == "li":
            for frame in reversed(self._frames):
                if frame.kind == "list":
                    frame.has_paragraphs = True
                    return

    def _void(self, tag: str, attributes: Attributes) -> None:
        match tag:
            case "br":
                self.add(Break())
            case "hr":
                if not self._is_preformatted():
                    self.block(Rule())
            case "img":
                self._image(attributes)
            case _:
                target = addresses.judge(addresses.seen_from(self._web_base, attributes.get("src", "")))
                if target.kind != "empty":
                    # a label of our making must not become one word with its neighbours
                    self._extend((Text(" "),))
                    self._link(target, attributes, (Text(addresses.shown(target.href)),))
                    self._extend((Text(" "),))

    def _image(self, attributes: Attributes) -> None:
        src = addresses.seen_from(self._web_base, attributes.get("src", "").strip())
        alt = " ".join(attributes.get("alt", "").split())
        if src:
            self.add(Image(src, alt))
        else:
            self._notes.warn("image_empty", alt=alt)

    # --- closing ---

    def _close_top(self) -> None:
        frame = self._frames[-1]
        if frame.kind in {"flow", "cell"}:
            self.boundary()
        self._frames.pop()
        match frame.kind:
            case "inline":
                self._close_inline(frame)
            case "flow":
                self._close_flow(frame)
            case "cell":
                self._close_cell(frame)
            case "list":
                if frame.entries:
                    self._frames[-1].blocks.append(list_of(frame))
            case "table":
                if any(cell for row in frame.rows for cell, _ in row):
                    self._frames[-1].blocks.append(table_of(frame))
            case "row":
                if frame.rows:
                    self._parent("table").rows += frame.rows
            case "pre":
                self._close_pre(frame)
            case "silent":
                pass
            case _:
                assert_never(frame.kind)

    def _parent(self, kind: Kind) -> Frame:
        return next(frame for frame in reversed(self._frames) if frame.kind == kind)

    def _close_inline(self, frame: Frame) -> None:
        inlines = tuple(frame.inlines)
        match frame.tag:
            case "a":
                href = frame.attributes.get("href")
                if href is None:
                    self._extend(inlines)
                else:
                    self._link(
                        addresses.judge(addresses.seen_from(self._web_base, href)), frame.attributes, inlines
                    )
            case "code":
                if all(isinstance(inline, Text | Code) for inline in inlines):
                    inlines = (Code(plain(inlines)),) if plain(inlines) else ()
                self._extend(inlines)
            case "strong":
                self._extend((Strong(inlines),) if inlines else ())
            case "em":
                self._extend((Em(inlines),) if inlines else ())
            case _:
                self._extend((Del(inlines),) if inlines else ())

    def _extend(self, inlines: tuple[Inline, ...]) -> None:
        self._frames[-1].inlines += inlines

    def _close_flow(self, frame: Frame) -> None:
        blocks = tuple(frame.blocks)
        match frame.tag:
            case "li":
                parent = next((one for one in reversed(self._frames) if one.kind == "list"), None)
                if parent is not None and parent is self._frames[-1]:
                    if blocks:
                        parent.entries.append(with_task(blocks))
                else:
                    self._frames[-1].blocks += blocks
            case "details":
                self._frames[-1].blocks.append(Details(frame.summary, blocks))
            case _:
                if blocks:
                    self._frames[-1].blocks.append(Quote(blocks))

    def _close_cell(self, frame: Frame) -> None:
        inlines = flattened(frame.blocks)
        if frame.tag in {"td", "th"}:
            row = self._parent("row")
            if not row.rows:
                row.rows.append([])
            row.rows[0].append((inlines, alignment_of(frame.attributes)))
        elif frame.tag == "summary" and self._is_head_of_details():
            self._frames[-1].summary = inlines
        elif frame.tag == "summary":
            self._frames[-1].blocks += [Paragraph(inlines)] if inlines else []
        elif inlines:
            self._frames[-1].blocks.append(Heading(int(frame.tag[1]), inlines))

    def _is_head_of_details(self) -> bool:
        frame = self._frames[-1]
        return frame.tag == "details" and not frame.summary and not frame.blocks

    def _close_pre(self, frame: Frame) -> None:
        inlines = tuple(frame.inlines)
        self._make_place("p")
        blocks = self._frames[-1].blocks
        if links(inlines) or images(inlines):
            blocks.append(Paragraph(tidy(inlines)))
        else:
            language = frame.attributes.get("class", "").removeprefix("language-")
            blocks.append(CodeBlock(plain(inlines).strip("\n"), language if " " not in language else ""))

    def _link(self, target: addresses.Target, attributes: Attributes, inlines: tuple[Inline, ...]) -> None:
        found = only_images(inlines)
        label = plain(inlines).strip()
        match target.kind:
            case "link" if found:
                self._extend(tuple(Image(image.src, image.alt, target.href) for image in found))
                return
            case "link":
                self._extend((self._linked(target.href, attributes, inlines),))
                other = addresses.host(label)
                if other and other != addresses.host(target.href):
                    self._notes.warn("link_elsewhere", near=target.href, text=label, target=target.href)
                return
            case "relative" | "refused":
                code = "link_relative" if target.kind == "relative" else "link_refused"
                self._notes.warn(code, near=target.href, target=target.href)
                tail = f" ({target.href})" if label else target.href
                self._extend((*inlines, *(() if label == target.href else (Text(tail),))))
            case "empty":
                self._notes.warn("link_empty", near=f"[{label}]()", text=label)
                self._extend(inlines)
            case "fragment":
                self._extend(inlines)
            case _:
                assert_never(target.kind)

    def _linked(self, href: str, attributes: Attributes, inlines: tuple[Inline, ...]) -> Link:
        if not plain(inlines).strip() and not images(inlines):
            inlines = (Text(addresses.shown(href)),)
        return Link(href, inlines, is_bare="data-bare" in attributes)
