"""What does reading and rendering an issue cost, against Python-Markdown alone making HTML of the same text?

Prints, for each issue and platform, the ratio of medians within one run. `python benchmarks/parse_render.py [FILE …]`;
without files the project's own samples.
"""

import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import markdown

from bot.platforms.base import Form
from bot.preview import as_stored, looks
from bot.reading import load, source_of
from digest.audience import PlatformName
from digest.issue import Series
from digest.parse import parse
from handlers.texts import texts_for
from handlers.views.push import push_page

ROUNDS = 9
PLATFORMS: tuple[PlatformName, ...] = ("telegram", "discord", "web")
SAMPLES = Path(__file__).parents[1] / "examples" / "issues"


def timed(work: Callable[[], object]) -> float:
    """Seconds of CPU of one call."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def compare(path: Path) -> None:
    source = path.read_bytes()
    text = source.decode()
    series = Series("benchmark", "Benchmark")
    folder = source_of(path, ())
    stored = as_stored(load(folder, next(iter(folder.files())), series, today=date(2026, 1, 1)))
    texts = texts_for("zh-Hans")

    def page_of() -> object:
        return push_page(stored, texts=texts, today=date(2026, 1, 1))

    page = push_page(stored, texts=texts, today=date(2026, 1, 1))
    works: dict[str, Callable[[], object]] = {
        "markdown alone": lambda: markdown.markdown(text, extensions=["tables", "sane_lists", "fenced_code"]),
        "parse": lambda: parse(source, series=series, name=path.name),
    }
    for platform in PLATFORMS:
        render = looks(platform).render
        works[f"parse + {platform}"] = lambda render=render: (  # type: ignore[misc]  # bound now, not at the call
            parse(source, series=series, name=path.name),
            page_of(),
            render(page, Form("public")),
        )
    figures: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()  # warm up
    for _ in range(ROUNDS):
        for name, work in works.items():
            figures[name].append(timed(work))
    base = median(figures["markdown alone"])
    print(f"{path.name}: {len(source):,} bytes, markdown alone {base * 1000:.1f} ms")
    for name, values in figures.items():
        print(f"  {name:<18} {median(values) / base:5.2f} x")


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or sorted(SAMPLES.rglob("*.md"))[-2:]
    for path in paths:
        compare(path)


if __name__ == "__main__":
    main()
