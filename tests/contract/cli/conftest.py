"""A command line in a folder of its own, with a configuration and two small series."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import app
from bot.cli.output import failed

CONFIG = """\
language = "en"
time_zone = "Asia/Shanghai"

[[series]]
key = "weekly"
title = "Weekly"
push = { days = ["mon"], at = "08:30", zone = "Asia/Shanghai" }
sources = [{ kind = "folder", path = "issues/weekly" }]

[[series]]
key = "daily"
title = "Daily"
sources = [{ kind = "folder", path = "issues/daily" }]

[categories]
models = ["Models", "模型"]
policy = ["Policy"]

[desk]
publishers = ["telegram:99"]

[telegram]
token = "1:secret-token"
username = "zhouzhi_bot"
"""

ISSUE = """\
# Weekly {n}

Hello.

## Models

### A model that reads 千问

It reads. [more](https://example.org/{n})

## Chips

### A chip

It chips.
"""


@dataclass
class Terminal:
    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def run(self, *words: str) -> tuple[int, str, str]:
        """One command; its exit code, standard output and standard error."""
        self.monkeypatch.setattr(sys, "argv", ["zhouzhi", *words])
        code = failed(app)
        out, err = self.capsys.readouterr()
        return code, out, err

    def lines(self, *words: str) -> list[dict]:
        """The JSON Lines of a command that must succeed."""
        code, out, err = self.run(*words, "--json")
        assert code == 0, (code, out, err)
        return [json.loads(line) for line in out.splitlines()]

    def error(self, *words: str) -> tuple[int, dict]:
        """The exit code and the error object of a command that must fail."""
        code, out, _ = self.run(*words, "--json")
        return code, json.loads(out.splitlines()[-1])["error"]

    def configure(self, more: str) -> None:
        """More tables for the configuration file."""
        self.write("zhouzhi.toml", f"{CONFIG}\n{more}")

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


@pytest.fixture
def terminal(tmp_path, capsys, monkeypatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    made = Terminal(tmp_path, capsys, monkeypatch)
    made.write("zhouzhi.toml", CONFIG)
    (tmp_path / "issues" / "daily").mkdir(parents=True)
    for n in (1, 2):
        made.write(f"issues/weekly/weekly-{n}.md", f"---\ndate: 2026-03-0{n}\n---\n{ISSUE.format(n=n)}")
    return made
