"""What does a forum call our categories? Their names and aliases, and what the channel's settings say of its tags."""

from collections.abc import Mapping, Sequence

from bot.platforms.discord.tags import Filing
from digest.audience import ChannelSettings, Place
from storage.store import Store


class Filings:
    """`aliases`: slug -> section titles, as configured."""

    def __init__(self, store: Store, aliases: Mapping[str, Sequence[str]]) -> None:
        self._store = store
        self._aliases = aliases

    async def of(self, place: Place) -> Filing:
        """For the posts of one forum."""
        words = {slug: list(titles) for slug, titles in self._aliases.items()}
        for filed in await self._store.categories.filed():
            words.setdefault(filed.slug, []).append(filed.title)
        channel = await self._store.audience.find(place)
        settings = channel.settings if channel else ChannelSettings()
        return Filing(words, dict(settings.tags), settings.tag)
