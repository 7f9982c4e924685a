"""Which source does an entry of the configuration mean? Built here, and nowhere else."""

from typing import TYPE_CHECKING, assert_never

from bot.clock import SystemClock
from bot.config import Configuration, FeedEntry, FolderEntry, GitEntry, SourceEntry, UrlEntry
from bot.sources.base import IssueSource
from bot.sources.folder import FolderSource
from bot.sources.git import GitSource
from digest.calendar import Clock
from digest.issue import Series

if TYPE_CHECKING:
    from bot.fetch import Fetcher


def configured(
    configuration: Configuration, fetcher: "Fetcher | None" = None, clock: Clock | None = None
) -> list[tuple[Series, IssueSource]]:
    """Every configured source with its series. `fetcher` asks the web for them; a new one by default."""
    known = configuration.settings.known_series()
    return [
        (known[entry.key], source_from(configuration, source, fetcher, clock, zone=known[entry.key].zone))
        for entry in configuration.settings.series
        for source in entry.sources
    ]


def source_from(
    configuration: Configuration,
    entry: SourceEntry,
    fetcher: "Fetcher | None" = None,
    clock: Clock | None = None,
    *,
    zone: str = "UTC",
) -> IssueSource:
    """The source of one entry; it asks nobody before it is used. `zone` is the series', where its days begin."""
    match entry:
        case FolderEntry():
            return FolderSource(configuration.path(entry.path), entry.glob, poll=entry.poll)
        case GitEntry():
            return GitSource(entry, configuration.folder, configuration.data / "git")
        case FeedEntry() | UrlEntry():
            return _from_the_web(configuration, entry, fetcher, clock or SystemClock(), zone)
        case _:
            assert_never(entry)


def _from_the_web(
    configuration: Configuration,
    entry: FeedEntry | UrlEntry,
    fetcher: "Fetcher | None",
    clock: Clock,
    zone: str,
) -> IssueSource:
    from bot.fetch import Fetcher  # noqa: PLC0415  an HTTP client is needed only where something is fetched
    from bot.sources.feed import FeedSource  # noqa: PLC0415  likewise
    from bot.sources.gathering import Gathering  # noqa: PLC0415  likewise
    from bot.sources.url import UrlSource  # noqa: PLC0415  likewise

    fetcher = fetcher or Fetcher(clock)
    data = configuration.data / "web"
    if isinstance(entry, UrlEntry):
        return UrlSource(entry.url, entry.every, data, fetcher, clock)
    gathering = Gathering(entry.issue, zone) if entry.issue != "entry" else None
    return FeedSource(entry.url, entry.every, data, fetcher, clock, follow=entry.follow, gathering=gathering)
