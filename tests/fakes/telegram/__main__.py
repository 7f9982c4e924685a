"""The fake Telegram as a process of its own (`tests/fakes/process.py`)."""

import argparse

from tests.fakes.process import serve
from tests.fakes.telegram.limits import Rates
from tests.fakes.telegram.server import TOKEN, FakeTelegram


def _fake(arguments: argparse.Namespace) -> FakeTelegram:
    return FakeTelegram(
        token=arguments.token,
        port=arguments.port,
        log=arguments.log,
        rates=Rates(is_enforced=not arguments.unlimited),
    )


if __name__ == "__main__":
    serve("tests.fakes.telegram", TOKEN, _fake)
