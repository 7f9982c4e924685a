"""Is an issue's page served to who came in by the door, in the wanted form, and nothing that is not public?"""

from datetime import UTC, date, datetime

import pytest

from bot.platforms.base import Opened
from digest.document import Paragraph, Text
from digest.errors import NotFound, Refused
from digest.issue import Issue, Item, Section
from storage.issues import StoredIssue

ITEM = Item("s/a", "甲", "heading", (Text("甲"),), (Paragraph((Text("第一句。第二句。"),)),))
SECTION = Section("s", "栏", (Text("栏"),), 2, "models", (), (ITEM,))
ISSUE = Issue(
    "weekly", "1", ("首期",), ((Text("首期"),),), 1, date(2026, 11, 2), "file name", "zh", (), (SECTION,)
)
STORED = StoredIssue(
    1, "r", "published", ISSUE, {}, {"s": 1}, {"s/a": 1}, "", datetime(2026, 11, 2, tzinfo=UTC)
)


@pytest.fixture
def shelf(front):
    async def issue(series, key):
        if key == "gone":
            raise Refused("issue.retracted", name="首期")
        if (series, key) != ("weekly", "1"):
            raise NotFound("issue.unknown", name=key)
        return Opened(STORED, "周刊", "zh-Hans")

    front.issue = issue


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("", "第二句", "看全期"),
        ("?density=brief", "第一句", "第二句"),
        ("?categories=models", "只看：栏", "另"),
        ("?language=en", "Skip to the issue", "跳到正文"),
    ],
)
async def test_the_page_is_served_as_asked(browser, query, there, absent):
    """Density, categories and language come from the address."""
    async with browser.get(f"/issue/weekly/1{query}") as answer:
        html = await answer.text()
        assert answer.status == 200
        assert answer.content_type == "text/html"
    assert there in html
    assert absent not in html


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("path", "status"),
    [("other/1", 404), ("weekly/gone", 410), ("weekly/1?categories=none", 404), ("weekly/1?density=x", 400)],
)
async def test_what_is_not_there_says_so(browser, path, status):
    """Unknown and held are not found, retracted is gone, an unreadable wish is refused."""
    async with browser.get(f"/issue/{path}") as answer:
        assert answer.status == status


@pytest.mark.usefixtures("shelf")
async def test_the_door_stands_before_it(stranger):
    """Without the key nobody reads."""
    async with stranger.get("/issue/weekly/1") as answer:
        assert answer.status == 401


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("path", ["weekly/1", "weekly/gone"])
async def test_a_link_with_the_key_lets_in_what_belongs_to_it(stranger, path):
    """Straight to an issue, not by the front page: its stylesheet is served to the same browser."""
    async with stranger.get(f"/issue/{path}?key={stranger.door.key}") as answer:
        assert answer.status in (200, 410)
    async with stranger.get("/page/issue.css") as answer:
        assert answer.status == 200


async def test_its_stylesheet_is_served(browser):
    """The page's one neighbour is there."""
    async with browser.get("/page/issue.css") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/css"
