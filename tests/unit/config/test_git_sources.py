"""Which repositories may a configuration name, and what is told of a wrong one?"""

from datetime import timedelta

import pytest

from bot.config import FolderEntry, GitEntry, load
from bot.sources.build import configured
from bot.sources.git import GitSource
from digest.errors import ConfigurationError

SERIES = '[[series]]\nkey = "weekly"\ntitle = "Weekly"\nsources = [\n{entry}\n]\n'


def read(tmp_path, entry):
    file = tmp_path / "zhouzhi.toml"
    file.write_text(SERIES.format(entry=entry), "utf-8")
    return load(file)


def mistake(tmp_path, entry):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, entry)
    mistakes = caught.value.arguments["mistakes"]
    assert isinstance(mistakes, tuple)
    (found,) = mistakes
    return found


def test_several_sources_of_several_kinds(tmp_path):
    """A series has as many as it likes, each with the keys of its kind."""
    configuration = read(
        tmp_path,
        '{ kind = "folder", path = "issues", poll = "10s" },\n'
        '{ kind = "git", url = "https://example.org/d.git", branch = "main", glob = ["w/*.md"],'
        ' pattern = "w/{number}.md", every = "1h" },\n',
    )
    folder, git = configuration.settings.series[0].sources
    assert isinstance(folder, FolderEntry)
    assert folder.poll == timedelta(seconds=10)
    assert isinstance(git, GitEntry)
    assert (git.every, git.branch) == (timedelta(hours=1), "main")
    assert [type(source).__name__ for _, source in configured(configuration)] == ["FolderSource", "GitSource"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/d.git",
        "ssh://git@example.org:2222/d.git",
        "git@example.org:curator/d.git",
        "git@example.org:/srv/d.git",
        "/srv/d.git",
        "../d",
        "file:///srv/d.git",
        "http://127.0.0.1:8080/d.git",
    ],
)
def test_addresses_that_git_may_be_given(tmp_path, url):
    """The web's with encryption, SSH in both spellings, and this machine's own."""
    assert read(tmp_path, f'{{ kind = "git", url = "{url}" }}')


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ext::sh -c touch% /tmp/pwned",
        "fd::17/foo",
        "-u./pwn",
        "--upload-pack=touch /tmp/pwned",
        "http://example.org/d.git",
        "git://example.org/d.git",
        "ftp://example.org/d.git",
        "file://host/d.git",
        "ssh://-oProxyCommand=touch/d.git",
        "https://-x/d.git",
        "https:///d.git",
        "https://[::1/d.git",
        "https://example.org/d.git\\u0000",
    ],
)
def test_addresses_that_could_do_more_are_refused(tmp_path, url):
    """Other transports, options in disguise, unencrypted hosts elsewhere."""
    found = mistake(tmp_path, f'{{ kind = "git", url = "{url}" }}')
    assert found.key == "series.0.sources.0.url"
    assert "https://" in found.message


@pytest.mark.parametrize(
    ("entry", "key", "word"),
    [
        ('{ kind = "git" }', "url", "must be given"),
        ('{ kind = "git", url = "/d", brnch = "x" }', "brnch", "'branch'"),
        ('{ kind = "git", url = "/d", branch = "-x" }', "branch", "no branch"),
        ('{ kind = "git", url = "/d", branch = "a..b" }', "branch", "no branch"),
        ('{ kind = "git", url = "/d", every = "30s" }', "every", "once a minute"),
        ('{ kind = "git", url = "/d", pattern = "{nummer}.md" }', "pattern", "{number}"),
        ('{ kind = "git", url = "/d", pattern = "{year}.md" }', "pattern", "{month}"),
        ('{ kind = "git", url = "/d", pattern = "x.md" }', "pattern", "{year}"),
        ('{ kind = "folder", path = "x", poll = "0s" }', "poll", "1s"),
        ('{ kind = "folder", url = "x", path = "x" }', "url", "glob"),
        ('{ kind = "svn", path = "x" }', "kind", "'git'"),
        ('{ path = "x" }', "kind", "must be given"),
    ],
)
def test_what_is_wrong_is_told_with_what_there_is(tmp_path, entry, key, word):
    """The key as it stands in the file, its line, and the way out; the kind is no step of the way."""
    found = mistake(tmp_path, entry)
    assert (found.key, found.line) == (f"series.0.sources.0.{key}", 4)
    assert word in found.message


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://reader:p%40ss-word@example.org/d.git", {"p%40ss-word", "p@ss-word"}),
        ("https://token-of-mine@example.org/d.git", {"token-of-mine"}),
        ("ssh://git@example.org/d.git", set()),
        ("git@example.org:d.git", set()),
    ],
)
def test_passwords_are_known_as_secrets_and_shown_nowhere(tmp_path, url, secrets):
    """They reach the log's redaction, and neither a source's name nor the settings' own words."""
    configuration = read(tmp_path, f'{{ kind = "git", url = "{url}" }}')
    assert set(configuration.secrets()) == secrets
    ((_, source),) = configured(configuration)
    assert isinstance(source, GitSource)
    for secret in secrets:
        assert secret not in repr(configuration.settings)
        assert secret not in source.identity
        assert secret not in repr(source._git.address)


def test_a_wrong_address_is_told_without_its_password(tmp_path):
    """Also where the address itself is the mistake."""
    found = mistake(tmp_path, '{ kind = "git", url = "http://reader:s3cret@example.org/d.git" }')
    assert "s3cret" not in str(found)
