"""What does a reader see of a message, and would Telegram take it? Read from the payload alone, never from the page.

A bare address is shown by its host with a zero-width space after it; read back, it stands for the whole address.
`check` is a second reader of our own output: it knows the platform's rules (telegram.md §2) and none of our packing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.platforms.base import Message, Readback
from bot.platforms.telegram.rich_readback import RICH, check_rich, readback_rich

Json = Mapping[str, Any]

ATTACHED = "attach://"
BARE = "\u200b"
TEXT, CAPTION, RAW_BYTES = 4096, 1024, 32_768
ENTITIES, ENTITY_BYTES = 100, 9500
BUTTONS, ROW, CALLBACK_BYTES = 100, 8, 64
ALBUM = range(2, 11)
STYLES = ("primary", "danger", "success")
PLAIN = ("bold", "italic", "underline", "strikethrough", "spoiler")
KNOWN = (*PLAIN, "code", "pre", "text_link", "url", "blockquote", "expandable_blockquote")
METHODS = ("sendMessage", "sendPhoto", "sendDocument", "sendAnimation", "sendMediaGroup", RICH)


def readback(message: Message) -> Readback:
    """Text, tappable addresses (those in the text first, then buttons'), pictures by their SHA-256, and the counts."""
    if message.method == RICH:
        return readback_rich(message)
    texts = list(_texts(message.payload))
    links = [target for text, entities, _ in texts for target in _targets(text, entities)]
    links += [button["url"] for row in _rows(message.payload) for button in row if "url" in button]
    return Readback(
        "\n".join(_shown(text, entities) for text, entities, _ in texts if text),
        tuple(links),
        tuple(str(file).removeprefix(ATTACHED) for file in _files(message.payload)),
        {
            "units": sum(_units(text) for text, _, _ in texts),
            "entities": sum(len(entities) for _, entities, _ in texts),
            "entity_bytes": sum(_weight(entities) for _, entities, _ in texts),
            "raw_bytes": sum(len(text.encode()) for text, _, _ in texts),
        },
    )


def check(message: Message) -> list[str]:
    """Every rule of the platform that this message breaks, in words; empty when it may be sent."""
    return [
        *_check_call(message),
        *(check_rich(message) if message.method == RICH else ()),
        *(
            problem
            for text, entities, limit in _texts(message.payload)
            for problem in (*_check_text(text, entities, limit), *_check_entities(text, entities))
        ),
        *_check_keyboard(message),
    ]


# --- reading ---


def _texts(payload: Json) -> Iterator[tuple[str, Sequence[Json], int]]:
    """Every text of a payload with its entities and its limit; a picture without caption has an empty one."""
    if "text" in payload:
        yield payload["text"], payload.get("entities", ()), TEXT
        return
    if "rich_message" in payload:
        return
    for holder in payload.get("media", (payload,)):
        yield holder.get("caption", ""), holder.get("caption_entities", ()), CAPTION


def _files(payload: Json) -> list[str]:
    if "media" in payload:
        return [item["media"] for item in payload["media"]]
    return [payload[kind] for kind in ("photo", "document", "animation") if kind in payload]


def _rows(payload: Json) -> Sequence[Sequence[Json]]:
    rows: Sequence[Sequence[Json]] = payload.get("reply_markup", {}).get("inline_keyboard", ())
    return rows


def _targets(text: str, entities: Sequence[Json]) -> Iterator[str]:
    for entity in sorted(entities, key=lambda one: one["offset"]):
        if entity["type"] == "text_link":
            yield entity["url"]
        elif entity["type"] == "url":
            yield _covered(text, entity)


def _shown(text: str, entities: Sequence[Json]) -> str:
    encoded = text.encode("utf-16-le", "surrogatepass")
    pieces, at = [], 0
    for entity in sorted(entities, key=lambda one: one["offset"]):
        if entity["type"] == "text_link" and _covered(text, entity).endswith(BARE):
            pieces += [encoded[at : 2 * entity["offset"]], entity["url"].encode("utf-16-le")]
            at = 2 * (entity["offset"] + entity["length"])
    return b"".join((*pieces, encoded[at:])).decode("utf-16-le", "surrogatepass")


def _covered(text: str, entity: Json) -> str:
    encoded = text.encode("utf-16-le", "surrogatepass")
    start = 2 * entity["offset"]
    return encoded[start : start + 2 * entity["length"]].decode("utf-16-le", "replace")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _weight(entities: Sequence[Json]) -> int:
    return (
        len(json.dumps(list(entities), ensure_ascii=False, separators=(",", ":")).encode()) if entities else 0
    )


# --- rules ---


def _check_call(message: Message) -> Iterator[str]:
    payload = message.payload
    try:
        json.dumps(payload)
    except (TypeError, ValueError) as error:
        yield f"not JSON: {error}"
    if message.method not in METHODS:
        yield f"unknown method {message.method}"
    if {"chat_id", "message_thread_id"} & payload.keys():
        yield "an address is part of the payload"
    if "parse_mode" in payload:
        yield "parse_mode and entities exclude each other"
    files = _files(payload)
    uploads = tuple(dict.fromkeys(str(file).removeprefix(ATTACHED) for file in files))
    if uploads != message.pictures:
        yield "the pictures named are not the pictures of the payload"
    if message.method == "sendMessage":
        if not payload.get("text", "").strip():
            yield "message text is empty"
    elif message.method == "sendMediaGroup":
        if len(files) not in ALBUM:
            yield f"an album of {len(files)}"
        if len({item["type"] for item in payload.get("media", ())}) > 1:
            yield "photos and files in one album"
    elif len(files) != (message.method != RICH):
        yield f"{message.method} with {len(files)} files"
    if message.count != max(1, len(files)):
        yield f"counted as {message.count} messages"


def _check_text(text: str, entities: Sequence[Json], limit: int) -> Iterator[str]:
    if _units(text) > limit:
        yield f"{_units(text)} units, {limit} fit"
    if text != text.strip():
        yield "white space at an end would be trimmed and move the entities"
    if len(text.encode("utf-8", "surrogatepass")) > RAW_BYTES:
        yield "text is too long"
    if any("\ud800" <= character <= "\udfff" for character in text):
        yield "half a character"
    if len(entities) > ENTITIES:
        yield f"{len(entities)} entities, the rest after {ENTITIES} is ignored"
    if _weight(entities) > ENTITY_BYTES:
        yield f"{_weight(entities)} bytes of entities"


def _check_entities(text: str, entities: Sequence[Json]) -> Iterator[str]:
    borders = {0}
    at = 0
    for character in text:
        at += 2 if ord(character) > 0xFFFF else 1
        borders.add(at)
    for entity in entities:
        name = f"{entity['type']} at {entity['offset']}"
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] not in KNOWN:
            yield f"unknown entity {name}"
        if entity["length"] < 1 or start < 0 or end > at:
            yield f"{name} is empty or out of bounds"
        elif not {start, end} <= borders:
            yield f"{name} begins or ends inside a character"
        if entity["type"] == "text_link" and not entity.get("url"):
            yield f"{name} leads nowhere"
    yield from _check_nesting(entities)


def _check_nesting(entities: Sequence[Json]) -> Iterator[str]:
    opened: list[Json] = []
    for entity in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        opened = [outer for outer in opened if outer["offset"] + outer["length"] > start]
        for outer in opened:
            names = f"{entity['type']} at {start} in {outer['type']} at {outer['offset']}"
            if end > outer["offset"] + outer["length"]:
                yield f"crossing: {names}"
            elif not _may_nest(outer["type"], entity["type"]) and not (
                # of two that cover the same, either may be the outer one
                (outer["offset"], outer["length"]) == (start, entity["length"])
                and _may_nest(entity["type"], outer["type"])
            ):
                yield f"not allowed: {names}"
        opened.append(entity)


def _may_nest(outer: str, inner: str) -> bool:
    if outer in {"code", "pre"}:
        return False
    if outer in {"blockquote", "expandable_blockquote"}:
        return inner not in {"blockquote", "expandable_blockquote"}
    if outer in PLAIN:
        return inner not in {"code", "pre", outer}
    return inner in PLAIN  # links hold emphasis and nothing else


def _check_keyboard(message: Message) -> Iterator[str]:
    if "reply_markup" not in message.payload:
        return
    rows = _rows(message.payload)
    if message.method == "sendMediaGroup":
        yield "an album takes no keyboard"
    if not rows or not all(rows):
        yield "an empty row of buttons"
    if sum(map(len, rows)) > BUTTONS:
        yield f"{sum(map(len, rows))} buttons"
    for row in rows:
        if len(row) > ROW:
            yield f"{len(row)} buttons in a row"
        for button in row:
            yield from _check_button(button)


def _check_button(button: Json) -> Iterator[str]:
    label = button.get("text", "")
    if not label.strip():
        yield "button text is empty"
    if ("url" in button) == ("callback_data" in button):
        yield f"button {label!r} needs exactly one of url and callback_data"
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= CALLBACK_BYTES:
        yield f"button {label!r} has {len(data.encode())} bytes of callback data"
    if "url" in button and not button["url"].lower().startswith(("http://", "https://", "tg://")):
        yield f"button {label!r} has no web address"
    if button.get("style", "primary") not in STYLES:
        yield f"button {label!r} has an unknown style"
