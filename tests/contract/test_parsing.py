"""Is a file parsed elsewhere as it would be here, and does one that would stall the bot only lose itself?"""

import asyncio
import gc
import io
import os
import pickle
import sys
import threading
import time
from datetime import date
from typing import Any

import pytest

from bot import parsing
from bot.library import Library
from bot.media.cellar import Cellar
from bot.parsing import ParseWorker, serve
from bot.sources.folder import FolderSource
from digest.issue import Problem, Reading, Series
from digest.parse import parse
from digest.parse.source import Limits
from storage.store import open_store
from tests.contract.delivery.floor import SetClock

SERIES = Series("weekly", "Weekly", "Asia/Shanghai")
TODAY = date(2026, 3, 1)
GOOD = "---\ndate: 2026-02-01\n---\n# Weekly 1\n\n## 模型\n\n### **甲**\n\n- 字[词](https://e.org/a)\n\n![](a.png)\n".encode()
LONG = ("- [a](https://e.org/a) **b** `c`\n" * 29_000).encode()  # more than a tenth of a second anywhere


@pytest.fixture
def worker():
    """A worker that is closed, whatever happens."""
    made = ParseWorker()
    yield made
    made.close()


def ask(worker, source=GOOD, **arguments):
    return worker.parse(source, series=SERIES, name="weekly-1.md", today=TODAY, **arguments)


def pid_of(worker):
    return worker._process.pid


def is_gone(pid):
    """Whether no process of that number is left, not even a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_worker_reads_as_the_parser_does(worker):
    """The same tree and the same problems, with every argument, from one process for all files."""
    given: dict[str, Any] = {
        "known_sections": frozenset({"模型"}),
        "web_base": "https://e.org/",
    }
    assert ask(worker) == parse(GOOD, series=SERIES, name="weekly-1.md", today=TODAY)
    first = pid_of(worker)
    assert ask(worker, **given) == parse(GOOD, series=SERIES, name="weekly-1.md", today=TODAY, **given)
    assert ask(worker, "周".encode("utf-16")).problems[0].code == "not_utf8"
    assert pid_of(worker) == first


def test_garbage_is_collected_between_files_alone(monkeypatch):
    """While a file is read nothing looks for garbage; after its answer was sent all of it goes."""
    seen: list[object] = []

    def read(source, **arguments):
        seen.append(gc.isenabled())
        return Reading(None)

    monkeypatch.setattr(parsing, "parse", read)
    monkeypatch.setattr(gc, "collect", lambda: seen.append("collected"))
    serve(io.BytesIO(pickle.dumps({"source": GOOD}) * 2), io.BytesIO())
    assert seen == [False, "collected", False, "collected"]
    assert gc.isenabled()


def test_what_takes_too_long_is_given_up_and_the_next_file_is_read():
    """The process is killed at the deadline and leaves no zombie; a fresh one reads on."""
    worker = ParseWorker(deadline_s=0.5)
    try:
        assert ask(worker).issue is not None
        first = pid_of(worker)
        begin = time.monotonic()
        assert ask(worker, LONG) == Reading(None, (Problem("error", "parse_late", 0, {"limit": "0.5"}),))
        assert time.monotonic() - begin < 2
        assert is_gone(first)
        assert ask(worker).issue is not None
        assert pid_of(worker) != first
    finally:
        worker.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space of a process")
def test_what_takes_too_much_memory_is_refused_and_the_next_file_is_read():
    """The figure of the setting is told; the next file is read by a fresh process."""
    worker = ParseWorker(memory_mib=80, deadline_s=60)
    try:
        assert ask(worker).issue is not None
        first = pid_of(worker)
        refused = ask(worker, b"a\n" * 520_000)
        assert refused == Reading(None, (Problem("error", "parse_memory", 0, {"limit": 80}),))
        assert is_gone(first)
        assert ask(worker).issue is not None
    finally:
        worker.close()


def test_a_worker_that_died_is_replaced(worker):
    """Killed between two files by somebody else: nobody notices."""
    assert ask(worker).issue is not None
    process = worker._process
    process.kill()
    process.wait()
    assert ask(worker).issue is not None


def test_a_worker_killed_in_the_middle_refuses_that_file(worker, caplog):
    """An end nobody asked for is a defect: refused with a clear problem, and logged."""
    assert ask(worker).issue is not None
    threading.Timer(0.1, worker._process.kill).start()
    assert [one.code for one in ask(worker, LONG).problems] == ["parse_failed"]
    assert "weekly-1.md" in caplog.text
    assert ask(worker).issue is not None


def test_a_defect_of_the_parser_is_told_and_the_process_goes_on(monkeypatch, worker, caplog):
    """An exception inside is an answer with its traceback, not an end."""

    def broken(*_, **__):
        raise RuntimeError("a defect")

    monkeypatch.setattr(parsing, "parse", broken)
    answers = io.BytesIO()
    requests = io.BytesIO(pickle.dumps({"source": GOOD, "series": SERIES, "name": "a.md"}) * 2)
    serve(requests, answers)
    answers.seek(0)
    assert pickle.load(answers) == parsing.READY
    assert all("a defect" in pickle.load(answers) for _ in range(2))

    monkeypatch.setattr(parsing, "_exchange", lambda *_: ("Traceback: a defect", False))
    monkeypatch.setattr(worker, "_running", lambda: None)
    assert [one.code for one in ask(worker).problems] == ["parse_failed"]
    assert "a defect" in caplog.text


def test_the_process_knows_no_secrets(monkeypatch, worker):
    """Tokens stand in the environment of the bot; the process that reads strangers' texts gets none."""
    monkeypatch.setenv("ZHOUZHI_TELEGRAM__TOKEN", "123:secret")
    assert ask(worker).issue is not None
    if sys.platform == "linux":
        with open(f"/proc/{pid_of(worker)}/environ", "rb") as environment:  # noqa: PTH123  no file of ours
            assert b"secret" not in environment.read()


async def test_closing_ends_a_parse_that_is_under_way():
    """A stop waits for no hostile file: the process is gone, the file refused, nothing is parsed any more."""
    worker = ParseWorker()
    assert ask(worker).issue is not None
    pid = pid_of(worker)
    parsing_file = asyncio.create_task(asyncio.to_thread(ask, worker, LONG))
    await asyncio.sleep(0.1)
    begin = time.monotonic()
    await asyncio.to_thread(worker.close)
    assert [one.code for one in (await parsing_file).problems] == ["parse_stopped"]
    assert time.monotonic() - begin < 2
    assert is_gone(pid)
    assert [one.code for one in ask(worker).problems] == ["parse_stopped"]
    worker.close()


async def test_the_bot_goes_on_while_a_hostile_file_is_given_up(tmp_path):
    """The library refuses the one file, takes the others, and the event loop turns all the time."""
    (tmp_path / "weekly-1.md").write_bytes(GOOD)
    (tmp_path / "weekly-2.md").write_bytes(LONG)
    (tmp_path / "weekly-3.md").write_bytes(GOOD.replace(b"Weekly 1", b"Weekly 3"))
    worker = ParseWorker(deadline_s=2)
    ask(worker)
    store = await open_store("sqlite+aiosqlite://")
    library = Library(store, Cellar(tmp_path / "media"), SetClock(), worker.parse)
    longest = 0.0

    async def turn() -> None:
        nonlocal longest
        while True:
            begin = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - begin)

    turning = asyncio.create_task(turn())
    try:
        results = await library.sync(FolderSource(tmp_path, ("*.md",)), SERIES)
    finally:
        turning.cancel()
        await asyncio.to_thread(worker.close)
        await store.close()
    assert [one.result for one in results] == ["added", "refused", "added"]
    assert [one.code for one in results[1].problems] == ["parse_late"]
    assert longest < 1  # half of what the hostile file took: it was not waited for in the loop


def test_the_bounds_of_the_settings_reach_the_parser():
    """What an installation allows is asked inside the process."""
    worker = ParseWorker(limits=Limits(max_images=1))
    try:
        assert ask(worker).issue is not None
        assert [
            one.code for one in ask(worker, GOOD + b"\n![](b.png)\n").problems if one.level == "error"
        ] == ["too_many_images"]
    finally:
        worker.close()
