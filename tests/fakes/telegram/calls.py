"""What does a request ask for? Parameters from query, form, multipart or JSON, decoded as their declared types."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from tests.fakes.telegram.refusals import bad
from tests.fakes.telegram.specification import Specification

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """An uploaded file."""

    name: str
    mime: str
    content: bytes


@dataclass(slots=True)
class Call:
    """One call, read. `findings` collects what the real server would let pass and we do not."""

    method: str
    parameters: Json
    files: dict[str, Part] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    arrived: float = 0

    def get(self, name: str) -> Any:
        return self.parameters.get(name)

    def text(self, name: str) -> str:
        value = self.parameters.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int | None = None) -> int | None:
        value = self.parameters.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def flag(self, name: str) -> bool:
        return self.parameters.get(name) is True

    def objects(self, name: str, what: str) -> list[Json]:
        """An array of objects. Raises when it is none."""
        value = self.parameters.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise bad(f"can't parse {what}: expected an Array")
        return value


async def read_call(request: web.Request, method: str, specification: Specification) -> Call:
    """The call of a request, whichever way its parameters came."""
    parameters: Json = dict(request.query)
    files: dict[str, Part] = {}
    if request.content_type == "application/json":
        data = json.loads(await request.read() or b"{}")
        parameters |= data if isinstance(data, dict) else {}
    elif request.content_type == "multipart/form-data":
        more, files = await _multipart(request)
        parameters |= more
    else:
        parameters |= dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    decoded = {
        name: specification.decoded(method, name, value) if isinstance(value, str) else value
        for name, value in parameters.items()
    }
    return Call(method, decoded, files)


async def _multipart(request: web.Request) -> tuple[Json, dict[str, Part]]:
    parameters: Json = {}
    files: dict[str, Part] = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        name = part.name or ""
        if part.filename is None:
            parameters[name] = (await part.read()).decode()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            files[name] = Part(part.filename, mime, bytes(await part.read()))
    return parameters, files
