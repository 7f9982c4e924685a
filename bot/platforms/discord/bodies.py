"""What exactly goes into the body of a call? Pushes, plain fallbacks, forum posts, replies and modals; pure.

A frozen message is sent as it is, but for what belongs to the one sending: nonce, silence, who alone may see it.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.platforms.base import Message, Payload
from bot.platforms.cut import shortened
from bot.platforms.discord.attachments import SCHEME
from bot.platforms.discord.pack import units16
from bot.platforms.discord.readback import components_of, content_of, images_of, texts_of, visible
from bot.platforms.discord.roles import line_of
from digest.page import Action, Ask

EPHEMERAL: Final = 1 << 6
SILENT: Final = 1 << 12
V2: Final = 1 << 15
CONTENT: Final = 2_000  # UTF-16 units of a plain message
NONCE: Final = 25
NAME: Final = 100  # of a forum post
TITLE: Final = 45  # of a modal and of a label in it
DESCRIPTION: Final = 100
ASKING: Final = "ask"  # `custom_id` of a button that opens a modal: `ask:` and the encoded action
NOBODY: Final[Mapping[str, Any]] = {"parse": []}
Body = dict[str, Any]


def push(message: Message, key: str, *, is_silent: bool) -> Body:
    """The frozen payload under our idempotency key."""
    payload = _quiet(content_of(message.payload), is_silent=is_silent)
    return {**payload, "nonce": key[:NONCE], "enforce_nonce": True}


def post(message: Message, key: str, *, is_silent: bool, is_plain: bool = False) -> Body:
    """A forum post that begins with this message. Threads know no nonce: a component's own id marks it as ours.

    `is_plain`: it begins with the first of the plain pieces.
    """
    content = content_of(message.payload)
    if is_plain:
        first = plain(message, key, is_silent=is_silent)[0]
        unguarded = {name: value for name, value in first.items() if name not in ("nonce", "enforce_nonce")}
        return {"name": name_of(message), "message": unguarded}
    payload = _quiet(content, is_silent=is_silent)
    components = [dict(part) for part in payload.get("components", ())]
    if components:
        components[0]["id"] = marker(key)
        payload["components"] = components
    return {"name": name_of(message), "message": payload}


def name_of(message: Message) -> str:
    """What the post is called that this message begins."""
    return message.payload.get("name") or post_name(message.payload)


def marker(key: str) -> int:
    """A component id (31 bits) that tells by which part a forum post was made."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") >> 1


def post_name(payload: Payload, title: str = "") -> str:
    """The title; without one the first line that can be seen."""
    if name := shortened(" ".join(title.split()), NAME, units16):
        return name
    shown = (visible(text)[0].strip() for text in texts_of(payload) if text != line_of(payload))
    line = next((words.split("\n")[0] for words in shown if words), "")
    return shortened(line, NAME, units16) or "·"


def plain(message: Message, key: str, *, is_silent: bool) -> list[Body]:
    """The words alone, in as few messages as plain content needs; files with the first, addresses at the end."""
    payload = content_of(message.payload)
    urls = [part["url"] for part in components_of(payload) if part["type"] == 2 and part.get("url")]
    pictures = [url for url in images_of(payload) if not url.startswith(SCHEME)]
    pieces = pieces_of("\n".join([*texts_of(payload), *pictures, *urls])) or [""]
    bodies: list[Body] = []
    for index, content in enumerate(pieces):
        # the first piece begins with the roles that are to be woken
        woken = payload.get("allowed_mentions", NOBODY) if index == 0 else NOBODY
        body: Body = {"allowed_mentions": dict(woken), "enforce_nonce": True, "nonce": _nth(key, index)}
        if content:
            body["content"] = content
        if index == 0 and payload.get("attachments"):
            body["attachments"] = payload["attachments"]
        if is_silent or payload.get("flags", 0) & SILENT:
            body["flags"] = SILENT
        bodies.append(body)
    return bodies


def pieces_of(text: str, limit: int = CONTENT) -> list[str]:
    """Text in runs of at most `limit` UTF-16 units, parted at line ends where lines are short enough."""
    found: list[str] = []
    current = ""
    for line in text.split("\n"):
        rest = line
        while units16(f"{current}\n{rest}" if current else rest) > limit:
            if current:
                found.append(current)
                current = ""
            else:
                head = _head(rest, limit)
                found.append(head)
                rest = rest[len(head) :]
        current = f"{current}\n{rest}" if current else rest
    return [piece for piece in [*found, current] if piece.strip()]


def _head(text: str, limit: int) -> str:
    """The longest start of a line that fits, ended at a space where one is near."""
    end = min(len(text), limit)
    while units16(text[:end]) > limit:
        end -= 1
    space = text.rfind(" ", end - 200, end)
    return text[:end] if space <= 0 or end == len(text) else text[: space + 1]


def _nth(key: str, index: int) -> str:
    """The first piece keeps the key: where the dressed message was stored after all, Discord gives that back."""
    if index == 0:
        return key[:NONCE]
    return base64.b32encode(hashlib.sha256(f"{key}/{index}".encode()).digest()).decode()[:NONCE]


def change(message: Message) -> Body:
    """The body of an edit: old pictures go, and silence cannot be changed afterwards."""
    payload = _quiet(content_of(message.payload), is_silent=False)
    flags = payload.pop("flags", 0) & V2
    return {"attachments": [], **payload, **({"flags": flags} if flags else {})}


def reply(payload: Payload, *, is_hidden: bool) -> Body:
    """A new message of a conversation; hidden ones are seen by the one person only."""
    body = _quiet(payload, is_silent=False)
    flags = body.pop("flags", 0) | (EPHEMERAL if is_hidden else 0)
    return {**body, **({"flags": flags} if flags else {})}


def replacement(message: Message, *, was_v2: bool) -> Body:
    """The body that takes the place of a message; words and embeds of an older dress must be taken off by name."""
    body = change(message)
    if body.get("flags", 0) & V2 and not was_v2:
        return {**body, "content": None, "embeds": []}
    return body


def words(text: str, *, is_hidden: bool = True) -> Body:
    """A short sentence."""
    content = shortened(text, CONTENT, units16) or "·"
    return reply({"content": content}, is_hidden=is_hidden)


def handed_over(names: Sequence[str], *, is_hidden: bool) -> Body:
    """Files given to a person."""
    listed = [{"id": index, "filename": name} for index, name in enumerate(names)]
    return reply({"attachments": listed}, is_hidden=is_hidden)


def question(action: str, prompt: str, placeholder: str) -> Body:
    """A modal with one line to type into; its `custom_id` is the encoded action."""
    line: Body = {"type": 4, "custom_id": "text", "style": 1, "required": True, "max_length": 1_000}
    if placeholder.strip():
        line["placeholder"] = shortened(placeholder.strip(), 100, units16)
    title = shortened(" ".join(prompt.split()), TITLE, units16) or "·"
    label: Body = {"type": 18, "label": title, "component": line}
    if units16(prompt) > TITLE:
        label["description"] = shortened(" ".join(prompt.split()), DESCRIPTION, units16)
    return {"custom_id": action, "title": title, "components": [label]}


def question_button(ask: Ask, *, is_hidden: bool) -> Body:
    """The prompt with a button that opens the modal: for an answer that came too late to open it itself."""
    label = shortened(ask.placeholder.strip() or ask.prompt, 78, units16) or "·"
    button = {"type": 2, "style": 1, "label": f"✏️{label}", "custom_id": asking(ask.action)}
    content = shortened(ask.prompt, CONTENT, units16) or "·"
    row = {"type": 1, "components": [button]}
    return reply({"content": content, "components": [row]}, is_hidden=is_hidden)


def asking(action: Action) -> str:
    return f"{ASKING}:{action.encode()}"


def _quiet(payload: Payload, *, is_silent: bool) -> Body:
    """A copy that pings nobody unless it names whom, and makes no sound when asked so."""
    body = {"allowed_mentions": dict(NOBODY), **payload}
    if is_silent:
        body["flags"] = body.get("flags", 0) | SILENT
    return body
