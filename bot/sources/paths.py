"""Which paths of a repository are issues, and what does a path say? Globs as folders take them, and patterns."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

from digest.known import Known

_NAMED = {
    "number": r"(?P<number>\d{1,9})",
    "year": r"(?P<year>\d{4})",
    "month": r"(?P<month>\d{1,2})",
    "day": r"(?P<day>\d{1,2})",
}
_PIECES = re.compile(r"\{(\w+)\}|(\*)|(.)", re.DOTALL)
_GLOB = re.compile(r"(\*\*/)|(\*+)|(\?)|(\[!?[^\]]+\])|(.)", re.DOTALL)


def matcher(globs: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path belongs to one of the globs; as in a folder, a glob may begin in any folder."""
    whole = re.compile("|".join(f"(?:.*/)?{_translated(glob)}" for glob in globs) or r"(?!)", re.DOTALL)
    return lambda path: bool(whole.fullmatch(path))


def _translated(glob: str) -> str:
    return "".join(map(_piece_of_glob, _GLOB.finditer(glob)))


def _piece_of_glob(found: re.Match[str]) -> str:
    folders, several, one, choice, sign = found.groups()
    if folders:
        return r"(?:[^/]+/)*"
    if several:
        return r"[^/]*"
    if one:
        return r"[^/]"
    if choice:
        inner = choice[1:-1].replace("\\", "\\\\")
        return f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"
    return re.escape(sign)


def reader(pattern: str) -> Callable[[str], Known]:
    """What a path says by a pattern such as `{year}/{month}-{day}.md`, which stands for the path's end."""
    if not pattern:
        return lambda _path: Known()
    body = "".join(
        _NAMED[name] if name else "[^/]*" if star else re.escape(sign)
        for name, star, sign in _PIECES.findall(pattern.lstrip("/"))
    )
    whole = re.compile(rf"(?:.*/)?{body}", re.DOTALL)

    def read(path: str) -> Known:
        found = whole.fullmatch(path)
        if found is None:
            return Known()
        said = found.groupdict()
        return Known(number=int(said["number"]) if said.get("number") else None, path_on=_day(said))

    return read


def _day(said: dict[str, str | None]) -> date | None:
    year, month, day = said.get("year"), said.get("month"), said.get("day")
    if not (year and month and day):
        return None
    try:
        return datetime(int(year), int(month), int(day), tzinfo=UTC).date()
    except ValueError:
        return None  # 2026-02-31 is no day; other ranks may know one


class FileNames:
    """Which of many file names stand in a text? In one pass, however many names there are."""

    _LONGEST_TAIL = 8

    def __init__(self, names: Iterable[str]) -> None:
        self._by_tail: dict[str, list[str]] = {}
        suffixes = set()
        for name in names:
            self._by_tail.setdefault(name[-self._LONGEST_TAIL :], []).append(name)
            suffixes.add(re.escape(PurePosixPath(name).suffix))
        self._ends = re.compile("|".join(sorted(suffixes, key=len, reverse=True)) or r"(?!)")

    def within(self, text: str) -> set[str]:
        found = set()
        for match in self._ends.finditer(text):
            end = match.end()
            for length in range(len(match[0]), self._LONGEST_TAIL + 1):
                tail = text[max(0, end - length) : end]
                found |= {name for name in self._by_tail.get(tail, ()) if text.endswith(name, 0, end)}
        return found
