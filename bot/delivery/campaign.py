"""Who gets what? Campaigns are opened, then fanned out in chunks: a part row for every part of every channel."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.delivery.renditions import Renditions, Wish, form_of
from bot.platforms.base import Dressed, Renders, Style
from digest.audience import ChannelSettings, Subscription, wants, woken
from digest.calendar import Clock
from digest.errors import NotFound
from storage.deliveries import Campaign, Planned
from storage.issues import StoredIssue
from storage.store import Store

CHUNK = 10_000  # channels a transaction: other writers never wait longer than one chunk (delivery.md §7)
log = structlog.get_logger(__name__)


class FanOut:
    """Turns campaigns in state `fanning` into part rows."""

    def __init__(
        self, store: Store, platforms: Mapping[str, Renders], renditions: Renditions, clock: Clock
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._renditions = renditions
        self._clock = clock

    async def run(self) -> int:
        """Take every fanning campaign on; returns how many chunks were written. Replay-safe: a crash repeats a chunk."""
        chunks = 0
        for campaign in await self._store.deliveries.campaigns(states=("fanning",)):
            chunks += await self._fan(campaign)
        return chunks

    async def _fan(self, campaign: Campaign) -> int:
        try:
            stored = await self._store.issues.get(campaign.issue_id)
        except NotFound:
            await self._store.deliveries.set_state(campaign.id, "cancelled", self._clock.now())
            log.warning("campaign.issue_gone", campaign=campaign.idem)
            return 0
        chunks = 0
        while campaign.state == "fanning":
            planned = await self._store.deliveries.fan_candidates(campaign, CHUNK)
            now = self._clock.now()
            rows, no_match = await self.rows(campaign, stored, planned, now)
            cursor = planned[-1].channel.id if planned else campaign.fan_max
            campaign = await self._store.deliveries.fan_chunk(
                campaign, rows, cursor=cursor, no_match=no_match, already=0, now=now
            )
            chunks += 1
        return chunks

    async def rows(
        self, campaign: Campaign, stored: StoredIssue, planned: Sequence[Planned], now: datetime
    ) -> tuple[list[tuple[int, int, int]], int]:
        """(channel, rendition, number of parts) for each planned channel, and how many match nothing."""
        rows: list[tuple[int, int, int]] = []
        no_match = 0
        unseen = await self._unseen(campaign, stored, planned)
        styles = {name: await _styles(platform) for name, platform in self._platforms.items()}
        for one in planned:
            wish = self._wish(campaign, stored, one, unseen.get(one.channel.id, 0))
            if wish is not None:
                wish = replace(wish, roles=await self._roles(campaign, stored, one, wish))
                offered = styles.get(wish.platform, {})
                wish = replace(wish, style=offered.get(_style(one.channel.settings), "classic"))
            platform = self._platforms.get(one.channel.place.platform)
            if wish is None or platform is None:
                # a place on a platform that is not configured can be sent nothing: it is left out, and counted
                no_match += 1
            else:
                rendition_id, count = await self._renditions.get(platform, stored, wish, now)
                rows.append((one.channel.id, rendition_id, count))
        return rows, no_match

    async def _roles(
        self, campaign: Campaign, stored: StoredIssue, one: Planned, wish: Wish
    ) -> tuple[str, ...]:
        """Who opted in is woken once an issue, by what goes to everybody."""
        keys = set(wish.keys)
        roles = woken(
            one.channel.settings,
            {section.category for section, item in stored.issue.placed() if item.key in keys},
        )
        is_news = campaign.kind in ("push", "broadcast") and not one.channel.is_private
        if not roles or not is_news or await self._store.deliveries.has(one.channel.id, stored.id):
            return ()
        return roles

    async def _unseen(
        self, campaign: Campaign, stored: StoredIssue, planned: Sequence[Planned]
    ) -> Mapping[int, int]:
        """How many other issues appeared since each channel's last push; only a push says so."""
        if campaign.kind != "push":
            return {}
        ids = [one.channel.id for one in planned]
        return await self._store.deliveries.unseen(ids, stored.issue.series, stored.id)

    def _wish(self, campaign: Campaign, stored: StoredIssue, one: Planned, unseen: int) -> Wish | None:
        keys = wants(Subscription(one.channel.id, stored.issue.series, one.categories), stored.issue)
        if not keys and (one.categories is not None or stored.issue.items):
            return None
        names: tuple[str, ...] = ()
        if one.categories is not None:
            titles = {section.category: section.title for section in stored.issue.sections}
            names = tuple(title for slug, title in titles.items() if slug in one.categories)
        return Wish(
            platform=one.channel.place.platform,
            form=form_of(one.channel),
            density=one.channel.settings.density or "full",
            language=self._renditions.language(one.language or one.channel.settings.language),
            keys=keys,
            categories=names,
            unseen=unseen,
            is_silent=campaign.is_silent,
            bot=self._bot_name(one),
            images=one.channel.settings.images,
            overview=one.channel.settings.overview,
        )

    def _bot_name(self, one: Planned) -> str | None:
        """Public posts on Telegram link into the private chat by the bot's name."""
        platform = self._platforms.get(one.channel.place.platform)
        return platform.username if platform is not None else None


def _style(settings: ChannelSettings) -> Style:
    return "rich" if settings.style == "rich" else "classic"


async def _styles(platform: Renders) -> Mapping[Style, Style]:
    """What is given for what is asked for."""
    if not isinstance(platform, Dressed):
        return {}
    return {"rich": await platform.style("rich")}
