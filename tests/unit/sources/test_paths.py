"""Which paths do globs choose, what do patterns read, and which names stand in a text?"""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.paths import FileNames, matcher, reader
from digest.known import Known


@pytest.mark.parametrize(
    ("globs", "path", "is_chosen"),
    [
        (["*.md"], "1.md", True),
        (["*.md"], "weekly/deep/1.md", True),
        (["*.md"], "1.markdown", False),
        (["weekly/*.md"], "weekly/1.md", True),
        (["weekly/*.md"], "en/weekly/1.md", True),
        (["weekly/*.md"], "weekly/deep/1.md", False),
        (["weekly/**/*.md"], "weekly/deep/deeper/1.md", True),
        (["weekly/**/*.md"], "weekly/1.md", True),
        (["issue-?.md"], "issue-1.md", True),
        (["issue-?.md"], "issue-12.md", False),
        (["issue-[0-9].md"], "issue-7.md", True),
        (["issue-[!0-9].md"], "issue-7.md", False),
        (["a.md", "b.md"], "b.md", True),
        (["a+b.md"], "a+b.md", True),
        ([], "a.md", False),
    ],
)
def test_a_glob_chooses_as_in_a_folder(globs, path, is_chosen):
    """May begin in any folder; `**` goes through folders, signs of regular expressions mean themselves."""
    assert matcher(globs)(path) is is_chosen


@given(st.lists(st.sampled_from(["a", "b.md", "weekly", "期.md"]), min_size=1, max_size=4))
def test_names_alone_choose_like_pathlib(parts):
    """For globs without folders the answer is that of the folder source's own library."""
    path = "/".join(parts)
    for glob in ("*.md", "b*", "weekly", "?"):
        assert matcher([glob])(path) is Path(path).match(glob)


@pytest.mark.parametrize(
    ("pattern", "path", "known"),
    [
        ("weekly-{number}.md", "issues/weekly-12.md", Known(number=12)),
        ("{year}/{month}-{day}.md", "daily/2026/3-04.md", Known(path_on=date(2026, 3, 4))),
        ("{year}{month}/{day}/*.md", "202612/31/x.md", Known(path_on=date(2026, 12, 31))),
        ("{number}/*", "digest/7/index.md", Known(number=7)),
        ("{year}/{month}-{day}.md", "2026/02-31.md", Known()),
        ("weekly-{number}.md", "weekly-x.md", Known()),
        ("a.{number}.md", "ab7.md", Known()),
        ("", "weekly-12.md", Known()),
    ],
)
def test_a_pattern_says_what_stands_in_a_path(pattern, path, known):
    """From its end; what is no day says nothing."""
    assert reader(pattern)(path) == known


def test_names_are_found_in_a_text():
    """Also short ones, ones with spaces and brackets, and those that are the end of another."""
    names = FileNames(["1.png", "11.png", "Xnip (1).png", "图.JPG", "none.gif", "logo"])
    text = "![a](assets/11.png) <img src='Xnip (1).png'> ![图](图.JPG)"
    assert names.within(text) >= {"11.png", "Xnip (1).png", "图.JPG"}
    assert "none.gif" not in names.within(text)


@given(
    st.lists(st.from_regex(r"\A[a-b .]{1,12}\.(png|p)\Z"), max_size=6),
    st.text("ab .png", max_size=60),
)
def test_no_name_that_stands_in_a_text_is_missed(names, text):
    """The quick way finds what looking for each name would."""
    assert FileNames(names).within(text) == {name for name in names if name in text}
