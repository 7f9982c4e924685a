"""`zhouzhi run`: the bot."""

import asyncio
from pathlib import Path

import structlog

from bot import logs
from bot.app import Bot, until_signal
from bot.cli.opened import lock_path, opened
from bot.cli.output import OK
from bot.clock import SystemClock
from bot.config import load
from bot.outlets import add_configured
from digest.errors import ConfigurationError

log = structlog.get_logger(__name__)


async def run(*, config: Path | None = None) -> int:
    """Run the bot until it is told to stop.

    Parameters
    ----------
    config
        The TOML file (default: zhouzhi.toml here).
    """
    logs.set_up(load(config).secrets())
    async with opened(config) as (configuration, store):
        settings = configuration.settings
        if settings.telegram is None and settings.discord is None and settings.web is None:
            raise ConfigurationError(
                "configuration.no_platform", file=str(configuration.file or "zhouzhi.toml")
            )
        bot = Bot(configuration, store, SystemClock(), lock=lock_path(configuration))
        add_configured(bot)
        await bot.prepare()
        log.info("bot.started", platforms=" ".join(bot.platforms), series=" ".join(bot.series))
        await until_signal(asyncio.create_task(bot.run()))
        log.info("bot.stopped")
    return OK
