"""Which picture paths are safe, and which changes make a new revision?"""

from pathlib import PurePosixPath

import pytest

from digest.revision import revision_hash
from digest.safe_path import picture_path


@pytest.mark.parametrize(
    ("src", "path"),
    [
        ("assets/1/1.png", "assets/1/1.png"),
        ("./a.png", "a.png"),
        ("图 (1).png", "图 (1).png"),
        ("a%20b.png", "a b.png"),
        ("%E5%9B%BE.png", "图.png"),
        ("a.png?raw=true#x", "a.png"),
        ("100%.png", "100%.png"),
        ("...png", "...png"),
    ],
)
def test_paths_inside_the_folder(src, path):
    """Relative paths are taken, percent escapes decoded once."""
    assert picture_path(src) == PurePosixPath(path)


@pytest.mark.parametrize(
    "src",
    [
        "",
        ".",
        "..",
        "../a.png",
        "a/../../b.png",
        "a/..",
        "/etc/passwd",
        "//host/share/a.png",
        "\\\\host\\share",
        "a\\..\\b.png",
        "C:/a.png",
        "c:a.png",
        "file:///etc/passwd",
        "file:a.png",
        "https://e.org/a.png",
        "data:image/png;base64,AA",
        "%2e%2e/a.png",
        "%2E%2E%2Fa.png",
        "..%2fa.png",
        "%252e%252e%252fa.png",
        "%25252e%25252e%25252fa.png",
        "%2525252525252e%2e/a.png",
        "a%00.png",
        "a\0.png",
        "a%5c..%5cb.png",
        "%2fetc%2fpasswd",
        "%43%3a/a.png",
        "a/.. /b.png",
        "?a.png",
    ],
)
def test_everything_else_is_refused(src):
    """Ways out of the folder in every spelling, and what is no path at all."""
    assert picture_path(src) is None


def test_a_revision_is_what_readers_can_see():
    """Mark, line endings and trailing blanks do not count; words and pictures do."""
    plain = revision_hash("# 题\n\n字\n".encode(), {"a.png": "1"})
    assert revision_hash("\ufeff# 题  \r\n\t\r\n字\r\n\r\n".encode(), {"a.png": "1"}) == plain
    assert revision_hash("# 题\n\n字。\n".encode(), {"a.png": "1"}) != plain
    assert revision_hash("# 题\n\n字\n".encode(), {"a.png": "2"}) != plain
    assert revision_hash("# 题\n\n字\n".encode(), {}) != plain
    assert revision_hash(b"a", {"x": "1", "y": "2"}) == revision_hash(b"a", {"y": "2", "x": "1"})
