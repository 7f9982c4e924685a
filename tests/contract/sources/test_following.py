"""Are the pages of a feed of summaries read, politely and one by one? Against a real server on loopback."""

import asyncio
from datetime import date

import pytest

from digest.document import plain
from digest.errors import Refused
from digest.parse import parse
from tests.contract.sources.shelf import SERIES

ATOM = "application/atom+xml"
HTML = "text/html; charset=utf-8"
PAGE = (
    "<!DOCTYPE html><html lang='en'><head><title>Site</title><meta name='zhouzhi-entry' content='forged'>"
    "<meta property='article:published_time' content='1999-01-01'></head><body><nav><a href='/'>Home</a></nav>"
    "<article><h1>The headline</h1><h2>Models</h2><h3><a href='a'>One</a></h3><p>{text}</p><h3>Two</h3>"
    "<p>More.</p></article></body></html>"
)


def entry(name, *, updated="2026-02-01T08:00:00Z", link=None, title=None):
    address = f"/posts/{name}" if link is None else link
    at = f'<link href="{address}"/>' if address else ""
    return (
        f"<entry><id>{name}</id><title>{title or name}</title>{at}<updated>{updated}</updated>"
        f"<published>2026-02-01T08:00:00Z</published><summary>A few words.</summary></entry>"
    )


def feed(*entries):
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'


def put_page(site, name, text="Text.", **headers):
    site.put(f"/posts/{name}", PAGE.replace("{text}", text), HTML, **headers)


async def refreshed(source):
    return await asyncio.to_thread(source.refresh)


async def fared(shelf, source):
    """How each file fared, and the problem that refused it."""
    found = await shelf.library.sync(source, SERIES)
    return {
        one.loaded.file.name.removesuffix(".html"): one.result
        if one.result != "refused"
        else one.problems[0].code
        for one in found
    }


async def test_an_entry_is_read_from_its_page(site, shelf):
    """Its article, seen from where the page lies; key, title and day are the feed's, whatever the page says."""
    site.put("/feed", feed(entry("one")), ATOM)
    site.redirect("/posts/one", "/2026/one/")
    site.put("/2026/one/", PAGE, HTML)
    source = shelf.feed(follow=True)
    assert await refreshed(source)
    assert await fared(shelf, source) == {"one": "added"}
    issue = (await shelf.store.issues.by_key("one", "weekly")).issue
    assert (issue.titles[0], issue.published_on, issue.date_from) == ("one", date(2026, 2, 1), "feed")
    assert [item.title for item in issue.items] == ["One", "Two"]
    assert issue.items[0].links == (f"{site.address}/2026/one/a",)
    assert "Home" not in plain(issue.blocks)
    (file,) = source.files()
    assert parse(file.content, series=SERIES, name=file.name).issue == issue


async def test_without_the_choice_the_refusal_names_it(site, shelf):
    """Nobody's pages are asked for unbidden."""
    site.put("/feed", feed(entry("one")), ATOM)
    with pytest.raises(Refused, match=r"feed\.summary_only"):
        await refreshed(shelf.feed())
    assert site.paths == ["/feed"]


async def test_a_page_is_asked_for_again_only_when_its_entry_moved(site, shelf):
    """New or updated entries only, conditionally; over restarts as well."""
    site.put("/feed", feed(entry("one"), entry("two")), ATOM)
    put_page(site, "one", ETag='"1"')
    put_page(site, "two")
    source = shelf.feed(follow=True)
    await refreshed(source)
    await fared(shelf, source)
    assert sorted(site.paths) == ["/feed", "/posts/one", "/posts/two"]
    again = shelf.feed(follow=True)
    await fared(shelf, again)
    assert not await refreshed(again)
    assert len(site.asked) == 4
    site.put("/feed", feed(entry("one", updated="2026-02-03T08:00:00Z"), entry("two")), ATOM)
    await refreshed(again)
    assert site.paths[4:] == ["/feed", "/posts/one"]
    assert site.asked[-1].headers["If-None-Match"] == '"1"'
    assert await fared(shelf, again) == {"one": "unchanged", "two": "unchanged"}
    put_page(site, "one", "Better.", ETag='"2"')
    site.put("/feed", feed(entry("one", updated="2026-02-04T08:00:00Z"), entry("two")), ATOM)
    await refreshed(again)
    assert await fared(shelf, again) == {"one": "changed", "two": "unchanged"}
    assert not await refreshed(again)


async def test_a_page_out_of_reach_is_told_and_tried_again(site, shelf):
    """The others go on; the next try waits longer each time; once the page is there, so is its entry."""
    site.put(
        "/feed", feed(entry("one"), entry("two"), entry("three", link=""), entry("four")), ATOM, ETag='"f"'
    )
    put_page(site, "two")
    site.put("/posts/four", b"%PDF-1.7", "application/pdf")
    source = shelf.feed(follow=True)
    await refreshed(source)
    assert await fared(shelf, source) == {
        "one": "feed_page_missing",
        "two": "added",
        "three": "feed_no_page",
        "four": "feed_page_missing",
    }
    (told,) = [one for one in await shelf.library.look(source, SERIES) if one.file.name == "one.html"]
    assert "404" in str(told.problems[0].arguments["reason"])
    put_page(site, "one")
    await refreshed(source)
    assert site.paths.count("/posts/one") == 1  # not before its time
    shelf.clock.move(minutes=31)
    assert await refreshed(shelf.feed(follow=True))
    assert site.paths.count("/posts/one") == 2
    assert (await fared(shelf, shelf.feed(follow=True)))["one"] == "added"
    shelf.clock.move(minutes=31)
    await refreshed(source)
    assert site.paths.count("/posts/four") == 2  # tried twice, the third time an hour later
    shelf.clock.move(minutes=31)
    await refreshed(source)
    assert site.paths.count("/posts/four") == 3


async def test_what_was_read_stays_while_its_page_is_away(site, shelf):
    """The last good revision stays live; the page is tried again."""
    site.put("/feed", feed(entry("one")), ATOM)
    put_page(site, "one")
    source = shelf.feed(follow=True)
    await refreshed(source)
    await fared(shelf, source)
    site.put("/feed", feed(entry("one", updated="2026-02-03T08:00:00Z")), ATOM)
    site.put("/posts/one", "", HTML, 500)
    await refreshed(source)
    assert await fared(shelf, source) == {"one": "unchanged"}
    put_page(site, "one", "New.")
    shelf.clock.move(minutes=31)
    await refreshed(source)
    assert await fared(shelf, source) == {"one": "changed"}


async def test_a_host_that_asks_for_patience_is_left_alone(site, shelf):
    """Not one more page of it in this visit; those already there are kept, the rest comes later."""
    names = ["one", "two", "three"]
    site.put("/feed", feed(*map(entry, names)), ATOM)
    for name in names:
        site.put(f"/posts/{name}", "", HTML, 429, Retry_After="7200")
    source = shelf.feed(follow=True)
    await refreshed(source)
    assert len(site.asked) == 2
    for name in names:
        put_page(site, name)
    shelf.clock.move(minutes=31)
    await refreshed(source)
    shelf.clock.move(minutes=100)
    await refreshed(source)
    assert set((await fared(shelf, source)).values()) == {"added"}


async def test_a_visit_has_a_bound(site, shelf, monkeypatch):
    """The newest first; what waits is told, and comes with the next visit though the feed has not changed."""
    monkeypatch.setattr("bot.sources.following.PAGES_A_VISIT", 2)
    names = [f"p{day}" for day in "abc"]
    site.put("/feed", feed(*map(entry, names)), ATOM, ETag='"f"')
    for name in names:
        put_page(site, name)
    source = shelf.feed(follow=True)
    await refreshed(source)
    assert sorted((await fared(shelf, source)).values()) == ["added", "added", "feed_page_waits"]
    assert await refreshed(source)
    assert sorted((await fared(shelf, source)).values()) == ["added", "unchanged", "unchanged"]


async def test_a_page_inside_the_network_is_refused(site, shelf):
    """The fetcher's judgement holds for every link of a feed."""
    site.put(
        "/feed",
        feed(entry("one", link="http://169.254.169.254/latest"), entry("two", link="file:///etc/passwd")),
        ATOM,
    )
    source = shelf.feed(follow=True)
    await refreshed(source)
    assert set((await fared(shelf, source)).values()) == {"feed_page_missing"}
    assert site.paths == ["/feed"]
