"""Would the strict fakes take a message? Their specifications and coded rules, called without a socket between."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from typing import Any, Final

from bot.platforms.base import Message
from bot.platforms.discord import bodies
from bot.platforms.discord.sending import file_names
from tests.contract.corpus.variants import Look
from tests.fakes.discord import log, rules
from tests.fakes.discord.calls import attachment_findings
from tests.fakes.discord.specification import specification
from tests.fakes.telegram import posting
from tests.fakes.telegram.calls import Call, Part
from tests.fakes.telegram.limits import Rates
from tests.fakes.telegram.refusals import Refusal
from tests.fakes.telegram.specification import Specification
from tests.fakes.telegram.state import FakeChat
from tests.fakes.telegram.world import World, new_world
from tests.unit.media.drawing import png

CHAT: Final = 101
KEY: Final = "K" * 25
PICTURE: Final = png(640, 480)
METHODS: Final[Mapping[str, Callable[[World, Call], Any]]] = {
    "sendMessage": posting.send_message,
    "sendRichMessage": posting.send_rich_message,
    "sendPhoto": posting.send_photo,
    "sendDocument": posting.send_document,
    "sendAnimation": posting.send_animation,
    "sendMediaGroup": posting.send_media_group,
}


def faults(look: Look, messages: tuple[Message, ...]) -> list[str]:
    """What is refused, ignored or never documented, in words; empty where every message would be taken whole."""
    match look.platform:
        case "telegram":
            return [fault for message in messages for fault in _on_telegram(message)]
        case "discord":
            is_forum = look.kind == "forum"
            return [
                fault
                for part, message in enumerate(messages, 1)
                for fault in _on_discord(message, is_post=is_forum and part == 1)
            ]
        case "web":
            return [fault for message in messages for fault in _on_the_web(message)]


def _on_telegram(message: Message) -> list[str]:
    call = Call(
        message.method,
        {"chat_id": CHAT, **_as_json(message.payload)},
        {sha: Part(f"{sha[-8:]}.png", "image/png", PICTURE) for sha in message.pictures},
    )
    found = _bot_api().call(message.method, call.parameters, call.files)
    world = new_world("zhouzhi_bot", 1, Rates(is_enforced=False))
    world.state.chats[CHAT] = FakeChat(CHAT, "private", "R")
    try:
        kept = METHODS[message.method](world, call)
    except Refusal as refusal:
        return [*found, *call.findings, refusal.description]
    stored = kept if isinstance(kept, list) else [kept]
    if len(stored) != message.count:
        found.append(f"{len(stored)} messages, counted as {message.count}")
    if "text" in message.payload and stored[0]["text"] != message.payload["text"]:
        found.append("the server trims the text, which moves entities")
    return [*found, *call.findings]


def _on_discord(message: Message, *, is_post: bool) -> list[str]:
    made = bodies.post if is_post else bodies.push
    body = _as_json(made(message, KEY, is_silent=False))
    inner = body["message"] if is_post else body
    names = file_names(message)
    files = tuple(log.SentFile(f"files[{n}]", name, PICTURE) for n, name in enumerate(names))
    call = log.Call(
        1, "POST", f"/channels/1/{'threads' if is_post else 'messages'}", 0, body=body, files=files
    )
    known = specification()
    assert known is not None
    found = [
        *known.check(call.method, call.path, body, {}),
        *(rules.forum_post(body) if is_post else rules.message(body)),
        *attachment_findings(call, {}),
    ]
    told = list(map(str, found))
    if rules.is_empty(inner, len(files)):
        told.append("an empty message")
    if rules.breaks_bytes(inner):
        told.append("so many bytes that Discord answers 500")
    return told


def _on_the_web(message: Message) -> list[str]:
    """There is no foreign specification: what the chat page reads, and that it is read from JSON unchanged."""
    found = [] if _as_json(message.payload) == dict(message.payload) else ["JSON changes the payload"]
    if message.method != "append" or not message.payload["html"].strip():
        found.append(f"nothing to append: {asdict(message)}")
    return found


def _as_json(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as it arrives; half a character or a value JSON has no word for raises."""
    read: dict[str, Any] = json.loads(json.dumps(payload, ensure_ascii=False, allow_nan=False).encode())
    return read


def has_specifications() -> bool:
    return _bot_api().is_there and specification() is not None


@cache
def _bot_api() -> Specification:
    return Specification()
