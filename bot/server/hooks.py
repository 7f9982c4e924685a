"""What happens when CI pushes an issue? Signed, fresh and heard once only: it is read, stored, and answered in JSON.

`POST /publish/<series>` with Markdown, a zip, or `{"changed": "<path>"}`, which means: look into your sources now.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.cli.describe import checked
from bot.library import Imported
from bot.reading import Loaded
from bot.server.refusals import answer_to, json_answer
from bot.server.signature import SIGNATURE, TIMESTAMP, check, claim
from bot.sources.base import Distant, IssueSource
from bot.sources.upload import LIMITS, Kind, kind_of, received, safe_name
from bot.sources.visits import brought
from digest.calendar import Clock, day
from digest.errors import NotAllowed, NotFound, Refused, Temporary, ZhouzhiError
from digest.issue import Series
from handlers.texts import Texts
from storage.notes import NotesRoom

NAME: Final = "X-Zhouzhi-Name"
KINDS: Final[Mapping[str, Kind | None]] = {
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
    "application/json": None,
}
JSON_LIMIT: Final = 64 * 1024
BODY_S: Final = 60.0  # how long a body may take
AT_ONCE: Final = 8  # bodies that are held in memory, each up to the limit of its kind
LONGEST_PATH: Final = 400
UNNAMED: Final = "pushed.md"
log = structlog.get_logger(__name__)


class Shelf(Protocol):
    """What the hooks need of the running bot."""

    @property
    def series(self) -> Mapping[str, Series]: ...

    def sources(self) -> Sequence[tuple[Series, IssueSource]]:
        """Every configured source."""
        ...

    async def take(self, source: IssueSource, series: Series) -> Sequence[Imported]:
        """Read a source and store what it holds; what is news is pushed where the series says so."""
        ...

    async def look(self, source: IssueSource, series: Series) -> Sequence[Loaded]:
        """The issues of a source as they would be read; nothing is stored."""
        ...


class Hooks:
    """The application that listens to signed requests."""

    def __init__(self, shelf: Shelf, notes: NotesRoom, clock: Clock, texts: Texts, secret: str) -> None:
        self._shelf = shelf
        self._notes = notes
        self._clock = clock
        self._texts = texts
        self._secret = secret
        self._bodies = 0

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._in_json])
        application.router.add_post("/publish/{series}", self._publish)
        return application

    @web.middleware
    async def _in_json(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Whatever goes wrong is told as JSON, with what to do."""
        try:
            return await handler(request)
        except Exception as error:  # noqa: BLE001  what is ours and unexpected is logged there, and told as 500
            return answer_to(error, request, self._texts)

    async def _publish(self, request: web.Request) -> web.StreamResponse:
        now = self._clock.now()
        made = claim(request.headers.get(TIMESTAMP), request.headers.get(SIGNATURE), now)
        kind = _kind(request)
        body = await self._body(request, JSON_LIMIT if kind is None else LIMITS[kind])
        check(made, self._secret, body)
        # noted before anything is done: two of the same that come at once are one
        name = made.signature.hex()
        if not await self._notes.once("push", name, until=made.good_until, now=now):
            raise NotAllowed("hooks.replayed")
        series = self._shelf.series.get(request.match_info["series"])
        if series is None:
            known = ", ".join(self._shelf.series) or "–"
            raise NotFound("hooks.series", series=request.match_info["series"][:32], known=known)
        if kind is None:
            return await self._fetch(series, _changed(body))
        return await self._store(series, kind, _name(request), body)

    async def _body(self, request: web.Request, limit: int) -> bytes:
        """At most `limit` bytes, counted as they come. Raises Refused("hooks.too_large"), Temporary."""
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise Refused("hooks.encoded")
        if (request.content_length or 0) > limit:
            raise Refused("hooks.too_large", limit=limit // 1024)
        if self._bodies >= AT_ONCE:
            raise Temporary("hooks.busy")
        self._bodies += 1
        try:
            body = bytearray()
            async with asyncio.timeout(BODY_S):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > limit:
                        raise Refused("hooks.too_large", limit=limit // 1024)
        except TimeoutError:
            raise Temporary("hooks.slow", seconds=int(BODY_S)) from None
        finally:
            self._bodies -= 1
        return bytes(body)

    async def _store(self, series: Series, kind: Kind, name: str, body: bytes) -> web.StreamResponse:
        if name and kind == "markdown" and kind_of(name) != "markdown":
            raise Refused("upload.kind", name=name)
        async with received(name or UNNAMED, body, kind, name) as source:
            if kind == "markdown" and not name:
                await self._check_identity(source, series)
            found = await self._shelf.take(source, series)
        for imported in found:
            log.info(
                "hooks.pushed", series=series.key, file=imported.loaded.file.name, result=imported.result
            )
        status = 422 if any(imported.result == "refused" for imported in found) else 200
        told = [self._recognised(imported) for imported in found]
        # one file may hold several issues, where the series' profile says so
        return json_answer(told[0] if len(told) == 1 else {"result": "several", "issues": told}, status)

    async def _check_identity(self, source: IssueSource, series: Series) -> None:
        """Without number, date and name one issue could not be told from the next."""
        for loaded in await self._shelf.look(source, series):
            issue = loaded.issue
            if issue is not None and issue.number is None and issue.published_on is None:
                raise Refused("hooks.unnamed")

    async def _fetch(self, series: Series, path: str) -> web.StreamResponse:
        """Look into every source of the series; what changed is told, and which source could not be read."""
        sources = [source for owner, source in self._shelf.sources() if owner.key == series.key]
        if not sources:
            raise Refused("hooks.no_sources", series=series.key)
        found: list[Imported] = []
        failed: list[ZhouzhiError] = []
        for source in sources:
            try:
                if isinstance(source, Distant):
                    await brought(source)
                found += await self._shelf.take(source, series)
            except ZhouzhiError as error:
                failed.append(error)
        log.info("hooks.fetched", series=series.key, path=path, issues=len(found), failed=len(failed))
        told = [one for one in found if one.result != "unchanged" or _is_at(one, path)]
        answer: dict[str, Any] = {
            "result": "fetched",
            "changed": path,
            "sources": len(sources),
            "issues": [self._recognised(one) for one in told],
        }
        if failed:
            return answer_to(failed[0], None, self._texts, status=502, more=answer)
        return json_answer(answer)

    def _recognised(self, imported: Imported) -> dict[str, Any]:
        """The `check` object, with what became of it."""
        loaded = imported.loaded
        about = checked(loaded, self._texts, day(self._clock.now(), loaded.series.zone))
        items = len(loaded.issue.items) if loaded.issue is not None else 0
        revision = loaded.revision if loaded.issue is not None else None
        head = {"result": imported.result, "items": items, "revision": revision}
        return {**head, **about, "key": imported.key}  # what was known already has a key and no tree


def _kind(request: web.Request) -> Kind | None:
    """None for JSON. Raises Refused("hooks.kind")."""
    try:
        return KINDS[request.content_type]
    except KeyError:
        raise Refused("hooks.kind", kind=request.content_type[:60]) from None


def _name(request: web.Request) -> str:
    """The file's name as it was given; empty when none was."""
    given = request.query.get("name") or request.headers.get(NAME) or ""
    return safe_name(given) if given else ""


def _changed(body: bytes) -> str:
    """Raises Refused("hooks.changed")."""
    try:
        found = json.loads(body)
    except ValueError:
        raise Refused("hooks.changed") from None
    path = found.get("changed") if isinstance(found, dict) else None
    if not isinstance(path, str) or not path.strip() or len(path) > LONGEST_PATH:
        raise Refused("hooks.changed")
    return path.strip()


def _is_at(imported: Imported, path: str) -> bool:
    name = imported.loaded.file.name
    return name == path or path.endswith(f"/{name}") or name.endswith(f"/{path}")
