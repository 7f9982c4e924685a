"""Which addresses are public, what are pages called, and where does a code host keep an issue's data?"""

import ipaddress

import pytest

from bot.public_address import is_public
from bot.sources.feed import entry_key
from bot.sources.url import api_address, file_stem
from digest.issue import Series
from digest.parse import parse
from digest.parse.keys import slug


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.215.14",
        "172.15.255.255",
        "172.32.0.1",
        "100.63.255.255",
        "2606:4700::1111",
        "2001:4860::8",
    ],
)
def test_public_addresses(address):
    """Neighbours of closed ranges are open."""
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "203.0.113.5",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:1.1.1.1",
        "::ffff:0:7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:a00:1::",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_closed_addresses(address):
    """Private, loopback, link-local, shared, reserved, multicast, documentation, mapped, tunnelled, metadata."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("address", "stem"),
    [
        ("https://e.org/", "index"),
        ("https://e.org", "index"),
        ("https://e.org/weekly/12/", "weekly/12/index"),
        ("https://e.org/weekly/12", "weekly/12"),
        ("https://e.org/a/issue-12.md", "a/issue-12"),
        ("https://e.org/a/2026-02-25.HTML", "a/2026-02-25"),
        ("https://e.org/v1.2", "v1.2"),
        ("https://e.org/show.php?id=12&x=y", "show-id-12-x-y"),
        ("https://e.org/%E5%91%A8%E5%88%8A", "周刊"),
        ("https://e.org/../%2e%2e/%2F/a", "a"),
        ("https://e.org/a%00%5Cb", "ab"),
    ],
)
def test_names_of_pages(address, stem):
    """The path without what a server adds; nothing that could leave a folder."""
    assert file_stem(address) == stem


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("https://github.com/o/r.x/issues/12", "https://api.github.com/repos/o/r.x/issues/12"),
        ("https://github.com/o/r/issues/12#issuecomment-1", "https://api.github.com/repos/o/r/issues/12"),
        ("https://codeberg.org/o/r/issues/3", "https://codeberg.org/api/v1/repos/o/r/issues/3"),
        ("https://gitlab.com/g/s/p/-/issues/4", "https://gitlab.com/api/v4/projects/g%2Fs%2Fp/issues/4"),
        ("https://github.com/o/r/issues", "https://github.com/o/r/issues"),
        ("https://github.com/o/r/pull/12", "https://github.com/o/r/pull/12"),
        ("https://github.com.evil.example/o/r/issues/12", "https://github.com.evil.example/o/r/issues/12"),
    ],
)
def test_issues_of_code_hosts(address, data):
    """By the host alone, never by what looks like it."""
    assert api_address(address) == data


def test_keys_of_entries_are_stable_readable_and_different():
    """Short plain ids as they are; others by their end and a mark; every key is its own slug."""
    ids = (
        "post-12",
        "item7",
        "12",
        "2026-02-25",
        "a--b",
        "https://e.org/posts/A Great Post/",
        "https://e.org/other/A Great Post/",
        "tag:e.org,2026:1",
        "tag:e.org,2026:2",
        "https://e.org/" + "x" * 500,
        "https://[broken",
        "周刊第十二期",
        "!!!",
    )
    keys = [entry_key(one) for one in ids]
    assert keys[:2] == ["post-12", "item7"]
    assert keys[2].startswith("12-")
    assert keys[5].startswith("a-great-post-")
    assert len(set(keys)) == len(keys)
    assert [slug(key) for key in keys] == keys
    assert [entry_key(one) for one in ids] == keys


def test_pictures_of_markdown_are_seen_from_where_it_came():
    """Also inside lists, tables, quotes and headings; whole addresses stay."""
    text = (
        "# Weekly 1\n\n## S\n\n### A ![](h.png)\n\n- ![](a/b.png)\n\n> ![](../c.png)\n\n| x |\n|---|\n| ![](d.png) |\n\n"
        "### B\n\nText ![](https://other.example/e.png)\n\n### C\n\nWords.\n"
    )
    series = Series("w", "Weekly")
    issue = parse(text.encode(), series=series, name="1.md", web_base="https://e.org/x/y.md").issue
    assert issue is not None
    assert [image.src for image in issue.images] == [
        "https://e.org/x/h.png",
        "https://e.org/x/a/b.png",
        "https://e.org/c.png",
        "https://e.org/x/d.png",
        "https://other.example/e.png",
    ]
