"""Is a folder watched so that only finished files are read, whatever an editor or a network mount does?"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sources import folder
from bot.sources.folder import FolderSource, LooseFiles
from digest.errors import Refused

GLOBS = ("*.md",)


@asynccontextmanager
async def watched(source: FolderSource) -> AsyncIterator["asyncio.Queue[dict[str, bytes | None]]"]:
    """What is read at each change, as the library would."""
    list(source.files())
    queue: asyncio.Queue[dict[str, bytes | None]] = asyncio.Queue()

    async def follow() -> None:
        async for _ in source.changes():
            queue.put_nowait({file.name: file.content for file in source.files()})

    task = asyncio.create_task(follow())
    await asyncio.sleep(0.2)
    try:
        yield queue
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(params=["told", "polled"])
def source(request, tmp_path) -> FolderSource:
    """Told by the system, and looked at again and again."""
    (tmp_path / "1.md").write_text("one", "utf-8")
    return FolderSource(tmp_path, GLOBS, poll=timedelta(seconds=0.1) if request.param == "polled" else None)


async def test_a_file_that_is_written_slowly_is_read_once_and_whole(source, tmp_path):
    """An editor empties the file and writes it in pieces: nothing is read before it rests."""
    async with watched(source) as reads:
        with (tmp_path / "2.md").open("w", encoding="utf-8") as file:
            for _ in range(8):
                file.write("piece ")
                file.flush()
                await asyncio.sleep(0.1)
        assert (await asyncio.wait_for(reads.get(), 5))["2.md"] == b"piece " * 8
        await asyncio.sleep(1)
        assert reads.empty()


async def test_saving_by_renaming_is_one_change(source, tmp_path):
    """Written beside under another name and put in its place: the old text, then the new one, nothing between."""
    async with watched(source) as reads:
        beside = tmp_path / ".1.md.tmp"
        beside.write_text("two", "utf-8")
        beside.replace(tmp_path / "1.md")
        assert await asyncio.wait_for(reads.get(), 5) == {"1.md": b"two"}
        await asyncio.sleep(1)
        assert reads.empty()


async def test_a_text_of_the_same_size_and_second_is_a_change(source, tmp_path):
    """Replaced by one that differs in nothing but its place on the disk."""
    state = (tmp_path / "1.md").stat()
    async with watched(source) as reads:
        beside = tmp_path / "beside"
        beside.write_text("eno", "utf-8")
        os.utime(beside, ns=(state.st_atime_ns, state.st_mtime_ns))
        beside.replace(tmp_path / "1.md")
        assert await asyncio.wait_for(reads.get(), 5) == {"1.md": b"eno"}


async def test_a_picture_that_arrives_is_a_change(source, tmp_path):
    """In a folder that was not there before."""
    async with watched(source) as reads:
        (tmp_path / "assets").mkdir()
        (tmp_path / "assets" / "1.png").write_bytes(b"x")
        await asyncio.wait_for(reads.get(), 5)


async def test_what_changed_before_anybody_watched_is_told(tmp_path):
    """Between the first reading and the watch an issue came: the first look tells it, without a further change."""
    source = FolderSource(tmp_path, GLOBS, poll=timedelta(seconds=0.05))
    assert list(source.files()) == []
    (tmp_path / "1.md").write_text("one", "utf-8")
    await asyncio.wait_for(anext(source.changes()), 5)


async def test_a_stir_that_changes_nothing_is_no_change(source, tmp_path):
    """Reading and touching with the same time wakes nobody."""
    state = (tmp_path / "1.md").stat()
    async with watched(source) as reads:
        os.utime(tmp_path / "1.md", ns=(state.st_atime_ns, state.st_mtime_ns))
        await asyncio.sleep(1.2)
        assert reads.empty()


def test_what_is_no_real_file_is_told_and_not_read(tmp_path):
    """Pointers of Git LFS and links have a reason instead of content; a folder that is not there is refused."""
    (tmp_path / "1.md").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "utf-8")
    (tmp_path / "2.md").symlink_to("1.md")
    source = FolderSource(tmp_path, GLOBS)
    assert [(file.content, file.trouble) for file in source.files()] == [
        (None, "file.lfs"),
        (None, "file.not_regular"),
    ]
    with pytest.raises(Refused, match="no_folder"):
        list(FolderSource(tmp_path / "none", GLOBS).files())


def test_what_git_keeps_for_itself_is_no_issue(tmp_path):
    """A checkout is a folder like any other, but for git's own files."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "description.md").write_text("x", "utf-8")
    (tmp_path / "1.md").write_text("x", "utf-8")
    assert [file.name for file in FolderSource(tmp_path, GLOBS).files()] == ["1.md"]


def test_files_are_counted_and_read_one_by_one(tmp_path):
    """A thousand files are not held at once: the second is read when it is asked for."""
    for n in range(3):
        (tmp_path / f"{n}.md").write_text("old", "utf-8")
    source = LooseFiles(tmp_path, GLOBS)
    files = source.files()
    next(files)
    (tmp_path / "1.md").write_text("new", "utf-8")
    assert source.count() == 3
    assert next(files).content == b"new"


def test_a_folder_is_known_by_place_and_globs(tmp_path):
    """The same over restarts and spellings of the path; another glob is another source."""
    spelled = FolderSource(tmp_path / "x" / "..", GLOBS)
    assert FolderSource(Path(tmp_path), GLOBS).identity == spelled.identity
    assert FolderSource(tmp_path, ("*.txt",)).identity != spelled.identity


async def test_a_folder_that_appears_later_is_read_then(tmp_path, monkeypatch):
    """A mount that was late, a folder made after the start: waited for, without a trouble."""
    monkeypatch.setattr(folder, "ABSENT_S", 0.05)
    source = FolderSource(tmp_path / "issues", GLOBS)

    async def first() -> None:
        await anext(source.changes())

    told = asyncio.create_task(first())
    await asyncio.sleep(0.2)
    assert not told.done()
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / "1.md").write_text("one", "utf-8")
    await asyncio.wait_for(told, 10)
    assert [file.content for file in source.files()] == [b"one"]
