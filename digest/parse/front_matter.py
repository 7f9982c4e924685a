"""What does a file say about itself before its text begins? YAML between `---` lines, or `Key: value` lines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import yaml

from digest.parse.notes import Notes
from digest.parse.source import DEFAULT_LIMITS, Limits, kibibytes

_YAML = re.compile(r"---[ \t]*\n(?P<inside>.*?)(?:(?<=\n)|\A)(?P<end>---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_ -]*):(?:[ \t]+(.*))?$")
_UNDERSTOOD = frozenset({"title", "linktitle", "number", "date", "draft", "tags", "lang", "summary"})
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The understood keys, lower case; the text after them and the number of its first line."""

    values: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    first_line: int = 1

    def string(self, key: str) -> str | None:
        value = self.values.get(key)
        return (
            " ".join(str(value).split())
            if isinstance(value, str | int | float | date) and value != ""
            else None
        )

    @property
    def number(self) -> int | None:
        found = re.search(r"\d{1,9}", self.string("number") or "")
        return int(found[0]) if found else None

    @property
    def date(self) -> date | None:
        value = self.values.get("date")
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        found = _DATE.search(str(value or ""))
        return to_date(*found.groups()) if found else None

    @property
    def is_draft(self) -> bool:
        return str(self.values.get("draft", "")).strip().lower() in {"true", "yes", "1", "on"}

    @property
    def tags(self) -> tuple[str, ...]:
        value = self.values.get("tags")
        found = value if isinstance(value, list) else re.split(r"[,，;；]", str(value or ""))
        return tuple(dict.fromkeys(tag for tag in (str(one).strip() for one in found) if tag))


class _Alias(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Loader(yaml.SafeLoader):
    """Safe, and without aliases: ten lines of them can unfold into gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # its stubs leave the types out
            raise _Alias(mark.line)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


_ALIAS = re.compile(r"(?:^|[\s\[\]{},:])\*(?![\s*])")
# the quick loader does not ask about aliases, so it gets only what cannot hold one
_Quick: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def to_date(year: str | int, month: str | int, day: str | int) -> date | None:
    """A calendar date a digest can have, or None."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2100 else None


def cut(text: str, notes: Notes, limits: Limits = DEFAULT_LIMITS) -> FrontMatter:
    """Cut the front matter off. A broken one is told, and stays in the text as code so that no word of it is lost."""
    if found := _YAML.match(text):
        return _yaml(text, found, notes, limits)
    head, blank, rest = text.partition("\n\n")
    pairs = [_KEY.match(line) for line in head.split("\n")]
    if blank and all(pairs) and any(pair and pair[1].lower() in _UNDERSTOOD for pair in pairs):
        if _is_too_large(head, notes, limits):
            return FrontMatter(text=text)
        values = {pair[1].lower(): (pair[2] or "").strip() for pair in pairs if pair}
        return FrontMatter(values, rest, head.count("\n") + 3)
    return FrontMatter(text=text)


def _yaml(text: str, found: re.Match[str], notes: Notes, limits: Limits) -> FrontMatter:
    inside = found["inside"]
    if _is_too_large(inside, notes, limits):
        return FrontMatter(text=text)
    try:
        # both are SafeLoaders
        values = yaml.load(inside, Loader=_Loader if _ALIAS.search(inside) else _Quick)  # noqa: S506
    except _Alias as alias:
        notes.warn("front_matter_alias", line=alias.line + 2)
        return _kept(text, found)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a time stamp like 2026-13-45
        first = inside.lstrip("\n").split("\n", 1)[0]
        if not _KEY.match(first.rstrip()):
            return FrontMatter(text=text)
        mark = getattr(error, "problem_mark", None)
        notes.warn("front_matter_broken", line=mark.line + 2 if mark else 1)
        return _kept(text, found)
    if not isinstance(values, dict):
        return FrontMatter(text=text)
    lower = {str(key).lower(): value for key, value in values.items()}
    return FrontMatter(lower, text[found.end() :], text.count("\n", 0, found.end()) + 1)


def _is_too_large(head: str, notes: Notes, limits: Limits) -> bool:
    size, limit = len(head.encode()), limits.max_front_matter_kib
    if size <= limit * 1024:
        return False
    notes.refuse("front_matter_large", line=1, size=kibibytes(size), limit=limit)
    return True


def _kept(text: str, found: re.Match[str]) -> FrontMatter:
    longest = max((len(run) for run in re.findall(r"`+", found["inside"])), default=0)
    fence = "`" * max(3, longest + 1)
    return FrontMatter(text=f"{fence}yaml\n{found['inside']}{fence}\n{text[found.end() :]}")
