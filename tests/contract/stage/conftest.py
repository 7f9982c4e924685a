"""A demo without a page: the whole bot on the stage, on a tiny weekly and daily of its own, its clock in our hands."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.delivery.pace import Rates
from bot.stage.play import Play
from digest.delivery import State

CONFIG = """\
language = "en"
time_zone = "Asia/Shanghai"

[[series]]
key = "weekly"
title = "Weekly"
push = { days = ["mon"], at = "08:30", zone = "Asia/Shanghai" }
sources = [{ kind = "folder", path = "issues/weekly" }]

[[series]]
key = "daily"
title = "Daily"
push = { days = "weekdays", at = "09:00", zone = "Asia/Shanghai" }
sources = [{ kind = "folder", path = "issues/daily" }]
"""
ISSUE = (
    "# {title}\n\n## Models\n\n"
    "### A model\n\n" + "Words of the model. " * 150 + "\n\n### Another\n\n" + "More. " * 500
)
FAST = {name: Rates(1_000, 0, 0) for name in ("telegram", "discord", "web")}


@pytest.fixture
def examples(tmp_path):
    folder = tmp_path / "examples"
    files = {
        "zhouzhi.toml": CONFIG,
        "issues/weekly/weekly-1.md": f"---\ndate: 2026-11-09\n---\n{ISSUE.format(title='Weekly 1')}",
        "issues/weekly/weekly-2.md": f"---\ndate: 2026-11-16\n---\n{ISSUE.format(title='Weekly 2')}",
        "issues/daily/daily-2026-11-13.md": ISSUE.format(title="Daily 13"),
        "issues/daily/daily-2026-11-16.md": ISSUE.format(title="Daily 16"),
        "issues/daily/daily-2026-11-17.md": ISSUE.format(title="Daily 17"),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


class Theatre:
    """What the tests ask of a play."""

    def __init__(self, play: Play) -> None:
        self.play = play

    async def push(self) -> int:
        """Let the next push begin; returns its campaign."""
        known = {campaign.id for campaign in await self.play.store.deliveries.campaigns()}
        coming = await self.play.coming()
        assert coming is not None
        await self.play.publish(coming.at)
        self.play.clock.jump(coming.at)
        self.play.clock.run(1)
        async with asyncio.timeout(8):
            while True:
                new = [one for one in await self.play.store.deliveries.campaigns() if one.id not in known]
                if new:
                    return new[0].id
                await asyncio.sleep(0.02)

    async def settled(self, campaign: int, wanted: str = "finished") -> dict[str, int]:
        """Wait until the campaign rests; its rows by state."""
        async with asyncio.timeout(12):
            while True:
                await self.play.reborn()
                report = await self.play.store.deliveries.report(campaign)
                if report.campaign.state == wanted:
                    return {name: n for name in report.rows.__slots__ if (n := getattr(report.rows, name))}
                await asyncio.sleep(0.03)

    async def until(self, campaign: int, state: State, count: int = 1) -> None:
        """Wait until so many rows stand in this state."""
        async with asyncio.timeout(8):
            while len(await self.play.store.deliveries.rows(campaign, (state,))) < count:
                await asyncio.sleep(0.02)

    async def served(self, campaign: int, platform: str) -> None:
        """Wait until every part of this platform is out."""
        async with asyncio.timeout(8):
            while True:
                rows = await self.play.store.deliveries.rows(campaign)
                mine = [row.state for row, channel, _ in rows if channel.place.platform == platform]
                if mine and set(mine) == {State.SENT}:
                    return
                await asyncio.sleep(0.02)

    async def missing(self, campaign: int) -> list[str]:
        """Rows that say `sent` while the world does not have their message."""
        return [
            f"{channel.place} {row.part}"
            for row, channel, _ in await self.play.store.deliveries.rows(campaign, (State.SENT,))
            for number in row.message_ids[:1]
            if channel.place.platform != "web" and self.play.world.find(channel.place, number) is None
        ]


@pytest.fixture
async def theatre(tmp_path, examples) -> AsyncIterator[Theatre]:
    play = Play(
        tmp_path / "demo",
        examples=examples,
        language="en",
        names={"reader": "Reader", "curator": "Curator"},
        trip_s=0.01,
        rates=FAST,
    )
    await play.begin()
    play.start()
    yield Theatre(play)
    await play.end()
