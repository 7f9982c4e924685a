"""Is a value that cannot be meant refused in a sentence, with the exit code of cli.md and without a traceback?"""

import json
import os
import socket
import subprocess
import sys

import pytest

USAGE = [
    ("search", "千问", "--limit", "-3"),
    ("search", "千问", "--limit", "0"),
    ("campaigns", "list", "--limit", "-1"),
    ("campaigns", "list", "--limit", "99999999999999999999"),
    ("campaigns", "show", "99999999999999999999"),
    ("campaigns", "settle", "2", "foo", "1", "arrived"),
    ("campaigns", "settle", "2", "telegram:1", "0", "arrived"),
    ("schedule", "next", "--weeks", "-1"),
    ("schedule", "next", "--weeks", "999999999"),
    ("demo", "--no-browser", "--port", "99999"),
    ("demo", "--no-browser", "--port", "-1"),
    ("issues", "set-number", "weekly/1", "-4"),
]


@pytest.mark.parametrize("words", USAGE, ids=" ".join)
def test_a_value_out_of_bounds_is_a_mistake_of_usage(terminal, words):
    """Exit 2; an object with --json (`demo` has none), else a sentence on standard error."""
    terminal.lines("issues", "import")
    code, out, err = terminal.run(*words)
    assert code == 2
    assert err.strip()
    assert "Traceback" not in err
    assert out == ""
    if words[0] != "demo":
        code, error = terminal.error(*words)
        assert code == 2
        assert error["message"]


@pytest.mark.parametrize(
    "words", [("issues", "list"), ("search", "千问"), ("campaigns", "list")], ids=" ".join
)
def test_a_file_where_the_data_should_be_is_said(terminal, words):
    """Exit 78 and the path."""
    terminal.write("data", "no folder")
    code, error = terminal.error(*words)
    assert (code, error["code"]) == (78, "configuration.data")
    assert str(terminal.folder / "data") in error["message"]
    assert error["cure"]


def typed(folder, *words: str, encoding: str) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own, whose streams have another encoding."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LANG": "zh_CN.UTF-8"}
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=60, check=False)


def test_output_for_programs_is_utf_8_whatever_the_terminal_speaks(terminal):
    """JSON and CSV; the words for people keep to the terminal's encoding and lose no line."""
    terminal.write("issues/weekly/weekly-3.md", "# 周知 3\n\n## 模型\n\n### 千问\n\n甲。\n")
    terminal.lines("issues", "import")
    listed = typed(terminal.folder, "issues", "list", "--json", encoding="ascii")
    assert listed.returncode == 0, listed.stderr
    assert "周知 3" in [json.loads(line)["title"] for line in listed.stdout.decode().splitlines()]
    shown = typed(terminal.folder, "issues", "list", encoding="ascii")
    assert shown.returncode == 0, shown.stderr
    assert "Weekly 1" in shown.stdout.decode("ascii")
    unknown = typed(terminal.folder, "issues", "show", "weekly/九", encoding="ascii")
    assert unknown.returncode == 1
    assert b"Traceback" not in unknown.stderr
    terminal.write("p.csv", "platform,address,series\nweb,群,weekly\n")
    terminal.lines("subscribers", "import", "p.csv")
    exported = typed(terminal.folder, "subscribers", "export", encoding="ascii")
    assert "web,群," in exported.stdout.decode()


def test_run_without_a_platform_left_ends(terminal):
    """The only port is taken: exit 1, and the sentence says which and what to write instead."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = (terminal.folder / "zhouzhi.toml").read_text().partition("[telegram]")[0]
        terminal.write("zhouzhi.toml", f"{config}[web]\nport = {port}\n")
        ended = typed(terminal.folder, "run", encoding="utf-8")
    said = ended.stderr.decode()
    assert ended.returncode == 1
    assert f"Port {port} is in use" in said
    assert "port.in_use" not in said
    assert "Traceback" not in said


def test_a_name_that_is_no_text_stays_json(terminal):
    """A file's name may be any bytes; the line is an object all the same."""
    path = os.fsencode(terminal.folder / "issues" / "weekly") + b"/weekly-\xff.md"
    with open(path, "wb") as file:  # noqa: PTH123  a path cannot be joined from bytes
        file.write(b"# Weekly 8\n\n## Models\n\n### X\n\nY.\n")
    checked = typed(terminal.folder, "check", "issues/weekly", "--json", encoding="ascii")
    assert checked.returncode == 0, checked.stderr
    names = [json.loads(line)["file"] for line in checked.stdout.decode().splitlines()]
    assert len(names) == 3
    assert typed(terminal.folder, "check", "issues/weekly", encoding="ascii").returncode == 0
