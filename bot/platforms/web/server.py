"""How is a page served? One small server on loopback behind its door; rooms add their routes to it."""

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.platforms.base import Pictures
from bot.platforms.web.door import Door, Handler, harden, middleware
from bot.server.listening import listen
from digest.errors import NotFound, Refused

LARGEST: Final = 64 * 1024  # bytes a browser may send at once
ENDING_S: Final = 1.0
KINDS: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_SIGNATURES: Final = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)


class Server:
    """Listens while it is open. `routes` are those of the rooms; pictures are served for all of them."""

    def __init__(self, door: Door, port: int, pictures: Pictures) -> None:
        self.door = door
        self.routes: list[web.RouteDef] = []
        self._port = port
        self._pictures = pictures
        self._runner: web.AppRunner | None = None
        self._answering: dict[asyncio.Task[Any], web.Request] = {}
        self.add([web.get("/picture/{sha}", self._picture)])

    def add(self, routes: Sequence[web.RouteDef]) -> None:
        """Before it opens. A later route of the same path takes the place of an earlier one."""
        taken = {(route.method, route.path) for route in routes}
        self.routes = [route for route in self.routes if (route.method, route.path) not in taken]
        self.routes.extend(routes)

    @property
    def is_open(self) -> bool:
        return self._runner is not None

    async def open(self) -> None:
        """Raises Refused("port.in_use") with another port that is free."""
        if self._runner is not None:
            return
        guards = [_counted(self._answering), middleware(self.door)]
        application = web.Application(middlewares=guards, client_max_size=LARGEST)
        application.on_response_prepare.append(harden)
        application.add_routes(self.routes)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=ENDING_S)
        await runner.setup()
        try:
            self.door.port = await listen(runner, self.door.listen, self._port)
        except OSError as error:
            await runner.cleanup()
            raise _refused(error, self.door.listen, self._port) from None
        except asyncio.CancelledError:
            await runner.cleanup()
            raise
        self._runner = runner

    async def close(self) -> None:
        """Nobody is being answered any more when this returns; what is read from, such as storage, may close then."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            # a stream ends only when told to; what a person said may still be answered
            self._cancel(lambda request: request.method == "GET")
            await runner.cleanup()
            # aiohttp forgets a stream whose browser has gone, and does not wait for what it cancels
            left = self._cancel(lambda _: True)
            await asyncio.gather(*left, return_exceptions=True)

    def _cancel(self, which: Callable[[web.Request], bool]) -> list[asyncio.Task[Any]]:
        """What is being answered, but for the caller."""
        me = asyncio.current_task()
        found = [task for task, request in self._answering.items() if task is not me and which(request)]
        for task in found:
            task.cancel()
        return found

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        """From the cellar only: a name that is no hash names nothing."""
        try:
            content = self._pictures.read(request.match_info["sha"])
        except NotFound:
            raise web.HTTPNotFound(text="no such picture") from None
        kind = next((kind for start, kind in _SIGNATURES if content.startswith(start)), None)
        headers = {"Cache-Control": "private, max-age=31536000, immutable"}
        return web.Response(body=content, content_type=kind or "application/octet-stream", headers=headers)


class Folder:
    """The files of one page: those that lie in its folder when it is made, by their plain names."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            path.name: (KINDS[path.suffix], path.read_bytes())
            for path in sorted(folder.iterdir())
            if path.suffix in KINDS
        }

    def answer(self, name: str) -> web.Response:
        if name not in self._files:
            raise web.HTTPNotFound(text="no such file")
        kind, content = self._files[name]
        return web.Response(body=content, content_type=kind, charset="utf-8")

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """For a route ending in `{name}`."""
        return self.answer(request.match_info["name"])


async def read_json(request: web.Request) -> dict[str, Any]:
    """The body as an object. Raises HTTPBadRequest."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="JSON is wanted")
    try:
        found = await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="this is no JSON") from None
    if not isinstance(found, dict):
        raise web.HTTPBadRequest(text="an object is wanted")
    return found


def _counted(answering: dict[asyncio.Task[Any], web.Request]) -> Middleware:
    """Knows which requests are being answered."""

    @web.middleware
    async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
        task = asyncio.current_task()
        assert task is not None
        answering[task] = request
        try:
            return await handler(request)
        finally:
            answering.pop(task, None)

    return counted


def _refused(error: OSError, listen: str, port: int) -> Refused:
    if error.errno == errno.EADDRINUSE:
        return Refused("port.in_use", port=port, other=_free_port(listen))
    return Refused("port.unusable", listen=listen, port=port, reason=error.strerror or str(error))


def _free_port(listen: str) -> int:
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((listen, 0))
        return int(probe.getsockname()[1])
