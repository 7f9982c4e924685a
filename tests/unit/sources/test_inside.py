"""Can nothing outside its folder be reached by a file reference?"""

import os
from pathlib import PurePosixPath

import pytest

from bot.sources.inside import read_inside
from digest.errors import NotFound, Refused


def test_a_file_inside_is_read(tmp_path):
    """Folders below count."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "1.png").write_bytes(b"x")
    assert read_inside(tmp_path, PurePosixPath("assets/1.png"), 10) == b"x"


def test_links_are_not_followed(tmp_path):
    """Neither the file nor a folder on the way may be a symbolic link."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"s")
    root = tmp_path / "root"
    root.mkdir()
    (root / "file").symlink_to(outside / "secret")
    (root / "folder").symlink_to(outside)
    for path in ("file", "folder/secret"):
        with pytest.raises(Refused):
            read_inside(root, PurePosixPath(path), 10)


def test_a_pipe_does_not_hang(tmp_path):
    """Only regular files are read."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Refused):
        read_inside(tmp_path, PurePosixPath("pipe"), 10)


def test_what_is_missing_or_too_large_is_said(tmp_path):
    """Two different errors for two different cures."""
    (tmp_path / "big").write_bytes(b"12345")
    with pytest.raises(NotFound):
        read_inside(tmp_path, PurePosixPath("none"), 4)
    with pytest.raises(Refused):
        read_inside(tmp_path, PurePosixPath("big"), 4)
