"""What does reading and rendering an issue cost, against Python-Markdown alone making HTML of the same text?

Prints, for each issue and platform, the ratio of medians within one run, and for all issues together the ratio of
parsing (the goal: at most 1.5). `python benchmarks/parse_render.py [FILE …]`; without files the project's own samples.
Python-Markdown has the extensions that the parser has.
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
EXTENSIONS = ["tables", "sane_lists", "pymdownx.superfences", "pymdownx.tilde"]
OPTIONS = {"pymdownx.tilde": {"subscript": False}}
PLATFORMS: tuple[PlatformName, ...] = ("telegram", "discord", "web")
SAMPLES = Path(__file__).parents[1] / "examples" / "issues"


def timed(work: Callable[[], object]) -> float:
    """Seconds of CPU of one call."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def compare(path: Path) -> tuple[float, float]:
    """Seconds of Python-Markdown alone and of our parser."""
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
        "markdown alone": lambda: markdown.markdown(text, extensions=EXTENSIONS, extension_configs=OPTIONS),
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
    return base, median(figures["parse"])


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or sorted(SAMPLES.rglob("*.md"))[-2:]
    found = [compare(path) for path in paths]
    alone, ours = (sum(column) for column in zip(*found, strict=True))
    print(f"all {len(found)}: markdown alone {alone * 1000:.1f} ms, parse {ours / alone:.2f} x")


if __name__ == "__main__":
    main()
