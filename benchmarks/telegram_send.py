"""How many messages a second leave through our own wire, against stock python-telegram-bot on httpx?

Both send the same message (400 characters, 20 entities, a keyboard) to a server on loopback that only answers, 30 in
parallel, in turns within one run. Absolute rates are this machine's, the ratio is the result. `python
benchmarks/telegram_send.py [messages]`.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

import telegram
from telegram.request import HTTPXRequest

from bot.platforms.base import Message
from bot.platforms.telegram.sending import Sender
from bot.platforms.telegram.settings import TelegramSettings
from bot.platforms.telegram.wire import Wire
from digest.audience import Place
from digest.delivery import Sent
from storage.store import open_store

PARALLEL = 30
ROUNDS = 5
TOKEN = "123456789:" + "A" * 35
TEXT = "周知把一期刊物送到读者手里。" * 29
ENTITIES: list[dict[str, Any]] = [
    {"type": "bold" if n % 2 else "italic", "offset": n * 20, "length": 10} for n in range(20)
]
KEYBOARD: list[list[dict[str, Any]]] = [[{"text": str(n), "callback_data": f"item:{n}"} for n in range(1, 9)]]
PAYLOAD: dict[str, Any] = {"text": TEXT, "entities": ENTITIES, "reply_markup": {"inline_keyboard": KEYBOARD}}
PLACE = Place("telegram", "101")


class Answering(asyncio.Protocol):
    """The least an HTTP server can do: read a request to its end, answer the same message."""

    answer = b""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found or self._transport is None:
            return
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        if len(body) >= length:
            self._read = body[length:]
            self._transport.write(self.answer)


async def serve() -> None:
    """Listen on a free port, say which, and end with the parent."""
    chat = {"id": 101, "type": "private", "first_name": "R"}
    me = {"id": 1, "is_bot": True, "first_name": "B", "username": "b_bot"}
    message = {"message_id": 7, "date": 1_790_000_000, "chat": chat, "from": me, **PAYLOAD}
    body = json.dumps({"ok": True, "result": message}, ensure_ascii=False).encode()
    Answering.answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    closed = asyncio.Event()
    loop.add_reader(sys.stdin, lambda: closed.set() if not os.read(0, 64) else None)
    await closed.wait()


async def rate(send: Callable[[], Awaitable[object]], count: int) -> tuple[float, float]:
    """Messages a second, and seconds of CPU a message, with PARALLEL in flight."""
    left = iter(range(count))
    begun, cpu = time.perf_counter(), time.process_time()

    async def worker() -> None:
        for _ in left:
            await send()

    await asyncio.gather(*(worker() for _ in range(PARALLEL)))
    return count / (time.perf_counter() - begun), (time.process_time() - cpu) / count


async def compare(base: str, count: int) -> None:
    store = await open_store("sqlite+aiosqlite://")
    wire = Wire(TelegramSettings(TOKEN, base, base))
    sender = Sender(wire, _NoPictures(), store.media, "benchmark")
    message = Message("sendMessage", PAYLOAD)
    stock = telegram.Bot(TOKEN, base_url=f"{base}/bot", request=HTTPXRequest(connection_pool_size=PARALLEL))
    entities = [telegram.MessageEntity(**one) for one in ENTITIES]
    buttons = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton(**one) for one in KEYBOARD[0]]])

    async def ours() -> None:
        assert isinstance(await sender.send(PLACE, message), Sent)

    async def theirs() -> None:
        await stock.send_message(101, TEXT, entities=entities, reply_markup=buttons)

    # not `async with stock`: it would ask getMe, which this server does not know
    await stock.request.initialize()
    figures: dict[str, list[tuple[float, float]]] = {"our wire": [], "python-telegram-bot on httpx": []}
    for number in range(ROUNDS + 1):
        for (name, found), send in zip(figures.items(), (ours, theirs), strict=True):
            measured = await rate(send, count if name == "our wire" else max(PARALLEL, count // 4))
            if number:  # the first round warms up
                found.append(measured)
    await stock.request.shutdown()
    await wire.close()
    await store.close()
    report(figures)


def report(figures: dict[str, list[tuple[float, float]]]) -> None:
    medians = {
        name: (median(r for r, _ in found), median(c for _, c in found)) for name, found in figures.items()
    }
    for name, (per_second, cpu) in medians.items():
        print(f"{name:32} {per_second:8.0f} messages/s   {cpu * 1000:6.2f} ms CPU a message")
    (ours, our_cpu), (theirs, their_cpu) = medians.values()
    print(
        f"ratio at {PARALLEL} in parallel: {ours / theirs:.1f} x the messages, {their_cpu / our_cpu:.1f} x less CPU"
    )


class _NoPictures:
    def read(self, sha: str) -> bytes:
        raise LookupError(sha)


def main() -> None:
    if sys.argv[1:] == ["--serve"]:
        asyncio.run(serve())
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        port = int(server.stdout.readline())
        try:
            asyncio.run(compare(f"http://127.0.0.1:{port}", count))
        finally:
            server.stdin.close()


if __name__ == "__main__":
    main()
