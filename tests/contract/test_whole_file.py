"""Is a file there whole or not at all? On a real disk."""

from pathlib import Path

import pytest

from bot.media.cellar import Cellar
from bot.media.images import prepare
from bot.whole_file import write_whole
from digest.errors import NotFound
from tests.contract.telegram.stage import png


def test_a_file_is_replaced_and_its_folder_is_made(tmp_path):
    """The later content stands; nothing lies beside it."""
    path = tmp_path / "new" / "note"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_what_goes_wrong_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    """A full disk while the new one is put in its place: the old content stays, the half file goes."""
    path = tmp_path / "note"
    write_whole(path, b"one")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_cellar_that_cannot_write_keeps_nothing_half(tmp_path, monkeypatch):
    """A picture that could not be put down is not there, and no temporary file is."""

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    prepared = prepare(png(8, 6))
    with pytest.raises(OSError, match="No space"):
        Cellar(tmp_path).keep(prepared)
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
    with pytest.raises(NotFound):
        Cellar(tmp_path).read(prepared.picture.sha)
