"""What does the library remember of a source between two syncs? Whether it had its first, and which files it knows."""

import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from bot.reading import Loaded
from bot.sources.base import IssueSource, SourceFile, Standing
from digest.errors import ZhouzhiError
from digest.issue import Series
from digest.parse import PARSER_VERSION
from storage.notes import NotesRoom


class Recording:
    """A source that remembers which pictures were asked of it, and how they were."""

    def __init__(self, source: IssueSource) -> None:
        self._source = source
        self.marks: dict[str, str] = {}

    @property
    def identity(self) -> str:
        return self._source.identity

    def files(self) -> Iterator[SourceFile]:
        return self._source.files()

    def picture(self, file: SourceFile, path: PurePosixPath) -> bytes:
        self.marks[str(path)] = ""
        content = self._source.picture(file, path)
        self.marks[str(path)] = _hash(content)
        return content

    def changes(self) -> AsyncIterator[None]:
        return self._source.changes()


@dataclass(frozen=True, slots=True)
class Remembered:
    """A file as it was when its issue was stored. `marks`: picture path -> hash of its bytes, empty when it had none."""

    name: str
    series: str
    text: str
    marks: Mapping[str, str]
    key: str
    issue_id: int
    is_settled: bool = True

    @classmethod
    def of(cls, loaded: Loaded, recording: Recording, issue_id: int) -> "Remembered":
        assert loaded.issue is not None
        return cls(
            loaded.file.name,
            loaded.series.key,
            _text_mark(loaded.file, loaded.series),
            recording.marks,
            loaded.issue.key,
            issue_id,
            # what another host did not give may be given at the next try
            not any(one.code == "picture_not_fetched" for one in loaded.problems),
        )

    def is_true(self, source: IssueSource, file: SourceFile, series: Series) -> bool:
        """Whether text and pictures are what they were. Blocking."""
        if self.text != _text_mark(file, series):
            return False
        return all(_picture_mark(source, file, path) == mark for path, mark in self.marks.items())


class SourceNotes:
    """The notes on sources that stay."""

    def __init__(self, notes: NotesRoom) -> None:
        self._notes = notes

    async def is_first(self, source: Standing, series: Series, now: datetime) -> bool:
        """Whether no sync of this source has gone through yet; when it began is noted for `appeared_as_backlog`."""
        if await self._notes.read(_source_key(source, series.key)) is not None:
            return False
        begun = {*await _begun(self._notes, series.key), now.isoformat()}
        await self._notes.write(_backlog_key(series.key), json.dumps(sorted(begun)))
        return True

    async def end_first(self, source: Standing, series: Series) -> None:
        await self._notes.write(_source_key(source, series.key), source.identity)

    async def read(self, source: Standing, file: SourceFile, series: Series) -> Remembered | None:
        value = await self._notes.read(_file_key(source, series.key, file.name))
        if value is None:
            return None
        text, marks, key, issue_id = json.loads(value)
        return Remembered(file.name, series.key, text, marks, key, issue_id)

    async def forget(self, source: Standing, series: Series, name: str) -> None:
        """The file is gone; should it come back, it is read."""
        await self._notes.forget(_file_key(source, series.key, name))


def note_of(source: Standing, file: Remembered) -> dict[str, str]:
    """The note on one file, to be written with what else there is to note; none when it should be read again."""
    if not file.is_settled:
        return {}
    value = json.dumps([file.text, dict(file.marks), file.key, file.issue_id], ensure_ascii=False)
    return {_file_key(source, file.series, file.name): value}


async def appeared_as_backlog(notes: NotesRoom, series: str, appeared_at: datetime) -> bool:
    """Whether what appeared at this time was found by a first sync: all of one sync bear the time it began."""
    return any(datetime.fromisoformat(begun) == appeared_at for begun in await _begun(notes, series))


async def _begun(notes: NotesRoom, series: str) -> list[str]:
    found: list[str] = json.loads(await notes.read(_backlog_key(series)) or "[]")
    return found


def _backlog_key(series: str) -> str:
    """Under this key stand the times at which first syncs of the series' sources began."""
    return f"backlog {series}"


def _source_key(source: Standing, series: str) -> str:
    return f"source {_hash(f'{series} {source.identity}'.encode())}"


def _file_key(source: Standing, series: str, name: str) -> str:
    return f"file {_hash(chr(0).join((series, source.identity, name)).encode())}"


def _text_mark(file: SourceFile, series: Series) -> str:
    """Of everything the reading depends on but the pictures."""
    about = repr((PARSER_VERSION, series, file.known, file.base)).encode()
    return _hash(about + b"\0" + (file.content or b""))


def _picture_mark(source: IssueSource, file: SourceFile, path: str) -> str:
    try:
        return _hash(source.picture(file, PurePosixPath(path)))
    except ZhouzhiError:
        return ""


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
