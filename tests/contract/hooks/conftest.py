"""A bot with hooks on a free port of loopback, and CI that signs what it sends."""

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import Bot
from bot.clock import SystemClock
from bot.config import Configuration, load
from digest.calendar import Clock
from storage.store import Store, open_store

SECRET = "a secret of the tests"
CONFIG = """\
language = "en"

[[series]]
key = "weekly"
title = "Weekly"
push = "on_publish"
sources = [{ kind = "folder", path = "issues" }]

[[series]]
key = "daily"
title = "Daily"

[hooks]
secret = "a secret of the tests"
port = 0
"""
ISSUE = """\
---
date: 2026-02-{day:02}
---
# Weekly {n}

Hello.

## Models

### A model

It reads. [more](https://example.org/{n})

## Chips

### A chip

{text}
"""


def markdown(n: int = 1, text: str = "It chips.") -> bytes:
    return ISSUE.format(n=n, day=n, text=text).encode()


@dataclass
class Answer:
    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


@dataclass
class Ci:
    """A machine that knows the secret, unless a test says otherwise."""

    base: str
    session: aiohttp.ClientSession
    bot: Bot
    folder: Path
    sent: list[dict[str, str]] = field(default_factory=list)

    def signed(self, body: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
        now = self.bot.clock.now().timestamp()
        timestamp = str(int(now if at is None else now + at))
        signature = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
        return {
            "X-Zhouzhi-Timestamp": timestamp,
            "X-Zhouzhi-Signature": f"sha256={signature.hexdigest()}",
        }

    async def push(
        self,
        body: bytes,
        kind: str = "text/markdown",
        *,
        path: str = "/publish/weekly?name=weekly.md",
        headers: dict[str, str] | None = None,
        **signing: Any,
    ) -> Answer:
        given = {**self.signed(body, **signing), "Content-Type": kind, **(headers or {})}
        self.sent.append(given)
        return await self.send(body, given, path)

    async def send(self, body: Any, headers: dict[str, str], path: str, method: str = "POST") -> Answer:
        # the client library wants large bodies as a file
        data = io.BytesIO(body) if isinstance(body, bytes) else body
        async with self.session.request(method, self.base + path, data=data, headers=headers) as response:
            return Answer(response.status, json.loads(await response.text()), dict(response.headers))


def configuration(folder: Path, text: str = CONFIG) -> Configuration:
    (folder / "issues").mkdir(exist_ok=True)
    (folder / "zhouzhi.toml").write_text(text, "utf-8")
    return load(folder / "zhouzhi.toml")


@asynccontextmanager
async def running(
    folder: Path, store: Store, text: str = CONFIG, clock: Clock | None = None
) -> AsyncIterator[Ci]:
    """The whole bot, without platforms, and CI before its hooks."""
    bot = Bot(configuration(folder, text), store, clock or SystemClock())
    await bot.prepare()
    work = asyncio.create_task(bot.run())
    assert bot.hooks is not None
    try:
        async with asyncio.timeout(10):
            await bot.hooks.is_up.wait()
        async with aiohttp.ClientSession() as session:
            yield Ci(f"http://127.0.0.1:{bot.hooks.port}", session, bot, folder)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'zhouzhi.db'}")
    yield opened
    await opened.close()


@pytest.fixture
async def ci(tmp_path: Path, store: Store) -> AsyncIterator[Ci]:
    async with running(tmp_path, store) as one:
        yield one
