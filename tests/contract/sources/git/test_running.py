"""Does the bot start, watch and tell how its sources fare, when one of them is out of reach?"""

import asyncio
from datetime import timedelta

import pytest

from bot.app import Bot
from bot.clock import SystemClock
from bot.config import load
from storage.store import open_store
from tests.contract.sources.git.conftest import ISSUE

CONFIG = """\
[[series]]
key = "weekly"
title = "Weekly"
push = "on_publish"
sources = [
  {{ kind = "folder", path = "issues" }},
  {{ kind = "git", url = "{url}" }},
]
"""


@pytest.fixture
async def bot(tmp_path, host):
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / "7.md").write_text(ISSUE.format(n=7), "utf-8")
    file = tmp_path / "zhouzhi.toml"
    file.write_text(CONFIG.format(url=host.url), "utf-8")
    store = await open_store("sqlite+aiosqlite://")
    made = Bot(load(file), store, SystemClock())
    for _, source in made.intake.sources():
        source._every = timedelta(milliseconds=50)  # type: ignore[attr-defined]  # the file allows a minute at least
    yield made
    await made.close()
    await store.close()


async def test_a_source_out_of_reach_is_told_and_comes_by_itself(bot, host, repository, monkeypatch):
    """Starting waits for no host; the other source is read; once the host answers, its backlog comes silently."""
    monkeypatch.setattr("bot.sources.visits.FIRST_WAIT", timedelta(milliseconds=50))
    host.refuse_after = 0
    await bot.prepare()
    folder, git = bot.intake.contacts()
    assert (folder.figures.added, folder.failures, folder.last_success_at is not None) == (1, 0, True)
    assert git.last_success_at is None
    running = asyncio.create_task(bot.run())
    try:
        while not bot.intake.contacts()[1].failures:
            await asyncio.sleep(0.02)
        trouble = bot.intake.contacts()[1]
        assert "git_unreachable" in trouble.trouble
        assert trouble.next_try_at is not None
        host.refuse_after = 1_000
        while await bot.store.issues.count("weekly") < 3:
            await asyncio.sleep(0.02)
        while bot.intake.contacts()[1].figures.added != 2:
            await asyncio.sleep(0.02)
        assert not bot.intake.contacts()[1].failures
        assert await bot.store.deliveries.campaigns() == []
        repository.commit(weekly__8_md=ISSUE.format(n=8))
        while not await bot.store.deliveries.campaigns():
            await asyncio.sleep(0.02)
        (campaign,) = await bot.store.deliveries.campaigns()
        assert (await bot.store.issues.get(campaign.issue_id)).issue.key == "8"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
