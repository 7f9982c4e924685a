"""Does the bot as its user runs it, a process configured by a file, push exactly once and survive being killed?"""

import asyncio
import contextlib
import signal
import sqlite3
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.discord.server import FakeDiscord
from tests.fakes.telegram import FakeTelegram, Rates
from tests.shared import DAILY, need_corpus

ROOT = Path(__file__).parents[2]
READERS = range(101, 141)

CONFIG = """\
language = "zh-Hans"
time_zone = "UTC"

[[series]]
key = "daily"
title = "日报"
push = {{ days = "daily", at = "{at}", zone = "UTC" }}
sources = [{{ kind = "folder", path = "issues" }}]

[categories]
models = ["模型与能力"]

[delivery]
tick_s = 0.3
lease_s = 2

[telegram]
token = "{telegram.token}"
api_base = "{telegram.base}"

[discord]
token = "{discord.token}"
api_base = "{discord.api_base}"
gateway_url = "{discord.gateway_url}"

[[channels]]
address = "discord:{channel}"
series = "daily"
"""

READER = """
[[channels]]
address = "telegram:{n}"
series = "daily"
categories = ["models"]
"""


@contextlib.asynccontextmanager
async def bot(folder: Path):
    """The program as its own process; killed without a word at the end."""
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--config", str(folder / "zhouzhi.toml"),
            cwd=ROOT, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def until(condition, seconds=80.0):
    """Wait for something the process does."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


def rows(folder: Path, question: str):
    with contextlib.closing(sqlite3.connect(folder / "data" / "zhouzhi.db")) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.corpus
@pytest.mark.timeout(240)
async def test_a_scheduled_push_survives_a_kill_and_arrives_exactly_as_planned(tmp_path):
    """Forty readers of one category and a Discord channel of all; killed in the middle, started again.

    Everything planned arrives, nothing recorded as sent is repeated, and what was in flight is counted and named.
    """
    source = need_corpus(DAILY)
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / source.name).write_bytes(source.read_bytes())
    async with FakeTelegram(rates=Rates(is_enforced=False)) as telegram, FakeDiscord() as discord:
        for n in READERS:
            telegram.people.private(n)
        channel = discord.state.channel(discord.state.guild())
        # wall times have minutes: the next one that leaves the program time to start
        at = f"{datetime.now(UTC) + timedelta(seconds=66):%H:%M}"
        config = CONFIG.format(at=at, telegram=telegram, discord=discord, channel=channel.id)
        config += "".join(READER.format(n=n) for n in READERS)
        (tmp_path / "zhouzhi.toml").write_text(config, "utf-8")

        def got():
            return Counter(n for n in READERS for _ in telegram.messages(n))

        async with bot(tmp_path) as process:
            await until(lambda: sum(got().values()) >= 10)
            process.send_signal(signal.SIGKILL)
            await process.wait()
        recorded = {
            int(n)
            for (n,) in rows(
                tmp_path,
                "SELECT c.address FROM part_row p JOIN channel c ON c.id = p.channel_id WHERE p.state = 2 AND c.platform = 'telegram'",
            )
        }
        in_flight = len(
            rows(
                tmp_path,
                "SELECT 1 FROM part_row p JOIN channel c ON c.id = p.channel_id WHERE p.state = 1 AND c.platform = 'telegram'",
            )
        )
        before = got()
        async with bot(tmp_path):
            await until(lambda: rows(tmp_path, "SELECT state FROM campaign") == [("finished",)])
        after = got()
        assert set(after) == set(READERS)
        assert all(after[n] == before[n] == 1 for n in recorded)
        assert sum(after.values()) - len(READERS) <= in_flight
        counted = rows(tmp_path, "SELECT COUNT(*) FROM part_row WHERE attempts > 0")[0][0]
        named = (tmp_path / "log").read_text("utf-8").count("part.in_doubt")
        assert counted >= in_flight
        assert named >= in_flight
        texts = [str(message) for message in telegram.messages(READERS[0])]
        assert "模型与能力" in texts[0]
        assert "政策、治理与安全" not in texts[0]
        assert len(discord.state.in_channel(channel.id)) == 3
        assert telegram.findings == []
