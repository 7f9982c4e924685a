"""One archive for all judged queries, which only read; a fresh store for tests that write."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from storage.store import Store, open_store
from tests.contract.search.archive import open_archive
from tests.shared import need_corpus


@pytest.fixture(scope="session")
def archive() -> Iterator[Store]:
    """Real issues; built once a process."""
    need_corpus()
    store = asyncio.run(open_archive())
    yield store
    asyncio.run(store.close())


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """An empty store."""
    opened = await open_store("sqlite+aiosqlite://")
    yield opened
    await opened.close()
