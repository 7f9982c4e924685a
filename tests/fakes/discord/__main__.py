"""The fake Discord as a process of its own (`tests/fakes/process.py`)."""

import argparse

from tests.fakes.discord.limits import Rates
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.process import serve


def _fake(arguments: argparse.Namespace) -> FakeDiscord:
    return FakeDiscord(
        token=arguments.token,
        port=arguments.port,
        log=arguments.log,
        rates=Rates(is_enforced=not arguments.unlimited),
    )


if __name__ == "__main__":
    serve("tests.fakes.discord", TOKEN, _fake)
