"""One case, three platforms: `chat` is a person's chat with the real bot on each; no rule of a platform may be broken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import structlog

from tests.contract.platforms.discord import DiscordDriver
from tests.contract.platforms.driver import Chat, Driver
from tests.contract.platforms.installation import copy, furnish, hasten
from tests.contract.platforms.telegram import TelegramDriver
from tests.contract.platforms.web import WebDriver
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord import Rates as DiscordRates
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import Rates as TelegramRates

FAILURES = ("warning", "error", "critical")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the example issues, read once."""
    folder = tmp_path_factory.mktemp("furnished")
    asyncio.run(furnish(folder))
    return folder


@pytest.fixture(params=["telegram", "discord", "web"])
async def chat(
    request: pytest.FixtureRequest, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Chat]:
    hasten(monkeypatch)
    home = copy(furnished, tmp_path)
    async with AsyncExitStack() as stack:
        lines = stack.enter_context(structlog.testing.capture_logs())
        driver: Driver
        match request.param:
            case "telegram":
                telegram = FakeTelegram(rates=TelegramRates(is_enforced=False))
                driver = TelegramDriver(home, await stack.enter_async_context(telegram))
            case "discord":
                discord = FakeDiscord(rates=DiscordRates(is_enforced=False))
                driver = DiscordDriver(home, await stack.enter_async_context(discord))
            case _:
                driver = WebDriver(home)
        await driver.open()
        try:
            yield Chat(driver)
        finally:
            await driver.close()
        assert [line for line in lines if line["log_level"] in FAILURES] == []
        assert driver.findings == []
        assert driver.dangers() == []
