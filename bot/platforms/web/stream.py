"""How does a browser hear what is new? Server-sent events with ids, so that a lost connection goes on where it was."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

BEAT_S: Final = 15.0  # a sign of life, so that a dead connection is noticed
AGAIN_MS: Final = 1_000  # how soon the browser comes back


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `id` None: nothing to resume from (a state that is sent whole each time)."""

    name: str
    data: Mapping[str, Any]
    id: int | None = None

    def written(self) -> bytes:
        head = f"id: {self.id}\n" if self.id is not None else ""
        body = json.dumps(dict(self.data), ensure_ascii=False, separators=(",", ":"))
        return f"{head}event: {self.name}\ndata: {body}\n\n".encode()


class Bell:
    """Wakes everybody who waits. Rung before anyone waits, it is heard at the next wait."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    def listen(self) -> "asyncio.Event":
        """Take it before looking, wait on it after: what rings in between is not missed."""
        return self._rung


def last_seen(request: web.Request) -> int | None:
    """From where a connection goes on: the header of a browser that comes back."""
    text = request.headers.get("Last-Event-ID", "")
    return int(text) if text.isdecimal() else None


async def stream(
    request: web.Request, events: Callable[[], AsyncIterator[Event | None]]
) -> web.StreamResponse:
    """Write events until the browser goes away; None is a sign of life."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    await response.write(f"retry: {AGAIN_MS}\n\n".encode())
    try:
        async for event in events():
            await response.write(event.written() if event is not None else b": here\n\n")
    except ConnectionError:
        pass  # it went away; it comes back with its last id
    except asyncio.CancelledError:
        if _is_cancelled():
            raise
        # the source ended, we did not: the browser asks the next one
    return response


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def rung_or_beat(rung: asyncio.Event, beat_s: float = BEAT_S) -> bool:
    """True when it rang, False when it is time for a sign of life."""
    try:
        async with asyncio.timeout(beat_s):
            await rung.wait()
    except TimeoutError:
        return False
    return True
