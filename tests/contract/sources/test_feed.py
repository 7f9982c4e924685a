"""Does a feed become issues, politely, and again after a restart? Against a real server on loopback (content.md §7.3)."""

import asyncio
import json
from contextlib import suppress
from datetime import date, timedelta

import pytest

from bot.parsing import ParseWorker
from digest.document import links, plain
from digest.errors import NotFound, Refused, Temporary
from digest.parse import parse
from tests.contract.sources.shelf import LISTED, SERIES
from tests.contract.telegram.stage import png

RSS = "application/rss+xml"
TEXT = (
    '<p>Intro {day}.</p><h2>Models</h2><h3><a href="../item">A model</a></h3><p>It reads.<br>Well.'
    ' <img src="p.png"></p><h3>Another</h3><p>Text.</p><h2>Tools</h2><h3>A tool</h3><script>evil()</script><p>End.</p>'
)


def item(day, text=TEXT, *, title=None, extra=""):
    content = text.replace("{day}", str(day))
    return (
        f"<item><guid isPermaLink='false'>post-{day}</guid><link>/posts/{day}/</link><title>{title or f'Post {day}'}"
        f"</title><pubDate>{day} Feb 2026 22:00:00 GMT</pubDate>{extra}"
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item>"
    )


def feed(*items):
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>F</title><language>en</language>'
        f"{''.join(items)}</channel></rss>"
    )


async def refreshed(source):
    return await asyncio.to_thread(source.refresh)


async def test_an_entry_is_an_issue_with_sections_and_items(site, shelf):
    """Key by id, date by the feed in the series' zone, links whole, scripts gone, order kept."""
    site.put("/feed", feed(item(2), item(1)), RSS)
    source = shelf.feed()
    assert await refreshed(source)
    assert await shelf.sync(source) == {"post-1": "added", "post-2": "added"}
    stored = (await shelf.store.issues.by_key("post-2", "weekly")).issue
    assert (stored.title, stored.published_on, stored.date_from) == ("Post 2", date(2026, 2, 3), "feed")
    assert [section.title for section in stored.sections] == ["Models", "Tools"]
    assert [entry.title for entry in stored.items] == ["A model", "Another", "A tool"]
    assert stored.items[0].links == (f"{site.address}/posts/item",)
    assert "evil" not in plain(stored.blocks)
    assert stored.language == "en"


async def test_the_stored_bytes_are_the_entry_and_can_be_read_again(site, shelf):
    """A better parser gets all there was: text, title, date, key and base."""
    site.put("/feed", feed(item(1)), RSS)
    source = shelf.feed()
    await refreshed(source)
    (file,) = source.files()
    assert file.name == "post-1.html"
    assert TEXT.replace("{day}", "1").encode() in file.content
    await shelf.sync(source)
    again = parse(file.content, series=SERIES, name=file.name).issue
    assert again == (await shelf.store.issues.by_key("post-1", "weekly")).issue


async def test_the_worker_reads_pages_as_well(site, shelf):
    """The bounded process gives what the parser gives here."""
    site.put("/feed", feed(item(1)), RSS)
    source = shelf.feed()
    await refreshed(source)
    (file,) = source.files()
    worker = ParseWorker()
    try:
        options = {
            "series": SERIES,
            "name": file.name,
            "known_sections": frozenset(),
            "today": date(2026, 3, 1),
        }
        there = await asyncio.to_thread(lambda: worker.parse(file.content, **options))
        assert there == parse(file.content, **options)
    finally:
        worker.close()


async def test_a_restart_asks_conditionally_and_changes_nothing(site, shelf):
    """ETag and date are sent by the next process; "not modified" leaves every issue as it is."""
    stamp = "Mon, 02 Mar 2026 00:00:00 GMT"
    site.put("/feed", feed(item(1)), RSS, ETag='W/"1"', Last_Modified=stamp)
    first = shelf.feed()
    await refreshed(first)
    await shelf.sync(first)
    assert not await refreshed(first)
    second = shelf.feed()
    assert await shelf.sync(second) == {"post-1": "unchanged"}
    assert not await refreshed(second)
    assert [request.headers.get("If-None-Match") for request in site.asked] == [None, 'W/"1"', 'W/"1"']
    assert site.asked[-1].headers["If-Modified-Since"] == stamp


async def test_a_server_that_ignores_conditions_is_heard_once(site, shelf):
    """The same bytes again are nothing new."""
    site.put("/feed", feed(item(1)), RSS)
    source = shelf.feed()
    await refreshed(source)
    await shelf.sync(source)
    assert not await refreshed(source)


async def test_a_crash_between_fetching_and_keeping_loses_nothing(site, shelf):
    """What was fetched is here: the next process takes it in, though the server says that nothing changed."""
    site.put("/feed", feed(item(1)), RSS, ETag='"1"')
    await refreshed(shelf.feed())
    after = shelf.feed()
    assert await refreshed(after)
    assert await shelf.sync(after) == {"post-1": "added"}


async def test_before_the_first_answer_there_is_nothing_to_read(site, shelf):
    """A source that was never reached says so instead of having an empty first sync."""
    with pytest.raises(Temporary, match=r"source\.not_fetched"):
        await shelf.sync(shelf.feed())
    site.put("/feed", feed(item(1)), RSS)
    source = shelf.feed()
    await refreshed(source)
    (found,) = await shelf.library.sync(source, SERIES)
    assert not found.is_news


async def test_the_backlog_is_silent_and_a_later_entry_is_news(site, shelf):
    """Only what appears after the first sync, and is newer, may be pushed; two at once are both heard."""
    site.put("/feed", feed(item(2), item(1)), RSS)
    source = shelf.feed()
    await refreshed(source)
    assert not any(one.is_news for one in await shelf.library.sync(source, SERIES))
    site.put("/feed", feed(item(5), item(4), item(2), item(1)), RSS)
    assert await refreshed(source)
    news = [one.key for one in await shelf.library.sync(source, SERIES) if one.is_news]
    assert news == ["post-4", "post-5"]


async def test_the_hash_decides_not_the_stamp(site, shelf):
    """A new `updated` alone is no revision; a changed word is, under the same key."""

    def atom(updated, text, published="<published>2026-02-01T00:00:00Z</published>"):
        return (
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:e.org,2026:a</id><title>T</title>'
            f"<updated>{updated}</updated>{published}<content type='html'>&lt;p&gt;{text}&lt;/p&gt;</content>"
            "</entry></feed>"
        )

    for published in ("<published>2026-02-01T00:00:00Z</published>", ""):
        path = f"/atom{len(published)}"
        source = shelf.feed(path)
        site.put(path, atom("2026-02-01T08:00:00Z", "one", published), "application/atom+xml")
        await refreshed(source)
        (key,) = await shelf.sync(source)
        site.put(path, atom("2026-02-09T08:00:00Z", "one", published), "application/atom+xml")
        assert await refreshed(source)
        assert await shelf.sync(source) == {key: "unchanged"}
        site.put(path, atom("2026-02-09T08:00:00Z", "two", published), "application/atom+xml")
        assert await refreshed(source)
        assert await shelf.sync(source) == {key: "changed"}
        stored = (await shelf.store.issues.by_key(key, "weekly")).issue
        assert plain(stored.blocks) == "two"
        assert stored.published_on == date(2026, 2, 1)
        site.put(path, atom("2026-02-09T08:00:00Z", "one", published), "application/atom+xml")
        await refreshed(source)
        await shelf.sync(source)


async def test_an_entry_that_leaves_the_feed_stays(site, shelf):
    """A feed shows its newest entries; the older ones are not gone."""
    site.put("/feed", feed(item(2), item(1)), RSS)
    source = shelf.feed()
    await refreshed(source)
    await shelf.sync(source)
    site.put("/feed", feed(item(3), item(2)), RSS)
    await refreshed(source)
    assert await shelf.sync(source) == {"post-1": "unchanged", "post-2": "unchanged", "post-3": "added"}


async def test_a_feed_of_summaries_is_refused_with_its_reason(site, shelf):
    """And what was there before stays readable."""
    summary = "<item><guid>s</guid><title>S</title><description>Only a few words.</description></item>"
    source = shelf.feed()
    site.put("/feed", feed(summary), RSS)
    with pytest.raises(Refused, match=r"feed\.summary_only"):
        await refreshed(source)
    site.put("/feed", feed(item(1)), RSS)
    await refreshed(source)
    await shelf.sync(source)
    site.put("/feed", feed(summary), RSS)
    with pytest.raises(Refused, match=r"feed\.summary_only"):
        await refreshed(source)
    assert await shelf.sync(source) == {"post-1": "unchanged"}


async def test_one_bad_entry_stops_no_other(site, shelf):
    """A summary among full texts, one id twice, and an entry with nothing in it: each is told, the rest is there."""
    summary = "<item><guid>s</guid><title>S</title><description>Only a few words.</description></item>"
    empty = "<item><guid>e</guid><content:encoded> </content:encoded><description>&lt;p&gt; &lt;/p&gt;</description></item>"
    site.put("/feed", feed(item(2), summary, empty, item(1), item(1, "<p>again</p>")), RSS)
    source = shelf.feed()
    await refreshed(source)
    found = await shelf.library.sync(source, SERIES)
    fared = {one.loaded.file.name: one.result for one in found}
    assert fared["post-1.html"] == fared["post-2.html"] == "added"
    assert fared["s.html"] == fared["post-1~2.html"] == "refused"
    codes = {one.loaded.file.name: {problem.code for problem in one.problems} for one in found}
    assert codes["s.html"] == {"feed_summary_only"}
    assert codes["post-1~2.html"] == {"feed_doubled"}
    assert "nothing_to_read" in codes["e.html"]


@pytest.mark.parametrize(
    ("body", "kind", "key"),
    [
        ('<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel/></rss>', RSS, "feed.declares"),
        ('<!DOCTYPE rss SYSTEM "http://127.0.0.1/dtd"><rss/>', RSS, "feed.declares"),
        ("<rss><channel>", RSS, "feed.broken"),
        ("<html><body>a page</body></html>", "application/xml", "feed.unknown"),
        ('{"version": "1"}', "application/json", "feed.unknown"),
        ("<html>", "text/html", "fetch.wrong_type"),
        ("<rss>" + " " * 10_485_760, RSS, "fetch.too_large"),
    ],
)
async def test_what_is_no_safe_feed_is_refused(site, shelf, body, kind, key):
    """Declarations, broken or foreign text, a wrong type, a flood: refused with a reason, nothing else is asked for."""
    site.put("/feed", body, kind)
    with pytest.raises(Refused) as caught:
        await refreshed(shelf.feed())
    assert caught.value.key == key
    assert site.paths == ["/feed"]


async def test_a_feed_inside_the_network_is_refused(shelf):
    """The fetcher's judgement holds for feeds: a redirect inside is not followed."""
    shelf.site.redirect("/feed", "http://169.254.169.254/latest")
    with pytest.raises(Refused, match=r"fetch\.private"):
        await refreshed(shelf.feed())


async def test_patience_is_kept_over_restarts(site, shelf):
    """Retry-After: nobody is asked before, whichever process; afterwards the feed is read."""
    site.put("/feed", "", RSS, 429, Retry_After="600")
    with pytest.raises(Temporary, match=r"fetch\.busy"):
        await refreshed(shelf.feed())
    site.put("/feed", feed(item(1)), RSS)
    shelf.clock.move(minutes=9)
    with pytest.raises(Temporary, match=r"fetch\.waits") as caught:
        await refreshed(shelf.feed())
    assert caught.value.arguments["retry_after_s"] == 60
    assert len(site.asked) == 1
    shelf.clock.move(minutes=2)
    assert await refreshed(shelf.feed())


async def test_visits_follow_the_schedule_and_back_off(site, shelf, monkeypatch):
    """Half an hour between visits, doubling waits after trouble, and the server's own word where it gives one."""
    waits = []

    async def rest(seconds):
        waits.append(seconds)
        if len(waits) == 1:
            site.put("/feed", "", RSS, 500)
        if len(waits) == 3:
            site.put("/feed", "", RSS, 503, Retry_After="5000")
        if len(waits) == 4:
            raise asyncio.CancelledError

    monkeypatch.setattr("bot.sources.visits.asyncio.sleep", rest)
    monkeypatch.setattr("bot.sources.visits.JITTER", 0)
    site.put("/feed", feed(item(1)), RSS)
    source = shelf.feed()
    seen = 0
    with suppress(asyncio.CancelledError):
        async for _ in source.changes():
            seen += 1
            for _ in source.files():
                pass
    assert seen == 1
    assert waits == [timedelta(minutes=30).total_seconds(), 30, 60, 5000]
    assert source.contact.failures == 3
    assert "fetch.busy" in source.contact.trouble


async def test_pictures_come_from_listed_hosts_only(site, shelf):
    """Relative to the entry's own address; without the host in the list nobody is asked and the link stays."""
    site.put("/feed", feed(item(1)), RSS)
    site.put("/posts/1/p.png", png(8, 6), "image/png")
    source = shelf.feed()
    await refreshed(source)
    (found,) = await shelf.library.sync(source, SERIES)
    assert [one.code for one in found.problems if "picture" in one.code] == ["picture_remote"]
    assert site.paths == ["/feed"]
    (found,) = await shelf.library.sync(shelf.feed(), LISTED)
    assert site.paths == ["/feed", "/posts/1/p.png"]
    stored = await shelf.store.issues.by_key("post-1", "weekly")
    src = f"{site.address}/posts/1/p.png"
    assert [picture.src for picture in stored.issue.images] == [src]
    assert (stored.pictures[src].width, stored.pictures[src].height) == (8, 6)
    assert links(stored.issue.blocks) == ()


@pytest.mark.parametrize("answer", ["gone", "busy", "page", "inside"])
async def test_a_picture_that_does_not_come_is_told_and_tried_again(site, shelf, answer):
    """The issue is there without it; when it can be had, the next sync has it."""
    path = "/posts/1/p.png"
    match answer:
        case "busy":
            site.put(path, "", "text/plain", 503)
        case "page":
            site.put(path, "<html>", "image/png")
        case "inside":
            site.redirect(path, "http://127.0.0.1:9/")
    site.put("/feed", feed(item(1)), RSS)
    source = shelf.feed()
    await refreshed(source)
    (found,) = await shelf.library.sync(source, LISTED)
    assert found.result == "added"
    codes = [one.code for one in found.problems if "picture" in one.code]
    # a redirect to another host of the list may not leave the public internet either
    assert codes == ["picture_not_fetched"]
    site.put(path, png(8, 6), "image/png")
    assert await shelf.sync(source, LISTED) == {"post-1": "changed"}
    assert (await shelf.store.issues.by_key("post-1", "weekly")).pictures


async def test_json_feeds_are_read_the_same_way(site, shelf):
    """HTML in JSON is the same HTML."""
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "https://e.org/Some Post/", "title": "T", "content_html": TEXT, "url": "/p/1/"}],
    }
    site.put("/feed", json.dumps(body), "application/feed+json")
    source = shelf.feed()
    await refreshed(source)
    (found,) = await shelf.library.sync(source, SERIES)
    assert found.loaded.file.name.startswith("some-post-")
    assert [section.title for section in found.loaded.issue.sections] == ["Models", "Tools"]


async def test_there_are_no_files_beside_an_entry(site, shelf):
    """A path that tries to reach some finds nothing."""
    site.put("/feed", feed(item(1)), RSS)
    source = shelf.feed()
    await refreshed(source)
    (file,) = source.files()
    with pytest.raises(NotFound):
        source.picture(file, "note.json")


async def test_an_address_keeps_its_secrets(shelf):
    """What stands after `?` may be a password: no log and no identity shows it."""
    source = shelf.feed("/feed?token=hush")
    assert "hush" not in source.identity
    assert source.identity != shelf.feed("/feed?token=other").identity
