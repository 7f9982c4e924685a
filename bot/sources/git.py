"""Which issues lie in a git repository? A bare copy without old contents, read from one commit at a time.

Fetching brings history (for the dates of first commits), then the texts and the pictures they name; only when all are
here, the commit becomes the one that is read. Reading never asks the network.
"""

import contextlib
import fcntl
import hashlib
import html
import shutil
import stat
import threading
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote

from bot.config.sources import GitEntry
from bot.sources.base import FILE_LIMIT, PICTURE_LIMIT, SourceFile
from bot.sources.blobs import Blobs
from bot.sources.git_commands import Address, Damaged, Git, Unwilling, split_nul
from bot.sources.git_history import LOG, first_commits
from bot.sources.paths import FileNames, matcher, reader
from bot.sources.pointers import real
from bot.sources.visits import Contact, brought, visits
from digest.errors import NotFound, Refused, Temporary

FETCH: Final = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head")
COMING: Final = "refs/zhouzhi/coming"
WHOLE: Final = "zhouzhi-whole"  # a file in the copy
HEAD: Final = "refs/zhouzhi/head"
AT_ONCE: Final = 500  # objects asked for in one request
PICTURES: Final = frozenset(
    (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".tif", ".tiff", ".svg", ".jfif", ".ico")
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a commit: its object, or the reason why it is not read."""

    name: str
    blob: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """What of a commit concerns us: files that may be issues, in order, and pictures by their path."""

    commit: str
    issues: Sequence[Entry]
    pictures: dict[str, Entry]


class GitSource:
    """A branch of a repository. `data` is the folder of all copies; `folder` is what a relative path starts from."""

    is_standing: Final = True

    def __init__(self, entry: GitEntry, folder: Path, data: Path) -> None:
        address = Address.of(entry.url, folder)
        self.identity = f"git:{address.label}#{entry.branch}:{','.join(entry.glob)}"
        self.contact = Contact(self.identity)
        name = hashlib.sha256(f"{address.url}\0{self.identity}".encode()).hexdigest()[:16]
        self._git = Git(data / name, address)
        self._branch = entry.branch
        self._is_issue = matcher(entry.glob)
        self._read_path = reader(entry.pattern)
        self._every = entry.every
        self._tree: Tree | None = None
        self._reading: Tree | None = None  # of this commit are the pictures that are asked for
        self._dates: tuple[str, dict[str, datetime]] = ("", {})
        self._blobs: Blobs | None = None
        self._told = ""  # the commit that `files` last gave
        self._lock = threading.Lock()
        self._fetching = threading.Lock()

    @property
    def copy_folder(self) -> Path:
        """The folder of its copy alone."""
        return self._git.folder

    # --- bringing it here ---

    def refresh(self) -> bool:
        """Fetch; whether the branch stands elsewhere than `files` last told. Raises Refused, Temporary. Blocking."""
        self._git.begin()
        try:
            with self._fetching, self._alone():
                self._fetch_well()
        except OSError as error:
            raise Temporary(
                "source.git_no_room", url=self._git.address.label, reason=error.strerror or str(error)
            ) from error
        return self._head() != self._told

    def _fetch_well(self) -> None:
        try:
            self._fetch()
        except Damaged:
            shutil.rmtree(self._git.folder, ignore_errors=True)
            self._fetch()
        except Unwilling:
            if (self._git.folder / WHOLE).exists():
                raise
            # begun anew with all contents of all times, and so it stays: better much than nothing
            shutil.rmtree(self._git.folder, ignore_errors=True)
            self._git.folder.mkdir(parents=True)
            (self._git.folder / WHOLE).touch()
            self._fetch()

    def _fetch(self) -> None:
        self._prepare()
        self._git.is_whole = (self._git.folder / WHOLE).exists()
        wanted = f"refs/heads/{self._branch}" if self._branch else "HEAD"
        self._git.ask(
            *(*FETCH, *self._git.only, "--force"),
            *("--end-of-options", "origin", f"+{wanted}:{COMING}"),
            is_distant=True,
        )
        coming = self._commit(COMING) or ""
        if coming == self._head():
            return
        tree = self._tree_of(coming)
        self._bring(entry.blob for entry in tree.issues)
        with contextlib.closing(Blobs(self._git)) as blobs:
            named = set(self._named_pictures(tree, blobs))
        self._bring(named)
        self._git.ask("update-ref", HEAD, tree.commit)

    def _prepare(self) -> None:
        """An empty copy that knows whence to fetch; what a killed process left locked is unlocked."""
        folder = self._git.folder
        folder.mkdir(parents=True, exist_ok=True)
        for lock in (*folder.glob("*.lock"), *folder.glob("refs/**/*.lock")):
            lock.unlink(missing_ok=True)
        if not (folder / "HEAD").exists():
            self._git.ask("init", "--quiet", "--bare", "--template=", str(folder))
        self._git.ask("config", "remote.origin.url", self._git.address.url)

    def _bring(self, blobs: Iterable[str]) -> None:
        """Fetch those objects that are not here yet; what came before an interruption is not asked for again."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob]
        if not wanted:
            return
        said = self._git.ask(
            "cat-file", "--batch-check=%(objectname)", given="\n".join(wanted).encode() + b"\n"
        )
        missing = [line.split(" ", 1)[0] for line in said.decode().splitlines() if line.endswith(" missing")]
        for start in range(0, len(missing), AT_ONCE):
            self._git.ask(
                *("-c", "fetch.negotiationAlgorithm=noop", *FETCH, *self._git.only, "--stdin"),
                *("--end-of-options", "origin"),
                given="\n".join(missing[start : start + AT_ONCE]).encode() + b"\n",
                is_distant=True,
            )

    def _named_pictures(self, tree: Tree, blobs: Blobs) -> Iterator[str]:
        """Objects of the pictures whose names stand in a text. One too many costs a transfer; none may be too few."""
        by_name: dict[str, list[Entry]] = {}
        for path, entry in tree.pictures.items():
            by_name.setdefault(PurePosixPath(path).name, []).append(entry)
        names = FileNames(by_name)
        for issue in tree.issues:
            try:
                content = blobs.read(issue.blob, FILE_LIMIT)
            except Refused:
                continue  # too large to be an issue; `files` says so
            text = html.unescape(unquote((content or b"").decode("utf-8", "replace")))
            beside = PurePosixPath(issue.name).parent
            for name in names.within(text):
                yield from (
                    one.blob for one in by_name[name] if PurePosixPath(one.name).is_relative_to(beside)
                )

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time fetches into a copy."""
        self._git.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._git.folder.with_suffix(".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Temporary("source.git_busy", url=self._git.address.label) from None
            yield

    # --- reading what is here ---

    def count(self) -> int:
        return len(self._current().issues)

    def files(self) -> Iterator[SourceFile]:
        tree = self._current()
        dates = self._first_commits(tree.commit)
        blobs = Blobs(self._git)
        with self._lock:
            self._blobs, self._reading = blobs, tree
        try:
            for entry in tree.issues:
                yield self._file(entry, blobs, dates.get(entry.name))
            self._told = tree.commit
        finally:
            with self._lock:
                self._blobs = None
            blobs.close()

    def _file(self, entry: Entry, blobs: Blobs, commit_at: datetime | None) -> SourceFile:
        known = replace(self._read_path(entry.name), commit_at=commit_at)
        base = f"{self._git.address.label}/{PurePosixPath(entry.name).parent}"
        content, trouble = None, entry.trouble
        if not trouble:
            try:
                content = real(self._content(entry, blobs, FILE_LIMIT))
            except Refused as error:
                trouble = error.key
        return SourceFile(entry.name, base, content, trouble, known)

    def picture(self, file: SourceFile, path: PurePosixPath) -> bytes:
        entry = (self._reading or self._current()).pictures.get(str(PurePosixPath(file.name).parent / path))
        if entry is None:
            raise NotFound("file.missing")
        if entry.trouble:
            raise Refused(entry.trouble)
        with self._lock:
            if self._blobs is not None:
                return real(self._content(entry, self._blobs, PICTURE_LIMIT))
        with contextlib.closing(Blobs(self._git)) as blobs:
            return real(self._content(entry, blobs, PICTURE_LIMIT))

    @staticmethod
    def _content(entry: Entry, blobs: Blobs, limit: int) -> bytes:
        content = blobs.read(entry.blob, limit)
        if content is None:
            raise NotFound("file.missing")
        return content

    async def changes(self) -> AsyncIterator[None]:
        def tell(contact: Contact) -> None:
            self.contact = contact

        async for _ in visits(self._look, self._every, self.contact, tell):
            yield

    async def _look(self) -> bool:
        return await brought(self)

    def stop(self) -> None:
        """End a refresh that runs in another thread."""
        self._git.stop()

    def _current(self) -> Tree:
        commit = self._head()
        if commit is None:
            raise Temporary("source.git_not_fetched", url=self._git.address.label)
        if self._tree is None or self._tree.commit != commit:
            self._tree = self._tree_of(commit)
        return self._tree

    def _head(self) -> str | None:
        return self._commit(HEAD)

    def _commit(self, name: str) -> str | None:
        if not (self._git.folder / "HEAD").exists():
            return None
        said = self._git.ask("for-each-ref", "--format=%(objectname)", name).decode().split()
        return said[0] if said else None

    def _tree_of(self, commit: str) -> Tree:
        said = self._git.ask("ls-tree", "-r", "-z", "--full-tree", commit)
        issues: list[Entry] = []
        pictures: dict[str, Entry] = {}
        for line in split_nul(said):
            head, _, name = line.partition("\t")
            if not name:
                continue
            mode, _, blob = head.split(" ")
            entry = _entry(name, int(mode, 8), blob)
            if self._is_issue(name):
                issues.append(entry)
            elif PurePosixPath(name).suffix.lower() in PICTURES:
                pictures[name] = entry
        return Tree(commit, tuple(sorted(issues, key=lambda entry: entry.name)), pictures)

    def _first_commits(self, commit: str) -> dict[str, datetime]:
        if self._dates[0] != commit:
            self._dates = (commit, first_commits(split_nul(self._git.ask(*LOG, commit))))
        return self._dates[1]


def _entry(name: str, mode: int, blob: str) -> Entry:
    """A link is not followed and another repository is not entered (content.md §8)."""
    return Entry(name, blob) if stat.S_ISREG(mode) else Entry(name, "", "file.not_regular")
