"""How do the pages of a feed's entries come here? One after the other, only where something is new, and with patience."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog

from bot.fetch import Fetched, Fetcher, Validators
from bot.sentences import sentence
from bot.sources.copies import Copy, Kept, Visit
from bot.sources.url import HTML, html_page
from digest.calendar import Clock
from digest.errors import Refused, Temporary, ZhouzhiError

PAGES_A_VISIT: Final = 50
TROUBLES_OF_A_HOST: Final = (
    3  # so many pages in a row that do not come, and the rest is left for the next visit
)
LONGEST_WAIT: Final = timedelta(days=1)

log = structlog.get_logger(__name__)


class Pages:
    """The pages that the entries of one copy lead to. `every` is the pace of visits, and of the first new try."""

    def __init__(self, copy: Copy, every: timedelta, fetcher: Fetcher, clock: Clock) -> None:
        self._copy = copy
        self._every = every
        self._fetcher = fetcher
        self._clock = clock

    async def visit(self) -> None:
        """Ask for those that are due, the newest first. A page that does not come is told with its entry, not raised."""
        note = self._copy.note()
        due = [one for one in reversed(note.files if note else ()) if self._is_due(one)]
        troubles: Counter[str] = Counter()
        for kept in due[:PAGES_A_VISIT]:
            host = urlsplit(kept.address).hostname or ""
            if troubles[host] >= TROUBLES_OF_A_HOST:
                continue
            try:
                await self._bring(kept)
            except ZhouzhiError as error:
                await asyncio.to_thread(self._copy.put, self._missed(kept, error))
                troubles[host] = _troubles(troubles[host], error)
                log.warning("feed.page_missing", entry=kept.name, reason=sentence(error))
            else:
                troubles[host] = 0
        if due:
            log.info("feed.pages", due=len(due), troubled=troubles.total())

    def _is_due(self, kept: Kept) -> bool:
        visit = kept.visit
        if visit.stamp == visit.read:
            return False
        return not visit.not_before or datetime.fromisoformat(visit.not_before) <= self._clock.now()

    async def _bring(self, kept: Kept) -> None:
        """Raises what the fetcher raises, and Refused for what is no page of HTML."""
        visit = kept.visit
        known = Validators(visit.etag, visit.last_modified) if visit.read else None
        found = await self._fetcher.get(kept.address, "page", validators=known)
        if found.content is None:
            fresh = replace(kept, visit=Visit(visit.stamp, visit.stamp, visit.etag, visit.last_modified))
            await asyncio.to_thread(self._copy.put, fresh)
            return
        await asyncio.to_thread(self._copy.put, _read(kept, found), _content(found))

    def _missed(self, kept: Kept, error: ZhouzhiError) -> Kept:
        """What was read before stays; without it the entry is told as missing."""
        failures = kept.visit.failures + 1
        patience = timedelta(seconds=int(str(error.arguments.get("retry_after_s") or 0)))
        wait = max(min(self._every * 2 ** min(failures - 1, 16), max(LONGEST_WAIT, self._every)), patience)
        not_before = (self._clock.now() + wait).isoformat()
        visit = replace(kept.visit, failures=failures, not_before=not_before, reason=sentence(error))
        return replace(kept, visit=visit, trouble="" if visit.read else "feed_page_missing")


def expected(kept: Kept, before: Kept | None, stamp: str) -> Kept:
    """An entry whose page is to be read, with what is known of that page."""
    if not kept.address or kept.trouble:
        return replace(kept, trouble=kept.trouble or "feed_no_page")
    known = before.visit if before is not None and before.address == kept.address else Visit()
    if known.read and before is not None:
        return replace(kept, base=before.base, visit=replace(known, stamp=stamp))
    missing = "feed_page_missing" if known.failures else "feed_page_waits"
    return replace(kept, visit=replace(known, stamp=stamp), trouble=missing)


def head_name(name: str) -> str:
    """Under which name the copy holds what the feed says of an entry that is read from its page."""
    return f"{name}#head"


def _read(kept: Kept, found: Fetched) -> Kept:
    stamp = kept.visit.stamp
    visit = Visit(stamp, stamp, found.validators.etag, found.validators.last_modified)
    return replace(kept, base=found.address, trouble="", visit=visit)


def _content(found: Fetched) -> bytes:
    if found.type.mime not in HTML:
        raise Refused("fetch.wrong_type", type=found.type.mime[:60] or "?")
    return html_page(found)


def _troubles(before: int, error: ZhouzhiError) -> int:
    """A host that asks for patience gets it at once; one that cannot be reached, after a few tries."""
    if error.arguments.get("retry_after_s"):
        return TROUBLES_OF_A_HOST
    return before + isinstance(error, Temporary)
