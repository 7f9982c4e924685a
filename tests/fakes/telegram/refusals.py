"""How does the Bot API say no? Status, wording and parameters of telegram.md §4."""

from dataclasses import dataclass, field
from typing import Any

PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


@dataclass(slots=True)
class Refusal(Exception):
    """An answer that is no result."""

    status: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)
    delay_s: float = 0

    def envelope(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def refusal(status: int, text: str, **parameters: Any) -> Refusal:
    """Prefix and text, the first letter lowered unless the second is `_` or a capital (Client.cpp:163-206)."""
    if len(text) > 1 and not (text[1] == "_" or text[1].isupper()):
        text = text[0].lower() + text[1:]
    return Refusal(status, f"{PREFIXES[status]}: {text}", parameters)


def bad(text: str, **parameters: Any) -> Refusal:
    return refusal(400, text, **parameters)


def forbidden(text: str) -> Refusal:
    return refusal(403, text)


def flood(seconds: int, delay_s: float = 0) -> Refusal:
    return Refusal(
        429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds}, delay_s=delay_s
    )


UNKNOWN_TOKEN = Refusal(401, "Unauthorized")
MALFORMED_TOKEN = Refusal(401, "Unauthorized: invalid token specified")
NOT_FOUND = Refusal(404, "Not Found")
NO_METHOD = Refusal(404, "Not Found: method not found")
