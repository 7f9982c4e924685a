"""Does `demo --once` show everything and write nothing?"""

import os
import re
import subprocess
import sys
import time

import pytest

from tests.e2e.demo import ROOT


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("once")
    home = folder / "home"
    home.mkdir()
    (folder / "tmp").mkdir()
    environment = {
        **os.environ,
        "HOME": str(home),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    began = time.monotonic()
    finished = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--once"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    left = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return finished, time.monotonic() - began, left


def test_it_ends_well_and_in_time(done):
    """Exit 0 in under 15 seconds, nothing on standard error."""
    finished, took, _ = done
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    assert took < 15


def test_the_last_line_adds_up(done):
    """Planned and sent are the same number, and not zero."""
    last = done[0].stdout.splitlines()[-1]
    found = re.fullmatch(r"planned (\d+) = sent (\d+)", last)
    assert found is not None, last
    assert found[1] == found[2] != "0"


def test_it_shows_what_it_promises(done):
    """One push as both platforms see it, three replies each, and a broadcast up to its report."""
    out = done[0].stdout
    for asked in ("/latest", "/search 千问", "/subscriptions"):
        for look in ("telegram", "discord"):
            assert f"=== {look} · {asked} ===" in out
    assert "sendMessage" in out
    assert "POST /channels/{id}/messages" in out
    assert "「千问」找到" in out
    assert re.search(r"完成：\d+ 成功 ＝ \d+", out)


def test_it_writes_nothing_outside_its_folder(done):
    """Neither here nor at home nor in the temporary folder is anything left."""
    assert done[2] == []


def test_a_taken_port_is_a_sentence(tmp_path):
    """The second demo says which port is taken, names another, and exits 1 without a traceback."""
    import socket  # noqa: PLC0415  only here

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finished = subprocess.run(
            [sys.executable, "-m", "bot", "demo", "--port", str(port), "--no-browser"],
            cwd=ROOT,
            env={**os.environ, "LC_ALL": "en_US.UTF-8", "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert finished.returncode == 1
    assert f"Port {port} is in use." in finished.stderr
    assert "--port" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert list(tmp_path.iterdir()) == []
