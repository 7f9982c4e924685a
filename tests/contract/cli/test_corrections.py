"""What does a curator set right from the command line, and what does he hear of it?"""

import json


def the(terminal, key: str) -> dict:
    return next(line for line in terminal.lines("issues", "list") if line["key"] == key)


def test_corrections_answer_with_the_line_of_the_list(terminal):
    """With --json: what the issue is now, as `issues list` shows it."""
    terminal.lines("issues", "import")
    (dated,) = terminal.lines("issues", "set-date", "weekly/1", "2025-09-22")
    (numbered,) = terminal.lines("issues", "set-number", "weekly/1", "7")
    assert (dated["published_on"], dated["number"]) == ("2025-09-22", 1)
    assert numbered == the(terminal, "1")
    assert numbered["revision"] != dated["revision"]
    (shown,) = terminal.lines("issues", "show", "weekly/1")
    assert (shown["number"], shown["date_from"]) == (7, "curator")
    assert terminal.lines("campaigns", "list") == []


def test_corrections_outlive_a_changed_file(terminal):
    """The curator's word stands above the front matter, before and after the next import."""
    terminal.lines("issues", "import")
    terminal.lines("issues", "set-date", "weekly/1", "2025-09-22")
    before = the(terminal, "1")["revision"]
    terminal.write(
        "issues/weekly/weekly-1.md",
        "---\ndate: 2026-03-05\n---\n# Weekly 1\n\n## Models\n\n### Other\n\nX.\n",
    )
    results = {line["key"]: line["result"] for line in terminal.lines("issues", "import")}
    assert results == {"1": "changed", "2": "unchanged"}
    after = the(terminal, "1")
    assert after["published_on"] == "2025-09-22"
    assert after["revision"] != before


def test_a_number_of_another_issue_is_refused(terminal):
    """The sentence names whose it is; nothing has changed."""
    terminal.lines("issues", "import")
    code, error = terminal.error("issues", "set-number", "weekly/1", "2")
    assert (code, error["code"]) == (1, "number.taken")
    assert "Weekly 2" in error["message"]
    assert "weekly/2" in error["cure"]
    assert the(terminal, "1")["number"] == 1


def test_nonsense_is_refused_with_a_cure(terminal):
    """A day that is none, and an issue that is none."""
    terminal.lines("issues", "import")
    assert terminal.error("issues", "set-date", "weekly/1", "soon")[0] == 1
    assert terminal.error("issues", "set-number", "weekly/8", "9")[0] == 1


def test_retracting_and_publishing_answer_too(terminal):
    """The state is in the answer."""
    terminal.lines("issues", "import")
    assert terminal.lines("issues", "retract", "weekly/1")[0]["state"] == "retracted"
    assert terminal.lines("issues", "publish", "weekly/1")[0]["state"] == "published"


def test_a_file_that_is_gone_is_said_and_its_issue_stays(terminal):
    """In the list, and as a problem with a cure in `show`; logs stay off standard output."""
    terminal.lines("issues", "import")
    assert "file_gone" not in the(terminal, "1")
    (terminal.folder / "issues/weekly/weekly-1.md").unlink()
    code, out, _ = terminal.run("issues", "import", "--json")
    assert code == 0
    assert all(json.loads(line) for line in out.splitlines())
    assert (the(terminal, "1")["file_gone"], the(terminal, "1")["state"]) == (True, "published")
    (shown,) = terminal.lines("issues", "show", "weekly/1")
    assert [one["code"] for one in shown["problems"]] == ["file_gone"]
    assert shown["problems"][0]["cure"]
    assert "file gone" in terminal.run("issues", "list")[1]
