"""How is a small typed-by-name call made? Parameters in, the result out; refusals as one exception of our own."""

import json
from typing import Any

from bot.platforms.telegram.outcomes import Answer, answer_of
from bot.platforms.telegram.wire import Wire


class CallRefused(Exception):
    """The server answered, and not with a result. `status` 0: the answer could not be read."""

    def __init__(self, method: str, status: int, description: str, retry_after: float | None = None) -> None:
        super().__init__(f"{method}: {status} {description}")
        self.method = method
        self.status = status
        self.description = description
        self.retry_after = retry_after


class Api:
    """Calls that are not pushes: getMe, menus, answers to presses."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def call(self, method: str, *, read_s: float | None = None, **parameters: Any) -> Any:
        """The call's result. Raises CallRefused, or NotSent and MaybeSent of the wire."""
        body = json.dumps(parameters, ensure_ascii=False, separators=(",", ":")).encode()
        status, content = await self._wire.post(method, body, read_s=read_s)
        match answer_of(status, content):
            case Answer(is_ok=True, result=result):
                return result
            case Answer(description=description, retry_after=retry_after):
                raise CallRefused(method, status, description, retry_after)
            case None:
                raise CallRefused(method, 0, f"an answer of status {status} that cannot be read")
