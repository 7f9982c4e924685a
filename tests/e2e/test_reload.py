"""Does the running bot read its file again when it is asked to, and keep the old one when the new one is bad?"""

import signal

from tests.e2e.running import Installation

SERIES = """
[[series]]
key = "{key}"
title = "{key}"
sources = []
"""


def config(*keys: str) -> str:
    return "".join(SERIES.format(key=key) for key in keys) + "\n[web]\nport = 0\n"


async def test_the_file_is_read_again_on_sighup(tmp_path):
    """A good file begins a new life in the same process, a bad one is refused with its mistake; SIGTERM ends it in order."""
    home = Installation(tmp_path)
    home.write(config("daily"))
    async with home.bot() as running:
        await running.until(lambda: "web.open" in home.log or "http://" in home.log)
        home.write(config("daily", "weekly"))
        running.process.send_signal(signal.SIGHUP)
        await running.until(lambda: "daily weekly" in home.log and home.log.count("http://") == 2)
        assert home.log.count("configuration.read_again") == 1
        home.write(config("daily", "weekly").replace("title", "titel", 1))
        running.process.send_signal(signal.SIGHUP)
        await running.until(lambda: "configuration.refused" in home.log)
        assert "titel" in home.log
        home.write("")
        running.process.send_signal(signal.SIGHUP)
        await running.until(lambda: home.log.count("configuration.refused") == 2)
        assert home.log.count("bot.started") == 2
        running.process.send_signal(signal.SIGTERM)
        assert await running.process.wait() == 0
    assert "bot.stopped" in home.log
    assert "Traceback" not in home.log
