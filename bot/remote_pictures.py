"""Which pictures of other sites come along with one file? Those of the series' hosts, within bounds for all of them."""

from collections.abc import Collection
from typing import Final, Protocol
from urllib.parse import urlsplit

from digest.errors import Temporary

MAX_BYTES: Final = 100 * 1024 * 1024  # of one file's pictures together


class Fetches(Protocol):
    """What brings a picture here: bot.fetch, in the running bot."""

    def picture(self, address: str, hosts: Collection[str]) -> bytes:
        """Blocking. Raises Refused, Temporary."""
        ...


class RemotePictures:
    """One file's. A host that does not answer once is not asked for the rest of the file."""

    def __init__(self, fetcher: Fetches | None, hosts: Collection[str]) -> None:
        self._fetcher = fetcher
        self._hosts = hosts
        self._silent: set[str] = set()
        self._size = 0

    @property
    def is_on(self) -> bool:
        """Whether anything may be fetched at all; else pictures of other sites stay links."""
        return self._fetcher is not None and bool(self._hosts)

    def get(self, address: str) -> bytes:
        """Blocking. Raises what the fetcher raises, and Temporary where it is not asked any more."""
        assert self._fetcher is not None
        host = urlsplit(address).hostname or ""
        if host in self._silent or self._size > MAX_BYTES:
            raise Temporary("fetch.waits", retry_after_s=0)
        try:
            content = self._fetcher.picture(address, self._hosts)
        except Temporary:
            self._silent.add(host)
            raise
        self._size += len(content)
        return content
