"""Which source does an entry of the configuration mean? Built here, and nowhere else."""

from typing import assert_never

from bot.config import Configuration, FolderEntry, GitEntry, SourceEntry
from bot.sources.base import IssueSource
from bot.sources.folder import FolderSource
from bot.sources.git import GitSource
from digest.issue import Series


def configured(configuration: Configuration) -> list[tuple[Series, IssueSource]]:
    """Every configured source with its series."""
    known = configuration.settings.known_series()
    return [
        (known[entry.key], source_from(configuration, source))
        for entry in configuration.settings.series
        for source in entry.sources
    ]


def source_from(configuration: Configuration, entry: SourceEntry) -> IssueSource:
    """The source of one entry; it asks nobody before it is used."""
    match entry:
        case FolderEntry():
            return FolderSource(configuration.path(entry.path), entry.glob, poll=entry.poll)
        case GitEntry():
            return GitSource(entry, configuration.folder, configuration.data / "git")
        case _:
            assert_never(entry)
