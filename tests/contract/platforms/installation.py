"""What runs behind the platforms here? The bot as `zhouzhi run` builds it: real House, handlers, store and dispatcher."""

import asyncio
import functools
import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import bot.outlets
from bot.app import Bot
from bot.cli.opened import lock_path
from bot.config import load
from bot.delivery.pace import Rates
from bot.platforms.discord import settings as discord_settings
from bot.platforms.telegram import settings as telegram_settings
from bot.platforms.web import server
from digest.audience import PlatformName
from storage.store import open_store

EXAMPLES = Path(__file__).parents[3] / "examples"
THURSDAY = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)  # noon in Shanghai, the day after the newest example
CONFIG = """\
language = "zh-Hans"
time_zone = "Asia/Shanghai"

[[series]]
key = "daily"
title = "周知日报"
push = {{ days = "weekdays", at = "09:00", zone = "Asia/Shanghai" }}
sources = [{daily}]

[[series]]
key = "weekly"
title = "周知周刊"
push = {{ days = ["mon"], at = "08:30", zone = "Asia/Shanghai" }}
sources = [{weekly}]
{profile}

[categories]
models = ["模型与能力", "产品&模型发布"]
agents = ["Agent 与工具链"]
research = ["研究与方法", "技术研究/技术突破", "热点论文"]

[desk]
publishers = [{publishers}]
"""


class Clock:
    """The real pace of time, begun on that Thursday."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._at = THURSDAY

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._begun)

    def jump(self, to: datetime) -> None:
        self._at, self._begun = to, time.monotonic()


class Installation:
    """One folder with configuration and database, and the bot that lives in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bot: Bot
        self.clock = Clock()
        self._profile = ""
        self._told = ("", "")
        self._running: asyncio.Task[None] | None = None

    def configure(self, table: str, publishers: str = "") -> None:
        """`table`: the platform's own part of the file. The issues are in the database already."""
        named = f'"{publishers}"' if publishers else ""
        text = CONFIG.format(daily="", weekly="", profile=self._profile, publishers=named)
        self._told = (table, publishers)
        (self.folder / "zhouzhi.toml").write_text(text + table, "utf-8")

    def read_weekly_by(self, profile: str) -> None:
        """The weekly's profile, as the configuration has it from the next start on."""
        self._profile = f"profile = {profile}"
        self.configure(*self._told)

    async def start(self, platform: PlatformName) -> None:
        self.bot = await _built(self.folder, self.clock)
        bot.outlets.add_configured(self.bot)
        await self.bot.prepare()
        self._running = asyncio.create_task(self.bot.run())
        await until(lambda: self.bot.platforms[platform].status.state == "up")

    async def stop(self) -> None:
        if self._running is None:
            return
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        self._running = None
        await self.bot.store.close()


async def _built(folder: Path, clock: Clock) -> Bot:
    configuration = load(folder / "zhouzhi.toml")
    configuration.data.mkdir(parents=True, exist_ok=True)
    store = await open_store(configuration.database_url)
    return Bot(configuration, store, clock, lock=lock_path(configuration))


async def furnish(folder: Path) -> None:
    """Read the example issues into a new database; tests copy it."""
    source = '{{ kind = "folder", path = "{}" }}'
    daily, weekly = (source.format(EXAMPLES / "issues" / name) for name in ("daily", "weekly"))
    (folder / "zhouzhi.toml").write_text(
        CONFIG.format(daily=daily, weekly=weekly, profile="", publishers=""), "utf-8"
    )
    made = await _built(folder, Clock())
    await made.prepare()
    await made.close()
    await made.store.close()


def copy(furnished: Path, folder: Path) -> Installation:
    shutil.copytree(furnished / "data", folder / "data")
    return Installation(folder)


def hasten(patch: pytest.MonkeyPatch) -> None:
    """The wiring of `bot.outlets` with nothing to wait for: a person here presses faster than one message a second."""
    unhurried = functools.partial(Rates, 1_000, 0, 0)
    patch.setattr(bot.outlets, "Rates", lambda *_documented: unhurried())
    patch.setattr(server, "ENDING_S", 0.15)  # how long a stopping server waits for who still reads
    for module, name, quick in (
        (discord_settings, "DiscordSettings", {"servers_s": 0.05}),
        (telegram_settings, "TelegramSettings", {"poll_s": 1}),
    ):
        patch.setattr(module, name, functools.partial(getattr(module, name), **quick))


async def until(condition: Callable[[], Any] | Callable[[], Awaitable[Any]], seconds: float = 20) -> Any:
    """Wait for something that must come to be; what it was."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if isinstance(found, Awaitable):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.01)
