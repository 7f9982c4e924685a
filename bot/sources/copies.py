"""What was brought here from a foreign address? Its files on this disk, and how to ask for news of them.

Reading never asks the network. The files are written before the note that names them, so a crash leaves what was there
before or what is there now; what was downloaded once is not downloaded again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.fetch import Fetched, Fetcher, Validators
from bot.response_body import Kind
from bot.whole_file import write_whole
from digest.calendar import Clock
from digest.errors import NotFound, Temporary

NOTE: Final = "note.json"
READER: Final = 2  # raised when the same bytes are read otherwise than before: then they are asked for again


@dataclass(frozen=True, slots=True)
class Visit:
    """How the page of a feed's entry fares. It is asked for while `read` is not `stamp`, and not before `not_before`.

    `stamp` changes when the feed says that the entry has; `read` is the stamp of what is kept, empty before the first.
    """

    stamp: str = ""
    read: str = ""
    etag: str = ""
    last_modified: str = ""
    failures: int = 0  # in a row
    not_before: str = ""
    reason: str = ""  # of the last failure


@dataclass(frozen=True, slots=True)
class Kept:
    """One file. `at` sorts it (ISO time, empty when unknown); `trouble` names the text that says why it is not read.

    `address` is where people read it; `visit` stands for what is read from there.
    """

    name: str
    at: str = ""
    base: str = ""
    trouble: str = ""
    address: str = ""
    visit: Visit = Visit()

    @classmethod
    def of(cls, table: dict[str, Any]) -> "Kept":
        return cls(**{**table, "visit": Visit(**table.get("visit", {}))})


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of an address. `body` is the hash of its last answer; nobody is asked before `not_before`."""

    etag: str = ""
    last_modified: str = ""
    body: str = ""
    not_before: str = ""
    reader: int = READER
    files: tuple[Kept, ...] = ()

    @property
    def validators(self) -> Validators:
        return Validators(self.etag, self.last_modified)

    @property
    def state(self) -> str:
        """Another one whenever there is something else to read, or to tell."""
        told = [(one.name, one.base, one.trouble, one.visit.read, one.visit.reason) for one in self.files]
        return _hash(repr((self.body, told)).encode())


class Copy:
    """The local copy of one address, in a folder of its own. All but asking is blocking."""

    def __init__(
        self, folder: Path, address: str, kind: Kind, fetcher: Fetcher, clock: Clock, *, way: str = ""
    ) -> None:
        """`way` tells copies of one address apart that are read in different ways."""
        self._folder = folder / hashlib.sha256(f"{address}{way}".encode()).hexdigest()[:24]
        self._address = address
        self._kind = kind
        self._fetcher = fetcher
        self._clock = clock

    @property
    def folder(self) -> Path:
        return self._folder

    def note(self) -> Note | None:
        """None before anything was brought here, and when another version of the program left what we cannot read."""
        try:
            found = json.loads((self._folder / NOTE).read_text("utf-8"))
            note = Note(**{**found, "files": tuple(map(Kept.of, found["files"]))})
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return note

    def read(self, name: str) -> bytes:
        """Raises NotFound("file.missing")."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise NotFound("file.missing") from None

    async def ask(self) -> Fetched | None:
        """What is new at the address; None when it has not changed. Raises what the fetcher raises.

        A server that asked for patience gets it, over restarts too: Temporary("fetch.waits") until then.
        """
        note = self.note() or Note()
        now = self._clock.now()
        if note.not_before and (until := datetime.fromisoformat(note.not_before)) > now:
            raise Temporary("fetch.waits", retry_after_s=round((until - now).total_seconds()))
        is_same_reader = note.reader == READER
        try:
            found = await self._fetcher.get(
                self._address, self._kind, validators=note.validators if is_same_reader else None
            )
        except Temporary as error:
            if seconds := error.arguments.get("retry_after_s"):
                until = now + timedelta(seconds=int(str(seconds)))
                self._write(NOTE, _note_bytes(replace(note, not_before=until.isoformat())))
            raise
        is_known = found.content is not None and _hash(found.content) == note.body and is_same_reader
        return None if found.content is None or is_known else found

    def keep(self, found: Fetched, files: tuple[Kept, ...], contents: Mapping[str, bytes]) -> None:
        """Take over what was asked for: `files` are all there are now, `contents` those that changed."""
        for name, content in contents.items():
            self._write(self._path(name).name, content)
        assert found.content is not None
        note = Note(found.validators.etag, found.validators.last_modified, _hash(found.content), files=files)
        self._write(NOTE, _note_bytes(note))

    def put(self, file: Kept, content: bytes | None = None) -> None:
        """One file anew, and its content where that changed. Of the address itself nothing is said."""
        if content is not None:
            self._write(self._path(file.name).name, content)
        note = self.note() or Note()
        files = tuple(file if one.name == file.name else one for one in note.files)
        self._write(NOTE, _note_bytes(replace(note, files=files)))

    def _path(self, name: str) -> Path:
        return self._folder / f"{_hash(name.encode())}.page"

    def _write(self, name: str, content: bytes) -> None:
        write_whole(self._folder / name, content)


def label(address: str) -> str:
    """An address for logs and identities: what stands after `?` may be a password, so only its hash is told."""
    bare, mark, query = address.partition("?")
    return f"{bare}?{_hash(query.encode())[:8]}" if mark else bare


def _note_bytes(note: Note) -> bytes:
    return json.dumps(asdict(note), ensure_ascii=False).encode()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
