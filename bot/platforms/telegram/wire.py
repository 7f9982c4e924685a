"""How does a call travel to the Bot API? One session, and of every failure whether a byte of the request was out.

A push posts its frozen bytes through here, and python-telegram-bot's request class is a thin adapter over the same
session (client.py). Nothing is ever sent twice: aiohttp repeats only idempotent methods on a dropped connection.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL

from bot.platforms.telegram.settings import TelegramSettings

CONNECTIONS = 100  # more than any window in flight, so that nobody waits for a connection
CLOSING_S = 10.0  # how long the end waits for answers that are on the wire


class NotSent(Exception):
    """Surely not sent: no connection was had, so no byte of the request left."""


class MaybeSent(Exception):
    """The request was under way when the connection or the answer was lost: the server may have done it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart call. `field` is the part's name, to which `attach://<field>` refers."""

    field: str
    name: str
    content: bytes
    mime: str


class Wire:
    """The one way out to the Bot API of one token. The session is opened at the first call."""

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings
        self._root = f"{settings.api_base}/bot{settings.token}/"
        self._urls: dict[str, URL] = {}
        self._session: aiohttp.ClientSession | None = None
        self._in_flight = 0
        self._idle = asyncio.Event()

    async def post(self, method: str, body: bytes, *, read_s: float | None = None) -> tuple[int, bytes]:
        """Post a JSON body; the answer's status and bytes. Raises NotSent or MaybeSent, nothing else."""
        return await self._exchange("POST", self._url(method), body, _JSON, read_s or self._settings.read_s)

    async def upload(
        self, method: str, fields: Mapping[str, str], files: Sequence[Upload]
    ) -> tuple[int, bytes]:
        """Post fields and files as multipart; like `post` in all else."""
        # names stay as they are: the Bot API would show percent signs for Chinese letters
        form = aiohttp.FormData(quote_fields=False)
        for name, value in fields.items():
            form.add_field(name, value)
        for file in files:
            form.add_field(file.field, file.content, filename=file.name, content_type=file.mime)
        return await self._exchange("POST", self._url(method), form, None, self._settings.upload_s)

    async def get(self, url: str) -> tuple[int, bytes]:
        """Fetch a file's bytes from its full address. Raises NotSent or MaybeSent."""
        return await self._exchange("GET", URL(url), None, None, self._settings.upload_s)

    async def download(self, url: str, limit: int) -> tuple[int, bytes]:
        """Like `get`, but what comes after `limit` bytes is not waited for: more than `limit` means there was more."""
        return await self._exchange("GET", URL(url), None, None, self._settings.upload_s, limit)

    async def close(self) -> None:
        """Close the session when the answers that are under way are there, after ten seconds in any case."""
        session, self._session = self._session, None
        if session is None:
            return
        if self._in_flight:
            self._idle.clear()
            try:
                async with asyncio.timeout(CLOSING_S):
                    await self._idle.wait()
            except TimeoutError:
                pass  # those parts stay in doubt, which is what they are
        await session.close()

    def _url(self, method: str) -> URL:
        found = self._urls.get(method)
        if found is None:
            found = self._urls[method] = URL(self._root + method, encoded=True)
        return found

    async def _exchange(
        self,
        verb: str,
        url: URL,
        body: bytes | aiohttp.FormData | None,
        headers: Mapping[str, str] | None,
        read_s: float,
        limit: int | None = None,
    ) -> tuple[int, bytes]:
        settings = self._settings
        # a connection is waited for, opened and secured within `connect`; whatever fails later had one
        timeout = aiohttp.ClientTimeout(
            total=settings.connect_s + 2 * read_s, connect=settings.connect_s, sock_read=read_s
        )
        async with self._counted():
            try:
                # a redirect would turn the POST into a GET: whoever redirects is not the Bot API
                async with self._opened().request(
                    verb, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
                ) as response:
                    return response.status, await _body(response, limit)
            except _WITHOUT_CONNECTION as error:
                raise NotSent(self._said(error)) from None
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise MaybeSent(self._said(error)) from None

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
            )
        return self._session

    def _said(self, error: BaseException) -> str:
        """What went wrong, without the token that the address holds."""
        words = str(error).replace(self._settings.token, "[secret]")
        return f"{type(error).__name__}: {words}" if words else type(error).__name__


async def _body(response: aiohttp.ClientResponse, limit: int | None) -> bytes:
    if limit is None:
        return await response.read()
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            break
    return bytes(body)


_JSON = {"Content-Type": "application/json"}
_WITHOUT_CONNECTION = (
    aiohttp.ClientConnectorError,  # refused, unreachable, DNS, TLS handshake, certificate
    aiohttp.ConnectionTimeoutError,  # also: no free connection in time
    aiohttp.InvalidURL,
)
