"""Is there one sender a token, whatever processes start, stop and die?"""

import asyncio

import pytest

from bot.delivery.sender import DatabaseLock, Holder
from storage.store import open_store


@pytest.fixture
async def leases(tmp_path):
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'z.db'}")
    yield store.leases
    await store.close()


def holder(leases, owner, term=30.0, lock=None):
    return Holder(leases, "telegram:t", owner, term, DatabaseLock(lock))


async def test_a_second_process_waits_and_names_the_holder(leases):
    """It neither sends nor polls until the lease is free."""
    first, second = holder(leases, "one"), holder(leases, "two")
    lease = await first.take()
    assert lease is not None
    assert await second.take() is None
    assert second.waiting_for == "one"
    await leases.release(lease)
    taken = await second.take()
    assert taken is not None
    assert taken.fence > lease.fence


async def test_a_dead_holder_costs_no_term_on_one_machine(leases, tmp_path):
    """Whoever gets the operating system's lock knows that nobody else lives on the file."""
    dead = holder(leases, "dead", term=3_600)
    assert await dead.take() is not None
    heir = holder(leases, "heir", lock=tmp_path / "z.db.lock")
    assert await heir.take() is not None
    third = holder(leases, "third", lock=tmp_path / "z.db.lock")
    assert await third.take() is None


async def test_work_stops_when_the_lease_is_taken_away(leases):
    """The work is cancelled, and started again only under a lease of its own."""
    begun: list[int] = []
    stopped: list[int] = []

    async def work(lease):
        begun.append(lease.fence)
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(lease.fence)

    running = asyncio.create_task(holder(leases, "one", term=0.15).run(work))
    while not begun:
        await asyncio.sleep(0.01)
    thief = await leases.take("telegram:t", "thief", 30, by_force=True)
    assert thief is not None
    while not stopped:
        await asyncio.sleep(0.01)
    assert stopped == begun
    await leases.release(thief)
    while len(begun) < 2:
        await asyncio.sleep(0.01)
    assert begun[1] > thief.fence
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
