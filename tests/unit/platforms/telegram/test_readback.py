"""The second reader of our own output: what it sees, and which broken rules it finds."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.platforms.base import Message
from bot.platforms.telegram.readback import check, readback

Json = dict[str, Any]


def text(value: str = "abc", entities: Sequence[Json] = (), **more: Any) -> Message:
    payload: Json = {"text": value, **({"entities": list(entities)} if entities else {}), **more}
    return Message("sendMessage", payload)


def entity(kind: str = "bold", offset: int = 0, length: int = 1, **more: Any) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


def keyboard(*rows: Sequence[Json]) -> Message:
    return text(reply_markup={"inline_keyboard": [list(row) for row in rows]})


def button(**more: Any) -> Json:
    return {"text": "x", "callback_data": "y"} | more


def album(count: int = 2, **more: Any) -> Message:
    media = [{"type": "photo", "media": f"attach://{number}"} for number in range(count)]
    return Message("sendMediaGroup", {"media": media, **more}, tuple(str(n) for n in range(count)), count)


def test_what_a_reader_sees():
    """Text, targets in reading order, then buttons', and the counts of the packer's budgets."""
    message = text(
        "😀 甲 https://b.example",
        [entity("url", 5, 17), entity("text_link", 3, 1, url="https://a.example")],
        reply_markup={"inline_keyboard": [[button(), {"text": "c", "url": "https://c.example"}]]},
    )
    seen = readback(message)
    assert seen.text == "😀 甲 https://b.example"
    assert seen.links == ("https://a.example", "https://b.example", "https://c.example")
    assert seen.counts == {"units": 22, "entities": 2, "entity_bytes": 108, "raw_bytes": 26}
    assert check(message) == []


def test_captions_and_pictures_are_read():
    """Every caption of an album and every picture in its order."""
    media = [
        {"type": "photo", "media": "attach://b", "caption": "甲", "caption_entities": [entity()]},
        {"type": "photo", "media": "attach://a"},
    ]
    message = Message("sendMediaGroup", {"media": media}, ("b", "a"), 2)
    assert (readback(message).text, readback(message).images) == ("甲", ("b", "a"))
    assert check(message) == []


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (text(""), "message text is empty"),
        (text(" \n"), "message text is empty"),
        (text("a\n"), "trimmed"),
        (text("字" * 4097), "4097 units"),
        (text("😀" * 2049), "4098 units"),
        (text("a\ud800"), "half a character"),
        (text("x" * 33_000), "too long"),
        (text("x" * 101, [entity(offset=at) for at in range(101)]), "101 entities"),
        (text("x", [entity("text_link", url="https://a.example/" + "x" * 9500)]), "bytes of entities"),
        (text("😀", [entity(length=1)]), "inside a character"),
        (text("a", [entity(length=2)]), "out of bounds"),
        (text("a", [entity(length=0)]), "out of bounds"),
        (text("a", [entity("spiler")]), "unknown entity"),
        (text("a", [entity("text_link")]), "leads nowhere"),
        (text("abcd", [entity(length=3), entity("italic", 2, 2)]), "crossing"),
        (text("abcd", [entity("blockquote", 0, 4), entity("expandable_blockquote", 1, 2)]), "not allowed"),
        (text("abcd", [entity("code", 0, 4), entity("bold", 1, 2)]), "not allowed"),
        (text("abcd", [entity("bold", 0, 4), entity("pre", 1, 2)]), "not allowed"),
        (
            text("ab", [entity("code", 0, 2), entity("text_link", 0, 2, url="https://a.example")]),
            "not allowed",
        ),
        (text(chat_id=1), "address"),
        (text(parse_mode="HTML"), "exclude"),
        (text(x={1}), "not JSON"),
        (Message("sendText", {"text": "a"}), "unknown method"),
        (Message("sendPhoto", {"photo": "attach://a"}), "pictures named"),
        (Message("sendPhoto", {"caption": "a"}), "0 files"),
        (Message("sendPhoto", {"photo": "attach://a", "caption": "字" * 1025}, ("a",)), "1025 units"),
        (Message("sendMessage", {"text": "a"}, count=2), "counted"),
        (album(1), "album of 1"),
        (album(11), "album of 11"),
        (album(reply_markup={"inline_keyboard": [[button()]]}), "no keyboard"),
        (keyboard(), "empty row"),
        (keyboard([]), "empty row"),
        (keyboard([button()] * 9), "9 buttons in a row"),
        (keyboard(*[[button()] * 8] * 13), "104 buttons"),
        (keyboard([button(text=" ")]), "button text is empty"),
        (keyboard([button(url="https://a.example")]), "exactly one"),
        (keyboard([{"text": "x"}]), "exactly one"),
        (keyboard([button(callback_data="字" * 22)]), "66 bytes"),
        (keyboard([button(callback_data="")]), "0 bytes"),
        (keyboard([{"text": "x", "url": "javascript:1"}]), "no web address"),
        (keyboard([button(style="loud")]), "unknown style"),
    ],
)
def test_broken_rules_are_found(message, fault):
    """Each rule of the platform is looked at."""
    assert any(fault in found for found in check(message))


def test_mixed_albums_are_found():
    """Photos and files do not travel together."""
    media = [{"type": "photo", "media": "attach://0"}, {"type": "document", "media": "attach://1"}]
    assert check(Message("sendMediaGroup", {"media": media}, ("0", "1"), 2)) == [
        "photos and files in one album"
    ]


def test_good_nesting_is_left_alone():
    """Emphasis in quotes and links, links in emphasis, code in quotes."""
    entities = [
        entity("expandable_blockquote", 0, 9),
        entity("bold", 0, 4),
        entity("text_link", 0, 4, url="https://a.example"),
        entity("italic", 1, 2),
        entity("code", 5, 2),
    ]
    assert check(text("abcdefghi", entities)) == []
