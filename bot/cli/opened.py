"""How does a command get at the store and the files? Opened for the time of the command, closed in any case."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from bot import logs
from bot.clock import SystemClock
from bot.config import Configuration, FolderEntry, load
from bot.media.cellar import Cellar
from digest.calendar import day
from digest.errors import ConfigurationError, NotFound
from digest.issue import Series
from digest.words import read_synonyms
from storage.issues import StoredIssue
from storage.store import Store, open_store


@asynccontextmanager
async def opened(config: Path | None) -> AsyncIterator[tuple[Configuration, Store]]:
    """The configuration and its store."""
    logs.keep_off_answers()
    configuration = load(config)
    async with store_of(configuration) as store:
        yield configuration, store


@asynccontextmanager
async def store_of(configuration: Configuration) -> AsyncIterator[Store]:
    """The store that this configuration names."""
    try:
        configuration.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigurationError("configuration.data", path=str(configuration.data), reason=reason) from None
    store = await open_store(configuration.database_url)
    if configuration.settings.search.synonyms:
        store.search.use(read_synonyms(_synonyms(configuration)))
    try:
        yield store
    finally:
        await store.close()


def _synonyms(configuration: Configuration) -> str:
    path = configuration.path(Path(configuration.settings.search.synonyms))
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError("configuration.synonyms", path=str(path)) from None


async def find(store: Store, name: str) -> StoredIssue:
    """A stored issue by its key or `series/key`."""
    series, _, key = name.rpartition("/")
    return await store.issues.by_key(key, series or None)


def today_of(where: Configuration | Series) -> date:
    """The day it is in the configured zone, or in that of a series."""
    zone = where.zone if isinstance(where, Series) else where.settings.time_zone
    return day(SystemClock().now(), zone)


def cellar(configuration: Configuration) -> Cellar:
    return Cellar(configuration.data / "media")


def series_for(configuration: Configuration, path: Path, given: str | None = None) -> Series:
    """The series of a file: the named one, that of the source it lies in, the only one, or `default` (cli.md)."""
    known = configuration.settings.known_series()
    if given is not None:
        if given not in known:
            raise NotFound("series.unknown", series=given, known=", ".join(known) or "–")
        return known[given]
    resolved = path.resolve()
    for entry in configuration.settings.series:
        for source in entry.sources:
            if isinstance(source, FolderEntry) and resolved.is_relative_to(
                configuration.path(source.path).resolve()
            ):
                return known[entry.key]
    if len(known) == 1:
        return next(iter(known.values()))
    return Series("default", path.parent.name or "default", configuration.settings.time_zone)


def lock_path(configuration: Configuration) -> Path | None:
    """The lock beside the database file; none where several machines may share the database."""
    return configuration.data / "zhouzhi.db.lock" if not configuration.settings.storage.url else None
