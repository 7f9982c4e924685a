"""How does a curator see a broadcast move? The message that started it is edited until the campaign rests."""

import asyncio
from collections.abc import Mapping

import structlog

from bot.platforms.base import Form, Platform
from digest.audience import Place
from digest.page import Page
from handlers.texts import texts_for
from handlers.views.progress import progress_page
from storage.store import Store

EVERY_S = 3  # experience.md §4: edited at most every 3 s
log = structlog.get_logger(__name__)


class ProgressKeeper:
    """Edits watched messages."""

    def __init__(self, store: Store, platforms: Mapping[str, Platform], language: str) -> None:
        self._store = store
        self._platforms = platforms
        self._language = language
        self._shown: dict[tuple[int, Place, int], Page] = {}

    async def run(self, every_s: float = EVERY_S) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.update()
            except Exception:
                log.exception("progress.failed")

    async def update(self) -> None:
        """One round over all watched messages; what has not changed is not edited."""
        for campaign_id, place, message_id in await self._store.deliveries.watched():
            report = await self._store.deliveries.report(campaign_id)
            page = progress_page(texts_for(await self._language_of(place)), report)
            key = (campaign_id, place, message_id)
            if self._shown.get(key) != page:
                await self._edit(place, message_id, page)
                self._shown[key] = page
            if report.campaign.state in ("finished", "cancelled"):
                await self._store.deliveries.unwatch(campaign_id)
                self._shown.pop(key, None)

    async def _edit(self, place: Place, message_id: int, page: Page) -> None:
        platform = self._platforms.get(place.platform)
        if platform is None:
            return
        message, *_ = platform.render(page, Form("private"))
        outcome = await platform.edit(place, message_id, message)
        log.debug("progress.edited", place=str(place), outcome=type(outcome).__name__)

    async def _language_of(self, place: Place) -> str:
        channel = await self._store.audience.find(place)
        if channel is None:
            return self._language
        if channel.settings.language:
            return channel.settings.language
        reader = await self._store.audience.reader_of(channel)
        return (reader.language if reader else None) or self._language
