"""How is a read file described for programs? The `check` object of cli.md, from the parsed issue."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.reading import Loaded
from digest.document import images, links
from digest.issue import Issue, Item, Problem
from digest.parse.counts import counts, summary
from handlers.texts import Texts


def checked(loaded: Loaded, texts: Texts, today: date) -> dict[str, Any]:
    """The whole object of `check FILE --json`."""
    issue = loaded.issue
    head: dict[str, Any] = {"file": loaded.file.name, "series": loaded.series.key}
    body = structure(issue) if issue is not None else _nothing()
    return {
        **head,
        **body,
        "held": loaded.held(today),
        "problems": problems(loaded.problems, texts),
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


def problems(found: Sequence[Problem], texts: Texts) -> list[dict[str, Any]]:
    """Problems in words; errors first, then by line."""
    ordered = sorted(found, key=lambda problem: (problem.level != "error", problem.line))
    return [
        {
            "level": problem.level,
            "code": problem.code,
            "line": problem.line or None,
            "message": texts(f"problem.{problem.code}", **problem.arguments),
            "cure": texts(f"cure.{problem.code}", **problem.arguments),
        }
        for problem in ordered
    ]


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
