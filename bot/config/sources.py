"""Where may issues come from? One model a kind of source; `SourceEntry` is their union, told apart by `kind`."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, BaseModel, Field

from bot.config.fields import STRICT, Duration

GLOBS = ["*.md", "*.markdown"]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SCP_LIKE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^-\s][^\s]*")
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)))[A-Za-z0-9_][^\x00-\x20~^:?*\[\\\x7f]*(?<![./])")


def _repository(value: str) -> str:
    """An address git may be given. What is wrong is said without the address: it may hold a password."""
    way = "write https://…, ssh://…, git@host:path, or the path of a repository on this machine"
    if not value or value.startswith("-") or "::" in value.split("/", 1)[0] or not value.isprintable():
        raise ValueError(f"no address git may be given; {way}")
    if "://" not in value:
        # a local path or git@host:path
        return value
    try:
        parts = urlsplit(value)
        is_known = _is_known(parts)
    except ValueError:
        raise ValueError(f"no address git may be given; {way}") from None
    if not is_known:
        raise ValueError(f"no scheme {parts.scheme!r} for a repository; {way}")
    return value


def _is_known(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    match parts.scheme:
        case "https" | "ssh":
            return bool(host) and not host.startswith("-") and not (parts.username or "").startswith("-")
        case "http":
            return host in LOOPBACK  # nobody stands between this machine and itself
        case "file":
            return not host and len(parts.path) > 1
        case _:
            return False


def _polite(value: timedelta) -> timedelta:
    if value < timedelta(minutes=1):
        raise ValueError("no host is asked more often than once a minute; write 1m or more")
    return value


def _poll(value: timedelta) -> timedelta:
    if value < timedelta(seconds=1):
        raise ValueError("a folder is looked at once a second at the most; write 1s or more")
    return value


def _branch(value: str) -> str:
    if value and not _BRANCH.fullmatch(value):
        raise ValueError(f"no branch name {value[:80]!r}")
    return value


def _pattern(value: str) -> str:
    known = {"number", "year", "month", "day"}
    names = re.findall(r"\{([^{}]*)\}", value)
    if wrong := sorted(set(names) - known):
        raise ValueError(
            f"no {{{wrong[0]}}} in a pattern; there are: {{number}}, {{year}}, {{month}}, {{day}}"
        )
    if value and not names:
        raise ValueError("a pattern names what stands in the path, such as {year}/{month}-{day}.md")
    if len(names) != len(set(names)):
        raise ValueError("a pattern names each thing once")
    if {"year", "month", "day"} & set(names) and not {"year", "month", "day"} <= set(names):
        raise ValueError("a date in a pattern needs {year}, {month} and {day}")
    return value


def is_local(url: str) -> bool:
    """Whether a repository's address is a path on this machine."""
    return "://" not in url and not _SCP_LIKE.fullmatch(url)


class SourceTable(BaseModel):
    """A table of `sources`."""

    model_config = STRICT

    def secrets(self) -> tuple[str, ...]:
        """What of it must never reach a log."""
        return ()


class FolderEntry(SourceTable):
    """A folder on this machine."""

    kind: Literal["folder"]
    """A folder on this machine, watched."""
    path: Path
    """The folder, relative to this file."""
    glob: list[str] = GLOBS
    """Which files of it are issues."""
    poll: Annotated[Duration, AfterValidator(_poll)] | None = None
    """Look so often instead of being told by the system, such as `10s`: for network mounts."""


class GitEntry(SourceTable):
    """A branch of a git repository."""

    kind: Literal["git"]
    """A branch of a git repository, fetched on a schedule."""
    url: Annotated[str, AfterValidator(_repository), Field(repr=False)]
    """`https://…`, `ssh://…`, `git@host:path`, or the path of a repository on this machine."""
    branch: Annotated[str, AfterValidator(_branch)] = ""
    """The branch; the repository's own choice when empty."""
    glob: list[str] = GLOBS
    """Which files of it are issues."""
    pattern: Annotated[str, AfterValidator(_pattern)] = ""
    """What the path says: `{number}`, or `{year}`, `{month}` and `{day}`, such as `{year}/{month}-{day}.md`."""
    every: Annotated[Duration, AfterValidator(_polite)] = timedelta(minutes=15)
    """How often it is fetched: `15m`, `1h`."""

    def secrets(self) -> tuple[str, ...]:
        """A password; where there is none, the name may be a token."""
        parts = urlsplit(self.url) if "://" in self.url else None
        if parts is None:
            return ()
        token = parts.username if parts.scheme in ("http", "https") and not parts.password else None
        found = {part for part in (parts.password, token) if part}
        return tuple(sorted(found | {unquote(part) for part in found}))


def _web(value: str) -> str:
    """An address the fetcher may ask. What is wrong is said without it: it may hold a password."""
    way = "write https://… or http://…, without a password and with no other port than 80 or 443"
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and value.isprintable()
        is_plain = parts.port in (None, 80, 443) and parts.username is None and " " not in value
    except ValueError:
        raise ValueError(f"no address of the web; {way}") from None
    if not (is_web and is_plain):
        raise ValueError(f"no address of the web that may be asked; {way}")
    return value


WebAddress = Annotated[str, AfterValidator(_web)]


class WebSource(SourceTable):
    """A source on the web."""

    def secrets(self) -> tuple[str, ...]:
        """What stands after `?` lets a reader in at some places; a word of three letters would blacken every log."""
        query = urlsplit(str(getattr(self, "url", ""))).query
        return (query,) if len(query) >= 8 else ()


class FeedEntry(WebSource):
    """A feed with the full text of its entries."""

    kind: Literal["feed"]
    """RSS, Atom or JSON Feed with the full text; one entry is one issue, or with `issue` one item."""
    url: WebAddress
    """`https://…`"""
    every: Annotated[Duration, AfterValidator(_polite)] = timedelta(minutes=30)
    """How often it is asked: `30m`, `2h`."""
    follow: bool = False
    """`true`: each entry is read from its page; for feeds that give summaries only."""
    issue: Literal["entry", "day", "week", "month"] = "entry"
    """What one issue is: each `entry`, or the entries of a `day`, `week` or `month` as items, pushed when it is over."""


class UrlEntry(WebSource):
    """One address."""

    kind: Literal["url"]
    """Markdown or a page of HTML at one address, or an issue of a code host."""
    url: WebAddress
    """`https://…`"""
    every: Annotated[Duration, AfterValidator(_polite)] = timedelta(hours=1)
    """How often it is asked: `30m`, `2h`."""


# one model a kind: a new kind adds its model here and its case to bot/sources/build.py
SourceEntry = Annotated[FolderEntry | GitEntry | FeedEntry | UrlEntry, Field(discriminator="kind")]
