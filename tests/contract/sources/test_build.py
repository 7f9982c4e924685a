"""Are configured feeds and addresses wired to the fetcher, and does the rest start without it?"""

import asyncio
import subprocess
import sys
from datetime import timedelta

from bot.config import FeedEntry, UrlEntry, load
from bot.sources.build import source_from
from bot.sources.feed import FeedSource
from bot.sources.url import UrlSource
from tests.contract.delivery.floor import SetClock
from tests.contract.sources.site import a_fetcher


async def test_an_entry_becomes_a_source_that_keeps_its_copy_under_data(site, tmp_path):
    """One entry of each kind, asked through the given fetcher."""
    file = tmp_path / "zhouzhi.toml"
    file.write_text("", "utf-8")
    site.put("/feed", '<rss version="2.0"><channel/></rss>', "application/rss+xml")
    site.put("/1.md", "# Weekly 1\n\nText.\n", "text/markdown")
    clock = SetClock()
    for model, path, kind in ((FeedEntry, "/feed", FeedSource), (UrlEntry, "/1.md", UrlSource)):
        # past the check of the file: the site listens on no port a configuration may name
        entry = model.model_construct(url=f"{site.address}{path}", every=timedelta(minutes=5))
        source = source_from(load(file), entry, a_fetcher(site), clock)
        assert isinstance(source, kind)
        assert await asyncio.to_thread(source.refresh)
    assert len(list((tmp_path / "data" / "web").rglob("note.json"))) == 2


def test_folders_need_no_http_client():
    """Naming the sources of a configuration costs no HTTP client: `check` of a folder starts without one."""
    code = "import sys, bot.sources.build; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
