"""How does a fake run as a process of its own, so that a bot can be killed beside it?

    python -m tests.fakes.telegram --port 8099 --log calls.jsonl [--unlimited] [--life 600]

Prints one line `ready <base> <token>` when it listens; of Discord, REST is `<base>/api/v10` and the gateway
`ws://…/gateway/`. It ends by POST /control/stop, by a signal, when its standard input is closed (`--with-parent`), and in
any case after `--life` seconds.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol


class Fake(AbstractAsyncContextManager[Any], Protocol):
    """What both servers have in common."""

    base: str
    token: str
    stopping: asyncio.Event
    faults: Any
    checks_calls: bool


def serve(program: str, token: str, build: Callable[[argparse.Namespace], Any]) -> None:
    """Run what `build` makes of the command line until it is told to end."""
    asyncio.run(_serve(build, _arguments(program, token)))


def _arguments(program: str, token: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--token", default=token)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--unlimited", action="store_true", help="watch the rates, refuse nothing")
    parser.add_argument("--life", type=float, default=600, help="seconds until it ends by itself")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input is closed")
    return parser.parse_args()


async def _serve(build: Callable[[argparse.Namespace], Any], arguments: argparse.Namespace) -> None:
    fake: Fake = build(arguments)
    fake.faults.reseed(arguments.seed)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, fake.stopping.set)
    if arguments.with_parent:
        loop.add_reader(sys.stdin, _until_closed, fake)
    async with fake:
        print(f"ready {fake.base} {fake.token}", flush=True)
        if not fake.checks_calls:
            print("no specification: calls are not validated", file=sys.stderr, flush=True)
        try:
            async with asyncio.timeout(arguments.life):
                await fake.stopping.wait()
        except TimeoutError:
            print("end of life", file=sys.stderr, flush=True)


def _until_closed(fake: Fake) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        fake.stopping.set()
