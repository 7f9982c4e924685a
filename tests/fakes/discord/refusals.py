"""How does Discord refuse a call? Status, JSON code and words; code and tests look at codes, never at the words."""

from collections.abc import Iterable
from typing import Any

from tests.fakes.discord.specification import Finding

# (status, code): words of topics/opcodes-and-status-codes.mdx
WORDS = {
    0: "401: Unauthorized",
    10003: "Unknown channel",
    10004: "Unknown guild",
    10008: "Unknown message",
    10015: "Unknown webhook",
    10062: "Unknown interaction",
    20022: "This message cannot be edited due to announcement rate limits",
    30034: "Maximum number of daily application command creates has been reached (200)",
    40005: "Request entity too large. Try sending something smaller in size",
    40033: "This message has already been crossposted",
    40060: "Interaction has already been acknowledged",
    40067: "A tag is required to create a forum post in this channel",
    50001: "Missing access",
    50003: "Cannot execute action on a DM channel",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50013: "You lack permissions to perform that action",
    50024: "Cannot execute action on this channel type",
    50083: "Tried to perform an operation on an archived thread, such as editing a message or adding a user",
    50035: "Invalid form body",
    50278: "Cannot send messages to this user due to having no mutual guilds",
}


class Refusal(Exception):
    """An error answer in Discord's own form."""

    def __init__(self, status: int, code: int, **more: Any) -> None:
        super().__init__(f"{status}/{code}")
        self.status = status
        self.code = code
        self.body = {"message": WORDS[code], "code": code, **more}


class TooFast(Exception):
    """A 429. `scope`: whose limit it was."""

    def __init__(self, scope: str, retry_after: float) -> None:
        super().__init__(scope)
        self.scope = scope
        self.retry_after = max(0.001, round(retry_after, 3))

    @property
    def body(self) -> dict[str, Any]:
        return {
            "message": "You are being rate limited.",
            "retry_after": self.retry_after,
            "global": self.scope == "global",
        }


class Broken(Exception):
    """A 5xx of Discord's own making."""


def invalid_body(findings: Iterable[Finding]) -> Refusal:
    """50035 with the tree that discord.py prints as `In embeds.0.description: …`."""
    tree: dict[str, Any] = {}
    for finding in findings:
        node = tree
        for part in finding.path:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": finding.code, "message": finding.message})
    return Refusal(400, 50035, errors=tree)
