"""What stands behind a foreign address? A real server on 127.0.0.1 that answers as it is told and remembers who asked."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.fetch import Fetcher
from tests.contract.delivery.floor import SetClock

Answer = Callable[[web.BaseRequest], web.StreamResponse | Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """`pages` maps a path to what it answers; `asked` holds every request in order."""

    port: int = 0
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[web.BaseRequest] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def allowed(self) -> frozenset[tuple[str, int]]:
        return frozenset({("127.0.0.1", self.port)})

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def put(self, path: str, body: bytes | str, kind: str, status: int = 200, **headers: str) -> None:
        """Answer a path with these bytes; a conditional question with the right ETag gets 304."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        def answer(request: web.BaseRequest) -> web.StreamResponse:
            etag = named.get("ETag")
            if etag and request.headers.get("If-None-Match") == etag:
                return web.Response(status=304, headers=named)
            return web.Response(body=content, status=status, headers={"Content-Type": kind, **named})

        self.pages[path] = answer

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        self.pages[path] = lambda _: web.Response(status=status, headers={"Location": to})


@asynccontextmanager
async def opened_site(tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    site = Site()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        site.asked.append(request)
        answer = site.pages.get(request.path)
        if answer is None:
            return web.Response(status=404)
        made = answer(request)
        return made if isinstance(made, web.StreamResponse) else await made

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await listening.start()
    site.port = runner.addresses[0][1]
    try:
        yield site
    finally:
        await runner.cleanup()


@dataclass
class Names:
    """A resolver that gives its answers one after the other, the last one for ever; it counts the questions."""

    answers: dict[str, list[Sequence[str]]]
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        del port
        self.asked.append(host)
        left = self.answers.get(host)
        if not left:
            raise OSError("no such name")
        return left.pop(0) if len(left) > 1 else left[0]


def a_fetcher(site: Site, **options: Any) -> Fetcher:
    """One that may go to the site."""
    return Fetcher(options.pop("clock", SetClock()), **{"allowed": site.allowed, **options})
