"""Does an import go on where it stopped, passing over what it knows, and is every new source's backlog silent?"""

import io
from contextlib import aclosing

import pytest
from PIL import Image

from bot.delivery.opening import Opener, SeriesRule
from bot.library import Library
from bot.media.cellar import Cellar
from bot.sources.folder import FolderSource, LooseFiles
from digest.issue import Series
from digest.parse import parse
from storage.store import open_store
from tests.contract.delivery.floor import SetClock

SERIES = Series("weekly", "Weekly", "Asia/Shanghai")
TEXT = (
    "---\ndate: 2026-02-{n:02}\n---\n# Weekly {n}\n\n## Models\n\n### Item {n}\n\nText.\n\n![p](p{n}.png)\n"
)


class Counting:
    """The parser, counting."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, source, *, name, **arguments):
        self.names.append(name)
        return parse(source, name=name, **arguments)


class Shelf:
    """A library over folders, with its parts in reach."""

    def __init__(self, folder, store) -> None:
        self.root = folder
        self.store = store
        self.clock = SetClock()
        self.parser = Counting()
        self.library = Library(store, Cellar(folder / "media"), self.clock, self.parser)

    def folder(self, name: str, *numbers: int) -> FolderSource:
        for n in numbers:
            path = self.root / name / f"{n}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(TEXT.format(n=n), "utf-8")
        (self.root / name).mkdir(exist_ok=True)
        return FolderSource(self.root / name, ("*.md",))

    async def news(self, source) -> list[str | None]:
        return [one.key for one in await self.library.sync(source, SERIES) if one.is_news]

    async def results(self, source) -> dict[str, str]:
        self.parser.names.clear()
        return {one.loaded.file.name: one.result for one in await self.library.sync(source, SERIES)}


@pytest.fixture
async def shelf(tmp_path):
    store = await open_store("sqlite+aiosqlite://")
    yield Shelf(tmp_path, store)
    await store.close()


async def test_what_is_known_is_not_parsed_again(shelf):
    """Neither text nor picture changed: no parsing; the answer names key and problems all the same."""
    source = shelf.folder("a", 1, 2, 3)
    first = await shelf.library.sync(source, SERIES)
    shelf.parser.names.clear()
    again = await shelf.library.sync(source, SERIES)
    assert shelf.parser.names == []
    assert [(one.key, one.result, one.problems) for one in again] == [
        (one.key, "unchanged", one.problems) for one in first
    ]
    assert any(problem.code == "picture_missing" for problem in again[0].problems)


async def test_a_changed_text_or_picture_is_read_again_alone(shelf):
    """One text changed, a picture came, another changed: these three are parsed, and no fourth."""
    source = shelf.folder("a", 1, 2, 3, 4)
    _draw(shelf.root / "a" / "p3.png", "blue")
    await shelf.results(source)
    _draw(shelf.root / "a" / "p2.png", "blue")
    _draw(shelf.root / "a" / "p3.png", "red")
    (shelf.root / "a" / "4.md").write_text(TEXT.format(n=4) + "\nMore.\n", "utf-8")
    assert await shelf.results(source) == {
        "1.md": "unchanged",
        "2.md": "changed",
        "3.md": "changed",
        "4.md": "changed",
    }
    assert shelf.parser.names == ["2.md", "3.md", "4.md"]


async def test_a_series_read_otherwise_is_read_again(shelf):
    """Another title, zone or profile of the series changes the reading, so nothing is passed over."""
    source = shelf.folder("a", 1)
    await shelf.results(source)
    shelf.parser.names.clear()
    await shelf.library.sync(source, Series("weekly", "Weekly", "Europe/Berlin"))
    assert shelf.parser.names == ["1.md"]


async def test_an_import_cut_off_goes_on(shelf):
    """What was stored before the cut is passed over; the rest is still backlog."""
    source = shelf.folder("a", 1, 2, 3, 4)
    async with aclosing(shelf.library.walk(source, SERIES)) as walk:
        async for imported in walk:
            if imported.key == "2":
                break
    assert await shelf.store.issues.count("weekly") == 2
    shelf.parser.names.clear()
    assert await shelf.news(source) == []
    # and the first, that had seen no other when it was read, once more as one among all
    assert shelf.parser.names == ["3.md", "4.md", "1.md"]
    shelf.folder("a", 5)
    assert await shelf.news(source) == ["5"]


async def test_the_backlog_of_a_second_source_is_silent_too(shelf):
    """Its issues are newer than all there were, yet they were there before anybody looked."""
    first = shelf.folder("a", 1, 2)
    await shelf.results(first)
    second = shelf.folder("b", 8, 9)
    assert await shelf.news(second) == []
    shelf.folder("b", 10)
    assert await shelf.news(second) == ["10"]


async def test_the_first_issue_in_an_empty_source_is_news(shelf):
    """A source that was looked at while empty has no backlog left."""
    source = shelf.folder("a")
    assert await shelf.news(source) == []
    shelf.folder("a", 1)
    assert await shelf.news(source) == ["1"]


async def test_an_old_file_added_late_is_silent(shelf):
    """Newer by date or number than the newest known one, or no news (content.md §7.3)."""
    source = shelf.folder("a", 5)
    await shelf.results(source)
    shelf.folder("a", 3)
    assert await shelf.news(source) == []


async def test_a_file_handed_in_is_no_source_of_its_own(shelf):
    """A single file read beside the sources is neither noted nor missed, and news where the series has issues."""
    await shelf.results(shelf.folder("a", 1))
    shelf.folder("b", 2)
    loose = LooseFiles(shelf.root / "b", (), only="2.md")
    assert await shelf.news(loose) == ["2"]
    await shelf.results(loose)
    assert shelf.parser.names == ["2.md"]


async def test_a_file_that_went_and_came_back_is_seen(shelf):
    """Its issue stays meanwhile, marked; when the file is back, it is read and the mark goes."""
    source = shelf.folder("a", 1, 2)
    await shelf.results(source)
    (shelf.root / "a" / "1.md").rename(shelf.root / "kept")
    await shelf.results(source)
    lines = {line.key: line.is_file_gone for line in await shelf.store.issues.lines("weekly")}
    assert lines == {"1": True, "2": False}
    (shelf.root / "kept").rename(shelf.root / "a" / "1.md")
    assert await shelf.results(source) == {"1.md": "unchanged", "2.md": "unchanged"}
    assert not any(line.is_file_gone for line in await shelf.store.issues.lines("weekly"))


async def test_two_known_files_of_one_issue_are_still_told(shelf):
    """A copy that appears beside a known file is refused every time."""
    source = shelf.folder("a", 1)
    await shelf.results(source)
    (shelf.root / "a" / "copy.md").write_text(TEXT.format(n=1).replace("Text.", "Copy."), "utf-8")
    for _ in range(2):
        assert await shelf.results(source) == {"1.md": "unchanged", "copy.md": "refused"}


async def test_a_backlog_that_is_held_back_waits_over_an_interruption(shelf):
    """`push_backlog = false`: no slot sends what a first sync found, though it took two starts."""
    opener = Opener(shelf.store, shelf.clock, {"weekly": SeriesRule(pushes_backlog=False)}, wake=lambda: None)
    source = shelf.folder("a", 1, 2)
    async with aclosing(shelf.library.walk(source, SERIES)) as walk:
        await anext(walk)
    shelf.clock.move(days=1)
    await shelf.results(source)
    assert await opener._newest("weekly") is None
    shelf.clock.move(days=1)
    shelf.folder("a", 3)
    await shelf.results(source)
    newest = await opener._newest("weekly")
    assert newest is not None
    assert newest.issue.key == "3"


def _draw(path, colour: str) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(drawn, "PNG")
    path.write_bytes(drawn.getvalue())
