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


BAD = GOOD.replace('series = "weekly"', 'series = "nope"') + "\n[dissk]\npublishers = []\n"


def test_what_contradicts_and_what_is_mistyped_are_told_together(tmp_path):
    """A reference that leads nowhere is not kept back until the keys are spelt right."""
    found = mistakes(tmp_path, BAD)
    assert set(found) == {"channels.0.series", "dissk"}
    assert found["channels.0.series"].line == BAD.splitlines().index('series = "nope"') + 1
    assert "weekly" in found["channels.0.series"].message


def test_every_doubled_series_is_told_beside_other_mistakes(tmp_path):
    """The second entry of a key is named by its line, also when a field is wrong."""
    text = GOOD.replace('"36h"', '"long"') + '\n[[series]]\nkey = "weekly"\ntitle = "Again"\n'
    found = mistakes(tmp_path, text)
    assert set(found) == {"series.0.push.catch_up", "series.1.key"}
    assert found["series.1.key"].line == len(text.splitlines()) - 1


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('categories = ["models"]', 'categories = ["modles"]', "channels.0.categories", "models"),
        ('"telegram:1"', '"telegram:@lan"', "desk.publishers.0", "telegram:123456"),
        ('"telegram:1"', '"telegram:-100123"', "desk.publishers.0", "people"),
        ('"telegram:1"', '"discord:lan"', "desk.publishers.0", "discord:987654"),
        ('"telegram:-100:7"', '"telegram:xx"', "channels.0.address", "telegram:@news"),
        ('"telegram:-100:7"', '"discord:general"', "channels.0.address", "number"),
        ("[categories]", '[categories]\nchips = ["models"]', "categories.models", "chips"),
        ("[categories]", '[categories]\nBad-Slug = ["X"]', "categories.Bad-Slug", "'bad-slug'"),
        ("[categories]", '[categories]\n"all" = ["X"]', "categories.all", "every category"),
        ('token = "1:abc"', 'token = "abc"', "telegram.token", "@BotFather"),
        ('token = "1:abc"', 'token = "1:a b"', "telegram.token", "@BotFather"),
        ('series = "weekly"', 'series = "weekly"\nkind = "private"', "channels.0.kind", "private"),
        ('"telegram:-100:7"', '"telegram:42"\nrender = "rich"', "channels.0.render", "/settings"),
        ('"telegram:-100:7"', '"discord:42"\nrender = "rich"', "channels.0.render", "Telegram"),
        ('"telegram:-100:7"', '"telegram:-100:7"\nrender = "fancy"', "channels.0.render", "classic"),
        ('"telegram:-100:7"', '"telegram:-100:7"\nrender = "embeds"', "channels.0.render", "Discord"),
        ('"telegram:-100:7"', '"telegram:-100:7"\ncrosspost = true', "channels.0.crosspost", "Discord"),
        ('"telegram:-100:7"', '"discord:42"\ncrosspost = true', "channels.0.crosspost", '"announcement"'),
        ('"telegram:-100:7"', '"discord:42"\ntag = "周刊"', "channels.0.tag", '"forum"'),
        ('"telegram:-100:7"', '"discord:42"\nrole = "@news"', "channels.0.role", "Copy Role ID"),
        (
            '"telegram:-100:7"',
            '"discord:42"\nkind = "private"\nrole = 123456789012345678',
            "channels.0.role",
            "private",
        ),
        (
            '"telegram:-100:7"',
            '"discord:42"\nkind = "forum"\ntags = { Bad-Slug = "x" }',
            "channels.0.tags.Bad-Slug",
            "'bad-slug'",
        ),
        (
            '"telegram:-100:7"',
            '"discord:42"\nkind = "forum"\nrender = "embeds"',
            "channels.0.render",
            "leave render out",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(tmp_path, old, new, key, says):
    """Each is one mistake with its line, and the sentence says what may stand there."""
    found = mistakes(tmp_path, GOOD.replace(old, new))
    assert set(found) == {key}
    assert found[key].line > 0
    assert says in found[key].message


def test_editors_are_people_too(tmp_path):
    """A name is no address: an editor written so would never be recognised."""
    found = mistakes(tmp_path, GOOD.replace("[desk]", '[desk]\neditors = ["telegram:@mei"]'))
    assert set(found) == {"desk.editors.0"}


def test_a_slug_may_be_written_in_any_script(tmp_path):
    """What section titles make by themselves may be configured as well."""
    file = tmp_path / "zhouzhi.toml"
    file.write_text(GOOD.replace("[categories]", '[categories]\n"模型-2" = ["二"]'), "utf-8")
    assert load(file).settings.categories["模型-2"] == ["二"]


def test_a_public_channel_may_be_named(tmp_path):
    """Telegram's channels can be addressed by their public names."""
    file = tmp_path / "zhouzhi.toml"
    file.write_text(GOOD.replace("telegram:-100:7", "telegram:@news"), "utf-8")
    assert load(file).settings.channels[0].address == "telegram:@news"


def test_a_token_that_cannot_be_is_not_repeated(tmp_path):
    """It may be the password of something else."""
    found = mistakes(tmp_path, GOOD.replace('token = "1:abc"', 'token = "hunter2"'))
    assert "hunter2" not in str(found["telegram.token"])


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("ZHOUZHI_WEB__PROT", "1", "web.prot"),
        ("ZHOUZHI_WEB__PORT", "x", "web.port"),
        ("ZHOUZHI_DISCORD__GLOBAL_RATE", "1", "discord.token"),
        ("ZHOUZHI_DESK__PUBLISHERS", '["telegram:@lan"]', "desk.publishers.0"),
        ("ZHOUZHI_DESK", '{"publishers": ["telegram:@lan"]}', "desk.publishers.0"),
        ("ZHOUZHI_CHANNELS", '[{"address": "telegram:1", "series": "nope"}]', "channels.0.series"),
        ("ZHOUZHI_CHANNELS", "[{", "channels"),
        ("zhouzhi_telegram__token", "abc", "telegram.token"),
    ],
)
def test_a_mistake_of_the_environment_names_its_variable(tmp_path, monkeypatch, variable, value, key):
    """The file has no such line: who looks there finds nothing."""
    monkeypatch.setenv(variable, value)
    found = mistakes(tmp_path, GOOD + '\n[web]\nlisten = "127.0.0.1"\n')
    assert set(found) == {key}
    assert found[key].line == 0
    assert str(found[key]).startswith(f"{variable}: ")


def test_a_mistake_of_a_secret_file_names_the_file(tmp_path, monkeypatch):
    """Secrets lie in files of their own, named like variables."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "ZHOUZHI_TELEGRAM__TOKEN").write_text("oops", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "secrets"))
    found = mistakes(tmp_path, GOOD)
    assert str(found["telegram.token"]).startswith("ZHOUZHI_TELEGRAM__TOKEN: ")


def test_a_mistake_of_the_file_keeps_its_line_beside_a_variable(tmp_path, monkeypatch):
    """A variable of the same table is not blamed for what the file says."""
    monkeypatch.setenv("ZHOUZHI_WEB__PORT", "8000")
    found = mistakes(tmp_path, GOOD + '\n[web]\nlistn = "127.0.0.1"\n')
    assert found["web.listn"].line == len(GOOD.splitlines()) + 3
    assert found["web.listn"].variable == ""
