"""What listens on an address, and until when?"""

import asyncio
import socket

import pytest
from aiohttp import web

from bot.server.listening import listen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("steps", range(8))
async def test_cancelled_at_any_moment_nothing_goes_on_listening(steps: int) -> None:
    """After a start that was given up, and the clean-up every caller does, the address is free."""
    port = free_port()
    runner = web.AppRunner(web.Application())
    await runner.setup()
    starting = asyncio.create_task(listen(runner, "127.0.0.1", port))
    for _ in range(steps):
        await asyncio.sleep(0)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    await runner.cleanup()
    with socket.socket() as next_one:
        next_one.bind(("127.0.0.1", port))


async def test_the_port_that_was_found_is_told() -> None:
    """Port 0 stands for a free one, and who asks for it learns which."""
    runner = web.AppRunner(web.Application())
    await runner.setup()
    port = await listen(runner, "127.0.0.1", 0)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    await runner.cleanup()
