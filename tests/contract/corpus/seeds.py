"""A real issue as the page of a push, with pictures drawn or missing."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from bot.platforms.base import Readback
from digest.issue import Issue, Series
from digest.page import Page
from digest.parse import parse
from handlers.texts import texts_for
from handlers.views.push import push_page
from storage.issues import StoredIssue
from tests.lossless import PART, Delivered, Source, read_source
from tests.shared import DAILY, SEEDS
from tests.unit.platforms.samples import picture

ON = date(2026, 2, 25)
FILES = {
    path.name: path
    for path in sorted(SEEDS.parent.rglob("*"))
    if path.suffix in {".md", ".markdown"} and path.name != "README.md"
} or {DAILY.name: DAILY}  # without a corpus one name is left to say why it is skipped


@cache
def source(path: Path) -> Source:
    """What an independent reader finds in the file."""
    return read_source(path.read_text(encoding="utf-8"))


@cache
def push(path: Path, *, has_pictures: bool = True) -> Page:
    """The push of one file at full density; every picture of it exists unless told otherwise."""
    return page_of(issue_of(path), has_pictures=has_pictures)


def issue_of(path: Path) -> Issue:
    """The issue of one file."""
    reading = parse(path.read_bytes(), series=Series("s", "刊"), name=path.name, published_on=ON)
    assert reading.issue is not None, reading.problems
    return reading.issue


def page_of(issue: Issue, *, has_pictures: bool = True) -> Page:
    """The push of an issue at full density."""
    return push_page(stored_of(issue, has_pictures=has_pictures), texts=texts_for("zh-Hans"), today=ON)


def stored_of(issue: Issue, *, has_pictures: bool = True) -> StoredIssue:
    """An issue as it would lie in the store, its pictures drawn or missing."""
    sources = dict.fromkeys(image.src for image in issue.images)
    return StoredIssue(
        id=1,
        revision="r",
        state="published",
        issue=issue,
        pictures={src: picture(at, 300_000) for at, src in enumerate(sources, 1)} if has_pictures else {},
        section_ids={section.key: at for at, section in enumerate(issue.sections, 1)},
        item_ids={item.key: at for at, item in enumerate(issue.items, 1)},
        base="",
        appeared_at=datetime(2026, 2, 25, tzinfo=UTC),
    )


def delivered(page: Page, seen: Iterable[Readback]) -> Delivered:
    """What was read back of each message, pictures called by their source again."""
    parts = list(seen)
    sources = {known.sha: src for src, known in page.pictures.items()}
    return Delivered(
        PART.join(part.text for part in parts),
        tuple(link for part in parts for link in part.links),
        tuple(sources.get(name, name) for part in parts for name in part.images),
    )
