"""How does a page become HTML? Built from our tree with every character escaped, then sieved once more by nh3.

The chat page shows the HTML and draws buttons and choices from the JSON beside it. Pictures are served by the same
origin under `/picture/<sha>`. There is no style and no script in it, so a strict policy can forbid both.
"""

from collections.abc import Iterable
from typing import Any

from markupsafe import escape

from bot.platforms.base import Form, Message
from bot.platforms.web.sieve import sieve
from bot.platforms.web.writer import PICTURES, Writer, attributes, issue_address
from digest.page import Ask, Button, Choice, Page, Passage
from handlers.texts import Texts, language_for, texts_for

__all__ = ["PICTURES", "ask_json", "button_json", "choice_json", "render"]


def render(page: Page, form: Form) -> tuple[Message, ...]:  # noqa: ARG001  one dress serves every form here
    """One message a page: the web has no limits that would part it."""
    texts = texts_for(language_for(page.language))
    writer = _Writer(page.pictures, texts)
    html = f'<article lang="{escape(page.language)}">{writer.passages(page.passages)}</article>'
    payload = {
        "html": sieve(html),
        "title": page.title,
        "language": page.language,
        "rows": [[button_json(button) for button in row] for row in _rows(page, texts)],
        "choices": [choice_json(choice) for choice in page.choices],
        "is_silent": page.is_silent,
    }
    return (Message("append", payload, items=_items(page.passages)),)


def _rows(page: Page, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    """With the way to the issue's own page, where the page is about one."""
    if not page.shows:
        return page.rows
    first, *others = page.rows or ((),)
    return ((*first, Button(texts("web.page"), url=issue_address(page.shows))), *others)


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


class _Writer(Writer):
    """What of a page the chat page shows as sections."""

    def passages(self, passages: Iterable[Passage]) -> str:
        return "".join(self._passage(passage) for passage in passages)

    def _passage(self, passage: Passage) -> str:
        self.number = 0
        opening = attributes(
            class_=f"passage {passage.kind}",
            data_key=passage.key or None,
            data_action=passage.action.encode() if passage.action else None,
        )
        return f"<section{opening}>{self.blocks(passage.blocks)}</section>"
