"""A floor on a real SQLite file."""

import pytest

from storage.store import open_store
from tests.contract.delivery.floor import Scripted, SetClock, build


@pytest.fixture
async def floor(tmp_path):
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'zhouzhi.db'}")
    yield await build(store, Scripted(), SetClock())
    await store.close()
