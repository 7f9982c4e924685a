"""How does a page become HTML? Built from our tree with every character escaped, then sieved once more by nh3.

The chat page shows the HTML and draws buttons and choices from the JSON beside it. Pictures are served by the same
origin under `/picture/<sha>`. There is no style and no script in it, so a strict policy can forbid both.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, assert_never

import nh3
from markupsafe import escape

from bot.platforms.base import Form, Message
from bot.platforms.links import host, nested
from bot.platforms.pictures import label, stand_in
from digest.document import (
    Alignment,
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
    List,
    Mark,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
)
from digest.page import Ask, Button, Choice, Page, Passage, Picture
from handlers.texts import Texts, language_for, texts_for

PICTURES = "/picture/"
SCHEMES = {"http", "https", "mailto", "tg"}  # content.md §8: nothing else becomes a link
ROLES = {"summary", "links", "opinion", "note", "boilerplate"}
PASSAGES = {"passage", "head", "section", "item", "body", "foot"}
ALIGNMENTS = {"left", "center", "right"}
ATTRIBUTES = {
    "*": {"lang"},
    "a": {"href", "rel", "target"},
    "code": {"data-language"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "section": {"data-key", "data-action"},
    "td": {"scope"},
    "th": {"scope"},
}
CLASSES = {
    "section": PASSAGES,
    "p": ROLES,
    "ul": ROLES,
    "ol": ROLES,
    "blockquote": ROLES,
    "figure": {"missing"},
    "span": {"missing"},
    "td": ALIGNMENTS,
    "th": ALIGNMENTS,
}
TAGS = {
    *("article", "section", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("table", "thead", "tbody", "tr", "th", "td", "details", "summary", "hr", "br", "figure", "figcaption"),
    *("img", "a", "strong", "em", "del", "mark", "span"),
}


def render(page: Page, form: Form) -> tuple[Message, ...]:  # noqa: ARG001  one dress serves every form here
    """One message a page: the web has no limits that would part it."""
    texts = texts_for(language_for(page.language))
    writer = _Writer(page.pictures, texts)
    html = f'<article lang="{escape(page.language)}">{writer.passages(page.passages)}</article>'
    payload = {
        "html": _sieve(html),
        "title": page.title,
        "language": page.language,
        "rows": [[button_json(button) for button in row] for row in page.rows],
        "choices": [choice_json(choice) for choice in page.choices],
        "is_silent": page.is_silent,
    }
    return (Message("append", payload, items=_items(page.passages)),)


def button_json(button: Button) -> dict[str, Any]:
    """A button as the chat page reads it; `action` is the encoded action."""
    return {
        "label": button.label,
        "name": button.name,
        "style": button.style,
        "action": button.action.encode() if button.action else None,
        "url": button.url,
        "toast": button.toast,
    }


def choice_json(choice: Choice) -> dict[str, Any]:
    """A choice as the chat page reads it; `is_on` is null where nothing is remembered."""
    return {
        "prompt": choice.prompt,
        "columns": choice.columns,
        "options": [
            {
                "label": option.label,
                "description": option.description,
                "action": option.action.encode(),
                "is_on": option.is_on,
            }
            for option in choice.options
        ],
    }


def ask_json(ask: Ask) -> dict[str, str]:
    """What the chat page asks for in words; belongs into a payload as `ask` when the reply has one."""
    return {"prompt": ask.prompt, "placeholder": ask.placeholder, "action": ask.action.encode()}


def _items(passages: Iterable[Passage]) -> tuple[str, ...]:
    return tuple(passage.key for passage in passages if passage.kind == "item" and passage.key)


def _sieve(html: str) -> str:
    """Ours is clean by construction; a mistake above must still not become script on a reader's screen."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        allowed_classes={tag: set(names) for tag, names in CLASSES.items()},
        url_schemes=SCHEMES,
        link_rel=None,  # written by us on every link
    )


def _attributes(**values: str | int | None) -> str:
    """` name="value"` for each that has a value; a trailing underscore and inner ones become HTML's spelling."""
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in values.items()
        if value is not None
    )


class _Writer:
    """Writes one page; counts pictures within each passage, since a missing one is called by its number."""

    def __init__(self, pictures: Mapping[str, Picture], texts: Texts) -> None:
        self.pictures = pictures
        self.texts = texts
        self.number = 0

    def passages(self, passages: Iterable[Passage]) -> str:
        return "".join(self._passage(passage) for passage in passages)

    def _passage(self, passage: Passage) -> str:
        self.number = 0
        opening = _attributes(
            class_=f"passage {passage.kind}",
            data_key=passage.key or None,
            data_action=passage.action.encode() if passage.action else None,
        )
        return f"<section{opening}>{self._blocks(passage.blocks)}</section>"

    def _blocks(self, blocks: Sequence[Block]) -> str:
        return "\n".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return f"<p{_attributes(class_=block.role)}>{self._inlines(block.inlines)}</p>"
            case Heading():
                tag = f"h{min(max(block.level, 1) + 1, 6)}"  # h1 is the chat page's own
                return f"<{tag}>{self._inlines(block.inlines)}</{tag}>"
            case List():
                return self._list(block)
            case Quote():
                return (
                    f"<blockquote{_attributes(class_=block.role)}>{self._blocks(block.blocks)}</blockquote>"
                )
            case CodeBlock():
                language = _attributes(data_language=block.language or None)
                return f"<pre><code{language}>{escape(block.text)}</code></pre>"
            case Table():
                return self._table(block)
            case Details():
                summary = f"<summary>{self._inlines(block.summary)}</summary>"
                return f"<details>{summary}{self._blocks(block.blocks)}</details>"
            case Rule():
                return "<hr>"
            case Image():
                return self._figure(block)
            case _:
                assert_never(block)

    def _list(self, block: List) -> str:
        tag = "ol" if block.is_ordered else "ul"
        start = block.start if block.is_ordered and block.start != 1 else None
        entries = "".join(
            f"<li>{self._entry(entry, is_tight=block.is_tight)}</li>" for entry in block.entries
        )
        return f"<{tag}{_attributes(class_=block.role, start=start)}>{entries}</{tag}>"

    def _entry(self, entry: tuple[Block, ...], *, is_tight: bool) -> str:
        match entry:
            case (Paragraph(inlines, None), *rest) if is_tight:
                first = self._inlines(inlines)
                return f"{first}{self._blocks(rest)}"
            case _:
                return self._blocks(entry)

    def _table(self, block: Table) -> str:
        head, *body = block.rows or ((),)
        top = "".join(self._cell("th", "col", cell, block.alignments, at) for at, cell in enumerate(head))
        rows = (
            "".join(self._cell("td", None, cell, block.alignments, at) for at, cell in enumerate(row))
            for row in body
        )
        inside = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{top}</tr></thead><tbody>{inside}</tbody></table>"

    def _cell(
        self,
        tag: str,
        scope: str | None,
        cell: Sequence[Inline],
        alignments: Sequence[Alignment | None],
        at: int,
    ) -> str:
        alignment = alignments[at] if at < len(alignments) else None
        return f"<{tag}{_attributes(scope=scope, class_=alignment)}>{self._inlines(cell)}</{tag}>"

    def _figure(self, image: Image) -> str:
        if image.src in self.pictures:
            return f"<figure>{self._image(image, is_linked=False)}</figure>"
        self.number += 1
        stand = self._inline(stand_in(image, self.number, self.texts))
        return f'<figure class="missing"><figcaption>{stand}</figcaption></figure>'

    def _inlines(self, inlines: Sequence[Inline], *, is_linked: bool = False) -> str:
        return "".join(self._inline(inline, is_linked=is_linked) for inline in inlines)

    def _inline(self, inline: Inline, *, is_linked: bool = False) -> str:
        match inline:
            case Text():
                return str(escape(inline.text))
            case Code():
                return f"<code>{escape(inline.text)}</code>"
            case Break():
                return "<br>"
            case Strong() | Em() | Del() | Mark():
                tag = type(inline).__name__.lower()
                return f"<{tag}>{self._inlines(inline.inlines, is_linked=is_linked)}</{tag}>"
            case Link():
                return self._link(inline, is_linked=is_linked)
            case Image():
                return self._image(inline, is_linked=is_linked)
            case _:
                assert_never(inline)

    def _link(self, link: Link, *, is_linked: bool) -> str:
        inside = self._inlines(link.inlines, is_linked=True) or str(escape(host(link.href)))
        if is_linked:
            return inside
        after = "".join(f" {_anchor(target, str(escape(host(target))))}" for target in nested(link))
        return _anchor(link.href, inside) + after

    def _image(self, image: Image, *, is_linked: bool) -> str:
        self.number += 1
        picture = self.pictures.get(image.src)
        if picture is None:
            stand = self._inline(stand_in(image, self.number, self.texts), is_linked=is_linked)
            return f'<span class="missing">{stand}</span>'
        attributes = _attributes(
            src=f"{PICTURES}{picture.sha}",
            alt=label(image, self.number, self.texts),
            width=picture.width,
            height=picture.height,
            loading="lazy",
        )
        drawn = f"<img{attributes}>"
        return drawn if image.href is None or is_linked else _anchor(image.href, drawn)


def _anchor(href: str, inside: str) -> str:
    return f"<a{_attributes(href=href, rel='noopener noreferrer', target='_blank')}>{inside}</a>"
