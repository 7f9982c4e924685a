"""When was each file first committed? Read from one pass over the log, with renames followed back to the first name."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

MARK: Final = "\x01"
# whole renames alone: those changed on the way could be told only by content, which a copy without blobs has not
LOG: Final = (
    "log",
    "-z",
    f"--format=tformat:{MARK}%at",
    "--name-status",
    "--find-renames=100%",
    "--diff-filter=AR",
    "--no-ext-diff",
    "--no-textconv",
    "--end-of-options",
)


def first_commits(log: Sequence[str]) -> dict[str, datetime]:
    """Path of today -> when its author first committed it (aware UTC), from the log's NUL-separated words, newest first."""
    first: dict[str, datetime] = {}
    today: dict[str, list[str]] = {}  # an older name -> the names of today
    for at, status, paths in _changes(log):
        if status == "R":
            older, newer = paths
            today.setdefault(older, []).extend(today.pop(newer, [newer]))
            continue
        for name in {paths[0], *today.get(paths[0], ())}:
            first[name] = min(at, first.get(name, at))
    return first


def _changes(log: Sequence[str]) -> Iterator[tuple[datetime, str, Sequence[str]]]:
    words = iter(log)
    at = datetime.now(UTC)
    for word in words:
        sign = word.lstrip("\n")
        if sign.startswith(MARK):
            at = _instant(sign[1:], at)
        elif sign.startswith("R"):
            yield at, "R", (next(words), next(words))
        elif sign == "A":
            yield at, "A", (next(words),)


def _instant(seconds: str, otherwise: datetime) -> datetime:
    """A clock may have been set to any year; what no calendar holds counts as the commit after it."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return otherwise
