"""How do updates come in? Long polls, one after the other, patient with the network, strict with the token."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import structlog

from bot.platforms.telegram.api import Api, CallRefused
from bot.platforms.telegram.settings import TelegramSettings
from bot.platforms.telegram.wire import MaybeSent, NotSent

READ_MARGIN_S = 10  # beyond the time the server may hold a poll open
log = structlog.get_logger(__name__)


class TokenRefused(Exception):
    """The token is not valid: nothing is tried again before a person has set a new one."""


class AnotherPoller(Exception):
    """Another process receives for this token: we stop, or we would take turns in cutting each other off."""


class Down(Exception):
    """Not reachable now; comes back by itself."""

    def __init__(self, reason: str, wait_s: float = 0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s  # what the server asked us to wait


class Backoff:
    """Growing pauses with jitter, so that many bots do not come back in step."""

    def __init__(self, settings: TelegramSettings) -> None:
        self._first = settings.backoff_s
        self._cap = settings.backoff_cap_s
        self._failures = 0

    def reset(self) -> None:
        self._failures = 0

    async def wait(self, at_least: float = 0) -> None:
        pause = min(self._cap, self._first * 2.0 ** min(self._failures, 16))
        self._failures += 1
        jitter = 0.5 + random.random() / 2  # noqa: S311  no secret depends on it
        await asyncio.sleep(max(at_least, pause * jitter))


class Poller:
    """Receives updates in order and confirms them by asking for the ones after."""

    def __init__(self, api: Api, settings: TelegramSettings, tell: Callable[[str], None]) -> None:
        """`tell` hears why updates do not come, and an empty word when they do again."""
        self._api = api
        self._settings = settings
        self._tell = tell
        self._offset: int | None = None

    async def me(self) -> dict[str, Any]:
        """The bot itself: the one call that decides about the token. Raises TokenRefused or Down."""
        try:
            return dict(await self._api.call("getMe"))
        except (NotSent, MaybeSent) as error:
            raise Down(str(error)) from None
        except CallRefused as refused:
            if refused.status == 401:
                raise TokenRefused(refused.description) from None
            if refused.status == 404:
                raise TokenRefused(f"{refused.description}: wrong api_base, or no token at all") from None
            raise Down(str(refused), refused.retry_after or 0) from None

    async def claim(self) -> None:
        """A webhook left from another life would keep updates from us. Pending updates are kept."""
        try:
            await self._api.call("deleteWebhook", drop_pending_updates=False)
        except (NotSent, MaybeSent) as error:
            raise Down(str(error)) from None
        except CallRefused as refused:
            if refused.status == 401:
                raise TokenRefused(refused.description) from None
            raise Down(str(refused), refused.retry_after or 0) from None

    async def run(self, take: Callable[[dict[str, Any]], Awaitable[None]]) -> NoReturn:
        """Hand every update to `take`, until cancelled. Raises TokenRefused or AnotherPoller."""
        backoff = Backoff(self._settings)
        while True:
            try:
                updates = await self._poll()
            except Down as down:
                log.warning("telegram.poll_failed", reason=str(down))
                self._tell(str(down))
                await backoff.wait(down.wait_s)
                continue
            backoff.reset()
            self._tell("")
            for update in updates:
                await take(update)

    async def _poll(self) -> list[dict[str, Any]]:
        offset = {} if self._offset is None else {"offset": self._offset}
        try:
            updates = await self._api.call(
                "getUpdates",
                read_s=self._settings.poll_s + READ_MARGIN_S,
                timeout=self._settings.poll_s,
                allowed_updates=self._settings.allowed,
                **offset,
            )
        except (NotSent, MaybeSent) as error:
            raise Down(str(error)) from None
        except CallRefused as refused:
            await self._judge(refused)
        self._confirm(updates)
        return list(updates)

    def _confirm(self, updates: list[dict[str, Any]]) -> None:
        """The next poll asks for what comes after. With nothing left it asks for anything: after a quiet week the next
        id is random and may be lower (spec `Update.update_id`).
        """
        ids = [update["update_id"] for update in updates if isinstance(update.get("update_id"), int)]
        self._offset = max(ids) + 1 if ids else None

    async def _judge(self, refused: CallRefused) -> NoReturn:
        if refused.status == 401:
            raise TokenRefused(refused.description)
        if refused.status == 409:
            raise AnotherPoller(refused.description)
        if refused.status == 404:
            await self.me()  # a missing method is not a revoked token
        raise Down(str(refused), refused.retry_after or 0)

    async def finish(self) -> None:
        """Confirm what was handled, so that it does not come again after a restart. Failing is no harm."""
        if self._offset is None:
            return
        try:
            await self._api.call("getUpdates", offset=self._offset, limit=1, timeout=0)
        except (CallRefused, NotSent, MaybeSent) as error:
            log.debug("telegram.updates_not_confirmed", reason=str(error))
