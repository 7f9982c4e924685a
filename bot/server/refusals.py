"""What does a hook answer when it cannot do as asked? One JSON object with a sentence and its cure, and a status."""

import json
from collections.abc import Mapping
from typing import Any, Final

import structlog
from aiohttp import web

from digest.errors import NotAllowed, NotFound, Refused, Temporary, ZhouzhiError
from handlers.texts import Texts

STATUS: Final[Mapping[str, int]] = {
    "hooks.replayed": 409,
    "hooks.no_sources": 409,
    "hooks.too_large": 413,
    "hooks.kind": 415,
    "hooks.encoded": 415,
    "hooks.changed": 400,
    "hooks.unnamed": 400,
    "hooks.slow": 408,
    "upload.name": 400,
}
# what a request can do and a chat cannot
CURES: Final[Mapping[str, str]] = {"upload.several": "hooks.several"}
log = structlog.get_logger(__name__)


def answer_to(
    error: Exception,
    request: web.Request | None,
    texts: Texts,
    *,
    status: int | None = None,
    more: Mapping[str, Any] | None = None,
) -> web.Response:
    """The answer to whatever was raised. `more` stands beside the error."""
    match error:
        case ZhouzhiError():
            code, arguments = error.key, error.arguments
        case web.HTTPException():
            # the address or the method: nothing of ours was asked
            code, arguments, status = "hooks.address", {}, error.status
        case _:
            log.error("hooks.failed", path=request.path if request else "", exc_info=error)
            code, arguments, status = "hooks.failed", {}, 500
    body = {"error": {"code": code, **_words(code, arguments, texts)}, **(more or {})}
    response = json_answer(body, status or _status(error))
    if response.status in (408, 503):
        response.headers["Retry-After"] = "10"
    if isinstance(error, web.HTTPMethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
    return response


def json_answer(body: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.json_response(body, status=status, dumps=_dumps)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _status(error: Exception) -> int:
    key = error.key if isinstance(error, ZhouzhiError) else ""
    if key in STATUS:
        return STATUS[key]
    match error:
        case NotAllowed():
            return 401
        case NotFound():
            return 404
        case Refused():
            return 422
        case Temporary():
            return 503
        case _:
            return 500


def _words(code: str, arguments: Mapping[str, Any], texts: Texts) -> dict[str, str]:
    """Errors of storage and sources have their words at the command line's keys too."""
    message, cure = f"error.{code}", f"cure.{CURES.get(code, code)}"
    return {
        "message": texts(message, **arguments) if texts.has(message) else code,
        "cure": texts(cure, **arguments) if texts.has(cure) else texts("cure.hooks.failed"),
    }
