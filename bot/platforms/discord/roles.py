"""Whom does a push wake? Roles that opted in are named at the head of its first message, and nobody else is pinged."""

from collections.abc import Sequence
from dataclasses import replace

from bot.platforms.base import Form, Payload
from bot.platforms.discord.components import TEXT
from bot.platforms.discord.pack import Limits


def waking(roles: Sequence[str]) -> str:
    """The line that wakes them."""
    return " ".join(f"<@&{role}>" for role in roles)


def line_of(payload: Payload) -> str:
    """The line of a message that wakes somebody; empty in others."""
    return waking(payload.get("allowed_mentions", {}).get("roles", ()))


def room(limits: Limits, form: Form) -> Limits:
    """What the line leaves of a message. Embeds keep it: it stands before them, counted apart."""
    if not form.roles or form.kind == "embeds":
        return limits
    taken = len(waking(form.roles))
    return replace(
        limits,
        characters=limits.characters - taken,
        bytes=limits.bytes - taken - limits.bytes_a_text,
        components=limits.components - 1,
    )


def waking_first(payload: Payload, roles: Sequence[str]) -> Payload:
    """The payload with the line before what it shows: a mention inside an embed would wake nobody."""
    if not roles:
        return payload
    allowed = {"parse": [], "roles": list(roles)}
    if "embeds" in payload:
        return {**payload, "content": waking(roles), "allowed_mentions": allowed}
    line = {"type": TEXT, "content": waking(roles)}
    return {**payload, "components": [line, *payload["components"]], "allowed_mentions": allowed}
