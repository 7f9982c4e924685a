"""What is asked of the fake? One call with its body read: JSON, or a form with `payload_json` and `files[n]`."""

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import MultipartReader, web

from tests.fakes.discord.log import Call, SentFile
from tests.fakes.discord.specification import Finding

REQUEST_LIMIT = 25 * 2**20
FILE_LIMIT = 10 * 2**20
_FIELD = re.compile(r"files\[(\d+)\]")


class Unreadable(Exception):
    """The body is not what its content type says."""


async def read_body(request: web.Request, call: Call) -> None:
    """Fill in body and files. Raises Unreadable."""
    if request.content_type == "multipart/form-data":
        await _read_form(request, call)
        return
    raw = await request.read()
    if not raw:
        return
    if request.content_type != "application/json":
        raise Unreadable(f"content type {request.content_type}")
    try:
        call.body = json.loads(raw)
    except ValueError as error:
        raise Unreadable(str(error)) from None


async def _read_form(request: web.Request, call: Call) -> None:
    reader = await request.multipart()
    files = []
    while (part := await reader.next()) is not None:
        if isinstance(part, MultipartReader):
            raise Unreadable("a form inside a form")
        content = bytes(await part.read(decode=True))
        if part.name == "payload_json":
            call.body = json.loads(content)
        else:
            files.append(SentFile(str(part.name), str(part.filename or ""), content))
    call.files = tuple(files)


def message_of(call: Call) -> dict[str, Any]:
    """The part of the body that is a message, for whichever endpoint."""
    body = call.body if isinstance(call.body, dict) else {}
    if call.path.endswith("/callback"):
        return body.get("data") or {}
    if call.path.endswith("/threads") and "message" in body:
        inner: dict[str, Any] = body["message"]
        return inner
    return body


def attachment_findings(call: Call, kept: Mapping[str, Any]) -> list[Finding]:
    """Uploads and `attachments` must belong to each other, and what is shown must be attached. `kept`: already there."""
    found = []
    listed = message_of(call).get("attachments") or []
    numbers = []
    for file in call.files:
        field = _FIELD.fullmatch(file.key)
        if field is None:
            found.append(Finding("rule", (file.key,), "an upload is called files[n]"))
        else:
            numbers.append(int(field[1]))
    ids = [int(entry["id"]) for entry in listed if str(entry.get("id", "")).isdecimal()]
    uploads = [number for number in ids if number < 10]
    if listed and sorted(uploads) != sorted(numbers):
        found.append(Finding("rule", ("attachments",), f"ids {uploads}, uploads {sorted(numbers)}"))
    names = {entry.get("filename") for entry in listed} | {file.name for file in call.files} | set(kept)
    found += [
        Finding("rule", ("components",), f"{address} is not attached")
        for address in shown_attachments(message_of(call))
        if address.removeprefix("attachment://") not in names
    ]
    return found


def shown_attachments(body: Any) -> list[str]:
    """Every `attachment://` address in a body."""
    if isinstance(body, dict):
        return [address for value in body.values() for address in shown_attachments(value)]
    if isinstance(body, list):
        return [address for value in body for address in shown_attachments(value)]
    return [body] if isinstance(body, str) and body.startswith("attachment://") else []


def files_of(call: Call) -> dict[str, bytes]:
    """The uploads by the names they are shown under."""
    names: dict[int, str] = {}
    for entry in message_of(call).get("attachments") or []:
        if str(entry.get("id", "")).isdecimal() and entry.get("filename"):
            names[int(entry["id"])] = entry["filename"]
    found = {}
    for file in call.files:
        field = _FIELD.fullmatch(file.key)
        number = int(field[1]) if field else -1
        found[names.get(number, file.name)] = file.content
    return found
