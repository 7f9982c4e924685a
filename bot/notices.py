"""How do publishers hear of what they should decide? One message each in their private chats, and not again."""

import asyncio
import base64
import hashlib
from collections.abc import Mapping, Sequence

import structlog

from bot.platforms.base import Form, Pace, Parcel, Platform
from digest.audience import Channel, Place
from digest.delivery import Gone, Outcome, Rejected, Sent, Unknown
from digest.page import Page
from handlers.desk.late import late_page
from handlers.desk.merge import offer_page
from handlers.texts import texts_for
from storage.categories import Offer
from storage.store import Store

EVERY_S = 5
LATE_AT_ONCE = 20
AT_ONCE = 20  # categories in one message: a pile of files that came together is one question
KEY_LENGTH = 25  # Discord `nonce`: a string of at most 25 characters
log = structlog.get_logger(__name__)


class Notices:
    """Asks the publishers about new categories and about pushes that were missed. `publishers` are written as in `[desk]`, by the person's id."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        publishers: Sequence[Place],
        language: str,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._publishers = publishers
        self._language = language
        self._rounds: dict[str, asyncio.Lock] = {}

    async def run(self, platform: str, pace: Pace, every_s: float = EVERY_S) -> None:
        """Tell the publishers of one platform until cancelled; only while its token is ours."""
        while True:
            try:
                await self.tell(platform, pace)
            except Exception:
                log.exception("notices.failed", platform=platform)
            await asyncio.sleep(every_s)

    async def tell(self, platform: str, pace: Pace) -> None:
        """One round. An offer is closed once every publisher who can be reached anywhere has it."""
        async with self._rounds.setdefault(platform, asyncio.Lock()):  # what is under way is not begun again
            await self._tell(platform, pace)

    async def _tell(self, platform: str, pace: Pace) -> None:
        await self._ask_about_late(platform, pace)
        offers = await self._store.categories.offers()
        if not offers:
            return
        if len(await self._store.issues.categories()) == 1:
            await self._close(offers)  # there is nothing to merge the only category into
            return
        for channel in await self._channels(platform):
            due = [offer for offer in offers if not await self._knows(channel, offer)]
            for start in range(0, len(due), AT_ONCE):
                await self._offer(due[start : start + AT_ONCE], channel, pace)
        everybody = [channel for name in self._platforms for channel in await self._channels(name)]
        await self._close(
            [
                offer
                for offer in offers
                if everybody and all([await self._knows(channel, offer) for channel in everybody])
            ]
        )

    async def _ask_about_late(self, platform: str, pace: Pace) -> None:
        """A slot missed for longer than its catch-up lies as a draft: a publisher says whether it still goes out."""
        for campaign in await self._store.deliveries.campaigns(states=("draft",), limit=LATE_AT_ONCE):
            if campaign.kind != "push":
                continue
            line = await self._store.issues.line(campaign.issue_id)
            for channel in await self._channels(platform):
                note = f"late campaign {campaign.id} to {channel.place}"
                if await self._store.notes.read(note) is not None:
                    continue
                page = late_page(texts_for(await self._language_of(channel)), campaign.id, line.title)
                if await self._sent(page, channel, note, pace):
                    await self._store.notes.write(note, "told")
                    log.info("campaign.asked_about", campaign=campaign.idem, place=str(channel.place))

    async def _language_of(self, channel: Channel) -> str:
        reader = await self._store.audience.reader_of(channel)
        return channel.settings.language or (reader.language if reader else None) or self._language

    async def _channels(self, platform: str) -> list[Channel]:
        """The private chats of the publishers who have spoken to the bot there."""
        found = [
            await self._store.audience.private_channel(place.platform, place.address)
            for place in self._publishers
            if place.platform == platform
        ]
        return [channel for channel in found if channel is not None and channel.state == "active"]

    async def _offer(self, offers: Sequence[Offer], channel: Channel, pace: Pace) -> None:
        page = await self._page(offers, channel)
        name = ",".join(str(offer.category_id) for offer in offers)
        if not await self._sent(page, channel, f"offer {name}", pace):
            return
        for offer in offers:
            await self._store.notes.write(_note(channel, offer), "told")
        log.info("category.offered", place=str(channel.place), slugs=[one.category.slug for one in offers])

    async def _page(self, offers: Sequence[Offer], channel: Channel) -> Page:
        language = await self._language_of(channel)
        issue_ids = dict.fromkeys(offer.issue_id for offer in offers)
        titles = [(await self._store.issues.line(issue_id)).title for issue_id in issue_ids]
        born = [(offer.category_id, offer.category) for offer in offers]
        known = await self._store.issues.categories()
        return offer_page(texts_for(language), born, known, titles)

    async def _sent(self, page: Page, channel: Channel, name: str, pace: Pace) -> bool:
        """Whether it is done with: out, perhaps out, or never to be. Else the next round tries again."""
        platform = self._platforms[channel.place.platform]
        for n, message in enumerate(platform.render(page, Form("private", bot=platform.username)), 1):
            parcel = Parcel(channel, message, _key(f"{name}/{channel.id}/{n}"), part=n)
            async with pace.slot(channel.place, "preview", message.count):
                outcome: Outcome = await platform.send(parcel)
            log.debug("notice.sent", place=str(channel.place), outcome=type(outcome).__name__)
            if not isinstance(outcome, Sent | Unknown):
                return isinstance(outcome, Rejected | Gone)
        return True

    async def _knows(self, channel: Channel, offer: Offer) -> bool:
        return await self._store.notes.read(_note(channel, offer)) is not None

    async def _close(self, offers: Sequence[Offer]) -> None:
        for offer in offers:
            await self._store.categories.close_offer(offer.category_id)


def _note(channel: Channel, offer: Offer) -> str:
    return f"offer of category {offer.category_id} to {channel.place}"


def _key(name: str) -> str:
    """Stable over attempts, so that a platform that knows such keys sends it once."""
    return base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()[:KEY_LENGTH]
