"""What is found in every file of the corpus, what of it does not reach its readers, and what stays in doubt?

`python -m tests.contract.corpus.losses` prints the table. Nothing in it is written by hand: an independent reader counts
the sources, and what a platform shows is read back from the payloads of a push at full density.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from bot.platforms.base import Form
from bot.preview import looks
from digest.audience import PlatformName
from digest.issue import Problem
from digest.page import Page
from tests.contract.corpus.described import CORPUS, reading_of
from tests.contract.corpus.seeds import delivered, page_of, source
from tests.lossless import Lost, Source, lost
from tests.shared import SEEDS
from tests.unit.parse.trees import delivered as shown_by_tree

PLATFORMS: Final[tuple[PlatformName, ...]] = ("telegram", "discord", "web")
HEAD: Final = (
    "file",
    "sections",
    "items",
    "words",
    "links",
    "images",
    "lost in the tree",
    *(f"lost on {platform}" for platform in PLATFORMS),
    "doubts raised by check",
)
SETTLED_BY: Final = {
    "heading_flagged": "`sections` or `item_levels`"
}  # others name their key, or the source is mended


@dataclass(frozen=True, slots=True)
class Row:
    """One file: what was found, what an independent reader counts, what did not arrive, what is in doubt."""

    name: str
    sections: int
    items: int
    source: Source
    lost: tuple[Lost, ...]
    doubts: tuple[Problem, ...]


def row(path: Path) -> Row:
    """One file, read without profile and history, and pushed to every platform."""
    reading = reading_of(path)
    issue = reading.issue
    assert issue is not None, reading.problems
    page = page_of(issue)
    return Row(
        str(path.relative_to(SEEDS.parent)),
        sum(bool(section.items) for section in issue.sections),
        len(issue.items),
        source(path),
        (
            lost(source(path), shown_by_tree(issue)),
            *(_lost_on(platform, path, page) for platform in PLATFORMS),
        ),
        tuple(filter(_is_doubt, reading.problems)),
    )


def _lost_on(platform: PlatformName, path: Path, page: Page) -> Lost:
    look = looks(platform)
    return lost(source(path), delivered(page, map(look.readback, look.render(page, Form("public")))))


def _is_doubt(problem: Problem) -> bool:
    return problem.code in SETTLED_BY or problem.code.startswith("unsure_")


def table(found: Iterable[Row]) -> str:
    """The rows as a table in Markdown, with their sum; losses are words/links/images."""
    all_rows = list(found)
    lines = [_line(HEAD), _line(["---"] * len(HEAD)), *(_line(_cells(row)) for row in all_rows)]
    return "\n".join([*lines, _line(_sum(all_rows))])


def _cells(row: Row) -> list[str]:
    doubts = ", ".join(dict.fromkeys(map(_doubt, row.doubts))) or "–"
    found = row.source
    counts = (row.sections, row.items, len(found.words), len(found.links), len(found.images))
    return [row.name, *map(str, counts), *map(_lost, row.lost), doubts]


def _sum(found: Sequence[Row]) -> list[str]:
    columns = list(zip(*(row.lost for row in found), strict=True))
    totals = [
        _lost(Lost(*(sum(getattr(one, kind) for one in column) for kind in Lost.__slots__)))
        for column in columns
    ]
    counts = (
        sum(row.sections for row in found),
        sum(row.items for row in found),
        *(
            len(list(chain.from_iterable(getattr(row.source, kind) for row in found)))
            for kind in Lost.__slots__
        ),
    )
    doubts = sum(len(row.doubts) for row in found)
    return [f"{len(found)} files", *map(str, counts), *totals, str(doubts)]


def _lost(one: Lost) -> str:
    return f"{one.words}/{one.links}/{one.images}"


def _doubt(problem: Problem) -> str:
    """What `check` doubts, its line, and the key of a profile that settles it."""
    key = problem.arguments.get("key")
    settles = f"`{key}`" if key else SETTLED_BY.get(problem.code, "the source")
    return f"{problem.line}: {problem.code} → {settles}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    print(table(map(row, CORPUS)))


if __name__ == "__main__":
    main()
