"""Are feeds and addresses of the web configured safely, with a sentence for each mistake?"""

from datetime import timedelta

import pytest

from bot.config import FeedEntry, UrlEntry, load
from bot.sources.build import configured
from bot.sources.feed import FeedSource
from bot.sources.gathering import Gathering
from digest.errors import ConfigurationError


def written(tmp_path, source):
    file = tmp_path / "zhouzhi.toml"
    file.write_text(
        f'[[series]]\nkey = "w"\ntitle = "W"\nimage_hosts = ["e.org"]\nsources = [{{ {source} }}]\n', "utf-8"
    )
    return file


def mistakes(error):
    return error.arguments["mistakes"]


def test_feeds_and_addresses_are_sources(tmp_path):
    """With a pace of their own; the hosts of pictures belong to the series."""
    configuration = load(written(tmp_path, 'kind = "feed", url = "https://e.org/feed.xml", every = "2h"'))
    (entry,) = configuration.settings.series[0].sources
    assert isinstance(entry, FeedEntry)
    assert entry.every == timedelta(hours=2)
    ((series, source),) = configured(configuration)
    assert (series.image_hosts, source.identity) == (("e.org",), "feed:https://e.org/feed.xml")
    configuration = load(written(tmp_path, 'kind = "url", url = "http://e.org/12.md"'))
    (entry,) = configuration.settings.series[0].sources
    assert isinstance(entry, UrlEntry)
    ((_, source),) = configured(configuration)
    assert source.identity == "url:http://e.org/12.md"
    assert not list(tmp_path.glob("data*"))


def test_a_feed_is_read_as_its_curator_chose(tmp_path):
    """Its pages, its entries gathered in the zone of the series; a word that is none is told with those there are."""
    choice = 'kind = "feed", url = "https://e.org/f", follow = true, issue = "week"'
    configuration = load(written(tmp_path, choice))
    ((series, source),) = configured(configuration)
    assert source.identity == "feed:https://e.org/f (week)"
    assert isinstance(source, FeedSource)
    assert source._gathering == Gathering("week", series.zone)
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, 'kind = "feed", url = "https://e.org/f", issue = "year"'))
    (mistake,) = mistakes(caught.value)
    assert mistake.key == "series.0.sources.0.issue"
    assert all(word in mistake.message for word in ("entry", "day", "week", "month"))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://e.org/feed",
        "file:///etc/passwd",
        "e.org/feed",
        "https://",
        "https://me:hush@e.org/feed",
        "https://me@e.org/feed",
        "https://e.org:8080/feed",
        "https://e.org:99999/feed",
        "https://[::1/feed",
        "https://e.org/a feed",
        "javascript:alert(1)",
        "",
    ],
)
def test_other_addresses_are_refused_without_showing_them(tmp_path, url):
    """A password in a wrong place is not repeated."""
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, f'kind = "feed", url = "{url}"'))
    (mistake,) = mistakes(caught.value)
    assert (mistake.key, mistake.line) == ("series.0.sources.0.url", 5)
    assert "write https://" in mistake.message
    assert "hush" not in mistake.message


def test_nobody_is_asked_more_than_once_a_minute(tmp_path):
    """Politeness has a lower bound."""
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, 'kind = "url", url = "https://e.org/", every = "5s"'))
    assert "once a minute" in mistakes(caught.value)[0].message


def test_a_token_in_an_address_is_a_secret(tmp_path):
    """Logs never show it."""
    configuration = load(written(tmp_path, 'kind = "feed", url = "https://e.org/feed?token=a-long-secret"'))
    assert "token=a-long-secret" in configuration.secrets()
    ((_, source),) = configured(configuration)
    assert "a-long-secret" not in source.identity
