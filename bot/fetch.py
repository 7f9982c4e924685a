"""How does anything foreign come in over HTTP? Through this one fetcher, for feeds, pages and pictures (content.md §8).

It trusts no address: schemes, ports and every resolved address are judged at each of at most three redirects, the body
is counted while it is unpacked, and neither cookies nor credentials are kept, sent or accepted.
"""

import asyncio
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
from aiohttp.connector import Connection
from yarl import URL

from bot.public_address import WEB_PORTS, Allowed, JudgedResolver, Lookup, check, literal, system_lookup
from bot.response_body import MAX_BYTES, Body, ContentType, Kind, check_head, check_type
from digest.calendar import Clock
from digest.errors import NotFound, Refused, Temporary

TIMEOUT_S: Final = 10.0
MAX_REDIRECTS: Final = 3
MAX_RETRY_AFTER_S: Final = 7 * 86_400
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_ACCEPT: dict[Kind, str] = {
    "picture": "image/avif,image/webp,image/png,image/jpeg,image/gif;q=0.9",
    "feed": "application/feed+json,application/atom+xml,application/rss+xml,application/xml;q=0.9,*/*;q=0.5",
    "page": "text/markdown,text/html;q=0.9,application/xhtml+xml;q=0.9,text/plain;q=0.8",
}


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask it "anything new?" with."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered. `address` is where the last redirect led; `content` is None when nothing changed."""

    address: str
    content: bytes | None
    type: ContentType
    validators: Validators


class Fetcher:
    """Holds nothing open, so one serves every thread. `allowed` names loopback servers of tests by (address, port): code only, no setting."""

    def __init__(
        self,
        clock: Clock,
        *,
        allowed: Allowed = frozenset(),
        lookup: Lookup = system_lookup,
        timeout_s: float = TIMEOUT_S,
        max_bytes: int = MAX_BYTES,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._clock = clock
        self._allowed = allowed
        self._lookup = lookup
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._tls = tls

    async def get(
        self,
        address: str,
        kind: Kind,
        *,
        validators: Validators | None = None,
        hosts: Collection[str] | None = None,
    ) -> Fetched:
        """The body behind an address. With `hosts`, neither it nor a redirect may leave these.

        Raises Refused("fetch.…") for what will not get better by itself, NotFound("fetch.gone"), and
        Temporary("fetch.…"), which carries `retry_after_s` where the server asked for patience.
        """
        headers = {"Accept": _ACCEPT[kind], **(validators or Validators()).headers()}
        try:
            async with asyncio.timeout(self._timeout_s), self._opened() as session:
                return await self._follow(session, self._judged(address, hosts), kind, headers, hosts)
        except TimeoutError as error:
            raise Temporary("fetch.timeout", limit=round(self._timeout_s)) from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise Refused("fetch.certificate", host=error.host, reason=_why(error)) from error
        except aiohttp.ClientConnectorSSLError as error:
            raise Refused("fetch.tls", host=error.host) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Temporary("fetch.unreachable", reason=type(error).__name__) from error

    def picture(self, address: str, hosts: Collection[str]) -> bytes:
        """A picture from one of these hosts, for a thread that has no event loop of its own. Raises as `get` does."""
        return asyncio.run(self.get(address, "picture", hosts=hosts)).content or b""

    # --- one address after the other ---

    async def _follow(
        self,
        session: aiohttp.ClientSession,
        url: URL,
        kind: Kind,
        headers: dict[str, str],
        hosts: Collection[str] | None,
    ) -> Fetched:
        for _ in range(MAX_REDIRECTS + 1):
            async with session.get(url, headers=headers, allow_redirects=False) as answer:
                try:
                    if answer.status not in REDIRECTS:
                        return await self._taken(answer, url, kind)
                    target = answer.headers.get("Location", "")
                finally:
                    _hang_up(answer)
            if not target:
                raise Refused("fetch.status", status=answer.status)
            url = self._judged(target, hosts, beside=url)
        raise Refused("fetch.redirects", limit=MAX_REDIRECTS)

    async def _taken(self, answer: aiohttp.ClientResponse, url: URL, kind: Kind) -> Fetched:
        found = ContentType.parse(answer.headers.get("Content-Type", ""))
        validators = Validators(answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
        if answer.status == 304:
            return Fetched(str(url), None, found, validators)
        if answer.status in GONE:
            raise NotFound("fetch.gone", status=answer.status)
        if answer.status in BUSY:
            after = answer.headers.get("Retry-After", "")
            raise Temporary(
                "fetch.busy", status=answer.status, retry_after_s=_seconds(after, self._clock.now())
            )
        if answer.status != 200:
            raise Refused("fetch.status", status=answer.status)
        check_type(kind, found)
        body = Body(answer.headers.get("Content-Encoding", ""), self._max_bytes)
        async for chunk in answer.content.iter_chunked(65_536):
            body.add(chunk)
        content = body.finish()
        check_head(kind, content, found)
        return Fetched(str(url), content, found, validators)

    def _judged(self, target: str, hosts: Collection[str] | None, beside: URL | None = None) -> URL:
        """An address that may be asked. Its name is judged again when it is resolved."""
        try:
            url = URL(target.strip())
            url = (beside.join(url) if beside is not None else url).with_fragment(None)
            host, port = (url.host or "").rstrip("."), url.port or 0
        except ValueError as error:
            raise Refused("fetch.address", address=target[:200]) from error
        if url.scheme not in ("http", "https") or not host:
            raise Refused("fetch.scheme", scheme=url.scheme[:20])
        if url.user is not None or url.password is not None:
            raise Refused("fetch.credentials", host=host)
        if hosts is not None and host.lower() not in {one.lower() for one in hosts}:
            raise Refused("fetch.host", host=host)
        if port not in WEB_PORTS and port not in {known for _, known in self._allowed}:
            raise Refused("fetch.port", port=port)
        if (found := literal(host)) is not None:
            # no resolver is asked about a bare address, so it is judged here
            check(host, str(found), port, self._allowed)
        return url

    def _opened(self) -> aiohttp.ClientSession:
        """One a question: no connection is used twice, so that each is judged."""
        connector = aiohttp.TCPConnector(
            resolver=JudgedResolver(self._lookup, self._allowed),
            use_dns_cache=False,
            force_close=True,
            ssl=self._tls if self._tls is not None else True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # unpacked by bot.response_body, which counts
            trust_env=False,  # no proxy and no .netrc
            response_class=_Answer,
            headers={
                "User-Agent": "zhouzhi (reads feeds, pages and pictures for a digest)",
                "Accept-Encoding": "gzip, deflate",
            },
            timeout=aiohttp.ClientTimeout(total=None),  # one limit over all redirects, in `get`
        )


class _Answer(aiohttp.ClientResponse):
    """An answer that knows what it came over, also when that was given back already."""

    line: asyncio.Transport | None = None

    async def start(self, connection: Connection) -> "_Answer":
        self.line = connection.transport
        await super().start(connection)
        return self


def _hang_up(answer: aiohttp.ClientResponse) -> None:
    """At once: a farewell over TLS waits for the other side, and the loop of a thread may be gone by then."""
    if isinstance(answer, _Answer) and answer.line is not None:
        answer.line.abort()


def _why(error: aiohttp.ClientConnectorCertificateError) -> str:
    """What is wrong with a certificate, in the words of the library that looked at it."""
    found = error.certificate_error
    return found.verify_message if isinstance(found, ssl.SSLCertVerificationError) else str(found)


def _seconds(header: str, now: datetime) -> int:
    """How long a server asks to be left alone; 0 when it says nothing that can be read."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), MAX_RETRY_AFTER_S)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return max(0, min(round((until - now).total_seconds()), MAX_RETRY_AFTER_S))
