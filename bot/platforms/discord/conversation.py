"""What may still be said in one interaction? First answer, deferral, followups and edits, each in its own call.

Discord takes exactly one first answer within three seconds, and followups for fifteen minutes after it. Where it is not
known whether a call was done, it counts as done: a person reads nothing twice.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import structlog

from bot.platforms.discord.api import Api, CallFailed, Upload
from bot.platforms.discord.bodies import EPHEMERAL
from bot.platforms.discord.events import Spoken
from bot.platforms.discord.outcomes import ACKNOWLEDGED, UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK

MESSAGE, THINKING, UPDATING, UPDATE, COMPLETION, MODAL = 4, 5, 6, 7, 8, 9  # callback types
CALLBACK: Final = "/interactions/{webhook_id}/{webhook_token}/callback"
FOLLOWUP: Final = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL: Final = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
PATIENCE_S: Final = 60.0
State = Literal["open", "thinking", "updating", "answered"]
log = structlog.get_logger(__name__)


class Over(Exception):
    """Nothing can be said any more: too late, or another process has answered."""


class Conversation:
    """One interaction and how far its answer has come."""

    def __init__(self, api: Api, spoken: Spoken) -> None:
        self._api = api
        self.spoken = spoken
        self._state: State = "open"

    @property
    def is_open(self) -> bool:
        return self._state == "open"

    async def acknowledge(self) -> None:
        """Take the waiting sign off a pressed message; it may be replaced later."""
        await self._first(UPDATING, None)
        self._state = "updating"

    async def think(self, *, is_hidden: bool) -> None:
        """Show that an answer is coming."""
        await self._first(THINKING, {"flags": EPHEMERAL} if is_hidden else {})
        self._state = "thinking"

    async def ask(self, modal: Mapping[str, Any]) -> None:
        await self._first(MODAL, modal)

    async def complete(self, choices: Sequence[Mapping[str, str]]) -> None:
        await self._first(COMPLETION, {"choices": list(choices)})

    async def speak_openly(self) -> None:
        """A deferral that only the person sees would hide the first message: it goes before others may read along."""
        if self._state == "thinking":
            self._state = "answered"
            await self._call("DELETE", ORIGINAL, message_id="@original")

    async def show(self, body: Mapping[str, Any], files: Sequence[Upload] = ()) -> int | None:
        """One more message; its id as far as Discord tells it."""
        match self._state:
            case "open":
                return await self._first(MESSAGE, body, files)
            case "thinking":
                self._state = "answered"
                return await self._call(
                    "PATCH", ORIGINAL, _without_hiding(body), files, message_id="@original"
                )
            case "updating" | "answered":
                self._state = "answered"
                return await self._call("POST", FOLLOWUP, body, files)

    async def replace(self, body: Mapping[str, Any], files: Sequence[Upload] = ()) -> int | None:
        """Put a body in the place of the pressed message."""
        if self._state == "open":
            return await self._first(UPDATE, body, files)
        if self._state == "updating":
            self._state = "answered"
            return await self._call("PATCH", ORIGINAL, body, files, message_id="@original")
        return await self.show(body, files)

    async def edit(self, message_id: int, body: Mapping[str, Any], files: Sequence[Upload]) -> None:
        """Edit a message of this conversation. Raises CallFailed, also when it is not known whether it was done."""
        await self._send("PATCH", ORIGINAL, body, files, message_id=message_id)

    async def close(self) -> None:
        """Nothing was said: the waiting sign goes all the same."""
        if self._state == "open":
            await self.think(is_hidden=True)
        if self._state == "thinking":
            self._state = "answered"
            await self._call("DELETE", ORIGINAL, message_id="@original")

    async def _first(
        self, kind: int, data: Mapping[str, Any] | None, files: Sequence[Upload] = ()
    ) -> int | None:
        body: dict[str, Any] = {"type": kind}
        if data is not None:
            body["data"] = data
        self._state = "answered"
        try:
            path = f"{CALLBACK}?with_response=1" if kind in (MESSAGE, UPDATE) else CALLBACK
            answer = await self._api.call(
                "POST",
                path,
                body=body,
                files=files,
                webhook_id=self.spoken.id,
                webhook_token=self.spoken.token,
            )
        except CallFailed as failed:
            self._judge(failed, is_first=True)
            return None
        return _id_of(answer, "resource", "message")

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        files: Sequence[Upload] = (),
        **values: int | str,
    ) -> int | None:
        """A followup or an edit; again only after an answer that says it was not done."""
        try:
            answer = await self._send(method, path, body, files, **values)
        except CallFailed as failed:
            if not 0 < (failed.failure.retry_after or 0) <= PATIENCE_S:
                self._judge(failed, is_first=False)
                return None
            await asyncio.sleep(failed.failure.retry_after or 0)
            answer = await self._send(method, path, body, files, **values)
        return _id_of(answer)

    async def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        files: Sequence[Upload],
        **values: int | str,
    ) -> Any:
        if method == "POST":
            path = f"{path}?wait=true"
        spoken = self.spoken
        return await self._api.call(
            method,
            path,
            body=body,
            files=files,
            webhook_id=spoken.application_id,
            webhook_token=spoken.token,
            **values,
        )

    def _judge(self, failed: CallFailed, *, is_first: bool) -> None:
        """Raises Over or CallFailed; returns where the call may have been done."""
        failure = failed.failure
        if failure.code in (UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK):
            raise Over(failure.reason) from failed
        if failure.code == ACKNOWLEDGED:
            # answered by an inner retry of the library, or by a process that ran beside this one
            log.info("discord.answered_already", reason=failure.reason)
            return
        if failure.kind in ("lost", "unreadable") or failure.status >= 500:
            log.warning("discord.answer_in_doubt", reason=failure.reason)
            return
        if is_first:
            self._state = "open"
        raise failed


def _without_hiding(body: Mapping[str, Any]) -> dict[str, Any]:
    """Who may see a deferred answer was said when it was deferred."""
    flags = body.get("flags", 0) & ~EPHEMERAL & ~(1 << 12)
    rest = {key: value for key, value in body.items() if key != "flags"}
    return {**rest, "flags": flags} if flags else rest


def _id_of(answer: Any, *path: str) -> int | None:
    """An answer that tells no id has been given all the same."""
    for key in (*path, "id"):
        answer = answer.get(key) if isinstance(answer, Mapping) else None
    return int(answer) if isinstance(answer, str | int) and str(answer).isdecimal() else None
