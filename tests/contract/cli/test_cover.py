"""Do `preview` and `check` tell about covers what `run` would do?"""

import pytest

from bot import equipment
from bot.media.fonts import fonts_for
from tests.contract.cli.conftest import CONFIG

FILE = "issues/weekly/weekly-1.md"


@pytest.fixture
def carded(terminal):
    """The weekly wants a card."""
    text = CONFIG.replace('title = "Weekly"', 'title = "Weekly"\ncover = "card"')
    terminal.write("zhouzhi.toml", text)
    return terminal


def test_preview_shows_the_card_and_stores_nothing(carded):
    """Above Discord's post; looking at a file leaves no trace."""
    if fonts_for("en") is None:
        pytest.skip("no fonts for Chinese")
    (line, *_) = carded.lines("preview", FILE, "--platform", "discord")
    (shown,) = line["images"]
    assert len(shown) == 64
    assert line["payload"]["attachments"][0]["filename"] == f"{shown}.png"
    assert not (carded.folder / "data" / "media").exists()
    out = carded.folder / "preview.html"
    carded.run("preview", FILE, "--platform", "discord", "--html", str(out))
    assert "data:image/png;base64," in out.read_text("utf-8")


def test_without_a_card_nothing_is_added(terminal):
    """The default."""
    (line, *_) = terminal.lines("preview", FILE, "--platform", "discord")
    assert line["images"] == []


def test_check_tells_what_the_machine_lacks(carded, monkeypatch):
    """Fonts only where a card is wanted, decoders always; each with its cure."""
    monkeypatch.setattr(equipment, "fonts_for", lambda _: None)
    monkeypatch.setattr(equipment, "missing_codecs", lambda: ("AVIF",))
    code, out, _ = carded.run("check")
    assert code == 0
    for word in ("fonts-noto-cjk", "(weekly)", "AVIF"):
        assert word in out


def test_check_is_silent_where_nothing_lacks(terminal, monkeypatch):
    """No card wanted, no font asked for."""
    monkeypatch.setattr(equipment, "fonts_for", lambda _: pytest.fail("asked in vain"))
    assert "⚠ No font" not in terminal.run("check")[1]
