"""What does an answer change in the ledger? The row itself, what comes with it, and the channel it went to.

A result changes a row only under the fence it was claimed by: a writer that was superseded changes nothing, but for a
proof that a message is out.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, SmallInteger, and_, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.audience import Place
from digest.delivery import Gone, Moved, PartRow, Rejected, Sent, State, Unknown, Unsupported
from storage import crossposts
from storage.channels import move_channel
from storage.deliveries.campaigns import reopen
from storage.deliveries.replan import replan
from storage.deliveries.states import CANCELLED, PENDING, SENDING, SENT, UNKNOWN, written
from storage.deliveries.turn import by_id, same_row
from storage.deliveries.values import Result
from storage.delivery_schema import campaign, extra_message, lease, part_error, part_row
from storage.leases import Lease
from storage.schema import channel
from storage.types import AnyRow, Id, Instant

DOUBT = Unknown.__name__.lower()  # how the table names this outcome
INTERRUPTED = "interrupted while sending"

RECORD = (
    update(part_row)
    .where(
        part_row.c.campaign_id == bindparam("p_campaign"),
        part_row.c.channel_id == bindparam("p_channel"),
        part_row.c.part == bindparam("p_part"),
        part_row.c.fence == bindparam("p_fence"),
        or_(
            part_row.c.state == SENDING,
            and_(part_row.c.state == UNKNOWN, bindparam("p_state", type_=SmallInteger) == SENT),
        ),
    )
    .values(
        state=bindparam("p_state", type_=SmallInteger),
        due=bindparam("p_due", type_=part_row.c.due.type),
        attempts=bindparam("p_attempts", type_=SmallInteger),
        is_plain=bindparam("p_is_plain", type_=part_row.c.is_plain.type),
        message_id=bindparam("p_message_id", type_=part_row.c.message_id.type),
        # a row that waits again holds no intent
        fence=bindparam("p_next_fence", type_=Id),
        intent_at=bindparam("p_intent_at", type_=Instant),
    )
)


def record(connection: Connection, held: Lease, done: Sequence[Result], *, proofs_only: bool = False) -> None:
    """Write down how sends ended. `proofs_only`: the lease is lost, only what surely is out still counts."""
    if proofs_only:
        done = [result for result in done if isinstance(result.outcome, Sent)]
    if not done:
        return
    people = by_id(connection, {result.row.channel_id for result in done})
    ids = [_channel_id(connection, result.row, people) for result in done]
    connection.execute(
        RECORD, [_columns(result.row, who, held) for result, who in zip(done, ids, strict=True)]
    )
    _keep_messages(connection, done, ids)
    _keep_reasons(connection, done, ids)
    _raise_high(connection, held, done, people)
    for result, channel_id in zip(done, ids, strict=True):
        _take_along(connection, result, channel_id, people[result.row.channel_id])
    _cancel_returned(connection, [result.row for result in done])


def _channel_id(connection: Connection, row: PartRow, people: dict[int, AnyRow]) -> int:
    """The channel may have been merged into another while the part was under way, and its rows with it."""
    channel_id = row.channel_id
    while (moved_to := people[channel_id].moved_to) is not None:
        if connection.execute(select(part_row.c.part).where(same_row(row, channel_id))).first() is not None:
            break
        channel_id = moved_to
        if channel_id not in people:
            people |= by_id(connection, {channel_id})
    return channel_id


def _columns(row: PartRow, channel_id: int, held: Lease) -> dict[str, Any]:
    fence = held.fence if row.fence is None else row.fence
    waits = row.state is State.PENDING
    return {
        "p_campaign": row.campaign_id,
        "p_channel": channel_id,
        "p_part": row.part,
        "p_fence": fence,
        "p_state": int(row.state),
        "p_due": row.due,
        "p_attempts": row.attempts,
        "p_is_plain": row.is_plain,
        "p_message_id": row.message_ids[0] if row.message_ids else None,
        "p_next_fence": None if waits else fence,
        "p_intent_at": None if waits else row.intent_at,
    }


def _keep_messages(connection: Connection, done: Sequence[Result], ids: Sequence[int]) -> None:
    for result, channel_id in zip(done, ids, strict=True):
        keep_extra(connection, result.row, channel_id)


def keep_extra(connection: Connection, row: PartRow, channel_id: int) -> None:
    """The messages of an album after its first."""
    key = {"campaign_id": row.campaign_id, "channel_id": channel_id, "part": row.part}
    rows = [{**key, "k": k, "message_id": message} for k, message in enumerate(row.message_ids[1:], 1)]
    if rows:
        connection.execute(insert(extra_message).on_conflict_do_nothing(), rows)


def _keep_reasons(connection: Connection, done: Sequence[Result], ids: Sequence[int]) -> None:
    rows = []
    for result, channel_id in zip(done, ids, strict=True):
        match result.outcome:
            case Unknown(reason) | Gone(reason):
                said = reason
            case Rejected(reason=reason) | Unsupported(reason=reason):
                said = reason
            case _:
                continue
        rows.append(
            {
                "campaign_id": result.row.campaign_id,
                "channel_id": channel_id,
                "part": result.row.part,
                "at": result.at,
                "outcome": type(result.outcome).__name__.lower(),
                "reason": said,
            }
        )
    if rows:
        connection.execute(insert(part_error), rows)


def keep_doubts(connection: Connection, rows: Sequence[PartRow], now: datetime) -> None:
    """Say of rows in flight when their sender was lost that it is not known whether they arrived."""
    said = [
        {
            "campaign_id": row.campaign_id,
            "channel_id": row.channel_id,
            "part": row.part,
            "at": now,
            "outcome": DOUBT,
            "reason": INTERRUPTED,
        }
        for row in rows
    ]
    if said:
        connection.execute(insert(part_error), said)


def _raise_high(
    connection: Connection, held: Lease, done: Sequence[Result], people: dict[int, AnyRow]
) -> None:
    """Remember the highest message id seen: in private chats the bot's, elsewhere the channel's own."""
    box = 0
    for result in done:
        if not isinstance(result.outcome, Sent) or not result.outcome.ids:
            continue
        newest = max(result.outcome.ids)
        if people[result.row.channel_id].kind == "private":
            box = max(box, newest)
            continue
        lower = or_(channel.c.high.is_(None), channel.c.high < newest)
        raised = update(channel).where(channel.c.id == result.row.channel_id, lower).values(high=newest)
        connection.execute(raised)
    if box:
        lower = or_(lease.c.high.is_(None), lease.c.high < box)
        connection.execute(update(lease).where(lease.c.name == held.name, lower).values(high=box))


def _take_along(connection: Connection, result: Result, channel_id: int, who: AnyRow) -> None:
    """What one row's end means for the channel and its other rows."""
    match result.outcome:
        case Sent():
            crossposts.queue(connection, result.row, channel_id, who)
        case Gone():
            set_channel_state(connection, channel_id, "gone")
        case Rejected(kind="permission"):
            set_channel_state(connection, channel_id, "suspended")
        case Moved(place):
            move_channel(connection, Place(who.platform, who.address), place)
        case Unsupported():
            replan(connection, result.row, channel_id)
        case _:
            if result.row.state is State.DEAD:
                bury_later(connection, result.row, channel_id)


def set_channel_state(connection: Connection, channel_id: int, state: str) -> None:
    """A channel that sleeps takes its waiting rows along, in every campaign: nobody would ever claim them."""
    connection.execute(update(channel).where(channel.c.id == channel_id).values(state=state))
    match state:
        case "gone":
            asleep = written(State.GONE)
        case "suspended":
            asleep = written(State.SUSPENDED)
        case _:
            return
    going_on = select(campaign.c.id).where(campaign.c.state.in_(("fanning", "running", "paused")))
    connection.execute(
        update(part_row)
        .where(
            part_row.c.campaign_id.in_(going_on),
            part_row.c.channel_id == channel_id,
            part_row.c.state == PENDING,
        )
        .values(state=asleep)
    )


def bury_later(connection: Connection, row: PartRow, channel_id: int) -> None:
    """Parts go in order: behind a dead letter nothing is sent until it is retried, and then all of them."""
    later = and_(
        part_row.c.campaign_id == row.campaign_id,
        part_row.c.channel_id == channel_id,
        part_row.c.part > row.part,
        part_row.c.state == PENDING,
    )
    connection.execute(update(part_row).where(later).values(state=written(State.DEAD)))


def _cancel_returned(connection: Connection, rows: Sequence[PartRow]) -> None:
    """What was in flight when its campaign was cancelled, and was not sent, does not wait again."""
    ids = {row.campaign_id for row in rows if row.state is State.PENDING}
    if not ids:
        return
    cancelled = select(campaign.c.id).where(campaign.c.id.in_(ids), campaign.c.state == "cancelled")
    for campaign_id in connection.execute(cancelled).scalars().all():
        waiting = and_(part_row.c.campaign_id == campaign_id, part_row.c.state == PENDING)
        connection.execute(update(part_row).where(waiting).values(state=CANCELLED))


def settle(
    connection: Connection, row: PartRow, state: State, now: datetime, message_ids: Sequence[int]
) -> bool:
    """Close a row that is in doubt. `now` is when a row that becomes pending is due."""
    people = by_id(connection, {row.channel_id})
    channel_id = _channel_id(connection, row, people)
    waits = state is State.PENDING
    values: dict[str, Any] = {"state": written(state)}
    if waits:
        values |= {"due": now, "fence": None, "intent_at": None}
    if message_ids:
        values["message_id"] = message_ids[0]
    doubtful = and_(same_row(row, channel_id), part_row.c.state == UNKNOWN)
    if not connection.execute(update(part_row).where(doubtful).values(values)).rowcount:
        return False
    keep_extra(connection, replace(row, message_ids=tuple(message_ids)), channel_id)
    if state is State.DEAD:
        bury_later(connection, row, channel_id)
    if state is State.SENT:
        crossposts.queue(connection, row, channel_id, people[channel_id])
    if waits:
        _cancel_returned(connection, [replace(row, state=state)])
    reopen(connection, row.campaign_id)
    return True
