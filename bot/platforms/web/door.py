"""Who may come in? Loopback names, our own origin, the session key; and what every answer forbids the browser."""

import ipaddress
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

# experience.md §8, word for word: nothing inline, nothing from elsewhere
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the key stands in the address
    "Cross-Origin-Resource-Policy": "same-origin",
}
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Door:
    """Lets a request in or turns it away. `port` is known once the server listens."""

    listen: str
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    port: int = 0

    @property
    def address(self) -> str:
        """Where a person goes, key included."""
        return f"{self.origin}/?key={self.key}"

    @property
    def origin(self) -> str:
        host = "127.0.0.1" if self.listen in ("", "0.0.0.0", "::") else self.listen  # noqa: S104  compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def cookie(self) -> str:
        """Ports share cookies, so the port is part of the name."""
        return f"zhouzhi_{self.port}"

    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """For every request: a foreign name, origin or key gets no further."""
        if not self._is_ours(request.host):
            raise web.HTTPForbidden(text="this name is not served here")
        origin = request.headers.get("Origin")
        if request.method not in ("GET", "HEAD") and origin is None:
            raise web.HTTPForbidden(text="the request does not say where it comes from")
        if origin is not None and not self._is_our_origin(origin):
            raise web.HTTPForbidden(text="the request comes from elsewhere")
        if not self._has_key(request):
            raise web.HTTPUnauthorized(text="open the address as it was printed, with its key")
        return await handler(request)

    def remember(self, response: web.StreamResponse) -> None:
        """The page's own further requests carry the key without showing it."""
        response.set_cookie(self.cookie, self.key, httponly=True, samesite="Strict", path="/")

    def _is_ours(self, host: str) -> bool:
        """A page elsewhere may let its own name point here (DNS rebinding): names are checked, numbers are not names."""
        name, _, port = host.rpartition(":") if _has_port(host) else (host, "", "80")
        name = name.strip("[]").lower()
        if port != str(self.port):
            return False
        if self.listen in LOOPBACK:
            return name in LOOPBACK
        return name in (*LOOPBACK, self.listen.lower()) or _is_number(name)

    def _is_our_origin(self, origin: str) -> bool:
        scheme, _, host = origin.partition("://")
        return scheme == "http" and self._is_ours(host)

    def _has_key(self, request: web.Request) -> bool:
        given = request.query.get("key") or request.cookies.get(self.cookie) or ""
        return secrets.compare_digest(given.encode(), self.key.encode())


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2] if host.startswith("[") else ":" in host


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def middleware(door: Door) -> Middleware:
    """The door as aiohttp wants it; refusals carry the headers too."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await door.guard(request, handler)

    return guarded


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """`on_response_prepare`: every answer, streams and errors included, says what the browser must not do."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
