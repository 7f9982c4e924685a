"""Does this server know rich messages, and what becomes of one that leaves?

`sendRichMessage` came with Bot API 10.1. A server that answers 404 to it lacks it, if it knows the token otherwise: only
`getMe` tells. That is remembered for a day, over restarts too, and meanwhile nothing rich leaves. The library's way to
such methods is a second way out with outcomes of its own; ours go over the wire that every other message takes.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog

from bot.platforms.base import Message, Style
from bot.platforms.telegram.api import Api, CallRefused
from bot.platforms.telegram.bodies import dumped
from bot.platforms.telegram.outcomes import Reading
from bot.platforms.telegram.sending import Sender
from bot.platforms.telegram.wire import MaybeSent, NotSent
from digest.audience import Place
from digest.calendar import Clock
from digest.delivery import Outcome, Rejected, Unavailable, Unsupported

LACKING: Final = "this server has no rich messages"
AGAIN: Final = timedelta(days=1)  # a server may have been brought up to date meanwhile
REFUSED: Final = 100  # contents that were refused: other readers of the same are not tried
log = structlog.get_logger(__name__)


class RichMessages:
    """Sends rich messages of one token. Never raises for what the platform or the network did.

    `known` and `remember`: since when it is noted that the server lacks them, in ISO form.
    """

    def __init__(
        self,
        sender: Sender,
        api: Api,
        clock: Clock,
        known: Callable[[], Awaitable[str | None]] | None = None,
        remember: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._sender = sender
        self._api = api
        self._clock = clock
        self._known = known
        self._remember = remember
        self._lacking_since: datetime | None = None
        self._refused: OrderedDict[str, str] = OrderedDict()

    async def style(self, wanted: Style) -> Style:
        """The style that can be shown now where `wanted` was asked for."""
        return "classic" if wanted == "rich" and await self.is_off() else wanted

    async def is_off(self) -> bool:
        """Whether the server was found to lack them less than a day ago."""
        if self._known is not None:
            noted, self._known = await self._known(), None
            self._lacking_since = _instant(noted)
        since = self._lacking_since
        return since is not None and self._clock.now() - since < AGAIN

    async def send(
        self,
        place: Place,
        message: Message,
        *,
        is_silent: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """One attempt. `Unsupported` says that nothing was sent and that the classic form may pass."""
        if await self.is_off():
            return Unsupported(LACKING)
        content = hashlib.sha256(dumped(message.payload["rich_message"]).encode()).hexdigest()
        if content in self._refused:
            return Unsupported(self._refused[content])
        reading = await self._sender.post(place, message, is_silent=is_silent, extra=extra)
        if reading.fault == "no_method":
            return await self._missing(reading)
        match reading.outcome:
            case Rejected("content", reason):
                self._keep_refusal(content, reason)
                return Unsupported(reason, is_refused=True)
            case Rejected("permission", reason) if reading.fault == "kind":
                return Unsupported(reason, is_refused=True)
            case outcome:
                return outcome

    async def _missing(self, reading: Reading) -> Outcome:
        """404: is it the method the server does not know, or the token?"""
        try:
            await self._api.call("getMe")
        except CallRefused as refused:
            if refused.status in (401, 404):
                return Unavailable(refused.description, "token")
            return Unavailable(str(refused))
        except (NotSent, MaybeSent) as error:
            return Unavailable(str(error))
        self._lacking_since = self._clock.now()
        log.info("telegram.no_rich_messages", again_after=str(AGAIN), answer=repr(reading.outcome))
        await self._note(self._lacking_since)
        return Unsupported(LACKING)

    async def _note(self, since: datetime) -> None:
        """For the next start. Without the note it asks once more, and the answer to this call is more important."""
        if self._remember is None:
            return
        try:
            await self._remember(since.astimezone(UTC).isoformat())
        except Exception:
            log.exception("telegram.lack_not_noted")

    def _keep_refusal(self, content: str, reason: str) -> None:
        log.warning("telegram.rich_message_refused", reason=reason)
        self._refused[content] = reason
        if len(self._refused) > REFUSED:
            self._refused.popitem(last=False)


def _instant(noted: str | None) -> datetime | None:
    """What was noted; what cannot be read is as good as nothing, and costs one call."""
    try:
        return datetime.fromisoformat(noted) if noted else None
    except ValueError:
        return None
