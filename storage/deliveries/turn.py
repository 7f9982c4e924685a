"""How does one turn of the ledger go? Results are recorded, then due rows are claimed, in one transaction.

The intent is committed before a byte leaves: a claimed row is `sending` under the fence of the lease it was claimed by.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Select,
    Update,
    and_,
    bindparam,
    case,
    exists,
    or_,
    select,
    tuple_,
    update,
)

from digest.delivery import PartRow, State
from storage import channels
from storage.channels import channel_of
from storage.deliveries.renditions import Parts, recall
from storage.deliveries.states import PENDING, SENDING, SENT, UNKNOWN
from storage.deliveries.values import Claim
from storage.delivery_schema import campaign, lease, part_row
from storage.leases import Lease
from storage.schema import channel
from storage.types import AnyRow, Id, Instant

KEY = (part_row.c.campaign_id, part_row.c.channel_id, part_row.c.part)
ROW = (
    *KEY,
    *(
        part_row.c[name]
        for name in (
            "rendition_id",
            "state",
            "due",
            "attempts",
            "fence",
            "intent_at",
            "low",
            "message_id",
            "is_plain",
        )
    ),
)

# Locked for reading, so that no other process takes the lease before this transaction ends (nothing on SQLite, where
# this transaction is the only writer).
HOLDS = (
    select(lease.c.high)
    .where(
        lease.c.name == bindparam("p_name"),
        lease.c.owner == bindparam("p_owner"),
        lease.c.fence == bindparam("p_fence"),
    )
    .with_for_update(read=True)
)

CAMPAIGNS = (
    select(campaign.c.id, campaign.c.kind, campaign.c.is_silent)
    .where(
        campaign.c.state.in_(("fanning", "running")),
        or_(campaign.c.send_at.is_(None), campaign.c.send_at <= bindparam("p_now", type_=Instant)),
    )
    .order_by(case((campaign.c.kind == "preview", 0), else_=1), campaign.c.id)
)


def _ready() -> Select[Any]:
    """Rows of one campaign and platform that may be sent now, in the order of the index of open rows."""
    row, earlier, flying = part_row.alias("r"), part_row.alias("e"), part_row.alias("f")
    now = bindparam("p_now", type_=Instant)
    return (
        select(row.c.campaign_id, row.c.channel_id, row.c.part)
        .join(channel, channel.c.id == row.c.channel_id)
        .where(
            row.c.campaign_id == bindparam("p_campaign"),
            row.c.platform == bindparam("p_platform"),
            row.c.state == PENDING,
            row.c.due <= now,
            channel.c.state == "active",
            or_(channel.c.parked_until.is_(None), channel.c.parked_until <= now),
            ~exists().where(
                earlier.c.campaign_id == row.c.campaign_id,
                earlier.c.channel_id == row.c.channel_id,
                earlier.c.part < row.c.part,
                earlier.c.state != SENT,
            ),
            ~exists().where(flying.c.channel_id == row.c.channel_id, flying.c.state == SENDING),
        )
        .order_by(row.c.due, row.c.channel_id, row.c.part)
        .limit(bindparam("p_k", type_=Integer))
        .with_for_update(of=row, skip_locked=True)
    )


def _claim() -> Update:
    """The outer conditions repeat the inner ones: PostgreSQL may run the inner select more than once."""
    low = (
        select(
            case((channel.c.kind == "private", bindparam("p_high", type_=BigInteger)), else_=channel.c.high)
        )
        .where(channel.c.id == part_row.c.channel_id)
        .scalar_subquery()
    )
    held = exists().where(
        lease.c.name == bindparam("p_name"),
        lease.c.owner == bindparam("p_owner"),
        lease.c.fence == bindparam("p_fence"),
    )
    return (
        update(part_row)
        .where(tuple_(*KEY).in_(_ready()), part_row.c.state == PENDING, held)
        .values(
            state=SENDING,
            fence=bindparam("p_fence", type_=Id),
            intent_at=bindparam("p_now", type_=Instant),
            low=low,
        )
        .returning(*ROW)
    )


READY = _ready()
CLAIM = _claim()


def _old_intents() -> Update:
    """Rows in flight under a fence that no lease carries any more."""
    row = part_row.alias("r")
    flying = (
        select(row.c.campaign_id, row.c.channel_id, row.c.part)
        .where(row.c.state == SENDING, row.c.fence.not_in(select(lease.c.fence)))
        .order_by(row.c.channel_id)  # the order of the small index: else SQLite walks the large one
    )
    return (
        update(part_row)
        .where(tuple_(*KEY).in_(flying), part_row.c.state == SENDING)
        .values(state=UNKNOWN, attempts=part_row.c.attempts + 1)
        .returning(*ROW)
    )


OLD_INTENTS = _old_intents()
IN_DOUBT = (
    select(*ROW)
    .where(part_row.c.state == UNKNOWN)
    .order_by(part_row.c.channel_id)
    .limit(bindparam("p_limit", type_=Integer))
)


def holding(held: Lease) -> dict[str, Any]:
    return {"p_name": held.name, "p_owner": held.owner, "p_fence": held.fence}


def holds(connection: Connection, held: Lease) -> AnyRow | None:
    """The lease's row while it is ours."""
    return connection.execute(HOLDS, holding(held)).one_or_none()


def claim(
    connection: Connection, held: Lease, k: int, now: datetime, platforms: Sequence[str], kept: Parts
) -> Sequence[Claim]:
    """Up to `k` due rows, previews first; several platforms share the room evenly, and what one leaves another takes."""
    row = holds(connection, held)
    if k <= 0 or row is None:
        return []
    open_ones = {one.id: one for one in connection.execute(CAMPAIGNS, {"p_now": now})}
    fixed = {**holding(held), "p_now": now, "p_high": row.high}
    claimed: list[AnyRow] = []
    for fair in (True, False):
        waiting = len(platforms)
        before = len(claimed)
        for platform in platforms:
            room = k - len(claimed)
            room = -(-room // waiting) if fair else room
            waiting -= 1
            for campaign_id in open_ones:
                if room <= 0:
                    break
                which = {
                    "p_campaign": campaign_id,
                    "p_platform": channels.PLATFORMS.index(platform),
                    "p_k": room,
                }
                found = connection.execute(CLAIM, {**fixed, **which}).all()
                claimed += found
                room -= len(found)
        if len(claimed) == before or len(claimed) >= k or len(platforms) == 1:
            break
    return claims(connection, claimed, kept, open_ones)


def claims(
    connection: Connection, rows: Sequence[AnyRow], kept: Parts, known: Mapping[int, AnyRow] | None = None
) -> Sequence[Claim]:
    """Rows with all that is needed to send them, in the order of channel and part."""
    if not rows:
        return []
    parts = recall(connection, {(row.rendition_id, row.part) for row in rows}, kept)
    people = by_id(connection, {row.channel_id for row in rows})
    heads = _heads(connection, rows, people)
    if known is None:
        named = select(campaign.c.id, campaign.c.kind, campaign.c.is_silent).where(
            campaign.c.id.in_({row.campaign_id for row in rows})
        )
        known = {one.id: one for one in connection.execute(named)}
    return [
        Claim(
            part_row_of(row),
            channel_of(people[row.channel_id]),
            parts[row.rendition_id, row.part],
            known[row.campaign_id].kind,
            known[row.campaign_id].is_silent,
            heads.get((row.campaign_id, row.channel_id)),
        )
        # RETURNING promises no order
        for row in sorted(rows, key=lambda one: (one.due, one.campaign_id, one.channel_id, one.part))
    ]


def _heads(
    connection: Connection, rows: Sequence[AnyRow], people: Mapping[int, AnyRow]
) -> dict[tuple[int, int], int | None]:
    """The first message of each delivery to a forum of which a later part is at hand."""
    wanted = {
        (row.campaign_id, row.channel_id, 1)
        for row in rows
        if row.part > 1 and people[row.channel_id].kind == "forum"
    }
    if not wanted:
        return {}
    found = connection.execute(select(*KEY, part_row.c.message_id).where(tuple_(*KEY).in_(wanted)))
    return {(row.campaign_id, row.channel_id): row.message_id for row in found}


def by_id(connection: Connection, ids: Iterable[int]) -> dict[int, AnyRow]:
    wanted = select(*channels.COLUMNS, channel.c.moved_to).where(channel.c.id.in_(set(ids)))
    return {row.id: row for row in connection.execute(wanted)}


def part_row_of(row: AnyRow) -> PartRow:
    return PartRow(
        campaign_id=row.campaign_id,
        channel_id=row.channel_id,
        part=row.part,
        rendition_id=row.rendition_id,
        state=State(row.state),
        due=row.due,
        attempts=row.attempts,
        fence=row.fence,
        intent_at=row.intent_at,
        low=row.low,
        message_ids=() if row.message_id is None else (row.message_id,),
        is_plain=row.is_plain,
    )


def same_row(row: PartRow, channel_id: int) -> Any:
    return and_(
        part_row.c.campaign_id == row.campaign_id,
        part_row.c.channel_id == channel_id,
        part_row.c.part == row.part,
    )
