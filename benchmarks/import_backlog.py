"""How long does a backlog of 1,000 issues take to import, how much memory, and what does beginning again cost?

Prints, for a folder and for a git repository of the same issues: issues a second, seconds on the clock and of CPU, CPU of
the first hundred and of the last, the highest memory of the process over what it had before, for a tenth and for the
whole of them; then the same import cut off in the middle and gone on with, and
one with nothing new. `python benchmarks/import_backlog.py [--issues N] [--bar]`; `--bar` shows what `issues import` shows.
"""

import argparse
import asyncio
import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

from PIL import Image

from bot.clock import SystemClock
from bot.config import GitEntry
from bot.library import Library
from bot.media.cellar import Cellar
from bot.sources.base import IssueSource, Standing
from bot.sources.folder import FolderSource
from bot.sources.git import GitSource
from digest.issue import Series
from storage.store import open_store

ISSUES = 1_000
SECTIONS = 5
ITEMS = 6
WORDS = ("模型", "发布", "开源", "芯片", "agent", "benchmark", "release", "多款", "推理", "paper")
SERIES = Series("benchmark", "Benchmark")


def write(folder: Path, count: int) -> int:
    """Issues of a usual weekly's size, every fourth with a picture; returns their bytes."""
    dice = random.Random(7)  # the same issues on every machine
    (folder / "assets").mkdir(parents=True)
    size = 0
    for n in range(1, count + 1):
        if n % 4 == 0:
            drawn = io.BytesIO()
            Image.effect_noise((320, 200), n % 90 + 10).save(drawn, "PNG")
            (folder / "assets" / f"{n}.png").write_bytes(drawn.getvalue())
        text = "\n".join(_lines(n, dice)).encode()
        (folder / f"weekly-{n:04}.md").write_bytes(text)
        size += len(text)
    return size


def _lines(n: int, dice: random.Random) -> list[str]:
    lines = [f"# Weekly {n}", ""]
    if n % 4 == 0:
        lines += [f"![drawn](assets/{n}.png)", ""]
    for section in range(SECTIONS):
        lines += [f"## Section {section}", ""]
        for item in range(ITEMS):
            words = " ".join(dice.choice(WORDS) for _ in range(60))
            lines += [
                f"### Item {n}-{section}-{item}",
                "",
                f"{words} [more](https://example.org/{n}/{item})。",
                "",
            ]
    return lines


def committed(folder: Path) -> None:
    """The folder as a repository, in one commit."""
    names = {"GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@example.org"}
    names |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in names.items()}
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, **names}
    for words in (
        ("init", "--quiet", "--initial-branch=main"),
        ("config", "uploadpack.allowFilter", "true"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", "all"),
    ):
        subprocess.run(["git", *words], cwd=folder, env=environment, check=True)


def source_of(kind: str, folder: Path, place: Path) -> IssueSource:
    if kind == "folder":
        return FolderSource(folder, ("*.md",))
    return GitSource(GitEntry(kind="git", url=str(folder)), folder, place / "git")


@dataclass(frozen=True, slots=True)
class Run:
    """What became of the files of one import, what it took, and by how many MiB the process grew at its highest."""

    found: dict[str, int]
    seconds: float
    cpu: float
    hundreds: tuple[float, ...]  # of CPU, one hundred files after the other
    memory: float = 0.0


async def run(kind: str, folder: Path, place: Path, stop_at: int) -> Run:
    """One import, cut off after `stop_at` files."""
    store = await open_store(f"sqlite+aiosqlite:///{place / 'zhouzhi.db'}")
    library = Library(store, Cellar(place / "media"), SystemClock())
    source = source_of(kind, folder, place)
    found: Counter[str] = Counter()
    began, cpu = time.perf_counter(), _cpu()
    marks = [cpu]
    if isinstance(source, GitSource):
        await asyncio.to_thread(source.refresh)
    assert isinstance(source, Standing)
    async with aclosing(library.walk(source, SERIES)) as walk:
        async for imported in walk:
            found[imported.result] += 1
            if found.total() % 100 == 0:
                marks.append(_cpu())
            if found.total() == stop_at:
                break
    hundreds = tuple(after - before for before, after in pairwise(marks))
    taken = Run(dict(found), time.perf_counter() - began, _cpu() - cpu, hundreds)
    await store.close()
    return taken


def _cpu() -> float:
    """Seconds of this process and of those it waited for."""
    took = os.times()
    return took.user + took.system + took.children_user + took.children_system


def measured(kind: str, folder: Path, place: Path, stop_at: int) -> Run:
    """`run`, and how the process grew."""
    # a first small import loads every module, so that they do not count
    with tempfile.TemporaryDirectory() as name:
        small = Path(name) / "issues"
        write(small, 8)
        asyncio.run(run("folder", small, Path(name), 8))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken = asyncio.run(run(kind, folder, place, stop_at))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return replace(taken, memory=(after - before) / 1024)


def apart(kind: str, folder: Path, place: Path, stop_at: int) -> Run:
    """`measured` in a process of its own: the highest memory of a process never goes down."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(measured, (kind, folder, place, stop_at))


def compare(kind: str, folder: Path, count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        tenth, whole = place / "tenth", place / "whole"
        tenth.mkdir()
        whole.mkdir()
        little = apart(kind, folder, tenth, count // 10)
        half = apart(kind, folder, whole, count // 2)
        rest = apart(kind, folder, whole, count + 1)
        again = apart(kind, folder, whole, count + 1)
        fresh = place / "fresh"
        fresh.mkdir()
        once = apart(kind, folder, fresh, count + 1)
    print(f"{kind}:")
    for name, taken in (
        ("all at once", once),
        ("cut off half", half),
        ("gone on with", rest),
        ("nothing new", again),
    ):
        print(f"  {name:<14}{taken.seconds:7.1f} s {taken.cpu:7.1f} s of CPU  {taken.found}")
    print(f"  a second        {count / once.seconds:5.0f} issues")
    if once.hundreds:
        print(
            f"  a hundred      {once.hundreds[0]:6.2f} s of CPU the first, {once.hundreds[-1]:.2f} s the last"
        )
    print(
        f"  memory         {little.memory:6.0f} MiB for {count // 10}, {once.memory:.0f} MiB for {count}",
        flush=True,
    )


def show_bar(folder: Path) -> None:
    """The command itself, on this terminal."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "zhouzhi.toml"
        file.write_text(
            '[[series]]\nkey = "benchmark"\ntitle = "Benchmark"\n'
            f'sources = [{{ kind = "folder", path = "{folder}" }}]\n',
            "utf-8",
        )
        subprocess.run([sys.executable, "-m", "bot", "issues", "import", "--config", str(file)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--issues", type=int, default=ISSUES)
    parser.add_argument("--bar", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "issues"
        size = write(folder, chosen.issues)
        print(
            f"{chosen.issues:,} issues, {size / chosen.issues / 1024:.1f} KiB each, {SECTIONS * ITEMS} items"
        )
        if chosen.bar:
            show_bar(folder)
            return
        committed(folder)
        for kind in ("folder", "git"):
            compare(kind, folder, chosen.issues)


if __name__ == "__main__":
    main()
