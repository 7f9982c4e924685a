"""Are the objects of `preview` and `issues show` those of cli.md, key for key, and are their options taken seriously?"""

import io

import pytest
from PIL import Image

PICTURED = """\
# Weekly 3

## Models

### A

![one](one.png)

Words.

![two](pictures/two.png)

![again](copy.png)
"""
FILE = "issues/weekly/weekly-3.md"


def png(colour: str) -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(into, "PNG")
    return into.getvalue()


@pytest.fixture
def pictured(terminal):
    """An issue with three pictures, two of the same bytes."""
    terminal.write(FILE, PICTURED)
    terminal.write("issues/weekly/one.png", png("red"))
    terminal.write("issues/weekly/copy.png", png("red"))
    terminal.write("issues/weekly/pictures/two.png", png("blue"))
    return terminal


def test_show_is_the_check_object_and_the_revision(terminal):
    """Exactly its keys, with the file as its source names it."""
    checked, _ = terminal.lines("check", "issues/weekly")
    terminal.lines("issues", "import")
    (shown,) = terminal.lines("issues", "show", "weekly/1")
    assert shown == {**checked, "revision": shown["revision"]}
    terminal.write(FILE, "---\ndraft: true\n---\n# Weekly 3\n\n## Models\n\n### X\n\nY.\n")
    terminal.lines("issues", "import")
    assert terminal.lines("issues", "show", "weekly/3")[0]["held"] == "draft"


@pytest.mark.parametrize("platform", ["telegram", "discord", "web"])
def test_pictures_are_named_as_the_issue_names_them(pictured, platform):
    """Paths in reading order, not what a message calls its files; also of a stored issue."""
    pictured.lines("issues", "import")
    for issue in (FILE, "weekly/3"):
        lines = pictured.lines("preview", issue, "--platform", platform)
        assert [src for line in lines for src in line["images"]] == [
            "one.png",
            "pictures/two.png",
            "copy.png",
        ]


def test_the_web_payload_is_its_html(terminal):
    """And nothing beside it."""
    (line,) = terminal.lines("preview", "issues/weekly/weekly-1.md", "--platform", "web")
    assert list(line["payload"]) == ["html"]
    assert list(line["counts"]) == ["bytes"]


def test_a_forum_post_is_opened_by_the_call_that_opens_it(terminal):
    """The post has the issue's title; what follows the first message is an ordinary message in it."""
    long = "".join(f"### Item {n}\n\n{'word ' * 300}\n\n" for n in range(12))
    terminal.write(FILE, f"# Weekly 3\n\n## Models\n\n{long}")
    first, *others = terminal.lines("preview", FILE, "--platform", "discord", "--form", "forum")
    (public, *_) = terminal.lines("preview", FILE, "--platform", "discord")
    assert first["method"] == "POST /channels/{id}/threads"
    assert first["payload"]["name"] == "Weekly 3"
    assert set(first["payload"]) == {"name", "message"}
    assert first["payload"]["message"]["components"]
    assert first["text"].startswith("Weekly 3")
    assert others
    assert {line["method"] for line in others} == {public["method"]} == {"POST /channels/{id}/messages"}


@pytest.mark.parametrize("form", ["forum", "embeds"])
@pytest.mark.parametrize("platform", ["telegram", "web"])
def test_forms_of_discord_are_refused_elsewhere(terminal, platform, form):
    """Exit 2, and which platform has it."""
    code, error = terminal.error(
        "preview", "issues/weekly/weekly-1.md", "--platform", platform, "--form", form
    )
    assert (code, error["code"]) == (2, "preview.form")
    assert "discord" in error["cure"]


@pytest.mark.parametrize("platform", ["discord", "web"])
def test_a_rich_style_is_telegrams(terminal, platform):
    """Exit 2, and which platform has it."""
    code, error = terminal.error(
        "preview", "issues/weekly/weekly-1.md", "--platform", platform, "--style", "rich"
    )
    assert (code, error["code"]) == (2, "preview.style")
    assert "telegram" in error["cure"]


def test_an_unknown_language_is_refused(terminal):
    """Exit 2, and which there are; a near one is taken as the nearest."""
    words = ("preview", "issues/weekly/weekly-1.md", "--platform", "web", "--language")
    code, error = terminal.error(*words, "xx")
    assert (code, error["code"]) == (2, "language.unknown")
    assert "zh-Hans" in error["cure"]
    assert terminal.lines(*words, "zh-TW") == terminal.lines(*words, "zh-Hans")


def test_no_categories_are_all(terminal):
    """As in an import."""
    words = ("preview", "issues/weekly/weekly-1.md", "--platform", "web", "--categories")
    assert terminal.lines(*words, "") == terminal.lines(*words, "all")
    assert terminal.error(*words, "nowhere")[1]["code"] == "category.unknown"
