"""Which issue is to be previewed? A file, read as it would be stored, or a stored issue; with its pictures' bytes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.cli.language import words
from bot.cli.opened import cellar, find, opened, series_for, today_of
from bot.config import Configuration
from bot.media.images import Prepared
from bot.preview import as_stored
from bot.reading import Loaded, issue_files, source_of
from bot.reading import load as load_file
from bot.sentences import said_of
from digest.errors import NotFound, Refused
from digest.issue import Problem
from digest.parse import parse
from storage.issues import StoredIssue


@dataclass(frozen=True, slots=True)
class Subject:
    """An issue as it would be sent. `drawn` are the cards made for it, which a look at it stores nowhere."""

    stored: StoredIssue
    read: Callable[[str], bytes]
    problems: Sequence[Problem] = ()
    drawn: dict[str, Prepared] = field(default_factory=dict)

    def picture(self, sha: str) -> bytes:
        """The bytes of a picture by its SHA-256. Raises NotFound."""
        return self.drawn[sha].content if sha in self.drawn else self.read(sha)

    def keep(self, card: Prepared) -> None:
        self.drawn[card.picture.sha] = card


def subject(configuration: Configuration, config: Path | None, issue: str, series: str | None) -> Subject:
    """A path that exists is a file, all else the name of a stored issue. Raises Refused, NotFound."""
    path = Path(issue)
    if path.exists():
        return _from_file(configuration, path, series)
    return Subject(asyncio.run(_from_store(config, issue)), cellar(configuration).read)


def _from_file(configuration: Configuration, path: Path, series: str | None) -> Subject:
    if path.is_dir():
        raise Refused("preview.folder", path=str(path))
    source = source_of(path, ())
    chosen = series_for(configuration, path, series)
    within = partial(parse, limits=configuration.settings.parsing.limits())
    loaded = load_file(
        source, next(issue_files(source, chosen)), chosen, today=today_of(chosen), parse=within
    )
    if loaded.issue is None:
        reason, _ = said_of(loaded.problems[0], words())
        raise Refused("preview.unreadable", path=str(path), reason=reason)
    return Subject(as_stored(loaded), partial(_picture, loaded), loaded.problems)


def _picture(loaded: Loaded, sha: str) -> bytes:
    for prepared in loaded.pictures.values():
        if prepared.picture.sha == sha:
            return prepared.content
    raise NotFound("picture.gone", sha=sha[:8])


async def _from_store(config: Path | None, key: str) -> StoredIssue:
    async with opened(config) as (_, store):
        return await find(store, key)
