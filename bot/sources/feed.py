"""Which issues does a feed hold? RSS, Atom or JSON with the full text; one entry is one issue, its id is its key.

Entries that leave the feed stay in the local copy: a feed shows its newest, it deletes nothing.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog

from bot.fetch import Fetched, Fetcher
from bot.sources.base import SourceFile
from bot.sources.copied import CopiedSource
from bot.sources.copies import Kept, label
from bot.sources.following import Pages, expected, head_name
from bot.sources.gathering import Gathering
from bot.sources.syndication import FeedItem, read_feed
from bot.sources.visits import Contact
from digest.calendar import Clock
from digest.errors import Refused
from digest.parse.keys import slug
from digest.parse.web_page import Entry, entry_page, followed_head

log = structlog.get_logger(__name__)

# not a number alone nor a date: such keys belong to issues that are called by them
_PLAIN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SHORT = 31


class FeedSource(CopiedSource):
    """A feed: every entry it ever had is a file of the copy.

    With `follow` the text of an entry is that of its page; with `gathering` those of a period are one issue.
    """

    name = "feed"
    kind = "feed"

    def __init__(
        self,
        address: str,
        every: timedelta,
        data: Path,
        fetcher: Fetcher,
        clock: Clock,
        *,
        follow: bool = False,
        gathering: Gathering | None = None,
    ) -> None:
        way = ("#pages" if follow else "") + ("#dated" if gathering is not None else "")
        super().__init__(address, every, data, fetcher, clock, way=way)
        self._clock = clock
        self._gathering = gathering
        if gathering is not None:
            # other files than those of its entries: their first sync is a backlog of its own
            self.identity = f"{self.identity} ({gathering.span})"
            self.contact = Contact(self.identity)
        self._pages = Pages(self._copy, every, fetcher, clock) if follow else None

    def _take(self, found: Fetched) -> None:
        items = read_feed(found.content or b"", found.address, found.type.charset)
        if self._pages is None and items and all(item.is_summary for item in items):
            raise Refused("feed.summary_only", address=label(self._address))
        note = self._copy.note()
        kept = {file.name: file for file in (note.files if note else ())}
        contents: dict[str, bytes] = {}
        now = self._clock.now().isoformat() if self._gathering is not None else ""
        for item in items:
            file = _kept(item, kept, contents, now)
            before = kept.get(file.name)
            if self._pages is not None:
                file = expected(file, before, _stamp(item))
                contents[head_name(file.name)] = followed_head(_entry(item, file))
            elif (
                item.is_summary and self._gathering is not None and before is not None and not before.trouble
            ):
                file = before  # an issue of several entries would lose one that it had in full
            elif item.is_summary:
                file = replace(file, trouble=file.trouble or "feed_summary_only")
            elif not file.trouble:
                contents[file.name] = entry_page(_entry(item, file))
            kept[file.name] = file
        files = sorted(kept.values(), key=lambda file: file.at)
        self._copy.keep(found, tuple(files), contents)
        log.info("feed.fetched", source=self.identity, entries=len(items), kept=len(files))

    def count(self) -> int:
        """Of the entries; gathered ones are at most as many issues."""
        note = self._copy.note()
        return len(note.files) if note else 0

    def _file(self, kept: Kept) -> SourceFile:
        if kept.trouble:
            told = {"reason": kept.visit.reason} if kept.visit.reason else {}
            return SourceFile(kept.name, kept.base, None, kept.trouble, told=told)
        return SourceFile(kept.name, kept.base, self._page(kept))

    def _page(self, kept: Kept) -> bytes:
        head = self._copy.read(head_name(kept.name)) if kept.visit.read else b""
        return head + self._copy.read(kept.name)

    def _of(self, files: Sequence[Kept]) -> Iterator[SourceFile]:
        if self._gathering is None:
            return super()._of(files)
        told = map(self._file, (file for file in files if file.trouble))
        return chain(told, self._gathering.files([file for file in files if not file.trouble], self._page))

    async def _bring(self) -> None:
        await super()._bring()
        if self._pages is not None:
            await self._pages.visit()


def _kept(item: FeedItem, kept: dict[str, Kept], taken: dict[str, bytes], now: str) -> Kept:
    """`now` dates what has no time of its own."""
    name = f"{entry_key(item.id or item.html)}.html"
    if name in taken or head_name(name) in taken:
        return Kept(f"{name.removesuffix('.html')}~2.html", _time(item), item.base, "feed_doubled")
    # without a day of publication the first change we saw dates it: later ones must not move it
    before = kept[name].at if name in kept and not item.published else ""
    return Kept(name, before or _time(item) or now, item.base, address=item.address)


def _stamp(item: FeedItem) -> str:
    """Another one when the feed says that the entry has changed; without such a word, when what it says of it has."""
    if item.updated:
        return item.updated.isoformat()
    return hashlib.sha256(f"{item.title}\0{item.address}\0{item.html}".encode()).hexdigest()[:16]


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
