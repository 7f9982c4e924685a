"""Does bad input get a clear sentence, an exit code and no harm?"""

import re
import socket
import sqlite3
from contextlib import closing

import pytest


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("# 周知".encode("gb18030"), "not_utf8"),
        (b"", "empty"),
        (b"# A\n\n" + b"word " * 420_000, "too_large"),
    ],
    ids=["not utf-8", "empty", "2 MiB"],
)
def test_an_unreadable_file_is_refused_with_a_cure(terminal, content, code):
    """Exit 1, level error, what to do; the other files of the folder are read all the same."""
    terminal.write("issues/weekly/weekly-9.md", content)
    exit_code, out, _ = terminal.run("issues", "import", "--json")
    assert exit_code == 1
    by_file = {line.split('"file": "')[1].split('"')[0]: line for line in out.splitlines()}
    assert code in by_file["weekly-9.md"]
    assert '"cure": ""' not in by_file["weekly-9.md"]
    assert '"result": "added"' in by_file["weekly-1.md"]


def test_a_broken_front_matter_keeps_the_text(terminal):
    """A warning with its line, and every word is still there."""
    terminal.write(
        "issues/weekly/weekly-9.md",
        "---\ntitle: [oops\n---\n# Weekly 9\n\n## Models\n\n### X\n\nKept words.\n",
    )
    line = next(one for one in terminal.lines("check", "issues/weekly") if one["file"] == "weekly-9.md")
    assert [problem["level"] for problem in line["problems"]].count("warning") >= 1
    parts = terminal.lines("preview", "issues/weekly/weekly-9.md", "--platform", "web")
    assert "Kept words." in parts[0]["text"]


def test_a_picture_path_never_leaves_the_folder(terminal):
    """The reference is refused and named to the curator; readers see a placeholder, never a byte of the file."""
    terminal.write(
        "issues/weekly/weekly-9.md",
        "# Weekly 9\n\n## Models\n\n### X\n\n![x](../../../etc/passwd)\n\nAfter.\n",
    )
    line = next(one for one in terminal.lines("check", "issues/weekly") if one["file"] == "weekly-9.md")
    assert [problem["code"] for problem in line["problems"] if "picture" in problem["code"]] == [
        "picture_refused"
    ]
    for platform in ("telegram", "discord", "web"):
        parts = terminal.lines("preview", "issues/weekly/weekly-9.md", "--platform", platform)
        text = "\n".join(part["text"] for part in parts)
        assert "root:" not in text
        assert "passwd" not in text
        assert "After." in text


@pytest.mark.parametrize("platform", ["telegram", "discord", "web"])
def test_markup_and_mentions_stay_words(terminal, platform):
    """What a text writes about markup is shown to the letter; a script's contents are no words; nothing acts."""
    terminal.write(
        "issues/weekly/weekly-9.md",
        "# Weekly 9\n\n## Models\n\n### X\n\n"
        "Say <script>alert(1)</script> and @everyone and `<@1>` and &lt;script&gt;y&lt;/script&gt;.\n",
    )
    (part,) = terminal.lines("preview", "issues/weekly/weekly-9.md", "--platform", platform)
    assert "Say and @everyone and <@1> and <script>y</script>." in part["text"]
    payload = part["payload"]
    assert "alert(1)" not in str(payload)
    match platform:
        case "telegram":
            # words with entities beside them: there is no markup that could be read out of the words
            assert "parse_mode" not in payload
            assert payload["text"] == part["text"]
            assert {entity["type"] for entity in payload["entities"]} <= {"bold", "code"}
        case "discord":
            assert payload["allowed_mentions"] == {"parse": []}
            # escaped, or inside code, where Discord reads no markup
            bare = re.sub(r"`[^`]*`|\\.", "", "".join(_contents(payload)))
            assert not re.search(r"[@<>]", bare), bare
        case "web":
            assert "&lt;script&gt;y&lt;/script&gt;" in payload["html"]
            assert "<script" not in payload["html"]


def _contents(node):
    """Every text that Discord would read markup in."""
    if isinstance(node, dict):
        if isinstance(node.get("content"), str):
            yield node["content"]
        for value in node.values():
            yield from _contents(value)
    elif isinstance(node, list):
        for value in node:
            yield from _contents(value)


def test_two_mistakes_in_the_configuration_are_told_at_once(terminal):
    """Exit 78, both keys, and their lines."""
    path = terminal.folder / "zhouzhi.toml"
    path.write_text(path.read_text().replace("language", "langage").replace('"mon"', '"moon"'))
    code, error = terminal.error("schedule", "next")
    assert code == 78
    assert "langage" in error["message"]
    assert "moon" in error["message"]


def test_an_unknown_issue_and_an_unknown_command_are_said(terminal):
    """What there is instead, and the usage exit code."""
    code, error = terminal.error("issues", "show", "weekly/99")
    assert (code, error["code"]) == (1, "issue.unknown")
    assert error["cure"]
    assert terminal.run("isues")[0] == 2


def test_a_missing_path_is_said(terminal):
    """With --json as an object, without as a sentence on standard error."""
    code, error = terminal.error("check", "nowhere.md")
    assert (code, error["code"]) == (1, "file.unknown")
    _, out, err = terminal.run("check", "nowhere.md")
    assert "nowhere.md" in err
    assert out == ""


def test_a_token_never_appears(terminal):
    """Neither in what a command prints nor in what it says about mistakes."""
    path = terminal.folder / "zhouzhi.toml"
    path.write_text(path.read_text() + "\n[discord]\ntoken = 5\n")
    code, out, err = terminal.run("schedule", "list")
    assert code == 78
    assert "secret-token" not in out + err


def test_a_database_from_the_future_is_refused(terminal):
    """Exit 78 and a sentence; the file is left as it is."""
    terminal.lines("issues", "import")
    database = terminal.folder / "data" / "zhouzhi.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = database.read_bytes()
    code, error = terminal.error("issues", "list")
    assert (code, error["code"]) == (78, "database.future")
    assert database.read_bytes() == before


def test_send_without_a_place_asks_for_one(terminal):
    """Neither --to nor --all, or both."""
    terminal.lines("issues", "import")
    assert terminal.error("send", "weekly/1")[1]["code"] == "send.whom"
    assert terminal.error("send", "weekly/1", "--all", "--to", "telegram:1")[1]["code"] == "send.whom"
    assert terminal.error("send", "weekly/1", "--to", "nowhere")[1]["code"] == "send.place"


def test_a_taken_port_is_said_with_one_that_is_free(terminal):
    """Exit 1 and the two numbers; nothing is opened."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = terminal.run("demo", "--no-browser", "--port", str(port))
    assert code == 1
    assert str(port) in err
    assert re.search(r"--port \d+", err), err
    assert "http://" not in out
