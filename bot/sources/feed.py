"""Which issues does a feed hold? RSS, Atom or JSON with the full text; one entry is one issue, its id is its key.

Entries that leave the feed stay in the local copy: a feed shows its newest, it deletes nothing.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog

from bot.fetch import Fetched, Fetcher
from bot.sources.base import SourceFile
from bot.sources.copies import Copy, Kept, label
from bot.sources.syndication import FeedItem, read_feed
from bot.sources.visits import Contact, visits
from digest.calendar import Clock
from digest.errors import NotFound, Refused, Temporary
from digest.parse.keys import slug
from digest.parse.web_page import Entry, entry_page

log = structlog.get_logger(__name__)

# not a number alone nor a date: such keys belong to issues that are called by them
_PLAIN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SHORT = 31


class FeedSource:
    """A feed. `data` is the folder of all copies; nobody is asked before `refresh`."""

    is_standing: Final = True

    def __init__(self, address: str, every: timedelta, data: Path, fetcher: Fetcher, clock: Clock) -> None:
        self.identity = f"feed:{label(address)}"
        self.contact = Contact(self.identity)
        self._address = address
        self._every = every
        self._copy = Copy(data, address, "feed", fetcher, clock)
        self._told = ""  # the answer that `files` last gave

    def refresh(self) -> bool:
        """Ask; whether anything is there that `files` has not told. Blocking. Raises Refused, Temporary."""
        return asyncio.run(self._look())

    async def _look(self) -> bool:
        found = await self._copy.ask()
        if found is not None:
            await asyncio.to_thread(self._take, found)
        note = self._copy.note()
        return note is not None and note.body != self._told

    def _take(self, found: Fetched) -> None:
        items = read_feed(found.content or b"", found.address, found.type.charset)
        if items and all(item.is_summary for item in items):
            raise Refused("feed.summary_only", address=label(self._address))
        note = self._copy.note()
        kept = {file.name: file for file in (note.files if note else ())}
        contents: dict[str, bytes] = {}
        for item in items:
            file = _file(item, kept, contents)
            kept[file.name] = file
            if not file.trouble:
                contents[file.name] = entry_page(_entry(item, file))
        files = sorted(kept.values(), key=lambda file: file.at)
        self._copy.keep(found, tuple(files), contents)
        log.info("feed.fetched", source=self.identity, entries=len(items), kept=len(files))

    def count(self) -> int:
        note = self._copy.note()
        return len(note.files) if note else 0

    def files(self) -> Iterator[SourceFile]:
        note = self._copy.note()
        if note is None or not note.body:
            raise Temporary("source.not_fetched", address=label(self._address))
        for file in note.files:
            content = None if file.trouble else self._copy.read(file.name)
            yield SourceFile(file.name, file.base, content, file.trouble)
        self._told = note.body

    def picture(self, file: SourceFile, path: PurePosixPath) -> bytes:  # noqa: ARG002  the protocol's
        """An entry has no pictures beside it: their addresses are whole ones already."""
        raise NotFound("file.missing")

    async def changes(self) -> AsyncIterator[None]:
        def tell(contact: Contact) -> None:
            self.contact = contact

        async for _ in visits(self._look, self._every, self.contact, tell):
            yield


def _file(item: FeedItem, kept: dict[str, Kept], now: dict[str, bytes]) -> Kept:
    name = f"{entry_key(item.id or item.html)}.html"
    if name in now:
        return Kept(f"{name.removesuffix('.html')}~2.html", _time(item), item.base, "feed_doubled")
    # without a day of publication the first change we saw dates it: later ones must not move it
    before = kept[name].at if name in kept and not item.published else ""
    trouble = "feed_summary_only" if item.is_summary else ""
    return Kept(name, before or _time(item), item.base, trouble)


def _time(item: FeedItem) -> str:
    at = item.published or item.updated
    return at.isoformat() if at else ""


def _entry(item: FeedItem, file: Kept) -> Entry:
    return Entry(
        key=file.name.removesuffix(".html"),
        title=item.title,
        base=item.base,
        html=item.html,
        published_at=datetime.fromisoformat(file.at) if file.at else None,
        language=item.language,
        tags=item.tags,
    )


def entry_key(name: str) -> str:
    """The key of an entry by its id: as it is where it is short and plain, else its end with a mark of the whole."""
    if len(name) <= _SHORT and _PLAIN.fullmatch(name):
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    try:
        path = urlsplit(name).path
    except ValueError:
        path = name
    tail = slug(unquote(path).rstrip("/").rpartition("/")[2])[:24].strip("-")
    return f"{tail or 'entry'}-{mark}"
