"""How does an application listen for as long as the bot runs? On its own address, and quiet when that is taken."""

import asyncio
from typing import Final

import structlog
from aiohttp import web

ENDING_S: Final = 5.0
log = structlog.get_logger(__name__)


async def listen(runner: web.AppRunner, address: str, port: int) -> int:
    """Listens, and returns the real port: 0 picks a free one. Raises OSError.

    Cancelled halfway, nothing goes on listening: asyncio hands a server over only when all of it stands.
    """
    starting = asyncio.ensure_future(web.TCPSite(runner, address, port, reuse_address=True).start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.gather(starting, return_exceptions=True)
        raise
    return int(runner.addresses[0][1])


class Listener:
    """One application on one address. `port` is the real one once it listens: 0 picks a free one."""

    def __init__(self, name: str, application: web.Application, listen: str, port: int) -> None:
        self._name = name
        self._application = application
        self._listen = listen
        self.port = port
        self.is_up = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled. An address that cannot be had needs a person: it says so once, and the bot goes on."""
        runner = web.AppRunner(self._application, access_log=None, shutdown_timeout=ENDING_S)
        await runner.setup()
        try:
            try:
                self.port = await listen(runner, self._listen, self.port)
            except OSError as error:
                reason = error.strerror or str(error)
                log.warning(
                    "server.off", server=self._name, listen=self._listen, port=self.port, reason=reason
                )
                return
            log.info("server.up", server=self._name, listen=self._listen, port=self.port)
            self.is_up.set()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()
