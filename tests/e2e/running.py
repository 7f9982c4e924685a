"""What do the tests of the running bot need? The program as a process of its own, its log, its database, its minute."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.shared import need_corpus

ROOT = Path(__file__).parents[2]
OFTEN_S = 0.05
LAST_CHARACTERS = 4_000  # of the log, shown when the program does not do what was waited for


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder with a configuration, issues and data: what a person who runs the bot has."""

    folder: Path

    def write(self, config: str) -> None:
        (self.folder / "zhouzhi.toml").write_text(config, "utf-8")

    def publish(self, source: Path, series: str) -> None:
        """Put an issue of the corpus into the folder of a series, or skip where there is no corpus."""
        issues = self.folder / "issues" / series
        issues.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(need_corpus(source), issues / source.name)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    def rows(self, question: str) -> list[Any]:
        """The answer of the database, also while the program runs."""
        path = self.folder / "data" / "zhouzhi.db"
        if not path.exists():
            return []
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
            return connection.execute(question).fetchall()

    @contextlib.asynccontextmanager
    async def bot(self, **environment: str) -> AsyncIterator["Running"]:
        """`zhouzhi run` as its own process; killed without a word at the end."""
        with (self.folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "--config", str(self.folder / "zhouzhi.toml"),
                cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log,
            )  # fmt: skip
            running = Running(self, process)
            try:
                yield running
            finally:
                await running.kill()


@dataclass(frozen=True, slots=True)
class Running:
    """The program while it runs."""

    installation: Installation
    process: asyncio.subprocess.Process

    async def until(self, condition: Callable[[], Any], seconds: float = 60) -> None:
        """Wait for something the program does; fails with its log when it ends before, or in time does not."""
        ends = asyncio.get_running_loop().time() + seconds
        while not condition():
            if self.process.returncode is not None:
                raise AssertionError(f"ended with {self.process.returncode}: {self._last_words()}")
            if asyncio.get_running_loop().time() > ends:
                raise AssertionError(f"not within {seconds} s: {self._last_words()}")
            await asyncio.sleep(OFTEN_S)

    async def kill(self) -> None:
        """As `kill -9` does it: nothing can be said or saved any more."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    def _last_words(self) -> str:
        return self.installation.log[-LAST_CHARACTERS:]


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """`zhouzhi run` in a folder, beside a browser; gives the address of its chat page, and ends it with SIGTERM."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.search(r"http://127\.0\.0\.1:\d+/\?key=[\w-]+", line):
                    yield found[0]
                    break
            else:
                raise AssertionError("the log names no address")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def coming_minute(lead_s: float) -> datetime:
    """Schedules have minutes: the first full one that leaves this much time before it."""
    earliest = datetime.now(UTC) + timedelta(seconds=lead_s + 60)
    return earliest.replace(second=0, microsecond=0)
