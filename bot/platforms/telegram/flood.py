"""Whose limit was it? Telegram does not say; a second address refused at once says it is the token's."""

from dataclasses import replace
from typing import Final

from digest.audience import Place
from digest.delivery import Outcome, RetryAfter, Sent

TOGETHER_S: Final = 1.0  # refusals of different chats within this time have one cause


class Flood:
    """Remembers the last refusal of a token. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._last: tuple[str, float] | None = None

    def seen(self, place: Place, outcome: Outcome, now: float) -> Outcome:
        """The outcome, with its scope widened to the token when another chat was refused just before."""
        chat = place.address.partition(":")[0]
        match outcome:
            case Sent():
                # others still pass: it was the chat's own limit
                self._last = None
            case RetryAfter():
                last, self._last = self._last, (chat, now)
                if last is not None and last[0] != chat and now - last[1] <= TOGETHER_S:
                    return replace(outcome, scope="token")
            case _:
                pass
        return outcome
