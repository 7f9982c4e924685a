"""What does a Discord reader see of a payload? Markup undone by Discord's rules, never by our tree.

A bare link is shown by its host and leads to its whole address: read back, it stands for that address. A zero-width
space at the label's end tells it from a label that happens to be a host (`bot.platforms.discord.markdown`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from bot.platforms.base import Message, Readback
from bot.platforms.discord.attachments import sha_of
from bot.platforms.discord.markdown import JOINT
from bot.platforms.discord.pack import units16

_FENCE = re.compile(r"```(?:[A-Za-z0-9_+.#-]*\n)?(.*?)```", re.DOTALL)
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_CODE = re.compile(r"(`+)(.*?[^`])\1(?!`)", re.DOTALL)
_LINK = re.compile(r"\[((?:\\.|\[(?:\\.|[^\[\]])*\]|[^\[\]\\])*)\]\(([^\s()]+)\)")
_STYLE = re.compile(r"\*{1,3}|~~")
_LINE = re.compile(r"(?P<quote>> )?(?P<small>-# )?(?P<heading>#{1,3} )?(?P<indent> *)(?P<bullet>- )?")
_SPOKEN = re.compile(r"mailto:[^\s()]+|tg://[^\s()]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def readback(message: Message) -> Readback:
    """Text by lines, targets of links in reading order (buttons last), pictures by their SHA-256."""
    payload = content_of(message.payload)
    text: list[str] = []
    links: list[str] = []
    for written in texts_of(payload):
        shown, found = visible(written)
        text.append(shown)
        links += found
    links += [part["url"] for part in components_of(payload) if part["type"] == 2 and part.get("url")]
    return Readback(
        "\n".join(text), tuple(links), tuple(sha_of(url) for url in images_of(payload)), counts(payload)
    )


def content_of(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message itself: that of a forum's post lies in the call that opens it."""
    content: Mapping[str, Any] = payload.get("message", payload)
    return content


def counts(payload: Mapping[str, Any]) -> dict[str, int]:
    """What the payload takes of Discord's budgets."""
    texts = list(texts_of(payload))
    return {
        "characters": sum(units16(text) for text in texts),
        "bytes": sum(len(text.encode()) for text in texts) + 12 * len(texts),
        "components": sum(1 for _ in components_of(payload)),
    }


def components_of(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every component, nested ones too, in reading order."""
    waiting = list(payload.get("components", ()))
    while waiting:
        component = waiting.pop(0)
        yield component
        inner = [*component.get("components", ())]
        if component.get("accessory"):
            inner.append(component["accessory"])
        waiting = [*inner, *waiting]


def texts_of(payload: Mapping[str, Any]) -> Iterator[str]:
    """Every text that is shown as Markdown, in reading order."""
    if payload.get("content"):
        yield payload["content"]
    for embed in payload.get("embeds", ()):
        yield from (embed[key] for key in ("title", "description") if embed.get(key))
    yield from (part["content"] for part in components_of(payload) if part["type"] == 10)


def images_of(payload: Mapping[str, Any]) -> Iterator[str]:
    """The address of every picture shown, in reading order."""
    yield from (embed["image"]["url"] for embed in payload.get("embeds", ()) if embed.get("image"))
    for part in components_of(payload):
        if part["type"] == 12:
            yield from (item["media"]["url"] for item in part["items"])


def visible(markdown: str) -> tuple[str, list[str]]:
    """What is seen of Discord's Markdown, and the targets that can be tapped or read in it."""
    shown: list[str] = []
    links: list[str] = []
    start = 0
    for fence in _FENCE.finditer(markdown):
        shown.append(_lines(markdown[start : fence.start()], links))
        shown.append(fence[1].removesuffix("\n"))
        start = fence.end()
    shown.append(_lines(markdown[start:], links))
    return "".join(shown).replace(JOINT, ""), links


def _lines(markdown: str, links: list[str]) -> str:
    return "\n".join(_line(line, links) for line in markdown.split("\n"))


def _line(line: str, links: list[str]) -> str:
    start = _LINE.match(line)
    return _inline(line[start.end() :] if start else line, links)


def _inline(text: str, links: list[str]) -> str:
    """Signs behind a backslash as they are, code without its fences, links by their label, styles gone."""
    shown: list[str] = []
    plain: list[str] = []

    def end_of_plain() -> None:
        words = "".join(plain)
        links.extend(spoken if ":" in spoken else f"mailto:{spoken}" for spoken in _SPOKEN.findall(words))
        shown.append(words)
        plain.clear()

    place = 0
    while place < len(text):
        if escaped := _ESCAPED.match(text, place):
            plain.append(escaped[1])
            place = escaped.end()
        elif code := _CODE.match(text, place):
            end_of_plain()
            shown.append(_unpadded(code[2]))
            place = code.end()
        elif link := _LINK.match(text, place):
            end_of_plain()
            shown.append(_label(link, links))
            place = link.end()
        elif style := _STYLE.match(text, place):
            place = style.end()
        else:
            plain.append(text[place])
            place += 1
    end_of_plain()
    return "".join(shown)


def _label(link: re.Match[str], links: list[str]) -> str:
    inner: list[str] = []
    label = _inline(link[1], inner)
    links.append(link[2])
    return unquote(link[2]) if label.endswith(JOINT) else label


def _unpadded(code: str) -> str:
    """Discord takes the space away that parts a backtick from its fence."""
    return re.sub(r"^ (?= *`)|(?<=`) $", "", code)
