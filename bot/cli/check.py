"""`zhouzhi check`: is the configuration right, and how are these files read?"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.text import Text
from rich.tree import Tree

from bot.cli.describe import checked, problems
from bot.cli.language import words
from bot.cli.opened import series_for
from bot.cli.output import FAILURE, OK, console, emit, exit_code, say_error
from bot.config import Configuration, find_file, load
from bot.reading import Loaded, source_of
from bot.reading import load as load_file
from bot.sources.base import Distant, IssueSource
from bot.sources.build import configured
from digest.errors import NotFound, ZhouzhiError
from digest.issue import Series, item_label


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
    configuration = load(config if config or not paths else find_file(None))
    found: list[Loaded] = []
    code = OK
    for chosen, source in _sources(configuration, paths, series):
        try:
            found += _read(source, chosen, _today(configuration))
        except ZhouzhiError as error:
            # one source out of reach hides nothing of the others
            say_error(error, as_json=json)
            code = exit_code(error)
    if not paths and not json:
        console.print(words()("cli.configuration_good", file=configuration.file or "–"))
    for loaded in found:
        if json:
            emit(checked(loaded, words(), _today(configuration)))
        else:
            _show(loaded, configuration)
    has_error = any(problem.level == "error" for loaded in found for problem in loaded.problems)
    return FAILURE if has_error else code


def _sources(
    configuration: Configuration, paths: Sequence[Path], series: str | None
) -> Iterator[tuple[Series, IssueSource]]:
    """What the paths mean; without paths every configured source."""
    for path in paths:
        if not path.exists():
            raise NotFound("file.unknown", path=str(path))
        yield series_for(configuration, path, series), source_of(path, ("*.md", "*.markdown"))
    if not paths:
        yield from configured(configuration)


def _read(source: IssueSource, series: Series, today: date) -> list[Loaded]:
    if isinstance(source, Distant):
        source.refresh()
    return [load_file(source, file, series, today=today) for file in source.files()]


def _today(configuration: Configuration) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(configuration.settings.time_zone)).date()


def _show(loaded: Loaded, configuration: Configuration) -> None:
    texts = words()
    issue = loaded.issue
    tree = Tree(Text(loaded.file.name, style="bold"))
    if issue is not None:
        day = str(issue.published_on) if issue.published_on else "–"
        number = f"#{issue.number}" if issue.number is not None else "–"
        tree.add(Text(f"{issue.title}  {number}  {day}  {loaded.series.key}/{issue.key}"))
        if held := loaded.held(_today(configuration)):
            tree.add(Text(texts("cli.held", held=held), style="yellow"))
        for section in issue.sections:
            branch = tree.add(Text(f"{section.title}  ({len(section.items)})", style="cyan"))
            for item in section.items:
                branch.add(Text(item_label(item)))
    for problem in problems(loaded.problems, texts):
        style = "red" if problem["level"] == "error" else "yellow"
        line = f"{problem['line']}: " if problem["line"] else ""
        tree.add(Text(f"{line}{problem['message']} → {problem['cure']}", style=style))
    console.print(tree)
