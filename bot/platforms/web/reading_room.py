"""What does a browser get at an issue's address? Its page in the wanted density, categories and language."""

from typing import Final, get_args

from aiohttp import web

from bot.platforms.base import Opened, PageFront
from bot.platforms.web.issue_page import issue_page, notice_page
from bot.sentences import said
from digest.errors import NotFound, Refused
from digest.page import Density
from handlers.texts import Texts, language_for, texts_for
from handlers.views.push import by_categories

DENSITIES: Final[dict[str, Density]] = {one: one for one in get_args(Density)}


class ReadingRoom:
    """Serves issues that readers may see; `?density=`, `?categories=a,b` and `?language=` choose what of them and how."""

    def __init__(self, front: PageFront) -> None:
        self._front = front

    async def serve(self, request: web.Request) -> web.StreamResponse:
        series, key = request.match_info["series"], request.match_info["key"]
        try:
            opened = await self._front.issue(series, key)
        except NotFound:
            texts = _texts(request, None)
            return _html(notice_page(texts("issue.unknown"), texts=texts), web.HTTPNotFound.status_code)
        except Refused as error:
            texts = _texts(request, None)
            gone = texts("issue.retracted", **error.arguments)
            return _html(notice_page(gone, texts=texts), web.HTTPGone.status_code)
        return _shown(request, opened)


def _shown(request: web.Request, opened: Opened) -> web.Response:
    texts = _texts(request, opened.language)
    density = DENSITIES.get(request.query.get("density", "full"))
    if density is None:
        raise web.HTTPBadRequest(text=f"density is one of {', '.join(DENSITIES)}")
    wanted = {slug for slug in request.query.get("categories", "").split(",") if slug}
    try:
        selection = by_categories(opened.stored.issue, wanted)
    except NotFound as error:
        return _html(notice_page(said(error, texts)[0], texts=texts), web.HTTPNotFound.status_code)
    html = issue_page(opened.stored, texts=texts, series=opened.series, density=density, selection=selection)
    return _html(html)


def _texts(request: web.Request, default: str | None) -> Texts:
    """The language asked for, else the browser's first, else the house's."""
    first = request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0].strip()
    wanted = request.query.get("language") or (first if first != "*" else "")
    return texts_for(language_for(wanted, default) if default else language_for(wanted))


def _html(html: str, status: int = 200) -> web.Response:
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8")
