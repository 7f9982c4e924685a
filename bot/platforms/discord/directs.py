"""For whom does a person act in a server? Who may not act for the place acts for himself: in his own private chat.

Its id is asked for once a person and kept while the process lives; Discord gives the same one each time.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import structlog

import handlers
from bot.platforms.base import Incoming
from bot.platforms.discord.api import Api, CallFailed
from digest.audience import Place

ABOUT_A_PLACE: Final = frozenset(route.name for route in handlers.ROUTES if route.who == "place admin")
KEPT: Final = 10_000  # people whose private chat is remembered
log = structlog.get_logger(__name__)


class Directs:
    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: OrderedDict[str, str] = OrderedDict()

    async def settled(self, incoming: Incoming) -> Incoming:
        """The same, moved into the person's private chat where it is about a place that is not his to set.

        Where Discord opens none it stays as it is, and the handlers say who may.
        """
        is_his = incoming.channel_kind == "private" or incoming.is_place_admin
        if is_his or incoming.route not in ABOUT_A_PLACE:
            return incoming
        try:
            address = self._known.get(incoming.native_id) or await self._open(incoming.native_id)
        except CallFailed as failed:
            log.info("discord.no_private_chat", reason=failed.failure.reason)
            return incoming
        return replace(incoming, place=Place("discord", address), channel_kind="private")

    async def _open(self, person: str) -> str:
        answer = await self._api.call("POST", "/users/@me/channels", body={"recipient_id": person})
        address = str(answer["id"]) if isinstance(answer, Mapping) else ""
        if not address.isdecimal():
            raise ValueError("a private chat without an id")
        self._known[person] = address
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return address
