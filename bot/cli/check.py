"""`zhouzhi check`: is the configuration right, and how are these files read?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from bot.cli.check_view import proposal_view, short, totals, whole
from bot.cli.describe import checked
from bot.cli.language import words
from bot.cli.opened import series_for, today_of
from bot.cli.output import FAILURE, OK, console, emit_all, exit_code, say_error
from bot.config import Configuration, load
from bot.config.sources import GLOBS
from bot.equipment import lacking
from bot.reading import Loaded, issue_files, source_of
from bot.reading import load as load_file
from bot.sources.base import Distant, IssueSource, SourceFile
from bot.sources.build import configured
from digest.errors import NotFound, ZhouzhiError
from digest.issue import Issue, Reading, Series
from digest.parse import parse
from digest.parse.proposal import proposed
from digest.parse.source import Limits
from handlers.texts import Texts

WHOLE_FILES: Final = 5  # of more files than that each takes a line, and what is to be mended


def check(*paths: Path, config: Path | None = None, series: str | None = None, json: bool = False) -> int:
    """Check the configuration, then issue files: the structure found, every problem with line and cure.

    Parameters
    ----------
    paths
        Files or folders of issues; none: every configured source.
    config
        The TOML file (default: zhouzhi.toml here).
    series
        The configured series the files belong to.
    json
        One JSON object a file.
    """
    configuration = load(config)
    limits = configuration.settings.parsing.limits()
    found: list[Loaded] = []
    code = OK
    for chosen, source in _sources(configuration, paths, series):
        try:
            found += _read(source, chosen, limits)
        except ZhouzhiError as error:
            # one source out of reach hides nothing of the others
            say_error(error, as_json=json)
            code = exit_code(error)
    if json:
        emit_all(checked(loaded, words(), today_of(loaded.series)) for loaded in found)
    else:
        if not paths:
            console.print(words()("cli.configuration_good", file=configuration.file or "–"))
            for lack in lacking(configuration.settings):
                console.print(words()(lack.key, what=lack.what), words()(f"{lack.key}_cure"), style="yellow")
        _show(found)
    has_error = any(problem.level == "error" for loaded in found for problem in loaded.problems)
    return FAILURE if has_error else code


def _sources(
    configuration: Configuration, paths: Sequence[Path], series: str | None
) -> Iterator[tuple[Series, IssueSource]]:
    """What the paths mean; without paths every configured source."""
    for path in paths:
        if not path.exists():
            raise NotFound("file.unknown", path=str(path))
        yield series_for(configuration, path, series), source_of(path, GLOBS)
    if not paths:
        yield from configured(configuration)


def _read(source: IssueSource, series: Series, limits: Limits) -> list[Loaded]:
    """The files of a source; each is read with the others as its history, as if they had been stored before it."""
    if isinstance(source, Distant):
        source.refresh()
    today = today_of(series)
    files = list(issue_files(source, series))
    titles = [_titles_of(file, series, today) for file in files]
    known = Counter(title for of_file in titles for title in of_file)
    within = partial(parse, limits=limits)
    loaded: list[Loaded] = []
    for file, own in zip(files, titles, strict=True):
        others = frozenset(title for title, count in known.items() if count - (title in own) > 0)
        loaded.append(load_file(source, file, series, today=today, known_sections=others, parse=within))
    return loaded


def _titles_of(file: SourceFile, series: Series, today: date) -> frozenset[str]:
    if file.content is None:
        return frozenset()
    return _section_titles(
        parse(file.content, series=series, name=file.name, today=today, web_base=file.web_base).issue
    )


def _section_titles(issue: Issue | None) -> frozenset[str]:
    return frozenset(section.title for section in issue.sections) if issue else frozenset()


def _show(found: Sequence[Loaded]) -> None:
    texts = words()
    view = whole if len(found) <= WHOLE_FILES else short
    for loaded in found:
        console.print(view(loaded, texts, today_of(loaded.series)))
    if len(found) > 1:
        console.print(totals(found, texts))
    for series in dict.fromkeys(loaded.series for loaded in found):
        _propose([loaded for loaded in found if loaded.series == series], texts)


def _propose(found: Sequence[Loaded], texts: Texts) -> None:
    """The profile that the issues of one series ask for together, and what it would change in each."""
    series = found[0].series
    proposal = proposed([Reading(loaded.issue, loaded.problems) for loaded in found], series.profile)
    if proposal is None:
        return
    known = frozenset(title for loaded in found for title in _section_titles(loaded.issue))
    renewed = [
        parse(
            loaded.file.content or b"",
            series=replace(series, profile=proposal),
            name=loaded.file.name,
            known_sections=known,
            today=today_of(series),
            web_base=loaded.file.web_base,
        )
        for loaded in found
    ]
    console.print(proposal_view(found, renewed, proposal, texts))
