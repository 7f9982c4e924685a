"""Is the fake as strict as telegram.md §4 says? Every rule with its status and wording."""

from typing import Any

import pytest

from tests.contract.telegram.caller import TEXT, Caller, keyboard
from tests.contract.telegram.stage import GROUP, NEWS, READER

LONG = "字" * 4097
ENTITY = "can't parse entities: "

REFUSALS: list[tuple[str, dict[str, Any], int, str]] = [
    ("sendMessage", {"chat_id": READER, "text": ""}, 400, "message text is empty"),
    ("sendMessage", {"chat_id": READER, "text": " \n "}, 400, "text must be non-empty"),
    ("sendMessage", {"chat_id": READER, "text": "字" * 11_000}, 400, "text is too long"),
    ("sendMessage", {"chat_id": READER, "text": LONG}, 400, "message is too long"),
    ("sendMessage", {"chat_id": READER, "text": "😀" * 2049}, 400, "message is too long"),
    ("sendMessage", {**TEXT, "parse_mode": "BBCode"}, 400, "unsupported parse_mode"),
    (
        "sendMessage",
        {"chat_id": READER, "text": "<b>x", "parse_mode": "HTML"},
        400,
        f'{ENTITY}Can\'t find end tag corresponding to start tag "b"',
    ),
    (
        "sendMessage",
        {"chat_id": READER, "text": "<h1>x</h1>", "parse_mode": "HTML"},
        400,
        f'{ENTITY}Unsupported start tag "h1" at byte offset 0',
    ),
    (
        "sendMessage",
        {"chat_id": READER, "text": "周<b><i>x</b></i>", "parse_mode": "HTML"},
        400,
        f'{ENTITY}Unmatched end tag at byte offset 10, expected "</i>", found "</b>"',
    ),
    (
        "sendMessage",
        {"chat_id": READER, "text": "x</b>", "parse_mode": "HTML"},
        400,
        f"{ENTITY}Unexpected end tag at byte offset 1",
    ),
    (
        "sendMessage",
        {"chat_id": READER, "text": "x<b", "parse_mode": "HTML"},
        400,
        f"{ENTITY}Unclosed start tag at byte offset 1",
    ),
    (
        "sendMessage",
        {"chat_id": READER, "text": "<span>x</span>", "parse_mode": "HTML"},
        400,
        f'{ENTITY}Tag "span" must have class "tg-spoiler" at byte offset 0',
    ),
    (
        "sendMessage",
        {"chat_id": READER, "text": "a-b", "parse_mode": "MarkdownV2"},
        400,
        f"{ENTITY}Character '-' is reserved and must be escaped with the preceding '\\'",
    ),
    ("sendMessage", {"text": "x", "chat_id": ""}, 400, "chat_id is empty"),
    ("sendMessage", {"text": "x", "chat_id": 5}, 400, "chat not found"),
    ("sendMessage", {"text": "x", "chat_id": "@nobody"}, 400, "chat not found"),
    ("sendMessage", {**TEXT, "chat_id": GROUP, "message_thread_id": 9}, 400, "message thread not found"),
    (
        "sendMessage",
        {**TEXT, "reply_markup": keyboard({"text": "x", "callback_data": "字" * 22})},
        400,
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {**TEXT, "reply_markup": keyboard({"text": "x"})},
        400,
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        {**TEXT, "reply_markup": keyboard({"text": " ", "callback_data": "x"})},
        400,
        "inline keyboard button text must be non-empty",
    ),
    (
        "sendMessage",
        {**TEXT, "reply_parameters": {"message_id": 99}},
        400,
        "message to be replied not found",
    ),
    (
        "sendPhoto",
        {"chat_id": READER, "photo": "AgACnothing"},
        400,
        "wrong file identifier/HTTP URL specified",
    ),
    (
        "sendPhoto",
        {"chat_id": READER, "photo": "x", "caption": "字" * 1025},
        400,
        "message caption is too long",
    ),
    ("sendMediaGroup", {"chat_id": READER, "media": []}, 400, "there are no messages to send"),
    (
        "sendMediaGroup",
        {"chat_id": READER, "media": [{"type": "photo", "media": "x"}] * 11},
        400,
        "too many messages to send as an album",
    ),
    (
        "sendMediaGroup",
        {"chat_id": READER, "media": [{"type": "photo", "media": "x"}, {"type": "document", "media": "x"}]},
        400,
        "document can't be mixed with other media types",
    ),
    ("editMessageText", {**TEXT, "message_id": 99}, 400, "message to edit not found"),
    ("deleteMessage", {"chat_id": READER, "message_id": 99}, 400, "message to delete not found"),
    ("setMessageReaction", {"chat_id": READER, "message_id": 99}, 400, "message to react not found"),
    ("pinChatMessage", {"chat_id": READER, "message_id": 99}, 400, "message to pin not found"),
    (
        "forwardMessage",
        {"chat_id": READER, "from_chat_id": NEWS, "message_id": 99},
        400,
        "message to forward not found",
    ),
    (
        "copyMessage",
        {"chat_id": READER, "from_chat_id": NEWS, "message_id": 99},
        400,
        "message to copy not found",
    ),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        400,
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("setMyCommands", {"commands": [{"command": "", "description": "x"}]}, 400, "command must be non-empty"),
    (
        "setMyCommands",
        {"commands": [{"command": "a" * 33, "description": "x"}]},
        400,
        "command length must not exceed 32",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "a", "description": "x" * 257}]},
        400,
        "command description length must not exceed 256",
    ),
]


@pytest.mark.parametrize(
    ("method", "parameters", "status", "description"),
    REFUSALS,
    ids=[f"{n}-{one[0]}" for n, one in enumerate(REFUSALS)],
)
async def test_a_rule_has_its_words(call: Caller, method, parameters, status, description):
    """Status and description are those of the real server, and nothing is stored."""
    body = await call(method, **parameters)
    assert (body["error_code"], body["description"]) == (status, f"Bad Request: {description}")
    assert not list(call.fake.log.stored())
    call.fake.findings.clear()  # an empty chat_id is no Integer: the specification says so too
