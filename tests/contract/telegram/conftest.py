"""A fake server for every test; at its end nothing was found that the real server would let pass in silence."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from storage.store import Store, open_store
from tests.contract.telegram.caller import Caller
from tests.contract.telegram.stage import ADMIN, BASIC, GROUP, NEWS, READER, Scene, build
from tests.fakes.telegram import FakeTelegram, Rates


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    opened = await open_store("sqlite+aiosqlite://")
    yield opened
    await opened.close()


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(rates=Rates(is_enforced=False)) as server:
        server.people.private(READER, "小林")
        members = {READER: "member", ADMIN: "creator"}
        server.people.chat(GROUP, "supergroup", title="读报组", members=members, topics={7: True})
        server.people.chat(BASIC, "group", title="小组", members=members)
        server.people.chat(NEWS, "channel", title="周知频道", username="zhouzhi_news", members=members)
        yield server
    assert server.findings == []


@pytest.fixture
async def scene(fake: FakeTelegram, store: Store) -> AsyncIterator[Scene]:
    built = build(fake, store)
    yield built
    await built.platform.close()


@pytest.fixture
async def call(fake: FakeTelegram) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(fake, session)
