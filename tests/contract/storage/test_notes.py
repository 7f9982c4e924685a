"""Is a name noted once, by one of those who ask, and forgotten when its time is over?"""

import asyncio
from datetime import UTC, datetime, timedelta

from storage.store import Store

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)


async def test_a_name_is_new_once(store: Store) -> None:
    """The second who comes with it is told so; another name and another kind are their own."""
    notes = store.notes
    assert await notes.once("push", "a", until=SOON, now=NOW)
    assert not await notes.once("push", "a", until=SOON, now=NOW)
    assert await notes.once("push", "b", until=SOON, now=NOW)
    assert await notes.once("call", "a", until=SOON, now=NOW)


async def test_of_many_at_once_one_is_first(store: Store) -> None:
    """Nobody else gets through between looking and noting."""
    asked = (store.notes.once("push", "a", until=SOON, now=NOW) for _ in range(20))
    assert sum(await asyncio.gather(*asked)) == 1


async def test_what_has_run_out_is_forgotten(store: Store) -> None:
    """Names do not pile up, and other notes are left alone."""
    notes = store.notes
    await notes.write("push_x", "kept")
    await notes.write("menus", "2000-01-01")
    await notes.once("push", "a", until=SOON, now=NOW)
    await notes.once("push", "b", until=SOON + timedelta(hours=1), now=SOON)
    assert await notes.read("push a") is not None
    await notes.once("push", "c", until=SOON + timedelta(hours=1), now=SOON + timedelta(seconds=1))
    assert await notes.read("push a") is None
    assert await notes.read("push b") is not None
    assert (await notes.read("push_x"), await notes.read("menus")) == ("kept", "2000-01-01")
