"""What happens to a file that a curator sent? It waits, is looked at, and is taken into the store when he says so.

The waiting bytes lie in private folders under `data/uploads`, each under the hash of owner, name and content, and are
forgotten after a day. Nothing is kept in memory, so the buttons below a look work after a restart.
"""

import asyncio
import errno
import hashlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final

from bot.library import Library
from bot.media.cellar import Cellar
from bot.platforms.base import Form, Renders
from bot.preview import as_stored, rendered
from bot.reading import Loaded, issue_files
from bot.sources.upload import UploadSource, kind_of, received, safe_name
from digest import base62
from digest.audience import PlatformName
from digest.calendar import Clock, day
from digest.errors import NotFound, Refused
from digest.issue import Series
from handlers.ports import Draft, FileKind, Taken
from handlers.texts import texts_for
from handlers.views.push import push_page
from storage.issues import IssueLine, StoredIssue
from storage.store import Store

WAITING: Final = timedelta(hours=24)
ADDRESS_BYTES: Final = 7  # of the hash: an id as buttons carry it, and too many to be met by chance
MOST_ISSUES: Final = 500  # of one file: what somebody waits for in a chat
CONTENT: Final = "content"
ABOUT: Final = "about.json"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits, and since when."""

    name: str
    content: bytes
    kept_at: datetime


class Uploads:
    """The folder of waiting files. Blocking: called in threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, content: bytes, owner: str, now: datetime) -> str:
        """The file's address, its owner's own. A crash leaves the whole of it or nothing that is found."""
        digest = hashlib.sha256(b"\0".join((owner.encode(), name.encode(), content))).digest()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = Path(tempfile.mkdtemp(dir=self._folder, prefix="new-"))  # for its owner alone
        try:
            (new / CONTENT).write_bytes(content)
            about = {"name": name, "kept_at": now.isoformat()}
            (new / ABOUT).write_text(json.dumps(about, ensure_ascii=False), "utf-8")
            _put(new, self._folder / digest.hex())
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return base62.encode(int.from_bytes(digest[:ADDRESS_BYTES]))

    def read(self, address: str, now: datetime) -> Waiting:
        """Raises Refused("upload.expired")."""
        folder = self._find(address)
        try:
            if folder is not None and now - (kept_at := _kept_at(folder)) < WAITING:
                name = str(_about(folder)["name"])
                return Waiting(name, (folder / CONTENT).read_bytes(), kept_at)
        except FileNotFoundError:
            pass  # swept in this moment
        raise Refused("upload.expired")

    def drop(self, address: str) -> None:
        folder = self._find(address)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self, now: datetime) -> int:
        """Forget what has waited for a day; returns how many."""
        found = [path for path in self._all() if now - _kept_at(path) >= WAITING]
        for path in found:
            shutil.rmtree(path, ignore_errors=True)
        return len(found)

    def _find(self, address: str) -> Path | None:
        try:
            start = base62.decode(address).to_bytes(ADDRESS_BYTES).hex()
        except (NotFound, OverflowError):
            return None
        return next((path for path in self._all() if path.name.startswith(start)), None)

    def _all(self) -> list[Path]:
        return sorted(self._folder.iterdir()) if self._folder.is_dir() else []


def _put(new: Path, place: Path) -> None:
    """Move a folder to its place. What was sent before lies there: the same bytes, whose day begins anew."""
    while True:
        try:
            new.replace(place)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        else:
            return
        if not (place / CONTENT).exists():
            shutil.rmtree(place, ignore_errors=True)  # half of it, after a crash
            continue
        with suppress(FileNotFoundError):  # dropped in this moment: the place is free
            (new / ABOUT).replace(place / ABOUT)
            return


def _about(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / ABOUT).read_text("utf-8"))
    return found


def _kept_at(folder: Path) -> datetime:
    """What a crash left half has been there for ever."""
    try:
        return datetime.fromisoformat(_about(folder)["kept_at"])
    except (OSError, ValueError, KeyError):
        return datetime.fromtimestamp(0, UTC)


class Publishing:
    """The `handlers.ports.Publisher` of a running bot. `platforms` may be filled later: it is looked into at each look."""

    def __init__(
        self,
        store: Store,
        library: Library,
        cellar: Cellar,
        clock: Clock,
        folder: Path,
        *,
        series: Mapping[str, Series],
        platforms: Mapping[str, Renders],
        language: str,
        time_zone: str,
    ) -> None:
        self._store = store
        self._library = library
        self._cellar = cellar
        self._clock = clock
        self._uploads = Uploads(folder)
        self._series = series
        self._platforms = platforms
        self._language = language
        self._time_zone = time_zone
        self._taking = asyncio.Lock()  # two presses that come at once are one after the other

    def kind(self, name: str) -> FileKind:
        return kind_of(name)

    async def keep(self, name: str, content: bytes, owner: str) -> str:
        safe = safe_name(PurePosixPath(name.replace("\\", "/")).name)
        kind_of(safe)
        await self.sweep()
        return await asyncio.to_thread(self._uploads.keep, safe, content, owner, self._clock.now())

    async def look(
        self, address: str, series: str, at: int | None = None, *, with_pictures: bool = False
    ) -> Sequence[Draft]:
        chosen = self._chosen(series)
        async with self._open(address, chosen) as source:
            found = await self._library.look(source, chosen)
        if len(found) == 1:
            at = 0
        known = {line.key: line for line in await self._store.issues.lines(series, visible=False)}
        drafts = [
            await self._draft(address, loaded, known, is_measured=n == at) for n, loaded in enumerate(found)
        ]
        if with_pictures and at is not None and at < len(found):
            for prepared in found[at].pictures.values():
                await asyncio.to_thread(self._cellar.keep, prepared)
        return drafts

    async def take(self, address: str, series: str) -> Sequence[Taken]:
        chosen = self._chosen(series)
        async with self._taking, self._open(address, chosen) as source:
            found = await self._library.sync(source, chosen)
        return [
            Taken(one.result, one.problems, one.issue_id, line=one.loaded.file.first_line) for one in found
        ]

    async def drop(self, address: str) -> None:
        await asyncio.to_thread(self._uploads.drop, address)

    async def sweep(self) -> None:
        """Forget what has waited for a day."""
        await asyncio.to_thread(self._uploads.sweep, self._clock.now())

    @asynccontextmanager
    async def _open(self, address: str, series: Series) -> AsyncIterator[UploadSource]:
        """The file as a source. Raises Refused("upload.too_many_issues") for one that is cut into more than can be shown."""
        waiting = await asyncio.to_thread(self._uploads.read, address, self._clock.now())
        async with received(waiting.name, waiting.content) as source:
            count = await asyncio.to_thread(_count, source, series)
            if count > MOST_ISSUES:
                raise Refused("upload.too_many_issues", count=f"{count:,}", limit=f"{MOST_ISSUES:,}")
            yield source

    def _chosen(self, series: str) -> Series:
        """A file belongs to a configured series; with none configured to `default` (cli.md)."""
        if series in self._series:
            return self._series[series]
        if not self._series:
            return Series("default", "default", self._time_zone)
        raise Refused("upload.series", series=series)

    async def _draft(
        self, address: str, loaded: Loaded, lines: Mapping[str, IssueLine], *, is_measured: bool
    ) -> Draft:
        series, line = loaded.series, loaded.file.first_line
        if loaded.issue is None or loaded.is_refused:
            return Draft(address, series.key, loaded.problems, line=line)
        known, shown = lines.get(loaded.issue.key), as_stored(loaded)
        return Draft(
            address,
            series.key,
            loaded.problems,
            shown,
            len({image.src for image in loaded.issue.images} - loaded.pictures.keys()),
            await asyncio.to_thread(self._sizes, shown) if is_measured else {},
            known,
            known is not None and known.revision == loaded.revision,
            loaded.held(day(self._clock.now(), series.zone)),
            line,
        )

    def _sizes(self, shown: StoredIssue) -> dict[PlatformName, int]:
        """How many native messages one reader gets on each platform."""
        # a push is rendered on the day it is in the bot's own zone
        today = day(self._clock.now(), self._time_zone)
        page = push_page(shown, texts=texts_for(self._language), today=today)
        return {
            platform.name: sum(
                message.count
                for message in rendered(platform.render, page, Form("private", bot=platform.username))
            )
            for platform in self._platforms.values()
        }


def _count(source: UploadSource, series: Series) -> int:
    return sum(1 for _ in issue_files(source, series))
