"""Does `preview --html` and `--png` write only where it may, and say what to do where it cannot?"""

import json
import re

import pytest

from tests.contract.cli.test_shapes import FILE, pictured  # noqa: F401  a fixture

HTML = ("preview", "issues/weekly/weekly-1.md", "--platform", "telegram", "--html")


def data_of(text):
    """What the page is given."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize(
    ("out", "code", "words"),
    [
        ("issues", "preview.out_is_folder", "issues/preview.html"),
        ("nowhere/x.html", "preview.out_no_folder", "Create it"),
        ("issues/weekly/weekly-1.md", "preview.out_is_issue", "another file"),
        ("./issues/../issues/weekly/weekly-1.md", "preview.out_is_issue", "another file"),
        (f"{'x' * 300}.html", "preview.out_unwritable", "where you may write"),
    ],
)
@pytest.mark.parametrize("kind", ["--html", "--png"])
def test_a_place_that_cannot_be_written_is_named(terminal, out, code, words, kind):
    """Exit 1, one sentence and its cure; the issue is as it was."""
    before = (terminal.folder / "issues/weekly/weekly-1.md").read_bytes()
    exit_code, _, err = terminal.run(*HTML[:-1], kind, out)
    assert exit_code == 1
    assert words in err.replace("\n", " ")
    assert len(err.split("→")) == 2, code
    assert (terminal.folder / "issues/weekly/weekly-1.md").read_bytes() == before


def test_one_answer_at_a_time(terminal):
    """JSON, page and picture exclude each other: a mistake of usage."""
    code, error = terminal.error(*HTML, "x.html")
    assert (code, error["code"]) == (2, "preview.one_answer")
    code, _, err = terminal.run(*HTML, "x.html", "--png", "x.png")
    assert code == 2
    assert "one at a time" in err
    assert not (terminal.folder / "x.html").exists()


def test_without_a_browser_the_package_is_named(terminal):
    """No Chromium on PATH: exit 1, and how to get one; nothing is written."""
    terminal.monkeypatch.setenv("PATH", str(terminal.folder))
    code, _, err = terminal.run(*HTML[:-1], "--png", "x.png")
    assert code == 1
    assert "apt-get install chromium" in err.replace("\n", " ")
    assert not (terminal.folder / "x.png").exists()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo out of memory >&2; exit 3", "out of memory"),
        ("echo '<html>'", "the page was not drawn"),
        ('echo \'<html lang="en" data-height="90">\'', "no picture was written"),
    ],
)
def test_a_browser_that_fails_is_told_of(terminal, script, words):
    """Its own last words are in the sentence: exit 75, and nothing is written."""
    browser = terminal.write("bin/chromium", f"#!/bin/sh\n{script}\n")
    browser.chmod(0o755)
    terminal.monkeypatch.setenv("PATH", f"{browser.parent}:/usr/bin:/bin")
    code, _, err = terminal.run(*HTML[:-1], "--png", "x.png")
    assert code == 75
    assert words in err.replace("\n", " ")
    assert not (terminal.folder / "x.png").exists()


def test_a_page_too_tall_for_a_picture_is_refused(terminal):
    """The sentence says what would make it shorter."""
    browser = terminal.write("bin/chromium", "#!/bin/sh\necho '<html data-height=\"40000\">'\n")
    browser.chmod(0o755)
    terminal.monkeypatch.setenv("PATH", f"{browser.parent}:/usr/bin:/bin")
    code, _, err = terminal.run(*HTML[:-1], "--png", "x.png")
    assert code == 1
    assert "--density" in err


@pytest.mark.parametrize("issue", [FILE, "weekly/3"])
def test_pictures_are_in_the_file(pictured, issue):  # noqa: F811  the fixture
    """From beside the issue, or from the cellar where it is stored."""
    pictured.lines("issues", "import")
    code, _, err = pictured.run("preview", issue, "--platform", "telegram", "--html", "x.html")
    assert code == 0, err
    data = data_of((pictured.folder / "x.html").read_text("utf-8"))
    assert len(data["pictures"]) == 2
    assert all(address.startswith("data:image/png;base64,") for address in data["pictures"].values())
    assert [view["platform"] for view in data["views"]][:1] == ["telegram"]
    assert len(data["views"]) == 9


@pytest.mark.parametrize("issue", [FILE, "weekly/3"])
def test_on_the_web_it_is_the_page_of_the_issue(pictured, issue):  # noqa: F811  the fixture
    """The page of --json, with its pictures and its stylesheet in the file."""
    pictured.lines("issues", "import")
    (line,) = pictured.lines("preview", issue, "--platform", "web")
    code, _, err = pictured.run("preview", issue, "--platform", "web", "--html", "x.html")
    assert code == 0, err
    text = (pictured.folder / "x.html").read_text("utf-8")
    assert text.count('src="data:image/png;base64,') == line["payload"]["html"].count('src="/picture/') == 3
    assert '<link rel="stylesheet"' not in text
    assert text.partition("<body")[2].partition("<main")[0] in line["payload"]["html"]
    assert line["counts"] == {"bytes": len(line["payload"]["html"].encode())}
    assert [link for link in line["links"] if not link.startswith("http")] == []


def test_a_picture_gone_from_the_page_is_told_of(pictured):  # noqa: F811  the fixture
    """It is shown as missing, and the answer says which and what cures it."""
    pictured.lines("issues", "import")
    for path in (pictured.folder / "data" / "media").rglob("*"):
        if path.is_file():
            path.unlink()
    code, out, err = pictured.run("preview", "weekly/3", "--platform", "web", "--html", "x.html")
    assert code == 0, err
    assert "issues import" in f"{out}{err}".replace("\n", " ")
    assert "<img" not in (pictured.folder / "x.html").read_text("utf-8")


def test_a_picture_that_is_gone_is_told_of(pictured):  # noqa: F811  the fixture
    """The page is written without it, and says so first."""
    pictured.lines("issues", "import")
    for path in (pictured.folder / "data" / "media").rglob("*"):
        if path.is_file():
            path.unlink()
    code, _, err = pictured.run("preview", "weekly/3", "--platform", "discord", "--html", "x.html")
    assert code == 0, err
    data = data_of((pictured.folder / "x.html").read_text("utf-8"))
    assert data["pictures"] == {}
    assert [one["level"] for one in data["lint"]] == ["error", "error"]
    assert "issues import" in data["lint"][0]["cure"]


def test_what_check_finds_stands_on_the_page(terminal):
    """Problems of the file with their line and cure."""
    terminal.write("issues/weekly/weekly-9.md", "# W\n\n## Models\n\n### X\n\n![a](nowhere.png)\n")
    code, _, err = terminal.run(
        "preview", "issues/weekly/weekly-9.md", "--platform", "discord", "--html", "x.html"
    )
    assert code == 0, err
    lint = data_of((terminal.folder / "x.html").read_text("utf-8"))["lint"]
    (missing,) = [one for one in lint if one["line"] == 7]
    assert "nowhere.png" in missing["message"]
    assert missing["cure"]


def test_words_of_an_issue_end_no_element(terminal):
    """`</script>` and a comment in a title stay words."""
    hostile = "</script><script>alert(1)</script><!--"
    terminal.write("issues/weekly/weekly-9.md", f"# W `{hostile}`\n\n## Models\n\n### X `{hostile}`\n\nY.\n")
    code, _, err = terminal.run(
        "preview", "issues/weekly/weekly-9.md", "--platform", "telegram", "--html", "x.html"
    )
    assert code == 0, err
    text = (terminal.folder / "x.html").read_text("utf-8")
    assert text.count("<script") == 3
    assert text.count("</script>") == 3
    assert hostile in data_of(text)["title"]
