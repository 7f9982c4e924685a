"""What does Discord's answer to a send mean? The table of discord.md §3, pure.

Discord's JSON `code` decides, then the HTTP status. What is asked of every failure: could the message be out?
"""

import re
from dataclasses import dataclass
from typing import Literal, assert_never

from digest.delivery import Gone, Outcome, Rejected, RetryAfter, Sent, Unavailable, Unknown

Kind = Literal["answer", "limited", "refused", "unreached", "lost", "unreadable"]
Scope = Literal["user", "shared", "global", ""]
CallKind = Literal["send", "edit", "crosspost"]

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION = 10003, 10008, 10015, 10062
EDIT_LIMIT = 20022
CROSSPOSTED, TOO_LARGE, ACKNOWLEDGED, TAG_REQUIRED = 40033, 40005, 40060, 40067
MISSING_ACCESS, EMPTY, DM_CLOSED, MISSING_PERMISSIONS = 50001, 50006, 50007, 50013
INVALID_BODY, ARCHIVED, NO_MUTUAL_GUILD = 50035, 50083, 50278

NOBODY_THERE = frozenset((UNKNOWN_CHANNEL, UNKNOWN_WEBHOOK, DM_CLOSED, NO_MUTUAL_GUILD))
BAD_CONTENT = frozenset((INVALID_BODY, EMPTY, TAG_REQUIRED, TOO_LARGE))
FORBIDDEN = frozenset((MISSING_ACCESS, MISSING_PERMISSIONS))
LISTED = NOBODY_THERE | BAD_CONTENT | FORBIDDEN | {UNKNOWN_MESSAGE, CROSSPOSTED, EDIT_LIMIT}

AN_HOUR_S = 3600.0
BAN_S = 600.0  # a 429 that is not Discord's own JSON is taken for Cloudflare's ban, which lasts some minutes
_OF_THE_DRESS = re.compile(r"^In (?:message\.)?(?:components|embeds|flags)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call has no result.

    kind `answer`: Discord answered with an error. `limited`: the library refused to wait for a limit, no call was made.
    `refused`: the token. `unreached`: no byte left (DNS, refused, TLS, connect timeout). `lost`: disconnected, reset or
    timed out after that. `unreadable`: a good status whose body lacks what was asked for. `is_json` is False when the
    answer was not Discord's own.
    """

    kind: Kind
    status: int = 0
    code: int = 0
    text: str = ""
    scope: Scope = ""
    retry_after: float | None = None
    is_json: bool = True

    @property
    def reason(self) -> str:
        words = " ".join(self.text.split())[:300]
        where = f"{self.status}/{self.code}" if self.status else self.kind
        return f"{where}: {words}" if words else where

    @property
    def is_unlisted(self) -> bool:
        """A refusal the table does not name: worth a line in the log."""
        return self.kind == "answer" and 400 <= self.status < 500 and self._is_unlisted_code

    @property
    def _is_unlisted_code(self) -> bool:
        return self.code not in LISTED and self.status not in (401, 429)


def outcome_of(failure: Failure, call: CallKind = "send") -> Outcome:
    """What became of a send, an edit or a crosspost that failed so."""
    match failure.kind:
        case "limited":
            return RetryAfter(failure.retry_after or 1.0)
        case "refused":
            return Unavailable(failure.reason, "token")
        case "unreached":
            return Unavailable(failure.reason)
        case "lost" | "unreadable":
            return Unknown(failure.reason)
        case "answer":
            return _of_code(failure, call) or _of_status(failure)
        case _:
            assert_never(failure.kind)


def _of_code(failure: Failure, call: CallKind) -> Outcome | None:
    code = failure.code
    if code == CROSSPOSTED and call == "crosspost":
        return Sent(())
    if code == UNKNOWN_MESSAGE and call != "send":
        return Gone(failure.reason)  # deleted meanwhile: its record goes, it is not posted again
    if code == EDIT_LIMIT:
        return RetryAfter(failure.retry_after or AN_HOUR_S)
    if code in NOBODY_THERE:
        return Gone(failure.reason)
    if code in BAD_CONTENT:
        return Rejected("content", failure.reason, is_markup=_is_of_the_dress(failure))
    if code in FORBIDDEN:
        return Rejected("permission", failure.reason)
    return None


def _of_status(failure: Failure) -> Outcome:
    status = failure.status
    if status == 429:
        return _limited(failure)
    if status == 401:
        return Unavailable(failure.reason, "token")
    if status >= 500:
        return Unknown(failure.reason)
    if status == 413:
        return Rejected("content", failure.reason)
    if not failure.is_json:
        return Unavailable(failure.reason)  # somebody on the way refused; Discord never saw it
    if status == 403:
        return Rejected("permission", failure.reason)
    if 400 <= status < 500:
        return Rejected("content", failure.reason)
    return Unknown(failure.reason)


def _limited(failure: Failure) -> RetryAfter:
    if not failure.is_json:
        return RetryAfter(failure.retry_after or BAN_S, "token")
    return RetryAfter(failure.retry_after or 1.0, "token" if failure.scope == "global" else "channel")


def _is_of_the_dress(failure: Failure) -> bool:
    """Refused for its components or embeds: the same words as plain text may pass."""
    return failure.code == INVALID_BODY and _OF_THE_DRESS.search(failure.text) is not None
