"""What exactly is posted for a message? Address in front, frozen tail behind; plain, as files, as an edit. Pure."""

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.platforms.base import Message
from bot.platforms.telegram.entities import units
from bot.platforms.telegram.limits import Limits
from bot.platforms.telegram.rich import RICH
from digest.audience import Place

ATTACHED: Final = "attach://"
MEDIA: Final = ("photo", "document", "animation")  # the fields that hold one picture
TEXTS: Final = ("sendMessage", RICH)  # what is edited as a whole
Json = dict[str, Any]
_LIMITS: Final = Limits()
# what an edit takes of a message's body: the rest (silence, replies) is of the moment of sending
_EDITED: Final = {
    "editMessageText": ("text", "entities", "rich_message", "link_preview_options", "reply_markup"),
    "editMessageCaption": ("caption", "caption_entities", "show_caption_above_media", "reply_markup"),
}


def address(place: Place) -> tuple[int | str, int | None]:
    """`-100123:7` -> (-100123, 7): the chat, and the topic in it. A public name (`@news`) stays a word."""
    chat, _, topic = place.address.partition(":")
    number = chat.removeprefix("-")
    return (int(chat) if number.isdecimal() else chat), (int(topic) if topic.isdecimal() else None)


def chat_of(place: Place) -> Place:
    """The whole chat of a topic: limits count by chat."""
    return Place(place.platform, place.address.partition(":")[0])


def head(place: Place, *, is_silent: bool = False, extra: Mapping[str, Any] | None = None) -> Json:
    """The fields of one channel, which stand in front of the frozen ones."""
    chat, topic = address(place)
    fields: Json = {"chat_id": chat}
    if topic is not None:
        fields["message_thread_id"] = topic
    if is_silent:
        fields["disable_notification"] = True
    return fields | dict(extra or {})


def written(front: Json, payload: Mapping[str, Any]) -> bytes:
    """`{"chat_id":N,` + the payload's own JSON, byte for byte as it was frozen."""
    tail = dumped({name: value for name, value in payload.items() if name not in front})
    return f"{dumped(front)[:-1]}{',' if tail != '{}' else ''}{tail[1:]}".encode()


def dumped(value: Any) -> str:
    """JSON as renditions are frozen: compact, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def fields(front: Json, payload: Mapping[str, Any]) -> dict[str, str]:
    """The same as the parts of a multipart call, where everything but a word is written as JSON."""
    everything = {**payload, **front}
    return {
        name: value if isinstance(value, str) else dumped(value)
        for name, value in everything.items()
        if value is not None
    }


def media_kind(message: Message) -> str:
    """`photo`, `document` or `animation`: file ids of the one do not serve as the other."""
    if message.method == "sendMediaGroup":
        return str(message.payload["media"][0]["type"])
    return next((kind for kind in MEDIA if kind in message.payload), "photo")


def with_files(payload: Mapping[str, Any], file_ids: Mapping[str, str]) -> Json:
    """The payload with known pictures named by their file ids, the others left as attachments."""

    def named(value: Any) -> Any:
        sha = value.removeprefix(ATTACHED) if isinstance(value, str) and value.startswith(ATTACHED) else None
        return file_ids.get(sha, value) if sha else value

    found = {name: named(value) if name in MEDIA else value for name, value in payload.items()}
    if "media" in found:
        found["media"] = [{**item, "media": named(item["media"])} for item in found["media"]]
    return found


def as_stills(message: Message) -> Message:
    """A moving picture's first frame as a photo, where it may not move."""
    payload = {"photo" if name == "animation" else name: value for name, value in message.payload.items()}
    return Message("sendPhoto", payload, message.pictures, message.count, message.items, message.omitted)


def as_documents(message: Message) -> Message:
    """The same pictures as files, for a shape that is refused as a photo."""
    payload = dict(message.payload)
    if message.method == "sendPhoto":
        payload["document"] = payload.pop("photo")
        payload.pop("show_caption_above_media", None)
        return Message(
            "sendDocument", payload, message.pictures, message.count, message.items, message.omitted
        )
    payload["media"] = [
        {
            name: "document" if name == "type" else value
            for name, value in item.items()
            if name != "show_caption_above_media"
        }
        for item in payload["media"]
    ]
    return Message(message.method, payload, message.pictures, message.count, message.items, message.omitted)


def plain(message: Message) -> Message:
    """Without markup: a link's address stands behind its label as far as there is room. Buttons stay."""
    payload = dict(message.payload)
    if "text" in payload:
        payload["text"] = _spelled(payload["text"], payload.pop("entities", ()), _LIMITS.text)
    if "caption" in payload:
        payload["caption"] = _spelled(
            payload["caption"], payload.pop("caption_entities", ()), _LIMITS.caption
        )
    if "media" in payload:
        payload["media"] = [_plain_item(item) for item in payload["media"]]
    return Message(message.method, payload, message.pictures, message.count, message.items, message.omitted)


def words_only(message: Message) -> Message | None:
    """The words of a picture's caption as a message of their own, when the picture is refused; None without words."""
    holder = message.payload["media"][0] if "media" in message.payload else message.payload
    if not holder.get("caption"):
        return None
    spelled = _spelled(holder["caption"], holder.get("caption_entities", ()), _LIMITS.text)
    payload: Json = {"text": spelled, "link_preview_options": {"is_disabled": True}}
    if "reply_markup" in message.payload:
        payload["reply_markup"] = message.payload["reply_markup"]
    return Message("sendMessage", payload, (), 1, message.items)


def edit(place: Place, message_id: int, message: Message) -> tuple[str, bytes]:
    """The call that puts a message's content in the place of another's: a text's, or a picture's caption."""
    payload = message.payload
    if message.method == "sendMediaGroup":
        payload = payload["media"][0]
    method = "editMessageText" if message.method in TEXTS else "editMessageCaption"
    kept = {name: payload[name] for name in _EDITED[method] if name in payload}
    chat, _ = address(place)
    return method, written({"chat_id": chat, "message_id": message_id}, kept)


def _plain_item(item: Mapping[str, Any]) -> Json:
    found = dict(item)
    if "caption" in found:
        found["caption"] = _spelled(found["caption"], found.pop("caption_entities", ()), _LIMITS.caption)
    return found


def _spelled(text: str, entities: Any, limit: int) -> str:
    """Every hidden address written out behind its label, from the end so that offsets hold."""
    data, room = text.encode("utf-16-le"), limit - units(text)
    for entity in sorted(entities, key=lambda one: -int(one["offset"])):
        words = f" ({entity.get('url', '')})"
        if entity["type"] != "text_link" or units(words) > room:
            continue
        end = 2 * (entity["offset"] + entity["length"])
        data = data[:end] + words.encode("utf-16-le") + data[end:]
        room -= units(words)
    return data.decode("utf-16-le")
