"""Do copies go whose source has gone, late enough, and nothing else with them?"""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app import Bot
from bot.config import load
from bot.sources.build import configured
from bot.sources.leftovers import KEPT_FOR, SINCE, KeepsCopy, sweep
from storage.store import open_store
from tests.contract.delivery.floor import SetClock

CONFIG = """
[[series]]
key = "weekly"
title = "Weekly"
sources = [{sources}]
"""
GIT = '{ kind = "git", url = "https://git.example.org/weekly.git" }'
FEED = '{ kind = "feed", url = "https://feed.example.org/all" }'
URL = '{ kind = "url", url = "https://example.org/1.md" }'


class Place:
    """A folder with a configuration, whose sources' copies are there without having been fetched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.clock = SetClock()

    def configure(self, *sources: str) -> list[object]:
        file = self.folder / "zhouzhi.toml"
        file.write_text(CONFIG.replace("{sources}", ", ".join(sources)), "utf-8")
        self.configuration = load(file)
        return [source for _, source in configured(self.configuration, clock=self.clock)]

    def copies(self, *sources: str) -> list[Path]:
        found = []
        for source in self.configure(*sources):
            assert isinstance(source, KeepsCopy)
            (source.copy_folder / "objects").mkdir(parents=True)
            (source.copy_folder / "objects" / "one").write_text("kept")
            found.append(source.copy_folder)
        return found

    def start(self, *sources: str) -> int:
        return sweep(self.data, self.configure(*sources), self.clock.now())


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


def test_a_copy_goes_a_month_after_its_source(place):
    """The first start that misses it notes the day; a start thirty days later removes it, and says so."""
    git, feed, url = place.copies(GIT, FEED, URL)
    assert {git.parent.name, feed.parent.name, url.parent.name} == {"git", "web"}
    assert place.start(FEED) == 0
    place.clock.move(days=29)
    assert place.start(FEED) == 0
    assert git.exists()
    place.clock.move(days=1)
    with capture_logs() as logs:
        assert place.start(FEED) == 2
    assert (git.exists(), feed.exists(), url.exists()) == (False, True, False)
    assert [one["folder"] for one in logs if one["event"] == "source.copy_removed"] == [str(git), str(url)]
    assert not (feed / SINCE).exists()


def test_a_source_that_comes_back_has_its_copy(place):
    """Back within the month: as it was, and its month begins anew when it leaves again."""
    (git,) = place.copies(GIT)
    place.start()
    place.clock.move(days=20)
    place.start(GIT)
    assert not (git / SINCE).exists()
    place.clock.move(days=20)
    assert place.start() == 0
    place.clock.move(days=20)
    assert place.start() == 0
    assert (git / "objects" / "one").read_text() == "kept"


def test_nothing_else_is_touched_and_no_link_is_followed(place, tmp_path):
    """Other names, files, links to folders elsewhere, and what a removed copy links to, all stay."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("mine")
    (git,) = place.copies(GIT)
    (git / "link").symlink_to(elsewhere)
    linked = git.parent / ("a" * 16)
    linked.symlink_to(elsewhere)
    for name in ("notes", "A" * 16, "a" * 15, "a" * 24):
        (git.parent / name).mkdir()
    (git.parent / ("b" * 16)).write_text("a file")
    (place.data / "media" / ("c" * 24)).mkdir(parents=True)
    (place.data / "web").symlink_to(elsewhere)
    (elsewhere / ("d" * 24)).mkdir()
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(git)}
    place.start()
    place.clock.move(days=31)
    assert place.start() == 1
    assert not git.exists()
    assert set(tmp_path.rglob("*")) == before
    assert (elsewhere / "precious").read_text() == "mine"


def test_a_stamp_that_cannot_be_read_begins_anew(place):
    """Rubbish, or a day to come after the clock was set back: the copy has its month again."""
    (git,) = place.copies(GIT)
    for stamp in ("yesterday", (place.clock.now() + timedelta(days=400)).isoformat()):
        (git / SINCE).write_text(stamp)
        assert place.start() == 0
        assert (git / SINCE).read_text() == place.clock.now().isoformat()


def test_a_copy_that_cannot_be_removed_is_told(place, monkeypatch):
    """The others go on; the log names the folder and the reason."""
    git, feed = place.copies(GIT, FEED)
    place.start()
    place.clock.move(seconds=KEPT_FOR.total_seconds())

    def refuse(path):
        if path == git:
            raise PermissionError(13, "Permission denied")
        for one in sorted(path.rglob("*"), reverse=True):
            one.unlink() if one.is_file() else one.rmdir()
        path.rmdir()

    monkeypatch.setattr("bot.sources.leftovers.shutil.rmtree", refuse)
    with capture_logs() as logs:
        assert place.start() == 1
    assert (git.exists(), feed.exists()) == (True, False)
    assert [(one["folder"], one["reason"]) for one in logs if one["event"] == "source.copy_stays"] == [
        (str(git), "Permission denied")
    ]


async def test_the_bot_sweeps_at_its_start(place):
    """Two starts a month apart without the source: its copy is gone."""
    (git,) = place.copies(GIT)
    place.configure()
    store = await open_store("sqlite+aiosqlite://")
    for _ in range(2):
        bot = Bot(place.configuration, store, place.clock)
        await bot.prepare()
        await bot.close()
        place.clock.move(days=30)
    await store.close()
    assert not git.exists()
