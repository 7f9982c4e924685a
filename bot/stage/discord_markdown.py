"""What does Discord's client make of a text display? The subset of its Markdown that we write, as a tree to be drawn."""

import re
from typing import Any, Final

from bot.platforms.discord.markdown import JOINT

Node = dict[str, Any]
_FENCE: Final = re.compile(r"```(?:([A-Za-z0-9_+.#-]*)\n)?(.*?)```", re.DOTALL)
_LINE: Final = re.compile(
    r"(?P<quote>> )?(?:(?P<small>-# )|(?P<heading>#{1,3}) |(?P<indent> *)(?:(?P<bullet>[-*]) |(?P<number>\d+)\. ))?"
)
_ESCAPED: Final = re.compile(r"\\([^0-9A-Za-z\s])")
_CODE: Final = re.compile(r"(`{1,2})(?!`)(.*?[^`])\1(?!`)")
_LINK: Final = re.compile(r"\[((?:\\.|\[(?:\\.|[^\[\]])*\]|[^\[\]\\])*)\]\(([^\s()]+)\)")
_STYLES: Final = (
    ("***", ("bold", "italic")),
    ("**", ("bold",)),
    ("~~", ("strikethrough",)),
    ("*", ("italic",)),
)


def blocks(markdown: str) -> list[Node]:
    """Lines, quotes, headings, list entries and code blocks, each with its inline pieces."""
    found: list[Node] = []
    at = 0
    for fence in _FENCE.finditer(markdown):
        found += _lines(markdown[at : fence.start()].removesuffix("\n"))
        code = fence[2].removesuffix("\n")
        found.append({"type": "pre", "language": fence[1] or "", "children": [code]})
        at = fence.end()
    rest = markdown[at:].removeprefix("\n") if at else markdown
    return found + _lines(rest)


def _lines(text: str) -> list[Node]:
    if not text:
        return []
    found: list[Node] = []
    for line in text.split("\n"):
        node, is_quoted = _line(line)
        if not is_quoted:
            found.append(node)
        elif found and found[-1]["type"] == "quote":
            found[-1]["children"].append(node)
        else:
            found.append({"type": "quote", "children": [node]})
    return found


def _line(line: str) -> tuple[Node, bool]:
    start = _LINE.match(line)
    assert start is not None
    children = inlines(line[start.end() :])
    if start["small"]:
        node: Node = {"type": "small", "children": children}
    elif start["heading"]:
        node = {"type": "heading", "level": len(start["heading"]), "children": children}
    elif start["bullet"]:
        node = {"type": "entry", "depth": len(start["indent"]) // 2, "mark": "•", "children": children}
    elif start["number"]:
        mark = f"{start['number']}."
        node = {"type": "entry", "depth": len(start["indent"]) // 2, "mark": mark, "children": children}
    else:
        node = {"type": "line", "children": children}
    return node, bool(start["quote"])


def inlines(text: str) -> list[Any]:
    """Strings and `{"type", "children"}`: bold, italic, strikethrough, code, link."""
    found: list[Any] = []
    plain: list[str] = []

    def end_of_plain() -> None:
        words = "".join(plain).replace(JOINT, "")
        if words:
            found.append(words)
        plain.clear()

    at = 0
    while at < len(text):
        if escaped := _ESCAPED.match(text, at):
            plain.append(escaped[1])
            at = escaped.end()
        elif code := _CODE.match(text, at):
            end_of_plain()
            found.append({"type": "code", "children": [code[2].strip() if code[1] == "``" else code[2]]})
            at = code.end()
        elif link := _LINK.match(text, at):
            end_of_plain()
            found.append({"type": "link", "url": link[2], "children": inlines(link[1])})
            at = link.end()
        elif (styled := _styled(text, at)) is not None:
            end_of_plain()
            node, at = styled
            found.append(node)
        else:
            plain.append(text[at])
            at += 1
    end_of_plain()
    return found


def _styled(text: str, at: int) -> tuple[Node, int] | None:
    for sign, styles in _STYLES:
        if not text.startswith(sign, at):
            continue
        end = _end(text, at + len(sign), sign)
        if end is None:
            continue
        children: list[Any] = inlines(text[at + len(sign) : end])
        for style in reversed(styles):
            children = [{"type": style, "children": children}]
        return children[0], end + len(sign)
    return None


def _end(text: str, at: int, sign: str) -> int | None:
    """Where the closing sign stands; not within escapes, code or links, and not empty."""
    start = at
    while at < len(text):
        for pattern in (_ESCAPED, _CODE, _LINK):
            if skipped := pattern.match(text, at):
                at = skipped.end()
                break
        else:
            if at > start and text.startswith(sign, at) and not _is_longer(text, at, sign):
                return at
            at += 1
    return None


def _is_longer(text: str, at: int, sign: str) -> bool:
    """A single star that is half of a double one closes nothing."""
    return sign == "*" and (text.startswith("**", at) or text[at - 1 : at + 1] == "**")
