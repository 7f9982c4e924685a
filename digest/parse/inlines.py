"""How does a run of inlines read cleanly? Blanks at edges and breaks go, neighbouring texts become one."""

import re
from collections.abc import Iterable, Sequence

from digest.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Details,
    Heading,
    Image,
    Inline,
    List,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
    plain,
)

_CJK = "\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_ALONE = rf"(?![\uff10-\uff19\uff21-\uff3a\uff41-\uff5a])[{_CJK}]"  # wide letters and digits make words as narrow ones do
_WRAP = re.compile(rf"(?<={_ALONE})[ \t]*\n\s*(?=[{_CJK}])|(?<=[{_CJK}])[ \t]*\n\s*(?={_ALONE})")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_UNEVEN = re.compile(r"[\t\n\r\f]|  ")  # where it stands, blanks are not single already


def unwrapped(text: str) -> str:
    """Text with its line ends as blanks; between two Chinese characters a line end is nothing."""
    if "\n" in text:
        text = _WRAP.sub("", text)
    return _BLANKS.sub(" ", text) if _UNEVEN.search(text) else text


def tidy(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """The inlines of one paragraph."""
    merged: list[Inline] = []
    texts: list[str] = []  # become one at the end of their run: a paragraph may hold a hundred thousand

    def end() -> None:
        if texts:
            merged.append(Text("".join(texts)))
            texts.clear()

    for inline in inlines:
        if isinstance(inline, Text):
            text = inline.text
            last = merged[-1] if merged else None
            after_blank = texts[-1].endswith(" ") if texts else last is None or isinstance(last, Break)
            if after_blank and text.startswith(" "):
                text = text.lstrip(" ")
            if not text:
                continue
            if not texts and isinstance(last, Image) and _would_join(merged, text):
                text = f" {text}"
            texts.append(text)
            continue
        end()
        if isinstance(inline, Break):
            _strip_end(merged)
            if merged:
                merged.append(inline)
            continue
        if merged and isinstance(merged[-1], Image) and _would_join(merged, plain((inline,))):
            merged.append(Text(" "))
        merged.append(inline)
    end()
    _strip_end(merged)
    while merged and isinstance(merged[-1], Break):
        merged.pop()
        _strip_end(merged)
    return tuple(merged)


def _would_join(merged: Sequence[Inline], text: str) -> bool:
    """Whether two words become one where the pictures between them are shown elsewhere."""
    if not text[:1].isalnum():  # a run of pictures is not walked back for each of them
        return False
    before = next((inline for inline in reversed(merged) if not isinstance(inline, Image)), None)
    return before is not None and plain((before,))[-1:].isalnum()


def _strip_end(inlines: list[Inline]) -> None:
    if inlines and isinstance(inlines[-1], Text):
        text = inlines[-1].text.rstrip(" ")
        if text:
            inlines[-1] = Text(text)
        else:
            inlines.pop()


def only_images(inlines: Sequence[Inline]) -> tuple[Image, ...]:
    """The pictures of a run that holds nothing else; empty otherwise."""
    found = tuple([inline for inline in inlines if isinstance(inline, Image)])
    if not found:
        return ()
    rest = [inline for inline in inlines if not isinstance(inline, Image | Break)]
    is_blank = all(isinstance(inline, Text) and not inline.text.strip() for inline in rest)
    return found if is_blank else ()


def flattened(blocks: Iterable[Block]) -> tuple[Inline, ...]:
    """Blocks inside a table cell or a heading, where only inlines may stand: one line each."""
    lines: list[Inline] = []
    for block in blocks:
        lines += [*_line(block), Break()]
    return tidy(lines)


def _line(block: Block) -> tuple[Inline, ...]:
    match block:
        case Paragraph() | Heading():
            return block.inlines
        case Image():
            return (block,)
        case Rule():
            return ()
        case CodeBlock():
            return tuple(part for line in block.text.split("\n") for part in (Code(line), Break()) if line)
        case List():
            return tuple(part for entry in block.entries for part in (Text("• "), *flattened(entry), Break()))
        case Quote():
            return flattened(block.blocks)
        case Details():
            return (*block.summary, Break(), *flattened(block.blocks))
        case Table():
            return tuple(
                part
                for row in block.rows
                for part in (*(inner for cell in row for inner in (*cell, Text(" "))), Break())
            )
