"""How do updates leave? Kept until confirmed by offset; a poll really waits; the younger of two pollers wins."""

import asyncio
from typing import Any

from tests.fakes.telegram.refusals import Refusal

Json = dict[str, Any]
TERMINATED = Refusal(
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)
WEBHOOK_ACTIVE = Refusal(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
)


class Updates:
    """The queue of one bot."""

    def __init__(self, first_id: int = 700_000_001) -> None:
        self._next = first_id
        self.pending: list[Json] = []
        self.confirmed = 0
        self.webhook = ""
        self.polls = 0  # polls that are waiting now
        self._generation = 0
        self._changed = asyncio.Event()

    def put(self, **content: Any) -> int:
        """Queue an update of any content; its id."""
        update_id = self._next
        self._next += 1
        self.pending.append({"update_id": update_id, **content})
        self._wake()
        return update_id

    def put_raw(self, update: Any) -> None:
        """Queue exactly this, however wrong it is; an id is added where there is none."""
        if isinstance(update, dict) and "update_id" not in update:
            update = {"update_id": self._next, **update}
            self._next += 1
        self.pending.append(update)
        self._wake()

    def jump(self, update_id: int) -> None:
        """Go on with another id: after a quiet week the next one is random."""
        self._next = update_id

    async def poll(
        self, offset: int | None, limit: int, patience: float, allowed: list[str] | None
    ) -> list[Json]:
        """What is waiting, after at most `patience` seconds. Raises the conflict for the older poller."""
        if self.webhook:
            raise WEBHOOK_ACTIVE
        self._confirm(offset)
        self._generation += 1
        mine = self._generation
        self._wake()  # an older poll finds out that it is not alone
        deadline = asyncio.get_running_loop().time() + min(patience, 50)
        self.polls += 1
        try:
            while True:
                if self._generation != mine:
                    raise TERMINATED
                if self.webhook:
                    raise Refusal(409, "Conflict: terminated by setWebhook request")
                found = [one for one in self.pending if _is_allowed(one, allowed)][: max(1, min(limit, 100))]
                left = deadline - asyncio.get_running_loop().time()
                if found or left <= 0:
                    return found
                await self._wait(left)
        finally:
            self.polls -= 1

    def _confirm(self, offset: int | None) -> None:
        if offset is None or offset == 0:
            return
        before = [one for one in self.pending if _id(one) < offset]
        dropped = self.pending[:offset] if offset < 0 else before
        self.confirmed += len(dropped)
        self.pending = [one for one in self.pending if one not in dropped]

    async def _wait(self, seconds: float) -> None:
        changed = self._changed
        try:
            async with asyncio.timeout(seconds):
                await changed.wait()
        except TimeoutError:
            return

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _id(update: Any) -> int:
    return int(update["update_id"]) if isinstance(update, dict) else 0


def _is_allowed(update: Any, allowed: list[str] | None) -> bool:
    """By default everything but what must be asked for; a broken update comes through whatever is asked for."""
    if not allowed or not isinstance(update, dict):
        return True
    kinds = set(update) - {"update_id"}
    known = {"message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member",
             "chat_member", "inline_query", "message_reaction"}  # fmt: skip
    return not (kinds & known) or bool(kinds & set(allowed))
