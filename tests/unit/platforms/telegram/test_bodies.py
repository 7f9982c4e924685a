"""What exactly is posted? Addresses, frozen tails, plain texts, edits and questions, without any network."""

import json

import pytest

from bot.platforms.base import Message
from bot.platforms.telegram import asks, bodies
from bot.platforms.telegram.flood import Flood
from digest.audience import Place
from digest.delivery import RetryAfter, Sent
from digest.page import Action, Ask

CHAT = Place("telegram", "-100123:7")


@pytest.mark.parametrize(
    ("address", "chat", "topic"),
    [("101", 101, None), ("-100123", -100123, None), ("-100123:7", -100123, 7), ("@news", "@news", None)],
)
def test_addresses(address, chat, topic):
    """A chat's number, its topic, or its public name."""
    assert bodies.address(Place("telegram", address)) == (chat, topic)


def test_the_tail_is_the_frozen_bytes():
    """`{"chat_id":…,` and then, byte for byte, what was frozen."""
    payload = {"text": '周知 "12"', "entities": [{"type": "bold", "offset": 0, "length": 2}]}
    frozen = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    front = bodies.head(CHAT, is_silent=True)
    expected = b'{"chat_id":-100123,"message_thread_id":7,"disable_notification":true,' + frozen[1:]
    assert bodies.written(front, payload) == expected
    assert bodies.written({"chat_id": 1}, {}) == b'{"chat_id":1}'


def test_a_field_of_the_channel_stands_once():
    """A payload that is silent by itself is not told so twice."""
    body = bodies.written(bodies.head(CHAT, is_silent=True), {"text": "x", "disable_notification": True})
    assert body.count(b"disable_notification") == 1


def test_plain_stops_where_the_room_ends():
    """An address that does not fit is left out, the words never are."""
    link = {"type": "text_link", "offset": 0, "length": 1, "url": "https://a.example/" + "x" * 100}
    text = "字" * 4000
    plain = bodies.plain(Message("sendMessage", {"text": text, "entities": [link]}))
    assert plain.payload == {"text": text}
    album = {"media": [{"type": "photo", "media": "x", "caption": "图", "caption_entities": [link]}]}
    (item,) = bodies.plain(Message("sendMediaGroup", album)).payload["media"]
    assert item["caption"] == f"图 ({link['url']})"
    assert "caption_entities" not in item


def test_words_only_keeps_the_buttons():
    """What a refused picture leaves: its words, and the keyboard under it."""
    markup = {"inline_keyboard": [[{"text": "1", "callback_data": "item:3f"}]]}
    words = bodies.words_only(
        Message("sendPhoto", {"photo": "x", "caption": "图", "reply_markup": markup}, ("x",), items=("k",))
    )
    assert words is not None
    assert (words.method, words.payload["reply_markup"], words.items) == ("sendMessage", markup, ("k",))
    assert bodies.words_only(Message("sendPhoto", {"photo": "x"}, ("x",))) is None


def test_an_edit_takes_what_an_edit_can_take():
    """Silence and replies are of the moment of sending; a topic is not part of a message's address."""
    payload = {"text": "新", "disable_notification": True, "link_preview_options": {"is_disabled": True}}
    method, body = bodies.edit(CHAT, 5, Message("sendMessage", payload))
    assert method == "editMessageText"
    assert json.loads(body) == {
        "chat_id": -100123,
        "message_id": 5,
        "text": "新",
        "link_preview_options": {"is_disabled": True},
    }


@pytest.mark.parametrize("arguments", [(), ("3f",), ("a b", "ü&=?#/", "中")])
def test_a_question_carries_its_action(arguments):
    """Whatever an action holds comes back from the question's own link."""
    action = Action("search", arguments)
    message = asks.question(Ask("搜什么？", "千问", action), "zhouzhi_bot", (5, "小林 😀"))
    entities = message.payload["entities"]
    data = message.payload["text"].encode("utf-16-le")
    shown = [
        data[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le") for one in entities
    ]
    assert shown == ["小林 😀", asks.PENCIL]
    assert asks.asked(one["url"] for one in entities if "url" in one) == action
    assert asks.asked(["https://t.me/zhouzhi_bot?start=i_3f", "https://evil.example/?ask=stop"]) is None


def test_open_questions_are_few_and_asked_once():
    """Memory is bounded; an answer closes its question."""
    questions = asks.OpenQuestions()
    for number in range(asks.REMEMBERED + 1):
        questions.ask(str(number), Action("search"))
    assert questions.take("0") is None
    assert questions.take("1") == Action("search")
    assert questions.take("1") is None


def test_whose_limit_it_was():
    """Alone it is the chat's; another chat within a second makes it the token's, unless others pass."""
    flood = Flood()
    one, topic, other = (Place("telegram", address) for address in ("-1", "-1:7", "2"))
    assert flood.seen(one, RetryAfter(3), 10) == RetryAfter(3, "channel")
    assert flood.seen(topic, RetryAfter(3), 10.1) == RetryAfter(3, "channel")
    assert flood.seen(other, RetryAfter(3), 10.2) == RetryAfter(3, "token")
    assert flood.seen(one, RetryAfter(3), 12) == RetryAfter(3, "channel")
    assert flood.seen(other, Sent((1,)), 12.1) == Sent((1,))
    assert flood.seen(other, RetryAfter(3), 12.2) == RetryAfter(3, "channel")
