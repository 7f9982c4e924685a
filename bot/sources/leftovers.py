"""Which copies of sources belong to no source any more? They are removed once nobody has wanted them for a month.

A month, because a copy may hold what its origin gives no more: entries that left a feed, a repository that is out of
reach. Who takes a source out of the configuration for a while, or shares `data` between two, finds it as it was.
"""

import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

import structlog

KEPT_FOR: Final = timedelta(days=30)
SINCE: Final = "unwanted-since"  # a file in a copy: the start that first found it belonging to nobody
# where copies lie under `data`, and how they are named there: what is called otherwise is not ours
PLACES: Final = {"git": re.compile(r"[0-9a-f]{16}"), "web": re.compile(r"[0-9a-f]{24}")}
log = structlog.get_logger(__name__)


@runtime_checkable
class KeepsCopy(Protocol):
    """A source that keeps a copy under `data`."""

    @property
    def copy_folder(self) -> Path:
        """The folder of its copy alone, whether it is there yet or not."""
        ...


def sweep(data: Path, sources: Iterable[object], now: datetime) -> int:
    """Remove the copies that no source has wanted for KEPT_FOR; returns how many. Blocking; follows no link.

    What cannot be removed is told in the log and met again at the next start.
    """
    wanted = {source.copy_folder for source in sources if isinstance(source, KeepsCopy)}
    count = 0
    for copy in _copies(data):
        try:
            if copy in wanted:
                (copy / SINCE).unlink(missing_ok=True)
            elif now - _unwanted_since(copy, now) >= KEPT_FOR:
                shutil.rmtree(copy)
                count += 1
                log.info("source.copy_removed", folder=str(copy), unwanted_for_days=KEPT_FOR.days)
        except OSError as error:
            log.warning("source.copy_stays", folder=str(copy), reason=error.strerror or str(error))
    return count


def _copies(data: Path) -> Iterator[Path]:
    for place, name in PLACES.items():
        if _is_folder(data / place):
            yield from sorted(
                path for path in (data / place).iterdir() if name.fullmatch(path.name) and _is_folder(path)
            )


def _is_folder(path: Path) -> bool:
    """A folder itself, no link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _unwanted_since(copy: Path, now: datetime) -> datetime:
    note = copy / SINCE
    if not note.is_symlink():
        with suppress(FileNotFoundError, ValueError):
            since = datetime.fromisoformat(note.read_text("utf-8").strip())
            if since <= now:
                return since
        note.write_text(now.isoformat(), "utf-8")
        log.info("source.copy_unwanted", folder=str(copy), removed_after_days=KEPT_FOR.days)
    return now
