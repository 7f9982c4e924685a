"""What does importing say on a terminal and of repositories, and does one source out of reach keep the others back?"""

import io
import os
import subprocess

import pytest
from rich.console import Console

from bot.cli.output import TEMPORARY
from tests.contract.cli.conftest import CONFIG, ISSUE

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "x",
    "GIT_AUTHOR_EMAIL": "x@example.org",
    "GIT_COMMITTER_NAME": "x",
    "GIT_COMMITTER_EMAIL": "x@example.org",
    "GIT_AUTHOR_DATE": "2026-03-04T00:00:00Z",
}
FOLDER = 'sources = [{ kind = "folder", path = "issues/daily" }]'


@pytest.fixture
def repository(terminal):
    """One daily issue, committed on 2026-03-04."""
    terminal.write("repository/daily.md", ISSUE.format(n=4))
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "x")):
        subprocess.run(["git", *words], cwd=terminal.folder / "repository", env=ENVIRONMENT, check=True)
    return terminal.folder / "repository"


def configure(terminal, *urls: str) -> None:
    entries = ", ".join(f'{{ kind = "git", url = "{url}" }}' for url in urls)
    terminal.write("zhouzhi.toml", CONFIG.replace(FOLDER, f"sources = [{entries}]"))


def test_configured_repositories_are_fetched_and_read(terminal, repository):
    """One command: fetched, parsed, stored; the date is that of the first commit."""
    configure(terminal, "repository")
    assert [line["result"] for line in terminal.lines("issues", "import")] == ["added"] * 3
    daily = [line for line in terminal.lines("issues", "list") if line["series"] == "daily"]
    assert [(line["key"], line["published_on"]) for line in daily] == [("4", "2026-03-04")]
    assert [line["result"] for line in terminal.lines("issues", "import")] == ["unchanged"] * 3
    (checked,) = [line for line in terminal.lines("check") if line["file"] == "daily.md"]
    assert (checked["published_on"], checked["date_from"]) == ("2026-03-04", "commit")


@pytest.mark.parametrize("command", [("issues", "import"), ("check",)])
def test_a_repository_that_is_not_there_keeps_nothing_back(terminal, repository, command):
    """The others are read; the sentence names it and what to do; the exit code tells scripts."""
    configure(terminal, "nowhere", "repository")
    code, out, err = terminal.run(*command)
    assert code == 1
    assert "daily.md" in out
    assert "weekly-1.md" in out
    assert "no repository at nowhere" in err
    assert "→" in err


def test_a_host_out_of_reach_may_be_tried_again(terminal, repository):
    """Exit code 75, and the host's own word for it."""
    configure(terminal, "http://127.0.0.1:9/digest")
    code, out, err = terminal.run("issues", "import")
    assert code == TEMPORARY
    assert "weekly-1.md" in out
    assert "127.0.0.1" in err


def test_a_terminal_shows_a_bar_and_what_is_new(terminal, monkeypatch):
    """The series with its count; what is known is summed up and not listed."""
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=100, color_system=None)
    monkeypatch.setattr("bot.cli.importing.console", console)
    terminal.run("issues", "import", "issues/weekly")
    assert "Weekly" in shown.getvalue()
    assert "2/2" in shown.getvalue()
    assert "weekly-1.md" in shown.getvalue()
    assert "added 2" in shown.getvalue()
    shown.truncate(0)
    terminal.run("issues", "import", "issues/weekly")
    assert "weekly-1.md" not in shown.getvalue()
    assert "unchanged 2" in shown.getvalue()


def test_without_a_terminal_there_is_a_line_a_file(terminal):
    """Nothing moves in a log file; the sum stands last."""
    _, out, _ = terminal.run("issues", "import")
    lines = out.splitlines()
    assert sum("weekly-" in line for line in lines) == 2
    assert lines[-1].startswith("refused 0 · added 2")
