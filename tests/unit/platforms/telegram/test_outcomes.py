"""Which outcome does every answer give? The table of telegram.md §3, line by line."""

import json

import pytest

from bot.platforms.telegram.outcomes import TABLE, answer_of, failure, outcome, read
from bot.platforms.telegram.wire import MaybeSent, NotSent
from digest.audience import Place
from digest.delivery import Gone, Moved, Rejected, RetryAfter, Sent, Unavailable, Unknown


def body(status: int, description: str = "", **parameters) -> bytes:
    answer = {"ok": False, "error_code": status, "description": description}
    return json.dumps(answer | ({"parameters": parameters} if parameters else {})).encode()


def result(value) -> bytes:
    return json.dumps({"ok": True, "result": value}).encode()


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ({"message_id": 7, "text": "x"}, (7,)),
        ([{"message_id": 7}, {"message_id": 8}], (7, 8)),
        ({"message_id": 9}, (9,)),
        (True, ()),
    ],
)
def test_a_result_names_its_messages(value, ids):
    """A message, an album, a copy's id, or a call that makes none."""
    assert outcome(200, result(value)) == Sent(ids)


@pytest.mark.parametrize(
    "content", [b"", b'{"ok":true,"result":{"mess', b"<html>", b"[]", b'{"ok":"yes"}', b'{"ok":true,"result":{}}',
                b'{"ok":true,"result":[]}', b'{"ok":false,"description":"?"}', b"\xff\xfe"]
)  # fmt: skip
def test_a_yes_that_cannot_be_read_is_unknown(content):
    """200 with anything but a message proves nothing, and denies nothing."""
    assert isinstance(outcome(200, content), Unknown)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
@pytest.mark.parametrize("content", [b"", b"<html>", body(500, "Internal Server Error: restart")])
def test_every_5xx_is_unknown(status, content):
    """A server that restarts answers 500 although the message may be out (Client::on_closed)."""
    assert isinstance(outcome(status, content), Unknown)


def test_a_limit_was_surely_not_passed():
    """429 with its seconds; unreadable or without them, one second."""
    assert outcome(429, body(429, "Too Many Requests: retry after 43837", retry_after=43837)) == RetryAfter(
        43837.0
    )
    assert outcome(429, b"slow down") == RetryAfter(1.0)
    assert outcome(429, body(429, "Too Many Requests")) == RetryAfter(1.0)


def test_an_upgraded_group_has_moved():
    """The new id stands in the parameters, whatever the words are."""
    answer = body(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1001)
    assert outcome(400, answer) == Moved(Place("telegram", "-1001"))


def test_the_token_and_the_address():
    """401 and 409 halt the token; 404 is no judgement on it; a redirect is not the Bot API."""
    assert outcome(401, body(401, "Unauthorized")) == Unavailable("Unauthorized", "token")
    assert outcome(409, body(409, "Conflict: x")) == Unavailable("Conflict: x", "token")
    assert outcome(404, body(404, "Not Found: method not found")) == Unavailable(
        "404 Not Found: method not found"
    )
    assert isinstance(outcome(302, b""), Unknown)
    assert isinstance(outcome(413, body(413, "Request Entity Too Large")), Rejected)


def test_what_was_not_answered():
    """Without a connection nothing was sent; with one, who knows."""
    assert failure(NotSent("refused")) == Unavailable("refused")
    assert failure(MaybeSent("reset")) == Unknown("reset")


@pytest.mark.parametrize(("status", "beginning", "verdict", "fault"), TABLE)
def test_every_line_of_the_table(status, beginning, verdict, fault):
    """Each listed beginning is found whatever follows it and however it is written."""
    prefix = "Bad Request: " if status == 400 else "Forbidden: "
    for words in (beginning, beginning.upper(), beginning.capitalize()):
        description = f"{prefix}{words} and more"
        reading = read(status, body(status, description))
        expected = {
            "sent": Sent(()),
            "gone": Gone(description),
            "content": Rejected("content", description, is_markup=fault == "markup"),
            "permission": Rejected("permission", description),
        }[verdict]
        assert (reading.outcome, reading.fault, reading.is_listed) == (expected, fault, True)


CASES = [
    (
        400,
        "Bad Request: can't parse entities: Unsupported start tag",
        Rejected("content", "", is_markup=True),
    ),
    (400, "Bad Request: message is too long", Rejected("content", "")),
    (400, "Bad Request: message text is empty", Rejected("content", "")),
    (400, "Bad Request: BUTTON_DATA_INVALID", Rejected("content", "")),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", Rejected("content", "")),
    (400, "Bad Request: wrong file identifier/HTTP URL specified", Rejected("content", "")),
    (400, "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL", Rejected("content", "")),
    (400, "Bad Request: chat not found", Gone("")),
    (403, "Forbidden: bot was blocked by the user", Gone("")),
    (403, "Forbidden: user is deactivated", Gone("")),
    (403, "Forbidden: bot can't initiate conversation with a user", Gone("")),
    (403, "Forbidden: bot was kicked from the channel chat", Gone("")),
    (403, "Forbidden: bot is not a member of the supergroup chat", Gone("")),
    (403, "Forbidden: the group chat was deleted", Gone("")),
    (400, "Bad Request: need administrator rights in the channel chat", Rejected("permission", "")),
    (400, "Bad Request: not enough rights to send photos to the chat", Rejected("permission", "")),
    (400, "Bad Request: have no write access to the chat", Rejected("permission", "")),
    (400, "Bad Request: TOPIC_CLOSED", Rejected("permission", "")),
    (400, "Bad Request: message thread not found", Rejected("permission", "")),
    (400, "Bad Request: A_NEW_RULE", Rejected("content", "")),
    (403, "Forbidden: a new reason", Rejected("permission", "")),
]


@pytest.mark.parametrize(("status", "description", "expected"), CASES)
def test_the_answers_of_the_real_server(status, description, expected):
    """Whole descriptions as they are met; the reason is kept word for word; the unlisted is known as such."""
    reading = read(status, body(status, description))
    assert type(reading.outcome) is type(expected)
    assert reading.outcome.reason == description  # type: ignore[union-attr]  # all of these carry a reason
    if isinstance(expected, Rejected):
        assert (reading.outcome.kind, reading.outcome.is_markup) == (expected.kind, expected.is_markup)  # type: ignore[union-attr]  # the same type
    assert reading.is_listed == ("new" not in description.lower())


def test_an_answer_that_contradicts_itself_is_none():
    """`ok` and the status must agree."""
    assert answer_of(200, body(400, "x")) is None
    assert answer_of(400, result(True)) is None
    answer = answer_of(429, body(429, "x", retry_after=3))
    assert answer is not None
    assert answer.retry_after == 3
