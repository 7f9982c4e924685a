"""Are the hot statements what both databases need, and does SQLite run them by the index made for them?"""

from typing import Any

import pytest
from sqlalchemy import text

from digest.delivery import Sent
from storage.deliveries import campaigns, fan, record, turn
from storage.delivery_schema import part_row
from storage.store import Store, open_store
from tests.contract.storage.making import LATER, POSTGRESQL, SQLITE, claim, crowd, lease, pushed, result

HOT = {
    "holds": turn.HOLDS,
    "campaigns": turn.CAMPAIGNS,
    "claim": turn.CLAIM,
    "record": record.RECORD,
    "old intents": turn.OLD_INTENTS,
    "in doubt": turn.IN_DOUBT,
    "fan-out": fan.INSERT,
    "resting": campaigns.RESTING,
}


@pytest.mark.parametrize("name", HOT)
def test_hot_statements_compile_for_both(name):
    """Nothing in them belongs to one database alone."""
    for dialect in (POSTGRESQL, SQLITE):
        columns = (
            [column.name for column in part_row.c if column.name != "state"] if name == "fan-out" else None
        )
        assert str(HOT[name].compile(dialect=dialect, column_keys=columns))


def test_the_claim_on_postgresql():
    """It skips what others have locked, checks the state again outside, and knows the lease."""
    sql = " ".join(str(turn.CLAIM.compile(dialect=POSTGRESQL)).split())
    assert "FOR UPDATE OF r SKIP LOCKED" in sql
    assert sql.count("state = 0") == 2
    assert "FROM lease WHERE lease.name" in sql
    assert "RETURNING part_row.campaign_id" in sql
    assert "FOR SHARE" in str(turn.HOLDS.compile(dialect=POSTGRESQL))


def test_the_claim_on_sqlite():
    """The same statement without what SQLite has no words for."""
    sql = str(turn.CLAIM.compile(dialect=SQLITE))
    assert "FOR UPDATE" not in sql
    assert sql.count("state = 0") == 2


async def plan(store: Store, statement: Any, **values: Any) -> str:
    given = statement.params(values) if values else statement
    sql = str(given.compile(dialect=SQLITE, compile_kwargs={"literal_binds": True}))
    explain = f"EXPLAIN QUERY PLAN {sql}"
    rows = await store.database.read(lambda c: c.exec_driver_sql(explain).all())
    return "\n".join(str(row[-1]) for row in rows)


async def test_the_claim_walks_the_partial_index(store):
    """Due rows are found by the index of open rows, as it lies: no sort, no walk over what is done."""
    await pushed(store, channels=2)
    found = await plan(store, turn.READY, p_campaign=1, p_platform=0, p_now=LATER, p_k=10)
    assert "USING COVERING INDEX part_row_open (campaign_id=? AND platform=? AND state=? AND due<?)" in found
    assert "INDEX part_row_flight (channel_id=?)" in found
    assert "TEMP B-TREE" not in found


async def test_doubts_and_old_intents_use_the_partial_indexes(store):
    """Neither question walks the ledger."""
    await pushed(store, channels=2)
    assert "SCAN part_row USING INDEX part_row_flight" in await plan(store, turn.IN_DOUBT, p_limit=10)
    assert "SCAN r USING INDEX part_row_flight" in await plan(store, turn.OLD_INTENTS)
    resting = await plan(store, campaigns.RESTING, settled=LATER)
    assert "SCAN part_row" not in resting


async def test_a_row_at_rest_is_small(tmp_path):
    """At most 60 bytes a part row once all is sent, index included (delivery.md §15)."""
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'z.db'}")
    rows = 2_000
    await crowd(store, rows)
    await pushed(store, channels=0, parts=1)
    held = await lease(store)
    claimed = await claim(store, held, k=rows)
    done = [result(one, Sent((100_000 + n,))) for n, one in enumerate(claimed)]
    assert await claim(store, held, k=0, done=done) == []
    sizes = text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'part_row%'")
    try:
        size = await store.database.read(lambda c: c.execute(sizes).scalar_one())
    except Exception as error:
        if "dbstat" not in str(error):
            raise
        pytest.skip("this SQLite was built without dbstat")
    finally:
        await store.close()
    assert size / rows <= 60
