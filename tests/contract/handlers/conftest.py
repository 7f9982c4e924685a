"""A store in memory for every test of this room, with two issues and its schedule."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from storage.store import Store, open_store
from tests.contract.handlers.house import MONDAYS, NOW, Person, add, issue, somebody


@pytest.fixture
async def bare() -> AsyncIterator[Store]:
    """A store without issues."""
    store = await open_store("sqlite+aiosqlite://")
    await store.schedules.set_default("weekly", MONDAYS, NOW)
    yield store
    await store.close()


@pytest.fixture
async def store(bare: Store) -> Store:
    """A store with issues 11 and 12."""
    await add(bare, issue(11, date(2026, 11, 10)))
    await add(bare, issue(12, date(2026, 11, 17)))
    return bare


@pytest.fixture
async def reader(store: Store) -> Person:
    return await somebody(store)


@pytest.fixture
async def curator(store: Store) -> Person:
    return await somebody(store, name="@wen", role="publisher")
