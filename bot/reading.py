"""What does one file hold? Its bytes are parsed and its pictures looked at; nothing is stored here."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from bot.media.images import Prepared, prepare
from bot.remote_pictures import Fetches, RemotePictures
from bot.sources.base import IssueSource, SourceFile
from digest.errors import NotFound, Refused, Temporary
from digest.issue import NO_HEADINGS, Headings, Issue, Problem, Reading, Series
from digest.known import completed
from digest.page import Picture
from digest.parse import parse
from digest.parse.split import pieces
from digest.revision import revision_hash
from digest.safe_path import picture_path


class Parse(Protocol):
    """How a file is parsed: digest.parse.parse itself, or the worker that does it elsewhere within bounds."""

    def __call__(
        self,
        source: bytes,
        *,
        series: Series,
        name: str,
        known_sections: frozenset[str],
        today: date,
        web_base: str = "",
    ) -> Reading:
        """Blocking; never raises for what the file holds."""
        ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file as it was read: what `check` shows, `preview` renders and the store keeps."""

    file: SourceFile
    series: Series
    issue: Issue | None
    problems: tuple[Problem, ...]
    pictures: Mapping[str, Prepared] = field(default_factory=dict)
    headings: Headings = NO_HEADINGS

    @property
    def known_pictures(self) -> dict[str, Picture]:
        return {src: prepared.picture for src, prepared in self.pictures.items()}

    @property
    def revision(self) -> str:
        shas = {src: prepared.picture.sha for src, prepared in self.pictures.items()}
        return revision_hash(self.file.content or b"", shas)

    @property
    def is_refused(self) -> bool:
        """Whether something forbids to keep it."""
        return self.issue is None or any(problem.level == "error" for problem in self.problems)

    def held(self, today: date) -> str | None:
        """None, "draft" or "until 2026-03-01"."""
        if self.issue is None:
            return None
        if self.issue.is_draft:
            return "draft"
        until = self.issue.embargo_until
        return f"until {until}" if until is not None and until > today else None


def issue_files(source: IssueSource, series: Series) -> Iterator[SourceFile]:
    """The files of a source, each with one issue: a file of several is cut where the series' profile says."""
    level = series.profile.issue_level
    files = source.files()
    try:
        for file in files:
            yield from (
                (file,) if level is None or file.content is None else _pieces(file, file.content, level)
            )
    finally:
        if isinstance(files, Generator):
            files.close()


def _pieces(file: SourceFile, content: bytes, level: int) -> Iterator[SourceFile]:
    for piece in pieces(content, level):
        name = f"{file.name}#{piece.fragment}" if piece.fragment else file.name
        yield replace(file, name=name, content=piece.source, first_line=piece.first_line)


def load(
    source: IssueSource,
    file: SourceFile,
    series: Series,
    *,
    today: date,
    known_sections: frozenset[str] = frozenset(),
    parse: Parse = parse,
    fetcher: Fetches | None = None,
) -> Loaded:
    """Parse a file and look at its pictures. Blocking; never raises for what the file holds.

    Without a fetcher, pictures of other sites stay links.
    """
    if file.content is None:
        return Loaded(
            file,
            series,
            None,
            (Problem("error", file.trouble.replace("file.", "file_"), 0, dict(file.told)),),
        )
    reading = parse(
        file.content,
        series=series,
        name=file.name,
        known_sections=known_sections,
        today=today,
        web_base=file.web_base,
    )
    reading = completed(reading, file.known, series, file.name)
    if reading.issue is None:
        return Loaded(file, series, None, _in_file(file, reading.problems))
    issue = reading.issue
    pictures, missing = _pictures(source, file, issue, RemotePictures(fetcher, series.image_hosts))
    said = _in_file(file, (*reading.problems, *missing))
    return Loaded(file, series, issue, said, pictures, reading.headings)


def _in_file(file: SourceFile, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Lines are those of the whole file."""
    above = file.first_line - 1
    return tuple(
        replace(problem, line=problem.line + above) if problem.line and above else problem
        for problem in problems
    )


def _pictures(
    source: IssueSource, file: SourceFile, issue: Issue, remote: RemotePictures
) -> tuple[dict[str, Prepared], list[Problem]]:
    pictures: dict[str, Prepared] = {}
    problems: list[Problem] = []
    for src in dict.fromkeys(image.src for image in issue.images):
        code = ""
        told: dict[str, str | int] = {"src": src}
        path = picture_path(src)
        is_remote = src.lower().startswith(("http://", "https://"))
        try:
            if path is not None:
                pictures[src] = prepare(source.picture(file, path))
                code = pictures[src].remark
            elif is_remote and remote.is_on:
                pictures[src] = prepare(remote.get(src))
                code = pictures[src].remark
            else:
                code = "picture_remote" if is_remote else "picture_refused"
        except NotFound:
            code = "picture_not_fetched" if is_remote else "picture_missing"
        except Temporary:
            code = "picture_not_fetched"
        except Refused as error:
            code = _code_of(error)
            if error.key == "picture.format":
                told["format"] = str(error.arguments["format"])
        if code:
            problems.append(Problem("warning", code, _line_of(file, src), told))
    return pictures, problems


def _code_of(error: Refused) -> str:
    """Why a picture is not to be had; what of a file is refused is told to nobody in detail (content.md §8)."""
    if error.key == "file.lfs":
        return "picture_lfs"
    if error.key.startswith("fetch."):
        return "picture_remote" if error.key == "fetch.host" else "picture_not_fetched"
    return "picture_refused" if error.key.startswith("file.") else error.key.replace(".", "_")


def _line_of(file: SourceFile, src: str) -> int:
    """The line a picture stands on, for the curator; 0 when it is written in another spelling there."""
    text = (file.content or b"").decode("utf-8", "replace")
    position = text.find(src)
    return text.count("\n", 0, position) + 1 if position >= 0 else 0


def source_of(path: Path, globs: Sequence[str]) -> IssueSource:
    """The source a path on the command line means: a folder by its globs, or a file alone."""
    from bot.sources.folder import FolderSource, LooseFiles  # noqa: PLC0415  watchfiles is needed only where files are read

    if path.is_dir():
        return FolderSource(path, globs)
    return LooseFiles(path.parent, globs, only=path.name)
