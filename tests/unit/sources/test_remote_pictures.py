"""Is a host that keeps us waiting asked once, and is there an end to what one file may fetch?"""

import pytest

from bot import remote_pictures
from bot.remote_pictures import RemotePictures
from digest.errors import Refused, Temporary


class Web:
    """Answers by host; counts who was asked."""

    def __init__(self):
        self.asked = []

    def picture(self, address, hosts):
        self.asked.append(address)
        if "slow" in address:
            raise Temporary("fetch.timeout", limit=10)
        if "bad" in address:
            raise Refused("fetch.gone", status=404)
        assert hosts == ("e.org",)
        return b"x" * 10


def test_a_silent_host_is_asked_once():
    """Five hundred pictures of a host that hangs cost ten seconds, not an hour; other hosts are asked on."""
    web = Web()
    remote = RemotePictures(web, ("e.org",))
    for number in range(5):
        with pytest.raises(Temporary):
            remote.get(f"https://slow.example/{number}")
    for _ in range(2):
        with pytest.raises(Refused, match=r"fetch\.gone"):
            remote.get("https://e.org/bad")
    assert remote.get("https://e.org/good") == b"x" * 10
    assert web.asked == [
        "https://slow.example/0",
        "https://e.org/bad",
        "https://e.org/bad",
        "https://e.org/good",
    ]


def test_one_file_does_not_fetch_without_end(monkeypatch):
    """All its pictures together have a bound."""
    monkeypatch.setattr(remote_pictures, "MAX_BYTES", 25)
    web = Web()
    remote = RemotePictures(web, ("e.org",))
    for number in range(3):
        remote.get(f"https://e.org/{number}")
    with pytest.raises(Temporary):
        remote.get("https://e.org/3")
    assert len(web.asked) == 3


def test_without_hosts_nothing_is_fetched():
    """The default of a series."""
    assert not RemotePictures(Web(), ()).is_on
    assert not RemotePictures(None, ("e.org",)).is_on
    assert RemotePictures(Web(), ("e.org",)).is_on
