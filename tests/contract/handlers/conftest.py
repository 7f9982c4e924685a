"""A store in memory for every test of this room, with two issues and its schedule; and an editor who may upload."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.library import Library
from bot.media.cellar import Cellar
from bot.preview import PurePlatform
from bot.publishing import Publishing
from storage.store import Store, open_store
from tests.contract.handlers.house import MONDAYS, NOW, SERIES, Person, add, issue, somebody
from tests.contract.handlers.uploading import Clock


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


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def publishing(store: Store, tmp_path: Path, folder: Path, clock: Clock) -> Publishing:
    cellar = Cellar(tmp_path / "media")
    return Publishing(
        store,
        Library(store, cellar, clock),
        cellar,
        clock,
        folder,
        series=SERIES,
        platforms={"telegram": PurePlatform("telegram"), "discord": PurePlatform("discord")},
        language="zh-Hans",
        time_zone="Asia/Shanghai",
    )


@pytest.fixture
async def editor(store: Store, publishing: Publishing) -> Person:
    person = await somebody(store, name="@mei", role="editor")
    person.publisher = publishing
    return person
