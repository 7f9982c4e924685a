"""What does a Telegram client show of a payload? Text and UTF-16 entities as nested pieces, pictures, keyboards.

Read from the exact payload and from nothing else, so that the stage shows what Telegram would be given.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.platforms.base import Budget, Form, Message, Readback
from bot.platforms.telegram import asks, bodies
from bot.platforms.telegram.keyboard import NOOP
from bot.platforms.telegram.meter import meter
from bot.platforms.telegram.readback import check, readback
from bot.platforms.telegram.render import render
from bot.platforms.telegram.rich_readback import RICH, html_of
from bot.stage.look import Drawn, Pressed
from bot.stage.rich_look import rich_pieces
from digest.audience import PlatformName
from digest.page import Action, Ask, Page

USERNAME: Final = "zhouzhi_bot"


class TelegramLook:
    """Telegram's side of the stage; a `bot.stage.look.Look`."""

    name: PlatformName = "telegram"
    username: str | None = USERNAME
    knows_keys = False  # the Bot API has no idempotency key

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        return render(page, form)

    def check(self, message: Message) -> list[str]:
        return [] if _is_question(message) else check(message)

    def readback(self, message: Message) -> Readback:
        return readback(message)

    def plain(self, message: Message) -> Message:
        return bodies.plain(message)

    def question(self, ask: Ask) -> Message:
        """A forced reply."""
        return asks.question(ask, USERNAME)

    def draw(self, message: Message) -> Drawn:
        payload = message.payload
        holder = payload["media"][0] if "media" in payload else payload
        text = holder.get("text", holder.get("caption", ""))
        entities = holder.get("entities", holder.get("caption_entities", ()))
        is_rich = message.method == RICH
        return {
            "text": rich_pieces(html_of(message)) if is_rich else pieces(text, entities),
            "is_rich": is_rich,
            "photos": photos(payload),
            "is_file": "document" in payload,
            "text_first": bool(holder.get("show_caption_above_media")) or "text" in holder,
            "keyboard": keyboard(payload),
            "asks": payload.get("reply_markup", {}).get("input_field_placeholder", "")
            if _is_question(message)
            else None,
            "answers": _encoded(self.answers(message)),
        }

    def meter(self, message: Message) -> tuple[Budget, ...]:
        return meter(message)

    def pressed(self, data: str) -> Pressed:
        """What a button's callback data means."""
        if data == NOOP or data.startswith(f"{NOOP}:"):
            return Pressed(None, data.partition(":")[2])
        return Pressed(Action.decode(data))

    def answers(self, message: Message) -> Action | None:
        """The action a question carries."""
        return asks.asked(entity.get("url", "") for entity in message.payload.get("entities", ()))


def _encoded(action: Action | None) -> str | None:
    return action.encode() if action else None


def _is_question(message: Message) -> bool:
    return bool(message.payload.get("reply_markup", {}).get("force_reply"))


def pieces(text: str, entities: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The text as strings and nested `{"type", "children", …}`; offsets and lengths count UTF-16 units."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    ordered = sorted(entities, key=lambda one: (one["offset"], -one["length"]))
    return _between(encoded, ordered, 0, len(encoded) // 2)


def _between(encoded: bytes, entities: Sequence[Mapping[str, Any]], start: int, end: int) -> list[Any]:
    found: list[Any] = []
    at, index = start, 0
    while index < len(entities):
        entity = entities[index]
        first, last = entity["offset"], min(entity["offset"] + entity["length"], end)
        inner = [one for one in entities[index + 1 :] if one["offset"] < last]
        found += _words(encoded, at, first)
        piece = {"type": entity["type"], "children": _between(encoded, inner, first, last)}
        if "url" in entity:
            piece["url"] = entity["url"]
        elif entity["type"] == "url":
            piece["url"] = encoded[2 * first : 2 * last].decode("utf-16-le", "replace")
        if entity.get("language"):
            piece["language"] = entity["language"]
        found.append(piece)
        at, index = last, index + 1 + len(inner)
    return found + _words(encoded, at, end)


def _words(encoded: bytes, start: int, end: int) -> list[str]:
    return [encoded[2 * start : 2 * end].decode("utf-16-le", "replace")] if end > start else []


def photos(payload: Mapping[str, Any]) -> list[str]:
    """SHA-256 of the pictures, in order."""
    if "media" in payload:
        files = [item["media"] for item in payload["media"]]
    else:
        files = [payload[kind] for kind in bodies.MEDIA if kind in payload]
    return [str(file).removeprefix(bodies.ATTACHED) for file in files]


def keyboard(payload: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    rows = payload.get("reply_markup", {}).get("inline_keyboard", ())
    return [
        [
            {
                "label": button["text"],
                "data": button.get("callback_data"),
                "url": button.get("url"),
                "style": button.get("style", "plain"),
            }
            for button in row
        ]
        for row in rows
    ]
