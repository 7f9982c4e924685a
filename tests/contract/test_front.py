"""Which issues may be opened by their address?"""

from collections.abc import AsyncIterator

import pytest

from bot.front import House
from digest.errors import NotFound, Refused
from digest.issue import Series
from storage.store import Store, open_store
from tests.contract.handlers.house import StoppedClock
from tests.contract.storage.making import NOW, an_issue, save


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    opened = await open_store("sqlite+aiosqlite://")
    yield opened
    await opened.close()


@pytest.fixture
def house(store: Store) -> House:
    return House(
        store,
        StoppedClock(),
        language="zh-Hans",
        time_zone="Asia/Shanghai",
        series={"weekly": Series("weekly", "周知周刊")},
        schedules={},
        curators={},
    )


async def test_a_published_issue_is_opened_under_its_series_title(store: Store, house: House) -> None:
    """With the language of the house; a series nobody configured any more is called by its key."""
    await save(store, an_issue(1))
    await save(store, an_issue(1, series="old"))
    opened = await house.issue("weekly", "1")
    assert (opened.stored.issue.title, opened.series, opened.language) == ("Weekly 1", "周知周刊", "zh-Hans")
    assert (await house.issue("old", "1")).series == "old"


async def test_what_is_held_is_unknown_and_what_was_taken_back_says_so(store: Store, house: House) -> None:
    """Nobody learns that a draft exists; a link to what was retracted is answered."""
    await save(store, an_issue(1), held="draft")
    saved = await save(store, an_issue(2))
    await store.issues.set_state(saved.issue_id, "retracted", now=NOW)
    for key in ("1", "3"):
        with pytest.raises(NotFound):
            await house.issue("weekly", key)
    with pytest.raises(Refused, match=r"issue\.retracted"):
        await house.issue("weekly", "2")
