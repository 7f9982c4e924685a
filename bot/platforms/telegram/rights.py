"""May this person decide for the place? Asked of Telegram, remembered for a minute."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import structlog

from bot.platforms.telegram import bodies
from bot.platforms.telegram.api import Api, CallRefused
from bot.platforms.telegram.events import Heard
from bot.platforms.telegram.wire import MaybeSent, NotSent

KEPT_S: Final = 60.0  # who was made an admin just now waits no longer than that
KEPT: Final = 5_000
log = structlog.get_logger(__name__)


class Rights:
    """Who administers which chat."""

    def __init__(self, api: Api, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._now = now
        self._known: OrderedDict[tuple[int | str, str], tuple[float, bool]] = OrderedDict()

    async def settled(self, heard: Heard) -> Heard:
        """The event with `is_place_admin` found out where it was open. Not known counts as no."""
        if not heard.asks_rights:
            return heard
        incoming = heard.incoming
        chat, _ = bodies.address(incoming.place)
        is_admin = await self._is_admin(chat, incoming.native_id)
        return replace(heard, incoming=replace(incoming, is_place_admin=is_admin), asks_rights=False)

    async def _is_admin(self, chat: int | str, person: str) -> bool:
        key = (chat, person)
        asked_at, known = self._known.get(key, (float("-inf"), False))
        if self._now() - asked_at < KEPT_S:
            return known
        try:
            member = await self._api.call("getChatMember", chat_id=chat, user_id=int(person))
        except (CallRefused, NotSent, MaybeSent) as error:
            log.warning("telegram.rights_unknown", chat=chat, reason=str(error))
            return False
        is_admin = member.get("status") in ("creator", "administrator")
        self._known[key] = (self._now(), is_admin)
        self._known.move_to_end(key)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return is_admin
