"""Real issues in a store in memory, and small made ones where a test must know every word."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime

from digest.document import Link, Paragraph, Text
from digest.issue import Issue, Item, Section, Series
from digest.parse import parse
from storage.search.index import Found
from storage.store import Store, open_store
from tests.shared import SHARED

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 1)
FILES = (
    "seeds/*.md",
    "hextra-ai-daily/*.md",
    "haskell-weekly/*",
    "swift-weekly-brief/*",
    "this-week-in-rust/*",
)


async def open_archive() -> Store:
    """Both seeds and the newsletters of the corpus."""
    store = await open_store("sqlite+aiosqlite://")
    for path in sorted(path for pattern in FILES for path in (SHARED / "corpus").glob(pattern)):
        source = path.read_bytes()
        reading = parse(source, series=Series(path.parent.name, path.parent.name), name=path.name)
        assert reading.issue is not None, path
        await save(store, reading.issue, source)
    return store


async def save(store: Store, issue: Issue, source: bytes = b"") -> int:
    revision = hashlib.sha256(source or repr(issue).encode()).hexdigest()
    saved = await store.issues.save(issue, source, revision=revision, base="", pictures={}, now=NOW)
    return saved.issue_id


def made(key: str, on: date, items: Sequence[tuple[str, str, str]], section: str = "新闻") -> Issue:
    """An issue of (title, body, address) items."""
    found = tuple(
        Item(
            f"{key}-{n}",
            title,
            "heading",
            (Text(title),),
            (Paragraph((Text(body), Link(address, (Text("原文"),)))),),
        )
        for n, (title, body, address) in enumerate(items, 1)
    )
    one = Section(section, section, (Text(section),), 2, section, (), found)
    return Issue("made", key, (f"第 {key} 期",), (), int(key), on, "front matter", "zh-Hans", (), (one,))


async def ask(store: Store, query: str, *, limit: int = 5, offset: int = 0) -> Found:
    return await store.search.find(query, today=TODAY, limit=limit, offset=offset)


def titles(found: Found) -> list[str]:
    return [hit.title for hit in found.hits]
