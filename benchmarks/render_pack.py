"""What does rendering and packing an issue cost, beside parsing it? And how often is it done for many channels?

For each issue and dress the CPU of one push at full density over that of parsing (the goal: below 1), medians within one
run, every memory of the renderers emptied before each round; telegramify-markdown making entities and messages of the
same text for scale (`pip install telegramify-markdown`; left out where it is not there). Then how many renderings a
campaign to one channel and one to many needs, planned on a real store. `python benchmarks/render_pack.py [FILE …]`.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.delivery.campaign import FanOut
from bot.delivery.plan import plan
from bot.delivery.renditions import Renditions
from bot.platforms.base import Form, Message
from bot.preview import as_stored, looks
from bot.reading import load, source_of
from digest.audience import Channel, Place, PlatformName
from digest.issue import Series
from digest.page import Page
from digest.parse import parse
from handlers.texts import texts_for
from handlers.views.push import push_page
from storage.deliveries import Order
from storage.issues import StoredIssue
from storage.store import open_store

ROUNDS = 5
CHANNELS = 1_000
TODAY = date(2026, 1, 1)
SERIES = Series("benchmark", "Benchmark")
SAMPLES = Path(__file__).parents[1] / "examples" / "issues"
DRESSES: tuple[tuple[PlatformName, Form], ...] = (
    ("telegram", Form("public")),
    ("telegram", Form("public", "rich")),
    ("discord", Form("public")),
    ("discord", Form("embeds")),
    ("web", Form()),
)
Work = Callable[[], object]


def stored_of(path: Path) -> StoredIssue:
    folder = source_of(path, ())
    wanted = next(file for file in folder.files() if file.name == path.name)
    return as_stored(load(folder, wanted, SERIES, today=TODAY))


def works(path: Path) -> Iterator[tuple[str, Work]]:
    """Parsing, then each dress from the stored issue to its messages."""
    source = path.read_bytes()
    yield "parse", lambda: parse(source, series=SERIES, name=path.name)
    stored, texts = stored_of(path), texts_for("zh-Hans")
    for platform, form in DRESSES:
        render = looks(platform).render
        name = " ".join((platform, form.kind, *(("rich",) if form.style == "rich" else ())))
        yield name, lambda render=render, form=form: render(push_page(stored, texts=texts, today=TODAY), form)  # type: ignore[misc]  # bound now, not at the call
    if find_spec("telegramify_markdown") is not None:
        other = import_module("telegramify_markdown")
        text = source.decode()
        yield "telegramify-markdown", lambda: other.split_entities(*other.convert(text), 4096)


def forget() -> None:
    """Empty what the renderers remember: each round is the first time they see the issue."""
    modules = [module for name, module in sys.modules.items() if name.startswith("bot.platforms.")]
    for known in [value for module in modules for value in vars(module).values()]:
        # what they only borrow, such as the texts of a language, is made once a process
        if hasattr(known, "cache_clear") and known.__module__.startswith("bot.platforms."):
            known.cache_clear()


def timed(work: Work) -> float:
    """Seconds of CPU of one call."""
    forget()
    begin = time.process_time()
    work()
    return time.process_time() - begin


def measured(path: Path) -> dict[str, float]:
    """The median of each work."""
    found = dict(works(path))
    for work in found.values():
        work()  # imports, and whatever is made once a process
    figures: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(ROUNDS):
        for name, work in found.items():
            figures[name].append(timed(work))
    return {name: median(values) for name, values in figures.items()}


@dataclass(slots=True)
class Counting:
    """The pure half of a platform that counts how often it renders."""

    name: PlatformName
    username: str | None = "benchmark_bot"
    count: int = 0

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        self.count += 1
        return looks(self.name).render(page, form)


async def renderings(stored: StoredIssue, channels: int) -> dict[str, int]:
    """How often an issue is rendered on each platform for a campaign to so many channels of each."""
    store = await open_store("sqlite+aiosqlite://")
    now = datetime.now(UTC)
    saved = await store.issues.save(stored.issue, b"", revision="r", base=".", pictures={}, now=now)
    platforms: dict[str, Counting] = {
        "telegram": Counting("telegram"),
        "discord": Counting("discord"),
        "web": Counting("web"),
    }
    fan_out = FanOut(store, platforms, Renditions(store, "zh-Hans", ZoneInfo("UTC")), SystemClock())
    places = [Place(one.name, str(number)) for one in platforms.values() for number in range(channels)]
    strangers = [
        Channel(number, place, "private" if place.platform == "web" else "group")
        for number, place in enumerate(places, 1)
    ]
    order = Order("benchmark", "broadcast", saved.issue_id, places=tuple(places))
    report = await plan(store, fan_out, await store.issues.get(saved.issue_id), order, now, strangers)
    assert sum(report.channels.values()) == len(places)
    await store.close()
    return {name: one.count for name, one in platforms.items()}


def report(found: dict[Path, dict[str, float]]) -> None:
    names = [name for name in next(iter(found.values())) if name != "parse"]
    print(f"{'CPU of one push over that of parsing':44}" + "".join(f"{name:>22}" for name in names))
    for path, figures in found.items():
        head = f"{path.stem[:32]:32} {figures['parse'] * 1000:8.1f} ms"
        print(f"{head:44}" + "".join(f"{figures[name] / figures['parse']:20.2f} x" for name in names))
    total = sum(figures["parse"] for figures in found.values())
    sums = (sum(figures[name] for figures in found.values()) / total for name in names)
    print(f"{f'all {len(found)}':44}" + "".join(f"{ratio:20.2f} x" for ratio in sums))


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or sorted(SAMPLES.rglob("*.md"))
    report({path: measured(path) for path in paths})
    for channels in (1, CHANNELS):
        counts = asyncio.run(renderings(stored_of(paths[-1]), channels))
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        print(f"renderings for {channels:,} channels of each platform: {told}")


if __name__ == "__main__":
    main()
