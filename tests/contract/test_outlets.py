"""What does the wiring keep from one start of the program to the next?"""

import asyncio
from contextlib import asynccontextmanager

from bot.app import Bot, token_name
from bot.cli.opened import lock_path
from bot.clock import SystemClock
from bot.config import load
from bot.outlets import add_configured
from storage.store import open_store
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.telegram import FakeTelegram

CONFIG = """\
[[series]]
key = "daily"
title = "Daily"
sources = []

[telegram]
token = "{telegram.token}"
api_base = "{telegram.base}"

[discord]
token = "{discord.token}"
api_base = "{discord.api_base}"
gateway_url = "{discord.gateway_url}"
"""


@asynccontextmanager
async def started(file):
    configuration = load(file)
    configuration.data.mkdir(exist_ok=True)
    store = await open_store(configuration.database_url)
    bot = Bot(configuration, store, SystemClock(), lock=lock_path(configuration))
    add_configured(bot)
    await bot.prepare()
    running = asyncio.create_task(bot.run())
    try:
        yield bot
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await store.close()


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


async def test_menus_and_commands_are_registered_once_over_all_starts(tmp_path):
    """The second start finds them noted under the name of its token and calls neither platform."""
    async with FakeTelegram() as telegram, FakeDiscord() as discord:
        file = tmp_path / "zhouzhi.toml"
        file.write_text(CONFIG.format(telegram=telegram, discord=discord), "utf-8")
        async with started(file) as bot:
            await until(lambda: all(one.status.state == "up" for one in bot.platforms.values()))
            await until(lambda: len(discord.log.of("PUT", "/commands")) == 1)
            await until(lambda: len(telegram.log.calls("setMyCommands")) == 9)
            for note in (
                f"telegram menus of {token_name(telegram.token)}",
                f"discord commands of {token_name(discord.token)}",
            ):
                while not await bot.store.notes.read(note):
                    await asyncio.sleep(0.02)
        polled = len(telegram.log.calls("getUpdates"))
        async with started(file) as bot:
            await until(lambda: all(one.status.state == "up" for one in bot.platforms.values()))
            await until(lambda: len(telegram.log.calls("getUpdates")) > polled)
            await asyncio.sleep(0.5)
        assert len(discord.log.of("PUT", "/commands")) == 1
        assert len(telegram.log.calls("setMyCommands")) == 9
        assert telegram.findings == discord.findings == []
