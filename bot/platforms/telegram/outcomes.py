"""Which outcome does an answer of the Bot API give? Status and parameters first, then the description's beginning.

The question asked of every failure is whether the message could be out (telegram.md §3, delivery.md §4). Pure.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.platforms.telegram.wire import MaybeSent, NotSent
from digest.audience import Place
from digest.delivery import Gone, Moved, Outcome, Rejected, RetryAfter, Sent, Unavailable, Unknown

Verdict = Literal["sent", "gone", "content", "permission"]
Fault = Literal["", "markup", "picture", "file_id", "no_text", "no_method", "kind"]

# (status, how the description begins after its prefix, verdict, what is at fault); lower case, first match counts.
# Sources: telegram-bot-api/Client.cpp and td, see telegram.md §4; those marked * come from the servers behind it.
TABLE: Final[tuple[tuple[int, str, Verdict, Fault], ...]] = (
    (400, "message is not modified", "sent", ""),
    (400, "chat not found", "gone", ""),
    (400, "peer_id_invalid", "gone", ""),  # *
    (400, "user_is_blocked", "gone", ""),  # *
    (400, "input_user_deactivated", "gone", ""),  # *
    (400, "need administrator rights", "permission", ""),
    (400, "not enough rights to send", "permission", "kind"),  # of this kind; another may pass
    (400, "not enough rights", "permission", ""),
    (400, "have no rights", "permission", ""),
    (400, "have no write access", "permission", ""),
    (400, "chat_write_forbidden", "permission", ""),  # *
    (400, "chat_admin_required", "permission", ""),  # *
    (400, "chat_restricted", "permission", ""),  # *
    (400, "topic_closed", "permission", ""),  # *
    (400, "topic_deleted", "permission", ""),  # *
    (400, "message thread not found", "permission", ""),
    (400, "can't parse entities", "content", "markup"),
    (400, "entity", "content", "markup"),  # *
    (400, "entities_too_long", "content", "markup"),  # *
    (400, "photo_", "content", "picture"),  # *
    (400, "photo has unsupported extension", "content", "picture"),
    (400, "image_process_failed", "content", "picture"),  # *
    (400, "media_invalid", "content", "picture"),  # *
    (400, "wrong type of the web page content", "content", "picture"),
    (400, "wrong file identifier", "content", "file_id"),
    (400, "wrong remote file identifier", "content", "file_id"),
    (400, "file_reference_", "content", "file_id"),  # *
    (400, "there is no text in the message to edit", "content", "no_text"),
    (400, "message text is empty", "content", ""),
    (400, "text must be non-empty", "content", ""),
    (400, "text is too long", "content", ""),
    (400, "message is too long", "content", ""),
    (400, "message caption is too long", "content", ""),
    (400, "button_", "content", ""),  # *
    (400, "inline keyboard button", "content", ""),
    (400, "can't parse inline keyboard button", "content", ""),
    (400, "reply markup is too long", "content", ""),
    (400, "message to edit not found", "content", ""),
    (400, "message to delete not found", "content", ""),
    (400, "message can't be edited", "content", ""),
    (400, "message to be replied not found", "content", ""),
    (403, "bot was blocked by the user", "gone", ""),
    (403, "user is deactivated", "gone", ""),
    (403, "bot can't initiate conversation", "gone", ""),
    (403, "bot was kicked", "gone", ""),
    (403, "bot is not a member", "gone", ""),
    (403, "the group chat was deleted", "gone", ""),
)
_PREFIXES: Final = ("bad request: ", "forbidden: ", "unauthorized: ", "too many requests: ", "conflict: ")


@dataclass(frozen=True, slots=True)
class Answer:
    """The envelope of the Bot API, read."""

    is_ok: bool
    result: Any = None
    description: str = ""
    retry_after: float | None = None
    migrated_to: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer's outcome and what a sender may do about it. `is_listed`: False for a refusal nobody has met."""

    outcome: Outcome
    fault: Fault = ""
    is_listed: bool = True
    result: Any = None


def outcome(status: int, body: bytes) -> Outcome:
    """What became of a send that was answered."""
    return read(status, body).outcome


def failure(error: NotSent | MaybeSent) -> Outcome:
    """What became of a send that was not answered."""
    return Unavailable(str(error)) if isinstance(error, NotSent) else Unknown(str(error))


def answer_of(status: int, body: bytes) -> Answer | None:
    """The envelope; None when the bytes are none, or say yes with a status that says no."""
    try:
        data = json.loads(body)
    except ValueError:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("ok"), bool):
        return None
    if data["ok"] != (status == 200):
        return None
    parameters = data.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    retry_after, migrated = parameters.get("retry_after"), parameters.get("migrate_to_chat_id")
    return Answer(
        data["ok"],
        data.get("result"),
        str(data.get("description", "")),
        float(retry_after) if isinstance(retry_after, int | float) else None,
        migrated if isinstance(migrated, int) else None,
    )


def read(status: int, body: bytes) -> Reading:
    """What became of a send that was answered, and why."""
    answer = answer_of(status, body)
    if status == 200:
        ids = _ids(answer.result) if answer else None
        if answer is None or ids is None:
            return Reading(Unknown("an answer that cannot be read"))
        return Reading(Sent(ids), result=answer.result)
    if status == 429:
        # whoever limits us has not let it through, readable or not
        return Reading(RetryAfter((answer.retry_after if answer else None) or 1.0))
    if answer is None or status >= 500:
        words = answer.description if answer else "an answer that cannot be read"
        return Reading(Unknown(f"{status} {words}".strip()))
    return _refusal(status, answer)


def _refusal(status: int, answer: Answer) -> Reading:
    if answer.migrated_to is not None:
        return Reading(Moved(Place("telegram", str(answer.migrated_to))))
    if answer.retry_after is not None:
        return Reading(RetryAfter(answer.retry_after))
    match status:
        case 401:
            return Reading(Unavailable(answer.description, "token"))
        case 400 | 403:
            return _by_description(status, answer.description)
        case 409:
            # another process speaks for this token: telegram.md §3, "stop polling and sending"
            return Reading(Unavailable(answer.description, "token"))
        case 413:
            return Reading(Rejected("content", answer.description), "picture", is_listed=False)
        case _:
            # 404: the method is missing or the address is wrong; only getMe decides about the token
            missing: Fault = "no_method" if status == 404 else ""
            return Reading(Unavailable(f"{status} {answer.description}".strip()), missing)


def _by_description(status: int, description: str) -> Reading:
    words = description.lower()
    for prefix in _PREFIXES:
        words = words.removeprefix(prefix)
    for listed, beginning, verdict, fault in TABLE:
        if listed == status and words.startswith(beginning):
            return Reading(_verdict(verdict, fault, description), fault)
    kind: Literal["content", "permission"] = "content" if status == 400 else "permission"
    return Reading(Rejected(kind, description), is_listed=False)


def _verdict(verdict: Verdict, fault: Fault, description: str) -> Outcome:
    match verdict:
        case "sent":
            return Sent(())
        case "gone":
            return Gone(description)
        case "content":
            return Rejected("content", description, is_markup=fault == "markup")
        case "permission":
            return Rejected("permission", description)


def _ids(result: Any) -> tuple[int, ...] | None:
    """The ids of the messages in a result: one message, an album, a copy's id, or True for a call that makes none."""
    if result is True:
        return ()
    messages = result if isinstance(result, list) else [result]
    ids = [message.get("message_id") if isinstance(message, dict) else None for message in messages]
    return tuple(ids) if ids and all(isinstance(one, int) for one in ids) else None  # type: ignore[arg-type]  # checked
