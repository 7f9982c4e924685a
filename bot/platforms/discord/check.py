"""Would Discord take this payload? A second reader that refuses what Discord refuses (discord.md §2).

It reads the payload alone and shares no measuring with the packer, so a mistake there is seen here.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.platforms.base import Message
from bot.platforms.discord.readback import components_of, content_of, images_of, texts_of

V2 = 1 << 15
_MENTION = re.compile(
    r"(?<!\\)(?:@(?:everyone|here)\b|<(?:@[!&]?\d+|#\d+|id:\w+|a?:\w+:\d+|t:-?\d+(?::\w)?|/[^<>\n]+:\d+)>)"
)
_CODE = re.compile(r"```.*?```|(?<!\\)(`+)(?!`).*?[^`]\1(?!`)", re.DOTALL)
_ADDRESS = re.compile(r"(?:https?://|attachment://)\S+")
_TARGET = re.compile(r"\]\([^\s()]*\)")


def check(message: Message) -> list[str]:
    """Every rule that is broken, in words; empty when Discord would take it."""
    payload = content_of(message.payload)
    return [
        *_post(message.payload),
        *_shape(payload),
        *_components(payload),
        *_embeds(payload),
        *_pictures(message, payload),
        *_mentions(payload),
    ]


def _post(payload: Mapping[str, Any]) -> Iterator[str]:
    if "message" in payload and not 1 <= _length(payload["name"]) <= 100:
        yield f"a post's name of {_length(payload['name'])} characters"


def _length(text: str) -> int:
    return sum(2 if ord(sign) > 0xFFFF else 1 for sign in text)


def _over(what: str, count: int, limit: int) -> Iterator[str]:
    if count > limit:
        yield f"{what}: {count} of {limit}"


def _shape(payload: Mapping[str, Any]) -> Iterator[str]:
    is_v2 = bool(payload.get("flags", 0) & V2)
    others = [key for key in ("content", "embeds", "poll", "sticker_ids") if payload.get(key)]
    if is_v2 and others:
        yield f"Components V2 with {', '.join(others)}"
    layout = {part["type"] for part in components_of(payload)} - {1, 2, 3, 5, 6, 7, 8}
    if layout and not is_v2:
        yield f"layout components {sorted(layout)} without the V2 flag"
    if not (payload.get("components") or others or payload.get("attachments")):
        yield "an empty message"
    yield from _over("content characters", _length(payload.get("content") or ""), 2_000)
    if is_v2:
        yield from _v2(payload)
    else:
        yield from _over("action rows", len(payload.get("components", ())), 5)


def _v2(payload: Mapping[str, Any]) -> Iterator[str]:
    texts = list(texts_of(payload))
    yield from _over("components", sum(1 for _ in components_of(payload)), 40)
    yield from _over("text characters", sum(map(_length, texts)), 4_000)
    yield from _over("text bytes", sum(len(text.encode()) for text in texts) + 12 * len(texts), 10_170)
    if any(not text.strip() for text in texts):
        yield "an empty text display"


def _components(payload: Mapping[str, Any]) -> Iterator[str]:
    parts = list(components_of(payload))
    ids = Counter(part["custom_id"] for part in parts if "custom_id" in part)
    for custom_id, count in ids.items():
        if count > 1:
            yield f"custom_id {custom_id!r} stands {count} times"
        if not 1 <= _length(custom_id) <= 100:
            yield f"custom_id of {_length(custom_id)} characters"
    for part in parts:
        match part["type"]:
            case 1:
                yield from _row(part)
            case 2:
                yield from _button(part)
            case 3:
                yield from _select(part)
            case 12:
                yield from _over("gallery items", len(part["items"]), 10)
                if not part["items"]:
                    yield "an empty gallery"
            case 17 if not part["components"]:
                yield "an empty container"


def _row(row: Mapping[str, Any]) -> Iterator[str]:
    kinds = [part["type"] for part in row["components"]]
    if not kinds:
        yield "an empty action row"
    elif set(kinds) == {2}:
        yield from _over("buttons in a row", len(kinds), 5)
    elif len(kinds) != 1 or kinds[0] not in {3, 5, 6, 7, 8}:
        yield f"an action row of {kinds}"


def _button(button: Mapping[str, Any]) -> Iterator[str]:
    if ("url" in button) == ("custom_id" in button):
        yield "a button needs exactly one of url and custom_id"
    if ("url" in button) != (button.get("style") == 5):
        yield f"a button of style {button.get('style')} with {'url' if 'url' in button else 'custom_id'}"
    if not (button.get("label", "").strip() or button.get("emoji")):
        yield "a button without label"
    yield from _over("button label", _length(button.get("label", "")), 80)
    yield from _over("button url", _length(button.get("url", "")), 512)
    if "url" in button and not re.match(r"(?:https?|discord)://", button["url"]):
        yield f"a button leads to {button['url']!r}"


def _select(select: Mapping[str, Any]) -> Iterator[str]:
    options = select["options"]
    if not 1 <= len(options) <= 25:
        yield f"a select of {len(options)} options"
    if len({option["value"] for option in options}) < len(options):
        yield "two options of one value"
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= least <= most <= len(options):
        yield f"{least} to {most} of {len(options)} options"
    yield from _over("default options", sum(bool(option.get("default")) for option in options), most)
    yield from _over("placeholder", _length(select.get("placeholder", "")), 150)
    for option in options:
        for key in ("label", "value", "description"):
            yield from _over(f"option {key}", _length(option.get(key, "")), 100)
        if not option["label"].strip() or not option["value"]:
            yield "an option without label or value"


def _embeds(payload: Mapping[str, Any]) -> Iterator[str]:
    embeds = payload.get("embeds", ())
    yield from _over("embeds", len(embeds), 10)
    lengths = [_length(embed.get(key, "")) for embed in embeds for key in ("title", "description")]
    yield from _over("embed characters", sum(lengths), 6_000)
    for embed in embeds:
        yield from _over("embed title", _length(embed.get("title", "")), 256)
        yield from _over("embed description", _length(embed.get("description", "")), 4_096)
        if not any(embed.get(key, "") for key in ("title", "description", "image")):
            yield "an empty embed"


def _pictures(message: Message, payload: Mapping[str, Any]) -> Iterator[str]:
    files = payload.get("attachments", ())
    names = [file["filename"] for file in files]
    yield from _over("attachments", len(files), 10)
    if len(set(names)) < len(names):
        yield "two attachments of one name"
    if [file["id"] for file in files] != list(range(len(files))) or len(files) != len(message.pictures):
        yield "attachments and uploads do not match"
    for file in files:
        yield from _over("attachment description", _length(file.get("description", "")), 1_024)
    for address in images_of(payload):
        if not _ADDRESS.fullmatch(address):
            yield f"no address of a picture: {address!r}"
        elif address.startswith("attachment://") and address.removeprefix("attachment://") not in names:
            yield f"{address} is not attached"


def _mentions(payload: Mapping[str, Any]) -> Iterator[str]:
    allowed = payload.get("allowed_mentions")
    if allowed is None:
        yield "allowed_mentions is not explicit"
    elif allowed.get("parse"):
        yield f"mentions are parsed: {allowed['parse']}"
    texts = list(texts_of(payload))
    roles = (allowed or {}).get("roles")
    if roles and (not texts or texts.pop(0) != " ".join(f"<@&{role}>" for role in roles)):
        yield f"the message does not begin with the roles it wakes: {roles}"
    yield from _pings(texts)


def _pings(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        # escapes in pairs are backslashes that are seen; code and targets hold no mentions
        bare = _TARGET.sub("]", _CODE.sub("", text.replace("\\\\", "")))
        yield from (f"a mention: {found[0]}" for found in _MENTION.finditer(bare))
