"""How is a read file described for programs? The `check` object of cli.md, from the parsed issue."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from bot.reading import Loaded
from bot.sentences import said_of
from bot.sources.base import SourceFile
from digest.document import images, links
from digest.issue import Issue, Item, Problem
from digest.parse.counts import counts, summary
from handlers.texts import Texts

EXCERPT: Final = 80  # signs of a source line beside a problem


def checked(loaded: Loaded, texts: Texts, today: date) -> dict[str, Any]:
    """The whole object of `check FILE --json`."""
    issue = loaded.issue
    head: dict[str, Any] = {"file": loaded.file.name, "series": loaded.series.key}
    body = structure(issue) if issue is not None else _nothing()
    return {
        **head,
        **body,
        "held": loaded.held(today),
        "problems": problems(loaded.problems, texts, loaded.file),
    }


def structure(issue: Issue) -> dict[str, Any]:
    """Titles, metadata, intro and sections of an issue."""
    return {
        "key": issue.key,
        "titles": list(issue.titles),
        "number": issue.number,
        "published_on": issue.published_on,
        "date_from": issue.date_from,
        "language": issue.language,
        "held": None,
        "intro": _intro(issue),
        "sections": [
            {
                "title": section.title,
                "category": section.category,
                "items": [_item(item) for item in section.items],
            }
            for section in issue.sections
        ],
    }


def problems(found: Sequence[Problem], texts: Texts, file: SourceFile | None = None) -> list[dict[str, Any]]:
    """Problems in words; errors first, then by line. With the file at hand each shows the line it means."""
    ordered = sorted(found, key=lambda problem: (problem.level != "error", problem.line))
    lines = _lines(file)
    return [
        {
            "level": problem.level,
            "code": problem.code,
            "line": problem.line or None,
            "excerpt": lines.get(problem.line),
            "message": message,
            "cure": cure,
        }
        for problem in ordered
        for message, cure in (said_of(problem, texts),)
    ]


def _lines(file: SourceFile | None) -> dict[int, str]:
    """The lines that have anything to show, by their number in the whole file, cut to fit a terminal."""
    if file is None or file.content is None:
        return {}
    lines = file.content.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    shown = ((at, "".join(map(_visible, line)).strip()) for at, line in enumerate(lines, file.first_line))
    return {at: line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…" for at, line in shown if line}


def _visible(sign: str) -> str:
    """A sign that would move a terminal's cursor or turn its text around is shown as its number."""
    return (
        sign if unicodedata.category(sign) not in {"Cc", "Cf"} or sign == "\u200d" else f"<{ord(sign):04X}>"
    )


def _nothing() -> dict[str, Any]:
    return {
        "key": None,
        "titles": [],
        "number": None,
        "published_on": None,
        "date_from": None,
        "language": None,
        "held": None,
        "intro": None,
        "sections": [],
    }


def _intro(issue: Issue) -> dict[str, Any] | None:
    if not issue.intro:
        return None
    figures = counts(issue.intro)
    return {
        "paragraphs": figures.paragraphs,
        "words": figures.words,
        "links": list(links(issue.intro)),
        "images": [image.src for image in images(issue.intro)],
    }


def _item(item: Item) -> dict[str, Any]:
    figures = counts(item.blocks)
    return {
        "title": item.title,
        "key": item.key,
        "via": item.via,
        "level": item.level,
        "links": list(item.links),
        "images": [image.src for image in item.images],
        "opinions": len(item.opinions),
        "bullets": figures.bullets,
        "bullets_nested": figures.bullets_nested,
        "numbered": figures.numbered,
        "quotes": figures.quotes,
        "paragraphs": figures.paragraphs,
        "words": figures.words,
        "summary": summary(item),
    }
