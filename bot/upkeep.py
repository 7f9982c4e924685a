"""What is made anew of stored issues at a start? Trees of an older parser or of less history, and renamed sections.

Nothing here is a correction: revisions keep their names, and what was sent stays as it is.
"""

from collections.abc import Mapping

import structlog

from bot.library import Library
from bot.reading import Parse
from bot.settling import Settling
from digest.calendar import Clock
from digest.history import History
from digest.issue import PATH, Series
from digest.parse import PARSER_VERSION
from digest.parse.keys import alias_of
from storage.store import Store

BATCH = 20  # sources held in memory at once
log = structlog.get_logger(__name__)


class Upkeep:
    """Safe to run at any time, and again after being cut off."""

    def __init__(self, store: Store, library: Library, clock: Clock, parse: Parse) -> None:
        self._store = store
        self._library = library
        self._settling = Settling(store, clock, parse)

    async def run(self, series: Mapping[str, Series]) -> None:
        """After the sources were read: what they still hold has been read by today's parser then."""
        await self.reread(series)
        for one in series.values():
            await self._settling.settle(await self._library.with_aliases(one))
        await self.refile(series)

    async def reread(self, series: Mapping[str, Series]) -> int:
        """Read the stored sources whose trees an older parser made; returns how many were renewed."""
        after = count = 0
        histories: dict[str, History] = {}
        while batch := await self._store.issues.outdated(PARSER_VERSION, after=after, limit=BATCH):
            for one in batch:
                after = one.issue_id
                named = series.get(one.series) or Series(one.series, one.series)
                if named.key not in histories:
                    histories[named.key] = await self._settling.history(named)
                aliased = await self._library.with_aliases(named)
                count += await self._settling.renew(one, aliased, histories[named.key])
        if count:
            log.info("issues.reread", count=count, parser=PARSER_VERSION)
        return count

    async def refile(self, series: Mapping[str, Series]) -> int:
        """Put sections under the categories that the configuration, or else a curator, names for their titles."""
        named = {key: await self._library.with_aliases(one) for key, one in series.items()}
        wanted = {}
        for filed in await self._store.categories.filed():
            if filed.series in named:
                last = filed.title.rpartition(PATH)[2]
                slug = alias_of(named[filed.series], filed.title, last)
                if slug is not None and slug != filed.slug:
                    wanted[filed] = slug
        count = await self._store.categories.refile(wanted)
        if count:
            log.info("categories.refiled", titles=count)
        return count
