"""What does a browser get of a kept message? The body without the bytes of its files, which it asks for by number."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from digest.page import File
from storage.chats import ChatMessage


def shown(message: ChatMessage) -> dict[str, Any]:
    """The message as the page draws it."""
    body = {name: value for name, value in message.body.items() if name != "files"}
    files = [
        {"name": file["name"], "href": f"/chat/{quote(message.address, safe='')}/file/{message.id}/{n}"}
        for n, file in enumerate(message.body.get("files", ()))
    ]
    return {
        "id": message.id,
        "at": message.created_at.isoformat(),
        **body,
        **({"files": files} if files else {}),
    }


def kept_file(file: File) -> Mapping[str, str]:
    """A file as it is kept in a body."""
    return {
        "name": file.name,
        "mime": file.mime,
        "content": base64.b64encode(file.content).decode(),
    }


def file_of(message: ChatMessage, number: int) -> File | None:
    """The file of this number, counted from 0."""
    files = message.body.get("files", ())
    if number >= len(files):
        return None
    found = files[number]
    try:
        return File(found["name"], base64.b64decode(found["content"], validate=True), found["mime"])
    except (KeyError, binascii.Error):
        return None


def file_headers(file: File) -> Mapping[str, str]:
    """Whatever it is, it is saved and not opened within our origin."""
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
    }
