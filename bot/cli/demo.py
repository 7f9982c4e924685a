"""`zhouzhi demo`: the whole bot with sample issues, on a loopback page or once in the terminal."""

import asyncio
import logging
import sys
import tempfile
import webbrowser
from pathlib import Path

from rich.text import Text

from bot import logs
from bot.app import until_signal
from bot.cli.language import words
from bot.cli.output import FAILURE, OK, console
from bot.cli.values import Port
from bot.stage.once import once as shown_once
from bot.stage.play import Play
from bot.stage.routes import opened
from bot.stage.scenery import CURATOR, EXAMPLES, READER
from handlers.texts import DEFAULT, texts_for

LANGUAGE = DEFAULT  # the sample issues are Chinese; the page has a switch


async def demo(*, port: Port = 8421, browser: bool = True, once: bool = False) -> int:
    """The whole bot with sample issues on a loopback page: no token, no account, no network.

    Parameters
    ----------
    port
        Port of the page.
    browser
        Open the page in a browser.
    once
        Opens no port: prints one push, a few replies and a broadcast, then ends.
    """
    # what the page breaks on purpose is shown there; only what went wrong unasked is logged
    logs.set_up(level=logging.ERROR)
    # a tick that a killed process leaves behind is no error here
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="zhouzhi-demo-") as folder:
        if once:
            return await _once(Path(folder))
        await _serve(Path(folder), port, browser=browser)
    return OK


async def _once(folder: Path) -> int:
    last = ""
    async for line in shown_once(folder, EXAMPLES, LANGUAGE):
        sys.stdout.write(f"{line}\n")
        last = line
    return OK if " = " in last else FAILURE


async def _serve(folder: Path, port: int, *, browser: bool) -> None:
    texts = texts_for(LANGUAGE)
    names = {role: texts(f"demo.role_{role}") for role in (READER, CURATOR)}
    play = Play(folder, examples=EXAMPLES, language=LANGUAGE, names=names)
    server = await opened(play, port)
    try:
        spoken = words()
        console.print(Text(spoken("demo.open_at")))
        # never wrapped: the address is copied as it stands
        sys.stdout.write(f"  {server.door.address}\n")
        console.print(Text(spoken("demo.end_with"), style="dim"))
        sys.stdout.flush()
        if browser:
            await asyncio.to_thread(webbrowser.open, server.door.address)
        await until_signal(asyncio.create_task(_forever()))
    finally:
        await server.close()
        await play.end()


async def _forever() -> None:
    await asyncio.Event().wait()
