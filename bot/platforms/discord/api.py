"""How does a call reach Discord, seen from those who must not know the library? One method, one way to fail."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.platforms.discord.outcomes import Failure


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes along with a call, as `files[n]`."""

    name: str
    content: bytes


class CallFailed(Exception):
    """A call has no result; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Api(Protocol):
    """Discord's HTTP API with one token."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        files: Sequence[Upload] = (),
        **values: int | str,
    ) -> Any:
        """The parsed answer. `values` fill the placeholders of `path`. Raises CallFailed."""
        ...

    async def me(self) -> Mapping[str, Any]:
        """The bot's own user. Raises CallFailed."""
        ...


def number(answer: Any, key: str = "id") -> int:
    """An id out of an answer. Raises CallFailed when it is not there: the call may have been done all the same."""
    try:
        return int(answer[key])
    except (KeyError, TypeError, ValueError):
        raise CallFailed(Failure("unreadable", text=f"no {key} in the answer")) from None


def form(body: Any, files: Sequence[Upload]) -> list[dict[str, Any]]:
    """The fields of a multipart body: the payload as JSON, then the files in order."""
    written = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    fields: list[dict[str, Any]] = [{"name": "payload_json", "value": written}]
    for index, file in enumerate(files):
        fields.append(
            {
                "name": f"files[{index}]",
                "value": file.content,
                "filename": file.name,
                "content_type": "application/octet-stream",
            }
        )
    return fields
