"""Are all mistakes of a configuration named at once, each with key, line and what to write instead?"""

from datetime import time, timedelta

import pytest

from bot.config import find_file, load
from digest.errors import ConfigurationError

GOOD = """\
language = "en"
time_zone = "Europe/Berlin"

[[series]]
key = "weekly"
title = "Weekly"
push = { days = ["mon", "thu"], at = ["08:30", "17:00"], zone = "Asia/Shanghai", catch_up = "36h" }
sources = [{ kind = "folder", path = "issues" }]

[categories]
models = ["Models", "模型与能力"]

[desk]
publishers = ["telegram:1"]

[telegram]
token = "1:abc"

[[channels]]
address = "telegram:-100:7"
series = "weekly"
categories = ["models"]
"""


def mistakes(tmp_path, text):
    file = tmp_path / "zhouzhi.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(file)
    found = caught.value.arguments["mistakes"]
    assert isinstance(found, tuple)
    return {mistake.key: mistake for mistake in found}


def test_every_key_of_a_good_file_is_read(tmp_path):
    """The binding keys of the file arrive as typed values."""
    file = tmp_path / "zhouzhi.toml"
    file.write_text(GOOD, "utf-8")
    settings = load(file).settings
    rule = settings.schedules()["weekly"]
    assert rule is not None
    assert rule.days == frozenset({0, 3})
    assert (rule.at, rule.zone) == ((time(8, 30), time(17)), "Asia/Shanghai")
    assert rule.catch_up == timedelta(hours=36)
    assert settings.known_series()["weekly"].aliases == (("models", ("Models", "模型与能力")),)
    assert settings.telegram is not None
    assert "abc" not in repr(settings)


def test_two_mistakes_are_told_at_once_with_their_lines(tmp_path):
    """Nobody should have to start three times to hear of three mistakes."""
    found = mistakes(
        tmp_path, GOOD.replace("language", "langauge").replace("08:30", "25:99").replace("models =", "m =")
    )
    assert found["langauge"].line == 1
    assert "language" in found["langauge"].message
    assert found["series.0.push.at.0"].line == 7


def test_a_mistake_in_the_second_series_names_its_line(tmp_path):
    """Tables of one name are told apart."""
    text = GOOD + '\n[[series]]\nkey = "daily"\ntitle = "D"\npush = { days = ["moon"], at = "8:00" }\n'
    found = mistakes(tmp_path, text)
    assert (
        found["series.1.push.days"].line
        == text.splitlines().index('push = { days = ["moon"], at = "8:00" }') + 1
    )


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('token = "1:abc"', 'token = ""', "telegram.token"),
        ('token = "1:abc"', 'tokn = "1:abc"', "telegram.tokn"),
        ('"telegram:1"', '"telegram"', "desk.publishers.0"),
        ("Europe/Berlin", "Mars/Olympus", "time_zone"),
        ('"36h"', '"long"', "series.0.push.catch_up"),
        ('"08:30"', '"08:30:20"', "series.0.push.at.0"),
        ('"08:30"', "08:30:20", "series.0.push.at.0"),
        ('"08:30"', '"08:30+02:00"', "series.0.push.at.0"),
        ('language = "en"', 'language = "xx"', "language"),
        ('series = "weekly"', 'series = "monthly"', "channels.0.series"),
    ],
)
def test_each_bad_value_is_named(tmp_path, old, new, key):
    """A value that cannot be is named by its key, with a line."""
    found = mistakes(tmp_path, GOOD.replace(old, new))
    assert found[key].line > 0


def test_the_environment_goes_before_the_file(tmp_path, monkeypatch):
    """Secrets and switches of a container override the file."""
    file = tmp_path / "zhouzhi.toml"
    file.write_text(GOOD, "utf-8")
    monkeypatch.setenv("ZHOUZHI_TELEGRAM__TOKEN", "2:xyz")
    monkeypatch.setenv("ZHOUZHI_DELIVERY__TICK_S", "1.5")
    settings = load(file).settings
    assert settings.telegram is not None
    assert settings.telegram.token.get_secret_value() == "2:xyz"
    assert settings.delivery.tick_s == 1.5


def test_a_secrets_folder_gives_tokens(tmp_path, monkeypatch):
    """A service manager hands secrets over as files."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "ZHOUZHI_DISCORD__TOKEN").write_text("from-a-file\n", "utf-8")
    file = tmp_path / "zhouzhi.toml"
    file.write_text(GOOD, "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "secrets"))
    settings = load(file).settings
    assert settings.discord is not None
    assert settings.discord.token.get_secret_value() == "from-a-file"


def test_broken_toml_names_its_line(tmp_path):
    """What is no TOML at all is said as one mistake."""
    assert mistakes(tmp_path, 'language = "en\n')["TOML"].line == 1


def test_a_missing_file_is_said(tmp_path):
    """A path that leads nowhere is a mistake of the command, not a silent default."""
    with pytest.raises(ConfigurationError):
        load(tmp_path / "nowhere.toml")


def test_without_any_file_the_defaults_hold(tmp_path, monkeypatch):
    """check, preview and demo need no configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert find_file(None) is None
    assert load().settings.language == "zh-Hans"
