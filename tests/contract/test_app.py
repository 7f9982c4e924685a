"""What does the running bot say of the files it reads?"""

import pytest
from structlog.testing import capture_logs

from bot.app import Bot
from bot.clock import SystemClock
from bot.config import load
from storage.store import open_store

CONFIG = """\
[[series]]
key = "weekly"
title = "Weekly"
sources = [{ kind = "folder", path = "issues" }]
"""


@pytest.fixture
async def bot(tmp_path):
    (tmp_path / "issues").mkdir()
    (tmp_path / "zhouzhi.toml").write_text(CONFIG, "utf-8")
    store = await open_store("sqlite+aiosqlite://")
    made = Bot(load(tmp_path / "zhouzhi.toml"), store, SystemClock())
    yield made
    await made.close()
    await store.close()


async def test_a_refused_file_is_told_with_its_reason_and_cure(bot, tmp_path):
    """Two files of one issue: the second is refused, and the log names file and cure, not a key."""
    for name in ("a.md", "b.md"):
        (tmp_path / "issues" / name).write_text("# Weekly 1\n\n## News\n\n### One\n\nText.\n", "utf-8")
    with capture_logs() as lines:
        await bot.prepare()
    (told,) = [line for line in lines if line["event"] == "issue.refused"]
    assert (told["file"], told["log_level"]) == ("b.md", "warning")
    assert "a.md" in told["reason"]
    assert "→" in told["reason"]
