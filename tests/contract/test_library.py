"""Do files become stored issues, one broken one never stopping the others?"""

import io
from datetime import UTC, date, datetime

import pytest
from PIL import Image

from bot.library import Library
from bot.media.cellar import Cellar
from bot.sources.folder import FolderSource
from digest.errors import NotFound
from digest.issue import Series
from storage.store import open_store
from tests.contract.delivery.floor import SetClock

SERIES = Series("weekly", "Weekly", "Asia/Shanghai")
TEXT = "# Weekly {n}\n\n## Models\n\n### Item {n}\n\nText.\n\n![drawn](assets/{n}.png)\n"


@pytest.fixture
async def shelf(tmp_path):
    """A library over a folder with two issues and one picture."""
    store = await open_store("sqlite+aiosqlite://")
    folder = tmp_path / "issues"
    (folder / "assets").mkdir(parents=True)
    for n in (1, 2):
        (folder / f"weekly-{n}.md").write_text(f"---\ndate: 2026-02-0{n}\n---\n" + TEXT.format(n=n), "utf-8")
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "blue").save(drawn, "PNG")
    (folder / "assets" / "1.png").write_bytes(drawn.getvalue())
    clock = SetClock()
    cellar = Cellar(tmp_path / "media")
    yield (
        store,
        Library(store, cellar, clock),
        FolderSource(folder, ("*.md", "*.markdown")),
        folder,
        cellar,
        clock,
    )
    await store.close()


async def test_pictures_come_along_and_missing_ones_are_named(shelf):
    """The bytes are kept by their hash; what is not there is a problem with its line, not a failure."""
    store, library, source, _, cellar, _ = shelf
    first, second = await library.sync(source, SERIES)
    assert (first.result, second.result) == ("added", "added")
    stored = await store.issues.by_key("1", "weekly")
    picture = stored.pictures["assets/1.png"]
    assert (picture.width, picture.height, picture.mime) == (8, 8, "image/png")
    assert cellar.read(picture.sha)
    (problem,) = [one for one in second.problems if one.code == "picture_missing"]
    assert problem.line == 12
    with pytest.raises(NotFound):
        cellar.read("../../etc/passwd")


async def test_syncing_again_changes_nothing(shelf):
    """No second revision, no second row."""
    store, library, source, _, _, _ = shelf
    await library.sync(source, SERIES)
    again = await library.sync(source, SERIES)
    assert {one.result for one in again} == {"unchanged"}
    assert await store.issues.count("weekly") == 2


async def test_a_picture_that_arrives_later_is_a_revision(shelf):
    """The source is the same; with its picture it is another state."""
    store, library, source, folder, _, _ = shelf
    await library.sync(source, SERIES)
    (folder / "assets" / "2.png").write_bytes((folder / "assets" / "1.png").read_bytes())
    assert [one.result for one in await library.sync(source, SERIES)] == ["unchanged", "changed"]
    assert (await store.issues.by_key("2", "weekly")).pictures


async def test_the_first_sync_is_backlog_and_later_issues_are_news(shelf):
    """Only what appears later and is newer than all before may be pushed on publishing."""
    _, library, source, folder, _, clock = shelf
    assert not any(one.is_news for one in await library.sync(source, SERIES))
    clock.move(days=1)
    (folder / "weekly-3.md").write_text("---\ndate: 2026-02-09\n---\n" + TEXT.format(n=3), "utf-8")
    (folder / "weekly-0.md").write_text("---\ndate: 2026-01-01\n---\n" + TEXT.format(n=0), "utf-8")
    news = {one.loaded.file.name: one.is_news for one in await library.sync(source, SERIES)}
    assert news == {"weekly-0.md": False, "weekly-1.md": False, "weekly-2.md": False, "weekly-3.md": True}


async def test_one_broken_file_stops_nothing_and_the_last_good_revision_stays(shelf):
    """An unreadable new state of a file leaves the old one visible."""
    store, library, source, folder, _, _ = shelf
    await library.sync(source, SERIES)
    (folder / "weekly-1.md").write_bytes("周知".encode("utf-16"))
    (folder / "weekly-4.md").write_text("---\ndate: 2026-02-20\n---\n" + TEXT.format(n=4), "utf-8")
    results = {one.loaded.file.name: one.result for one in await library.sync(source, SERIES)}
    assert results == {"weekly-1.md": "refused", "weekly-2.md": "unchanged", "weekly-4.md": "added"}
    assert (await store.issues.by_key("1", "weekly")).issue.items


async def test_two_files_of_one_issue_are_named_and_the_first_stays(shelf):
    """The curator is told which other file it is."""
    store, library, source, folder, _, _ = shelf
    (folder / "zz-copy.md").write_text(TEXT.format(n=1).replace("Text.", "Copy."), "utf-8")
    results = await library.sync(source, SERIES)
    assert results[-1].result == "refused"
    assert [one.code for one in results[-1].problems][-1] == "duplicate_key"
    assert "Copy." not in str((await store.issues.by_key("1", "weekly")).issue)


async def test_an_embargo_ends_with_its_day(shelf):
    """Held until the day has begun in the series' zone; then it is there, once."""
    store, library, source, folder, _, clock = shelf
    clock.at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    (folder / "weekly-5.md").write_text("---\ndate: 2026-03-03\n---\n" + TEXT.format(n=5), "utf-8")
    await library.sync(source, SERIES)
    latest = await store.issues.latest("weekly")
    assert latest is not None
    assert latest.issue.key == "2"
    zones = {"weekly": "Asia/Shanghai"}
    assert await store.issues.release(datetime(2026, 3, 2, 15, 59, tzinfo=UTC), zones) == []
    (released,) = await store.issues.release(datetime(2026, 3, 2, 16, 0, tzinfo=UTC), zones)
    latest = await store.issues.latest("weekly")
    assert latest is not None
    assert (latest.id, latest.issue.published_on) == (released, date(2026, 3, 3))
    assert await store.issues.release(datetime(2026, 3, 3, tzinfo=UTC), zones) == []
