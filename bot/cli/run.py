"""`zhouzhi run`: the bot."""

import asyncio
from pathlib import Path
from typing import Final

import structlog

from bot import logs
from bot.app import Bot, until_signal
from bot.cli.opened import lock_path, store_of
from bot.cli.output import OK
from bot.clock import SystemClock
from bot.config import Configuration, load
from bot.outlets import add_configured
from digest.errors import ConfigurationError, Refused

LOOK_S: Final = 0.5  # how often the platforms are looked at
log = structlog.get_logger(__name__)


async def run(*, config: Path | None = None) -> int:
    """Run the bot until it is told to stop; SIGHUP reads the configuration anew.

    Parameters
    ----------
    config
        The TOML file (default: zhouzhi.toml here).
    """
    wanted: Configuration | None = _usable(config)
    while wanted is not None:
        wanted = await _life(wanted, config)
    log.info("bot.stopped")
    return OK


def _usable(config: Path | None) -> Configuration:
    """The file as it is now. Raises ConfigurationError, also when it names no platform."""
    configuration = load(config)
    settings = configuration.settings
    if settings.telegram is None and settings.discord is None and settings.web is None:
        raise ConfigurationError("configuration.no_platform", file=str(configuration.file or "zhouzhi.toml"))
    return configuration


async def _life(configuration: Configuration, file: Path | None) -> Configuration | None:
    """The bot by one reading of the file, until it is stopped; another reading when it is to begin anew with that."""
    logs.set_up(configuration.secrets())
    async with store_of(configuration) as store:
        bot = Bot(configuration, store, SystemClock(), lock=lock_path(configuration))
        add_configured(bot)
        await bot.prepare()
        log.info("bot.started", platforms=" ".join(bot.platforms), series=" ".join(bot.series))
        work = asyncio.create_task(bot.run())
        following: Configuration | None = None

        def read_again() -> None:
            nonlocal following
            try:
                following = _usable(file)
            except ConfigurationError as error:
                # what runs goes on by the old one: a slip of the pen must not stop a push
                log.error("configuration.refused", reason=str(error))  # noqa: TRY400  the sentence says it all
            else:
                log.info("configuration.read_again")
                work.cancel()

        watch = asyncio.create_task(_all_off(bot))
        watch.add_done_callback(lambda watched: None if watched.cancelled() else work.cancel())
        try:
            await until_signal(work, read_again)
        finally:
            is_useless = watch.done()
            watch.cancel()
        if is_useless and following is None:
            reasons = (f"{name}: {platform.status.reason}" for name, platform in bot.platforms.items())
            raise Refused("run.all_off", reasons="; ".join(reasons))
    return following


async def _all_off(bot: Bot) -> None:
    """Ends when no platform is left that could come back by itself."""
    # a platform tells its state to who asks, and nobody when it changes
    while not all(  # noqa: ASYNC110  there is nothing to wait for
        platform.status.state == "off" for platform in bot.platforms.values()
    ):
        await asyncio.sleep(LOOK_S)
