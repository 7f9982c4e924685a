"""The structure of an issue as figures and marks, without its words: what `expected/` keeps of a corpus file.

`python -m tests.contract.corpus.described` writes the outlines anew; each is to be read beside its file before it counts.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digest.document import Block, images, links, plain
from digest.issue import Issue, Item, Reading, Section, Series
from digest.parse import parse
from digest.parse.counts import count_words
from tests.shared import SHARED

EXPECTED = Path(__file__).with_name("expected")
CORPUS = sorted(
    path for pattern in ("*.md", "*.markdown") for path in (SHARED / "corpus").glob(f"*/{pattern}")
)


def mark(title: str) -> str:
    """Eight signs that stand for a title: equal titles, equal marks."""
    return hashlib.sha256(title.encode()).hexdigest()[:8]


def reading_of(path: Path, known_sections: frozenset[str] = frozenset()) -> Reading:
    """The file as the project reads it without any profile or given date, and without history unless one is given."""
    series = Series("s", "示例周知")
    return parse(path.read_bytes(), series=series, name=path.name, known_sections=known_sections)


def expected_of(path: Path) -> Path:
    return EXPECTED / path.parent.name / f"{path.stem}.json"


def described(reading: Reading) -> dict[str, Any]:
    """Everything about structure, nothing of the text."""
    issue = reading.issue
    assert issue is not None
    return {
        "titles": [mark(title) for title in issue.titles],
        "number": issue.number,
        "published_on": issue.published_on and issue.published_on.isoformat(),
        "date_from": issue.date_from,
        "language": issue.language,
        "intro": _blocks(issue.intro),
        "sections": [_section(section) for section in issue.sections],
        "outro": _blocks(issue.outro),
        "problems": [f"{problem.code} {problem.line}" for problem in reading.problems],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": mark(section.title),
        "level": section.level,
        "via": sorted({item.via for item in section.items}),
        "lead": _blocks(section.lead),
        "items": [_item(item) for item in section.items],
    }


def _item(item: Item) -> str:
    number = f" number {item.number}" if item.number is not None else ""
    level = f" level {item.level}" if item.level is not None else ""
    opinions = f", {len(item.opinions)} opinions" if item.opinions else ""
    return (
        f"{mark(item.title)} {item.via}{level}{number}: {_figures(item.blocks)}{opinions}, "
        f"links {len(item.links)}, images {len(item.images)}"
    )


def _blocks(blocks: tuple[Block, ...]) -> str:
    return f"{_figures(blocks)}, links {len(links(blocks))}, images {len(images(blocks))}" if blocks else ""


def _figures(blocks: tuple[Block, ...]) -> str:
    kinds = " ".join(_kind(block) for block in blocks) or "nothing"
    return f"{kinds}; {count_words(plain(blocks))} words"


def _kind(block: Block) -> str:
    role = getattr(block, "role", None)
    return f"{type(block).__name__}({role})" if role else type(block).__name__


def lines(found: dict[str, Any], issue: Issue) -> list[str]:
    """The same outline for people: marks beside the words of the live file."""
    words = {mark(title): title for title in (*issue.titles, *_titles(issue))}
    text = json.dumps(found, ensure_ascii=False, indent=1)
    return [_with_words(line, words) for line in text.split("\n")]


def _titles(issue: Issue) -> Iterator[str]:
    for section in issue.sections:
        yield section.title
        yield from (item.title for item in section.items)


def _with_words(line: str, words: dict[str, str]) -> str:
    named = next((words[piece] for piece in line.replace('"', " ").split() if piece in words), None)
    return f"{line}    {named[:60]}" if named else line


def main() -> None:
    for path in CORPUS:
        target = expected_of(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(described(reading_of(path)), ensure_ascii=False, indent=1)
        target.write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
