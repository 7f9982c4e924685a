"""Is `check` a linter a curator likes: line, excerpt and cure of every problem, the structure, the size, and the profile to try?"""

import json
from datetime import UTC, datetime

import pytest

BAD = """\
# Weekly 3

## Models

### A

![x](gone.png) and [nowhere]()

## Chips

### B

B [chips](https://example.org/b). {{ template }} ![y](gone2.png) ![z](gone3.png) ![w](gone4.png)
"""
HIGH = "# {n}\n\n## Models\n\n### A\n\nA.\n\n## Chips\n\n### B\n\nB.\n\n## Reading\n\n### C\n\nC.\n\n{more}"
STRAY = "## A stray\n\nIt strays.\n\n### D\n\nD.\n"


@pytest.fixture
def bad(terminal):
    terminal.write("bad/weekly-3.md", BAD)
    (line,) = terminal.lines("check", "bad/weekly-3.md", "--series", "weekly")
    return line


def test_every_problem_has_line_excerpt_and_cure(bad):
    """The excerpt is the source line itself, at most 80 signs; a problem of the whole file has neither."""
    lines = BAD.split("\n")
    assert {"link_empty", "template_tag", "picture_missing", "date_unknown"} <= {
        one["code"] for one in bad["problems"]
    }
    for problem in bad["problems"]:
        assert set(problem) == {"level", "code", "line", "excerpt", "message", "cure"}
        assert problem["level"] in {"error", "warning"}
        assert problem["message"]
        assert problem["cure"]
        if problem["line"]:
            shown = problem["excerpt"].removesuffix("…")
            assert lines[problem["line"] - 1].startswith(shown)
            assert len(problem["excerpt"]) <= 80
        else:
            assert (problem["line"], problem["excerpt"]) == (None, None)


def test_an_error_comes_first_and_exits_1(terminal):
    """Errors before warnings; a file that cannot be read is one line of JSON with nothing found."""
    terminal.write("bad/weekly-4.md", "# 周知 4\n\n字".encode("gb18030"))
    code, out, _ = terminal.run("check", "bad/weekly-4.md", "--json")
    line = json.loads(out)
    assert code == 1
    assert line["sections"] == []
    assert [(one["level"], one["code"], one["line"]) for one in line["problems"]] == [
        ("error", "not_utf8", 1)
    ]
    code, out, _ = terminal.run("check", "bad/weekly-4.md")
    assert code == 1
    assert "✗ 1: This file is not UTF-8" in out
    assert "1 error" in out


def test_people_see_structure_size_and_what_to_mend(terminal):
    """Titles, figures, the tree, the push on each platform; many of a kind by the first and their lines."""
    terminal.monkeypatch.setenv("COLUMNS", "120")
    terminal.write("bad/weekly-3.md", BAD)
    code, out, _ = terminal.run("check", "bad/weekly-3.md", "--series", "weekly")
    assert code == 0
    for piece in (
        "weekly-3.md  weekly/3",
        "2 sections · 2 items",
        "Models  1 item · category models",
        "└── B  heading · ",
        "Telegram: 1 message",
        "Discord: 1 message",
        "web: 1 message",
        "! 7: The picture is not there: gone.png",
        "    ![x](gone.png) and [nowhere]()",
        "    and 1 more on lines 13",
        "  → Write date in the front matter",
        "warnings",
    ):
        assert piece in out, out
    assert not [line for line in out.splitlines() if "\x1b" in line]  # no colours where there is no terminal


def test_a_good_file_says_so(terminal):
    """Nothing to mend is said, not left to be guessed."""
    code, out, _ = terminal.run("check", "issues/weekly/weekly-1.md")
    assert code == 0
    assert "✓ Nothing to mend." in out


def test_a_hostile_line_moves_no_cursor(terminal):
    """Control characters of a file are shown as numbers, markup of the terminal's library as text."""
    terminal.write("bad/weekly-5.md", "# Weekly 5\n\n## [red]S[/red]\n\nA \x1b[31m\u202eb\n")
    _, out, _ = terminal.run("check", "bad/weekly-5.md", "--series", "weekly")
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[red]S[/red]" in out
    assert "<001B>" in out


def test_a_doubt_is_settled_by_the_key_it_names(terminal):
    """What `check` says to write, written into the configuration, makes it silent."""
    terminal.write("issues/weekly/weekly-3.md", HIGH.format(n="Weekly 3", more=STRAY))
    path = terminal.folder / "zhouzhi.toml"
    lines = terminal.lines("check", "issues/weekly/weekly-3.md")
    (doubt,) = (one for one in lines[0]["problems"] if one["code"] == "unsure_section")
    assert doubt["excerpt"] == "## A stray"
    profile = doubt["cure"][doubt["cure"].index("profile = ") :]
    path.write_text(path.read_text().replace('title = "Weekly"\n', f'title = "Weekly"\n{profile}\n', 1))
    (line,) = terminal.lines("check", "issues/weekly/weekly-3.md")
    assert not [one for one in line["problems"] if one["code"].startswith("unsure")]
    assert [item["title"] for item in line["sections"][2]["items"]] == ["C", "A stray", "D"]


def test_a_folder_is_its_own_history(terminal):
    """A heading that other files have as a section is one; a one-off among known ones is an item (content.md §4, 9)."""
    for n in (3, 4):
        terminal.write(f"issues/weekly/weekly-{n}.md", HIGH.format(n=f"Weekly {n}", more=""))
    terminal.write("issues/weekly/weekly-5.md", HIGH.format(n="Weekly 5", more=STRAY))
    lines = {line["file"]: line for line in terminal.lines("check", "issues/weekly")}
    assert [section["title"] for section in lines["weekly-5.md"]["sections"]] == [
        "Models",
        "Chips",
        "Reading",
    ]
    assert [item["title"] for item in lines["weekly-5.md"]["sections"][2]["items"]] == ["C", "A stray", "D"]


def test_a_profile_is_proposed_from_three_issues(terminal):
    """What recurs makes a line to paste, with what it changes; that line is taken by the configuration."""
    terminal.monkeypatch.setenv("COLUMNS", "200")
    for n in (3, 4, 5):
        more = "## Sponsors\n\nBuy [it](https://example.org/s).\n"
        terminal.write(f"issues/daily/daily-{n}.md", HIGH.format(n=f"Daily {n}", more=more))
    code, out, _ = terminal.run("check", "issues/daily")
    assert code == 0
    (line,) = (one.strip() for one in out.splitlines() if one.strip().startswith("profile = {"))
    assert line == 'profile = { boilerplate = ["Sponsors"] }'
    assert "daily-3.md  items 4 → 3 · doubts 1 → 0" in out
    path = terminal.folder / "zhouzhi.toml"
    path.write_text(path.read_text().replace('title = "Daily"\n', f'title = "Daily"\n{line}\n', 1))
    _, out, _ = terminal.run("check", "issues/daily")
    assert "profile = {" not in out
    assert terminal.lines("check", "issues/daily")[0]["sections"][-1]["items"] == []


def test_many_files_take_a_line_each(terminal):
    """A folder of a year is not a wall of trees; the last line adds up."""
    for n in range(3, 10):
        terminal.write(f"issues/weekly/weekly-{n}.md", HIGH.format(n=f"Weekly {n}", more=""))
    _, out, _ = terminal.run("check", "issues/weekly")
    assert "└──" not in out
    assert out.rstrip().splitlines()[-1] == "In all: 9 files, 0 errors, 7 warnings"


def test_several_issues_of_one_file_are_stored_each(terminal):
    """With `issue_level` each is an issue with its own date and lines; a new one on top changes no other."""
    path = terminal.folder / "zhouzhi.toml"
    path.write_text(
        path.read_text().replace('title = "Daily"\n', 'title = "Daily"\nprofile = { issue_level = 2 }\n', 1)
    )
    one = "## Papers (June 7, 2026)\n\n### A\n\nA [x]().\n\n### B\n\nB.\n"
    two = "## Papers (June 14, 2026)\n\n### C\n\nC.\n\n### D\n\nD.\n"
    terminal.write("issues/daily/papers.md", f"# Papers\n\nAll of them.\n\n{one}")
    assert [line["result"] for line in terminal.lines("issues", "import", "issues/daily")] == ["added"]
    terminal.write("issues/daily/papers.md", f"# Papers\n\nAll of them.\n\n{two}\n{one}")
    lines = terminal.lines("check", "issues/daily")
    assert [(line["titles"], line["published_on"]) for line in lines] == [
        (["Papers (June 14, 2026)"], "2026-06-14"),
        (["Papers (June 7, 2026)"], "2026-06-07"),
    ]
    assert [(one["code"], one["line"], one["excerpt"]) for one in lines[1]["problems"]] == [
        ("link_empty", 19, "A [x]().")
    ]
    imported = terminal.lines("issues", "import", "issues/daily")
    assert [(line["key"], line["result"]) for line in imported] == [
        ("2026-06-14", "added"),
        ("2026-06-07", "changed"),
    ]
    again = terminal.lines("issues", "import", "issues/daily")
    assert [line["result"] for line in again] == ["unchanged", "unchanged"]


def test_a_day_is_the_series_own(terminal, monkeypatch):
    """Two series in two zones: what is dated today is held where today has not begun yet."""
    text = (terminal.folder / "zhouzhi.toml").read_text("utf-8")
    text = text.replace('at = "08:30", zone = "Asia/Shanghai"', 'at = "08:30", zone = "America/New_York"')
    terminal.write("zhouzhi.toml", text)
    at = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # the second in New York, the third in Shanghai
    monkeypatch.setattr("bot.clock.SystemClock.now", lambda _self: at)
    text = f"---\ndate: 2026-03-03\n---\n{HIGH.format(n='Three', more='')}"
    held = {}
    for series in ("weekly", "daily"):
        terminal.write(f"issues/{series}/3.md", text)
        held[series] = terminal.lines("check", f"issues/{series}/3.md")[0]["held"]
    assert held == {"weekly": "until 2026-03-03", "daily": None}
