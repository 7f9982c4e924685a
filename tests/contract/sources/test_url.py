"""Does one address become one issue: Markdown, a page, an issue of a code host? Against a real server on loopback."""

import asyncio
import json
from datetime import date

import pytest
from sqlalchemy import update

from bot.upkeep import Upkeep
from digest.document import links, plain
from digest.errors import NotFound, Refused, Temporary
from digest.parse import parse
from storage.schema import revision
from tests.contract.sources.shelf import LISTED, SERIES
from tests.contract.telegram.stage import png

HTML = "text/html; charset=utf-8"
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="{charset}"><title>Weekly 12 - Site</title>
<meta property="article:published_time" content="2026-02-25T20:00:00+00:00"></head>
<body><nav><a href="/">Home</a></nav><main><h1>Weekly 12</h1><h2>Models</h2><h3><a href="a">模型</a></h3>
<p>Text <img src="p.png"></p><h3>B</h3><p>More.</p></main></body></html>
"""
MARKDOWN = "# Weekly 13\n\n## Models\n\n### A\n\n[more](https://e.org/a) ![](assets/p.png)\n"


async def taken(shelf, source, series=SERIES):
    """The stored issue of a source's one file."""
    assert await asyncio.to_thread(source.refresh)
    (found,) = await shelf.library.sync(source, series)
    assert found.key, found.problems
    return await shelf.store.issues.by_key(found.key, "weekly")


@pytest.mark.parametrize(
    ("encoding", "declared", "kind"),
    [
        ("utf-8", "utf-8", HTML),
        ("utf-8", "iso-8859-1", "text/html"),
        ("gbk", "gb2312", "text/html"),
        ("gbk", "utf-8", "text/html; charset=GBK"),
        ("big5", "big5", "text/html"),
    ],
)
async def test_a_page_is_an_issue(site, shelf, encoding, declared, kind):
    """Its marked content, its own title and date, whole addresses, whatever encoding it comes in."""
    site.put("/weekly/12", PAGE.format(charset=declared).encode(encoding), kind)
    stored = (await taken(shelf, shelf.url("/weekly/12"))).issue
    assert (stored.key, stored.number, stored.titles) == ("12", 12, ("Weekly 12",))
    assert (stored.published_on, stored.language) == (date(2026, 2, 26), "en")
    assert [item.title for item in stored.items] == ["模型", "B"]
    assert stored.items[0].links == (f"{site.address}/weekly/a",)
    assert "Home" not in plain(stored.blocks)


async def test_markdown_is_an_issue_byte_for_byte(site, shelf):
    """What is kept is what was sent; the file's name says number and date."""
    site.put("/raw/2026-02-25.md", MARKDOWN, "text/plain; charset=utf-8")
    source = shelf.url("/raw/2026-02-25.md")
    stored = (await taken(shelf, source)).issue
    assert (stored.number, stored.published_on, stored.date_from) == (13, date(2026, 2, 25), "file name")
    (file,) = source.files()
    assert file.content == MARKDOWN.encode()
    assert links(stored.blocks) == ("https://e.org/a",)


async def test_relative_pictures_are_seen_from_the_address(site, shelf):
    """Also from Markdown, and after a redirect from where it led."""
    site.redirect("/latest", "/raw/13.md")
    site.put("/raw/13.md", MARKDOWN, "text/markdown")
    site.put("/raw/assets/p.png", png(8, 6), "image/png")
    stored = await taken(shelf, shelf.url("/latest"), LISTED)
    assert list(stored.pictures) == [f"{site.address}/raw/assets/p.png"]
    assert [image.src for image in stored.issue.images] == [f"{site.address}/raw/assets/p.png"]


async def test_relative_links_are_seen_from_the_address(site, shelf):
    """In Markdown as in a page, also in raw HTML and references, after a redirect from where it led; and nobody is warned."""
    text = (
        "# Weekly 13\n\n## Models\n\n### [A](../a?b=1)\n\n[mail](mailto:a@e.org) [here](#x) [r] "
        "<a href='//cdn.example.org/c'>c</a>\n\n[![p](p.png)](/whole)\n\n[r]: b.md#part\n"
    )
    site.redirect("/latest", "/raw/13.md")
    site.put("/raw/13.md", text, "text/markdown")
    source = shelf.url("/latest")
    assert await asyncio.to_thread(source.refresh)
    (found,) = await shelf.library.sync(source, SERIES)
    assert not [one for one in found.problems if one.code.startswith("link_")]
    (item,) = found.loaded.issue.items
    assert item.links == (
        f"{site.address}/a?b=1",
        "mailto:a@e.org",
        f"{site.address}/raw/b.md#part",
        "http://cdn.example.org/c",  # the scheme is the page's
        f"{site.address}/whole",
    )
    before = await shelf.store.issues.by_key("13", "weekly")
    await shelf.store.database.write(
        lambda connection: connection.execute(update(revision).values(parser_version=0))
    )
    assert await Upkeep(shelf.store, shelf.library, shelf.clock, parse).reread({"weekly": SERIES}) == 1
    assert await shelf.store.issues.get(before.id) == before


async def test_an_issue_of_a_code_host_is_seen_from_its_page(site, shelf, monkeypatch):
    """Its links start where people read it, not where its data lies."""
    body = json.dumps({"title": "Weekly 9", "body": "## A\n\n### B\n\n[c](/o/digest/wiki)\n"})
    site.put("/repos/o/digest/issues/9", body, "application/json")
    monkeypatch.setattr("bot.sources.url.api_address", lambda _: f"{site.address}/repos/o/digest/issues/9")
    stored = (await taken(shelf, shelf.url("/o/digest/issues/9"))).issue
    assert stored.items[0].links == (f"{site.address}/o/digest/wiki",)
    (file,) = shelf.url("/o/digest/issues/9").files()
    assert file.web_base == f"{site.address}/o/digest/issues/9"


async def test_a_restart_asks_conditionally(site, shelf):
    """Nothing changed: nothing is sent, nothing is read anew."""
    site.put("/a.md", MARKDOWN, "text/markdown", ETag='"1"')
    await taken(shelf, shelf.url("/a.md"))
    again = shelf.url("/a.md")
    assert await shelf.sync(again) == {"13": "unchanged"}
    assert not await asyncio.to_thread(again.refresh)
    assert site.asked[-1].headers["If-None-Match"] == '"1"'


async def test_a_changed_page_is_a_revision(site, shelf):
    """Of the same issue."""
    source = shelf.url("/a.md")
    site.put("/a.md", MARKDOWN, "text/markdown")
    await taken(shelf, source)
    site.put("/a.md", MARKDOWN.replace("more", "changed"), "text/markdown")
    assert await asyncio.to_thread(source.refresh)
    assert await shelf.sync(source) == {"13": "changed"}


async def test_an_issue_of_a_code_host_is_read_from_its_data(site, shelf):
    """Title and day of opening stand before its text; its tracker's number is no number of an issue."""
    body = {
        "title": 'Weekly 14: "models"',
        "body": MARKDOWN.partition("\n\n")[2],
        "created_at": "2026-02-25T08:00:00Z",
    }
    site.put("/repos/o/digest/issues/77", json.dumps(body), "application/json; charset=utf-8")
    stored = (await taken(shelf, shelf.url("/repos/o/digest/issues/77"))).issue
    assert (stored.title, stored.number, stored.published_on) == (
        'Weekly 14: "models"',
        14,
        date(2026, 2, 25),
    )
    assert [item.title for item in stored.items] == ["A"]
    body["title"] = "No number"
    site.put("/repos/o/digest/issues/78", json.dumps(body), "application/json")
    stored = (await taken(shelf, shelf.url("/repos/o/digest/issues/78"))).issue
    assert (stored.number, stored.key) == (None, "2026-02-25")


@pytest.mark.parametrize("body", ["[]", "{}", '{"body": null}', "nonsense", '{"body": 7}', "[" * 100_000])
async def test_data_without_text_is_refused(site, shelf, body):
    """JSON that is no issue says so."""
    site.put("/a", body, "application/json")
    with pytest.raises(Refused, match=r"url\.no_text"):
        await asyncio.to_thread(shelf.url("/a").refresh)


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("application/pdf", b"%PDF-1.7", "fetch.wrong_type"),
        ("text/html", b"\x89PNG\r\n\x1a\n", "fetch.not_what_it_says"),
        ("text/html", b" " * 10_485_761, "fetch.too_large"),
    ],
)
async def test_what_is_no_page_is_refused(site, shelf, kind, body, key):
    """Neither a document, nor a picture under a page's name, nor a flood."""
    site.put("/a", body, kind)
    with pytest.raises(Refused) as caught:
        await asyncio.to_thread(shelf.url("/a").refresh)
    assert caught.value.key == key


async def test_a_page_that_vanishes_takes_nothing_with_it(site, shelf):
    """Gone for the server; what was read stays."""
    source = shelf.url("/a.md")
    site.put("/a.md", MARKDOWN, "text/markdown")
    await taken(shelf, source)
    del site.pages["/a.md"]
    with pytest.raises(NotFound):
        await asyncio.to_thread(source.refresh)
    assert await shelf.sync(source) == {"13": "unchanged"}


async def test_undecodable_text_is_told_by_the_parser(site, shelf):
    """Bytes in no encoding that was named: the file is refused with line and cure, not guessed at."""
    site.put("/a.md", b"# Weekly 1\n\n\xff\xfa\n", "text/markdown")
    source = shelf.url("/a.md")
    await asyncio.to_thread(source.refresh)
    (found,) = await shelf.library.sync(source, SERIES)
    assert (found.result, [problem.code for problem in found.problems]) == ("refused", ["not_utf8"])


async def test_a_note_another_version_left_is_no_stumbling_block(site, shelf):
    """What cannot be read is asked for again."""
    site.put("/a.md", MARKDOWN, "text/markdown")
    source = shelf.url("/a.md")
    await taken(shelf, source)
    (note,) = shelf.folder.rglob("note.json")
    for nonsense in ("", "{}", '{"files": [{"surname": 1}]}', "[]"):
        note.write_text(nonsense, "utf-8")
        with pytest.raises(Temporary, match=r"source\.not_fetched"):
            next(shelf.url("/a.md").files())
    assert await asyncio.to_thread(source.refresh) is False
    assert await shelf.sync(shelf.url("/a.md")) == {"13": "unchanged"}


async def test_a_copy_lies_in_one_folder_whatever_its_file_is_called(site, shelf):
    """A path that tries to leave becomes a name of letters and digits."""
    site.put("/etc/passwd", MARKDOWN, "text/plain")
    source = shelf.url("/a/%2e%2e/%2e%2e/%2e%2e/etc/passwd")
    await asyncio.to_thread(source.refresh)
    assert site.paths == ["/etc/passwd"]
    assert {one.parent.parent for one in shelf.folder.rglob("*") if one.is_file()} == {shelf.folder}


@pytest.mark.parametrize("path", ["/raw/13.md", "/raw/12"])
async def test_a_better_parser_sees_pictures_from_where_they_were(site, shelf, path):
    """Read again from the stored bytes alone, the tree is the same: addresses, pictures, facts of the head."""
    site.put("/raw/13.md", MARKDOWN, "text/markdown")
    site.put("/raw/12", PAGE.format(charset="utf-8"), HTML)
    for picture in ("/raw/assets/p.png", "/raw/p.png"):
        site.put(picture, png(8, 6), "image/png")
    before = await taken(shelf, shelf.url(path), LISTED)
    assert before.pictures
    await shelf.store.database.write(
        lambda connection: connection.execute(update(revision).values(parser_version=0))
    )
    site.pages.clear()
    assert await Upkeep(shelf.store, shelf.library, shelf.clock, parse).reread({"weekly": LISTED}) == 1
    assert await shelf.store.issues.get(before.id) == before
