"""What becomes of an issue's pictures, from this disk and from other sites? They come in a thread, checked, or it is told."""

import asyncio
import threading

import pytest
from aiohttp import web

from bot.library import Library
from bot.media.cellar import Cellar
from bot.sources.folder import FolderSource
from digest.issue import Series
from storage.store import open_store
from tests.contract.delivery.floor import SetClock
from tests.contract.sources.site import Names, a_fetcher, opened_site
from tests.unit.media.drawing import drawn, moving, noise, saved

LISTED = Series("weekly", "Weekly", "Asia/Shanghai", image_hosts=("good.example", "inside.example"))


class Watched(FolderSource):
    """Remembers in which thread its pictures were asked for."""

    threads: list[threading.Thread]

    def picture(self, file, path):
        self.threads.append(threading.current_thread())
        return super().picture(file, path)


@pytest.fixture
async def site():
    async with opened_site() as opened:
        yield opened


@pytest.fixture
async def room(tmp_path, site):
    """A library over a folder, whose fetcher knows two names: one leads to the site, one inside."""
    folder = tmp_path / "issues"
    (folder / "assets").mkdir(parents=True)
    store = await open_store("sqlite+aiosqlite://")
    names = Names({"good.example": [["127.0.0.1"]], "inside.example": [["10.0.0.7"]]})
    fetcher = a_fetcher(site, lookup=names, timeout_s=0.3, max_bytes=100_000)
    source = Watched(folder, ("*.md",))
    source.threads = []
    yield folder, source, Library(store, Cellar(tmp_path / "media"), SetClock(), fetcher=fetcher), store
    await store.close()


def written(folder, *sources):
    shown = "\n\n".join(f"![drawn]({src})" for src in sources)
    (folder / "1.md").write_text(
        f"---\ndate: 2026-02-01\n---\n# Weekly 1\n\n## Models\n\n### Item\n\nText.\n\n{shown}\n", "utf-8"
    )


async def test_what_is_only_partly_shown_is_told_with_its_line(room):
    """A still of a film, the first page of several, and a format nobody opens: each a warning that says so."""
    folder, source, library, store = room
    (folder / "assets/film.gif").write_bytes(moving("GIF", (20, 20), frames=501))
    (folder / "assets/pages.tiff").write_bytes(moving("TIFF"))
    (folder / "assets/drawing.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    written(folder, "assets/film.gif", "assets/pages.tiff", "assets/drawing.svg")
    (found,) = await library.sync(source, LISTED)
    told = [(one.code, one.line, one.level) for one in found.problems if "picture" in one.code]
    assert told == [
        ("picture_still", 12, "warning"),
        ("picture_first_page", 14, "warning"),
        ("picture_format", 16, "warning"),
    ]
    assert found.problems[-1].arguments == {"src": "assets/drawing.svg", "format": "SVG"}
    assert len((await store.issues.by_key("1", "weekly")).pictures) == 2


async def test_pictures_are_decoded_beside_the_event_loop(room):
    """All of it happens in a thread of its own; everything else goes on meanwhile."""
    folder, source, library, _ = room
    for number in range(3):
        (folder / f"assets/{number}.tiff").write_bytes(drawn(kind="TIFF", colour=(number * 20, 90, 40)))
    written(folder, *(f"assets/{number}.tiff" for number in range(3)))
    (found,) = await library.sync(source, LISTED)
    assert len(found.loaded.pictures) == 3
    assert {thread is threading.main_thread() for thread in source.threads} == {False}


async def test_pictures_of_other_sites_come_through_the_safe_fetcher_alone(room, site):
    """Whatever a listed host tries, the picture becomes a link with a reason, and nothing inside is asked."""
    folder, source, library, store = room
    png = drawn()

    async def slow(_request):
        await asyncio.sleep(1)
        return web.Response(body=png, content_type="image/png")

    site.put("/good.png", png, "image/png")
    site.put("/named.html", png, "text/html")
    site.put("/text.png", b"<html>no picture</html>", "image/png")
    site.put("/large.png", saved(noise((300, 300), "RGB")), "image/png")
    site.put("/torn.png", png[:60], "image/png")
    site.put("/vector.svg", b"<svg/>", "image/svg+xml")
    site.redirect("/inside", "http://127.0.0.1:1/secret.png")
    site.redirect("/metadata", "http://169.254.169.254/latest/meta-data")
    site.redirect("/file", "file:///etc/passwd")
    site.pages["/slow.png"] = slow
    good = f"http://good.example:{site.port}"
    paths = ("named.html", "text.png", "large.png", "torn.png", "vector.svg", "inside", "metadata", "file")
    hostile = [f"{good}/{path}" for path in paths]
    hostile += [f"http://inside.example:{site.port}/p.png", f"http://other.example:{site.port}/p.png"]
    hostile.append(f"{good}/slow.png")  # the last: a host that does not answer is not asked again
    written(folder, f"{good}/good.png", *hostile)
    (found,) = await library.sync(source, LISTED)
    told = {one.arguments["src"]: one.code for one in found.problems if "picture" in one.code}
    assert told.keys() == set(hostile)
    assert {told[src] for src in hostile} == {"picture_not_fetched", "picture_remote", "picture_unreadable"}
    assert told[f"{good}/torn.png"] == "picture_unreadable"
    assert told[f"http://other.example:{site.port}/p.png"] == "picture_remote"
    stored = await store.issues.by_key("1", "weekly")
    assert list(stored.pictures) == [f"{good}/good.png"]
    assert "/secret.png" not in site.paths


async def test_without_listed_hosts_nothing_is_asked(room, site):
    """The default: pictures of other sites stay links."""
    folder, source, library, _ = room
    written(folder, f"http://good.example:{site.port}/good.png")
    (found,) = await library.sync(source, Series("weekly", "Weekly", "Asia/Shanghai"))
    assert [one.code for one in found.problems if "picture" in one.code] == ["picture_remote"]
    assert site.asked == []
