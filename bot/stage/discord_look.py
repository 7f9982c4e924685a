"""What does a Discord client show of a payload? The component tree with its texts, galleries, selects and buttons.

Read from the exact payload and from nothing else, so that the stage shows what Discord would be given.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.platforms.base import Budget, Form, Message, Readback
from bot.platforms.discord.attachments import sha_of
from bot.platforms.discord.check import check
from bot.platforms.discord.controls import decode
from bot.platforms.discord.meter import meter
from bot.platforms.discord.readback import content_of, readback
from bot.platforms.discord.render import render
from bot.stage.discord_markdown import blocks
from bot.stage.look import Drawn, Pressed
from digest.audience import PlatformName
from digest.page import Ask, Page

EPHEMERAL: Final = 1 << 6
BUTTONS: Final = {1: "primary", 2: "plain", 3: "primary", 4: "danger", 5: "link"}


class DiscordLook:
    """Discord's side of the stage; a `bot.stage.look.Look`."""

    name: PlatformName = "discord"
    username: str | None = None
    knows_keys = True  # `nonce` with `enforce_nonce`

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        return render(page, form)

    def check(self, message: Message) -> list[str]:
        return check(message)

    def readback(self, message: Message) -> Readback:
        return readback(message)

    def plain(self, message: Message) -> Message:
        return message  # its Markdown is never refused: what is not understood is shown as it is

    def question(self, ask: Ask) -> Message | None:
        del ask  # a modal
        return None

    def draw(self, message: Message) -> Drawn:
        payload = content_of(message.payload)
        return {
            "content": blocks(payload.get("content") or ""),
            "embeds": [_embed(embed) for embed in payload.get("embeds", ())],
            "components": [_component(part) for part in payload.get("components", ())],
            "is_ephemeral": bool(payload.get("flags", 0) & EPHEMERAL),
        }

    def meter(self, message: Message) -> tuple[Budget, ...]:
        return meter(message)

    def pressed(self, data: str) -> Pressed:
        """What a `custom_id` or an option's value means."""
        return Pressed(decode(data))


def ephemeral(message: Message) -> Message:
    """The same, for one pair of eyes."""
    payload = {**message.payload, "flags": message.payload.get("flags", 0) | EPHEMERAL}
    return Message(message.method, payload, message.pictures, message.count, message.items, message.omitted)


def _embed(embed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "accent": _colour(embed.get("color")),
        "title": embed.get("title", ""),
        "children": blocks(embed.get("description", "")),
        "picture": sha_of(embed["image"]["url"]) if embed.get("image") else None,
    }


def _colour(number: int | None) -> str | None:
    return None if number is None else f"#{number:06x}"


def _component(part: Mapping[str, Any]) -> dict[str, Any]:
    match part["type"]:
        case 17:
            children = [_component(inner) for inner in part["components"]]
            return {"type": "container", "accent": _colour(part.get("accent_color")), "children": children}
        case 10:
            return {"type": "text", "children": blocks(part["content"])}
        case 14:
            return {"type": "separator", "is_line": bool(part.get("divider", True))}
        case 12:
            pictures = [
                {"picture": sha_of(item["media"]["url"]), "about": item.get("description", "")}
                for item in part["items"]
            ]
            return {"type": "gallery", "pictures": pictures}
        case 9:
            children = [_component(inner) for inner in part["components"]]
            return {"type": "section", "children": children, "accessory": _component(part["accessory"])}
        case 1:
            return {"type": "row", "children": [_component(inner) for inner in part["components"]]}
        case 2:
            return _button(part)
        case 3:
            return _select(part)
        case other:
            message = f"the stage does not know component {other}"
            raise ValueError(message)


def _button(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "button",
        "label": part.get("label", ""),
        "style": BUTTONS[part["style"]],
        "data": None if part.get("disabled") else part.get("custom_id"),
        "url": part.get("url"),
    }


def _select(part: Mapping[str, Any]) -> dict[str, Any]:
    is_multiple = part.get("max_values", 1) > 1 or part.get("min_values", 1) == 0
    held = next((option["label"] for option in part["options"] if option.get("default")), None)
    options = [
        {
            "label": option["label"],
            "about": option.get("description", ""),
            "data": option["value"],
            "is_on": bool(option.get("default")) if is_multiple or held else None,
        }
        for option in part["options"]
    ]
    # closed, a single one shows what holds; a multiple one its prompt, and here how many are on
    prompt = part.get("placeholder", "") if is_multiple or held is None else held
    return {"type": "select", "prompt": prompt, "is_multiple": is_multiple, "options": options}
