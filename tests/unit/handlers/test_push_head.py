"""What the head of a push says about its size: numbers as the reader's language groups them."""

from datetime import UTC, date, datetime

import pytest

from digest.document import paragraph, plain, text
from digest.issue import Issue, Item, Section
from handlers.texts import texts_for
from handlers.views.cover import facts
from handlers.views.push import by_categories, push_page
from storage.issues import StoredIssue

TODAY = date(2026, 11, 18)
ITEMS = 1_204
MINUTES = 1_505  # 500 signs an item at 400 a minute


def long_issue() -> StoredIssue:
    """An issue of one section with very many items."""
    items = tuple(
        Item(f"s/{n}", f"T{n}", "heading", text(f"T{n}"), (paragraph("周" * 500),))
        for n in range(1, ITEMS + 1)
    )
    section = Section("s", "模型", (), 2, "model", (), items)
    issue = Issue("weekly", "12", ("周知 第 12 期",), (), 12, TODAY, None, "zh-Hans", (), (section,))
    return StoredIssue(
        id=1,
        revision="r",
        state="published",
        issue=issue,
        pictures={},
        section_ids={"s": 1},
        item_ids={item.key: at for at, item in enumerate(items, 1)},
        base="",
        appeared_at=datetime(2026, 11, 18, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("language", "chosen", "time"),
    [
        ("zh-Hans", "按你的分类：模型（1,204/1,204 条）", "约 1,505 分钟"),
        ("en", "By your categories: 模型 (1,204 of 1,204)", "about 1,505 min"),
    ],
)
def test_large_numbers_are_grouped(language: str, chosen: str, time: str) -> None:
    """Items chosen, items of all and minutes are written as the language writes numbers."""
    stored = long_issue()
    texts = texts_for(language)
    page = push_page(
        stored,
        texts=texts,
        today=TODAY,
        density="headlines",
        selection=by_categories(stored.issue, ["model"]),
    )
    head = plain(page.passages[0].blocks)
    assert chosen in head
    assert time in head
    # a cover counts the titles' words too
    assert "1,5" in facts(stored, texts).rsplit(" · ", 1)[1]
