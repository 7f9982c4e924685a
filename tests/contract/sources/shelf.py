"""What stands behind a source in these tests? A real store, a real library, and folders that a restart finds again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.library import Library
from bot.media.cellar import Cellar
from bot.sources.feed import FeedSource
from bot.sources.gathering import Gathering
from bot.sources.url import UrlSource
from digest.issue import Series
from storage.store import Store, open_store
from tests.contract.delivery.floor import SetClock
from tests.contract.sources.site import Site, a_fetcher

SERIES = Series("weekly", "Weekly", "Asia/Shanghai")
LISTED = Series("weekly", "Weekly", "Asia/Shanghai", image_hosts=("127.0.0.1",))


@dataclass
class Shelf:
    """`feed` and `url` make the source anew, as a restart does."""

    site: Site
    store: Store
    library: Library
    clock: SetClock
    folder: Path

    def feed(
        self, path: str = "/feed", *, issue: Any = "entry", zone: str = "", **choices: Any
    ) -> FeedSource:
        if issue != "entry":
            choices["gathering"] = Gathering(issue, zone)
        fetcher = a_fetcher(self.site, clock=self.clock)
        return FeedSource(
            f"{self.site.address}{path}", timedelta(minutes=30), self.folder, fetcher, self.clock, **choices
        )

    def url(self, path: str) -> UrlSource:
        fetcher = a_fetcher(self.site, clock=self.clock)
        return UrlSource(
            f"{self.site.address}{path}", timedelta(minutes=30), self.folder, fetcher, self.clock
        )

    async def sync(self, source, series: Series = SERIES):
        """Every file's key or name, and how it fared."""
        found = await self.library.sync(source, series)
        return {one.key or one.loaded.file.name: one.result for one in found}


@asynccontextmanager
async def opened_shelf(site: Site, folder: Path) -> AsyncIterator[Shelf]:
    store = await open_store("sqlite+aiosqlite://")
    clock = SetClock()
    library = Library(store, Cellar(folder / "media"), clock, fetcher=a_fetcher(site, clock=clock))
    try:
        yield Shelf(site, store, library, clock, folder / "web")
    finally:
        await store.close()
