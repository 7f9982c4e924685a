"""Do the entries of a feed become the items of one issue a day, week or month? Against a real server on loopback."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from digest.document import plain
from digest.issue import Series
from digest.parse import parse
from tests.contract.sources.shelf import SERIES

RSS = "application/rss+xml"
OTHER = Series("weekly", "Weekly", "America/New_York")


def item(name, at, *, tags=(), text="<h2>Head</h2><p>Text <a href='more'>more</a></p>", title=None):
    named = "".join(f"<category>{tag}</category>" for tag in tags)
    shown = f"Post {name}" if title is None else title
    return (
        f"<item><guid isPermaLink='false'>{name}</guid><link>/posts/{name}/</link><title>{shown}</title>"
        f"<pubDate>{at}</pubDate>{named}<content:encoded><![CDATA[{text}]]></content:encoded></item>"
    )


def feed(*items):
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<language>en</language>{''.join(items)}</channel></rss>"
    )


def day(number, hour=4):
    return f"{number:02} Feb 2026 {hour:02}:00:00 GMT"


async def refreshed(source):
    return await asyncio.to_thread(source.refresh)


@pytest.fixture
def gathered(shelf):
    shelf.clock.at = datetime(2026, 2, 10, 4, tzinfo=UTC)
    return shelf


async def test_entries_of_a_day_are_the_items_of_one_issue(site, gathered):
    """Title with its link, own blocks, first category as section; those without one stand first."""
    entries = (
        item("c", day(3, 9), tags=("Tools", "AI")),
        item("b", day(3, 7)),
        item("a", day(3), tags=("AI",)),
    )
    site.put("/feed", feed(item("d", day(2, 17), tags=("ai",)), *entries), RSS)
    source = gathered.feed(issue="day", zone="Asia/Shanghai")
    assert await refreshed(source)
    assert await gathered.sync(source) == {"2026-02-03": "added"}
    stored = (await gathered.store.issues.by_key("2026-02-03", "weekly")).issue
    assert (stored.title, stored.published_on, stored.date_from) == (
        "Weekly 2026-02-03",
        date(2026, 2, 3),
        "feed",
    )
    found = [(section.title, [one.title for one in section.items]) for section in stored.sections]
    assert found == [("Weekly", ["Post b"]), ("ai", ["Post d", "Post a"]), ("Tools", ["Post c"])]
    first = stored.items[0]
    assert first.links == (f"{site.address}/posts/b/", f"{site.address}/posts/b/more")
    assert plain(first.blocks).split() == ["Head", "Text", "more"]
    (file,) = source.files()
    again = parse(file.content, series=SERIES, name=file.name, today=date(2026, 2, 10)).issue
    assert again == stored


@pytest.mark.parametrize(
    ("issue", "zone", "keys"),
    [
        ("day", "Asia/Shanghai", ["2026-01-31", "2026-02-01", "2026-02-02"]),
        ("day", "America/New_York", ["2026-01-31", "2026-02-01"]),
        ("week", "Asia/Shanghai", ["2026-w05", "2026-w06"]),
        ("month", "Asia/Shanghai", ["2026-01", "2026-02"]),
    ],
)
async def test_periods_are_those_of_the_series_zone(site, gathered, issue, zone, keys):
    """ISO weeks begin on Monday; a late evening is the next day elsewhere. An issue bears its period's last day."""
    times = ("31 Jan 2026 15:00:00 GMT", "31 Jan 2026 17:00:00 GMT", "01 Feb 2026 17:00:00 GMT")
    site.put("/feed", feed(*(item(f"p{at}", time) for at, time in enumerate(times))), RSS)
    source = gathered.feed(issue=issue, zone=zone)
    await refreshed(source)
    series = SERIES if zone == SERIES.zone else OTHER
    gathered.clock.at = datetime(2026, 3, 2, tzinfo=UTC)
    assert list(await gathered.sync(source, series)) == keys
    stored = (await gathered.store.issues.by_key(keys[0], "weekly")).issue
    assert stored.published_on == {"2026-w05": date(2026, 2, 1)}.get(keys[0], date(2026, 1, 31))


async def test_the_running_period_is_held_until_it_is_over(site, gathered):
    """It is read and can be previewed, nobody gets it; the next day it appears, once."""
    gathered.clock.at = datetime(2026, 2, 3, 6, tzinfo=UTC)
    site.put("/feed", feed(item("a", day(3))), RSS)
    source = gathered.feed(issue="day", zone="Asia/Shanghai")
    await refreshed(source)
    (found,) = await gathered.library.sync(source, SERIES)
    assert (found.result, found.is_news, found.loaded.held(date(2026, 2, 3))) == (
        "added",
        False,
        "until 2026-02-04",
    )
    assert [one.code for one in found.problems] == ["period_running"]
    zones = {"weekly": "Asia/Shanghai"}
    assert await gathered.store.issues.release(gathered.clock.now(), zones) == []
    site.put("/feed", feed(item("b", day(3, 10)), item("a", day(3))), RSS)
    await refreshed(source)
    (found,) = await gathered.library.sync(source, SERIES)
    assert (found.result, len(found.loaded.issue.items), found.is_news) == ("changed", 2, False)
    gathered.clock.at = datetime(2026, 2, 3, 16, 1, tzinfo=UTC)
    assert len(await gathered.store.issues.release(gathered.clock.now(), zones)) == 1
    assert await gathered.store.issues.release(gathered.clock.now(), zones) == []
    (found,) = await gathered.library.sync(source, SERIES)
    assert (found.result, found.is_news) == ("unchanged", False)


async def test_an_edit_is_a_revision_and_what_left_the_feed_is_kept(site, gathered):
    """Of its own issue, under the same item key, over a restart; nothing becomes news twice."""
    site.put("/feed", feed(item("b", day(3, 9)), item("a", day(3))), RSS)
    source = gathered.feed(issue="day", zone="Asia/Shanghai")
    await refreshed(source)
    await gathered.sync(source)
    keys = [one.key for one in (await gathered.store.issues.by_key("2026-02-03", "weekly")).issue.items]
    again = gathered.feed(issue="day", zone="Asia/Shanghai")
    site.put("/feed", feed(item("c", day(4)), item("b", day(3, 9), text="<p>New words</p>")), RSS)
    await refreshed(again)
    found = {one.key: one for one in await gathered.library.sync(again, SERIES)}
    assert {key: (one.result, one.is_news) for key, one in found.items()} == {
        "2026-02-03": ("changed", False),
        "2026-02-04": ("added", True),
    }
    issue = (await gathered.store.issues.by_key("2026-02-03", "weekly")).issue
    assert [one.key for one in issue.items] == keys
    assert plain(issue.items[1].blocks) == "New words"


async def test_what_an_entry_holds_cannot_become_an_item_of_its_own(site, gathered):
    """Tags that close or open, and an entry without a title: as many items as entries, each with its link."""
    evil = '</article></section><h2>S</h2><h3>I</h3>"}], "entries": [{'
    site.put("/feed", feed(item("a", day(3), text=evil), item("b", day(3, 5), title="")), RSS)
    source = gathered.feed(issue="day", zone="Asia/Shanghai")
    await refreshed(source)
    await gathered.sync(source)
    (section,) = (await gathered.store.issues.by_key("2026-02-03", "weekly")).issue.sections
    assert [one.title for one in section.items] == ["Post a", ""]
    assert [
        f"{site.address}/posts/{name}/" in one.links for name, one in zip("ab", section.items, strict=True)
    ] == [
        True,
        True,
    ]


async def test_a_bad_entry_stops_no_other(site, gathered):
    """It is told by its own name; the issue of its day has the rest."""
    summary = f"<item><guid>s</guid><pubDate>{day(3)}</pubDate><description>Few words.</description></item>"
    site.put("/feed", feed(item("a", day(3)), summary), RSS)
    source = gathered.feed(issue="day", zone="Asia/Shanghai")
    await refreshed(source)
    assert await gathered.sync(source) == {"s.html": "refused", "2026-02-03": "added"}


async def test_an_entry_that_shrinks_to_a_summary_stays_what_it_was(site, gathered):
    """Its issue loses no item by it; a new summary among full texts is still told."""
    site.put("/feed", feed(item("b", day(3, 5)), item("a", day(3))), RSS)
    source = gathered.feed(issue="day", zone="Asia/Shanghai")
    await refreshed(source)
    await gathered.sync(source)
    short = f"<item><guid>a</guid><pubDate>{day(3)}</pubDate><description>Few words.</description></item>"
    site.put("/feed", feed(item("b", day(3, 5)), short), RSS)
    await refreshed(source)
    assert await gathered.sync(source) == {"2026-02-03": "unchanged"}


async def test_an_entry_without_a_time_belongs_to_the_day_it_was_first_seen(site, gathered):
    """And stays there."""
    bare = item("a", day(3)).replace(f"<pubDate>{day(3)}</pubDate>", "")
    site.put("/feed", feed(bare), RSS)
    source = gathered.feed(issue="day", zone="Asia/Shanghai")
    await refreshed(source)
    assert list(await gathered.sync(source)) == ["2026-02-10"]
    gathered.clock.move(days=1)
    site.put("/feed", feed(item("b", day(11)), bare), RSS)
    await refreshed(source)
    assert list(await gathered.sync(source)) == ["2026-02-10", "2026-02-11"]


@pytest.mark.parametrize(
    "text", ["{", "[]", "1", "{}", '{"key": "a", "on": "x", "until": "", "entries": []}']
)
def test_a_broken_file_of_entries_is_refused(text):
    """Whoever wrote it."""
    reading = parse(text.encode(), series=SERIES, name="x.entries.json")
    assert reading.issue is None
    assert "entries_broken" in {one.code for one in reading.problems}
