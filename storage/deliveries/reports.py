"""What does the ledger say? Sums that add up to the plan, rows by name, and what a channel has had."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, case, exists, func, select

from digest.audience import Channel
from digest.delivery import PartRow, State, Tally
from storage import crossposts
from storage.channels import COLUMNS, PLATFORMS, channel_of
from storage.deliveries import campaigns
from storage.deliveries.fan import PUSHES
from storage.deliveries.record import DOUBT
from storage.deliveries.states import PENDING, SENDING, SENT, UNKNOWN
from storage.deliveries.turn import ROW
from storage.deliveries.values import Report
from storage.delivery_schema import campaign, extra_message, part, part_error, part_row
from storage.schema import channel, issue
from storage.types import AnyRow

log = logging.getLogger(__name__)

# A delivery is in the state of its most telling part: it is `sent` when all of them are.
TELLING = (
    State.SENT,
    State.CANCELLED,
    State.PENDING,
    State.SUSPENDED,
    State.GONE,
    State.DEAD,
    State.UNKNOWN,
    State.SENDING,
)


_IN_DOUBT_ONCE = exists().where(
    part_error.c.campaign_id == part_row.c.campaign_id,
    part_error.c.channel_id == part_row.c.channel_id,
    part_error.c.part == part_row.c.part,
    part_error.c.outcome == DOUBT,
)


def report(connection: Connection, campaign_id: int) -> Report:
    found = campaigns.find(connection, campaign_id)
    mine = part_row.c.campaign_id == campaign_id
    by_state = select(part_row.c.state, func.count()).where(mine).group_by(part_row.c.state)
    rows = _tally({State(state): count for state, count in connection.execute(by_state).all()})
    if found.planned is not None and rows.total != found.planned:
        log.error("ledger.sum campaign=%s planned=%s rows=%s", found.idem, found.planned, rows.total)
    return Report(
        campaign=found,
        rows=rows,
        deliveries=_deliveries(connection, campaign_id),
        messages=_messages(connection, campaign_id),
        channels=_channels(connection, campaign_id),
        reasons=_reasons(connection, campaign_id),
        doubted=_doubted(connection, campaign_id),
        crossposts=crossposts.counted(connection, campaign_id),
    )


def _tally(counts: Mapping[State, int]) -> Tally:
    return Tally(**{state.name.lower(): count for state, count in counts.items()})


def _deliveries(connection: Connection, campaign_id: int) -> Tally:
    rank = case({int(state): at for at, state in enumerate(TELLING)}, value=part_row.c.state)
    each = (
        select(func.max(rank).label("rank"))
        .where(part_row.c.campaign_id == campaign_id)
        .group_by(part_row.c.channel_id)
        .subquery()
    )
    counted = select(each.c.rank, func.count()).group_by(each.c.rank)
    return _tally({TELLING[rank]: count for rank, count in connection.execute(counted).all()})


def _messages(connection: Connection, campaign_id: int) -> int:
    """Native messages that are out."""
    sent = (
        select(func.coalesce(func.sum(part.c["count"]), 0))
        .select_from(part_row)
        .join(part, and_(part.c.rendition_id == part_row.c.rendition_id, part.c.n == part_row.c.part))
        .where(part_row.c.campaign_id == campaign_id, part_row.c.state == SENT)
    )
    return int(connection.execute(sent).scalar_one())


def _channels(connection: Connection, campaign_id: int) -> dict[str, int]:
    counted = (
        select(part_row.c.platform, func.count(part_row.c.channel_id.distinct()))
        .where(part_row.c.campaign_id == campaign_id)
        .group_by(part_row.c.platform)
    )
    return {PLATFORMS[platform]: count for platform, count in connection.execute(counted).all()}


def _last_reason(row: Any) -> Any:
    """What was said last of a row."""
    return (
        select(part_error.c.reason)
        .where(
            part_error.c.campaign_id == row.c.campaign_id,
            part_error.c.channel_id == row.c.channel_id,
            part_error.c.part == row.c.part,
        )
        .order_by(part_error.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _reasons(connection: Connection, campaign_id: int) -> dict[str, int]:
    failed = (State.UNKNOWN, State.GONE, State.SUSPENDED, State.DEAD)
    said = (
        select(_last_reason(part_row).label("reason"))
        .where(part_row.c.campaign_id == campaign_id, part_row.c.state.in_([int(state) for state in failed]))
        .subquery()
    )
    counted = select(said.c.reason, func.count()).where(said.c.reason.is_not(None)).group_by(said.c.reason)
    return {row[0]: row[1] for row in connection.execute(counted)}


def _doubted(connection: Connection, campaign_id: int) -> int:
    each = (
        select(part_error.c.channel_id, part_error.c.part)
        .where(part_error.c.campaign_id == campaign_id, part_error.c.outcome == DOUBT)
        .distinct()
        .subquery()
    )
    return int(connection.execute(select(func.count()).select_from(each)).scalar_one())


def rows(
    connection: Connection,
    campaign_id: int,
    states: Sequence[State] | None,
    limit: int,
    *,
    doubted: bool = False,
) -> Sequence[tuple[PartRow, Channel, str]]:
    statement = (
        select(
            *(column.label(f"row_{column.name}") for column in ROW),
            *COLUMNS,
            _last_reason(part_row).label("reason"),
        )
        .join(channel, channel.c.id == part_row.c.channel_id)
        .where(part_row.c.campaign_id == campaign_id)
        .order_by(part_row.c.channel_id, part_row.c.part)
        .limit(limit)
    )
    if states is not None:
        statement = statement.where(part_row.c.state.in_([int(state) for state in states]))
    if doubted:
        statement = statement.where(_IN_DOUBT_ONCE)
    found = connection.execute(statement).all()
    extra = _extra(connection, campaign_id, [row.id for row in found])
    return [
        (_prefixed(row, extra.get((row.row_channel_id, row.row_part), ())), channel_of(row), row.reason or "")
        for row in found
    ]


def _extra(
    connection: Connection, campaign_id: int, channel_ids: Sequence[int]
) -> dict[tuple[int, int], tuple[int, ...]]:
    statement = (
        select(extra_message)
        .where(extra_message.c.campaign_id == campaign_id, extra_message.c.channel_id.in_(set(channel_ids)))
        .order_by(extra_message.c.k)
    )
    found: dict[tuple[int, int], tuple[int, ...]] = {}
    for row in connection.execute(statement):
        key = (row.channel_id, row.part)
        found[key] = (*found.get(key, ()), row.message_id)
    return found


def _prefixed(row: AnyRow, extra: Sequence[int]) -> PartRow:
    return PartRow(
        campaign_id=row.row_campaign_id,
        channel_id=row.row_channel_id,
        part=row.row_part,
        rendition_id=row.row_rendition_id,
        state=State(row.row_state),
        due=row.row_due,
        attempts=row.row_attempts,
        fence=row.row_fence,
        intent_at=row.row_intent_at,
        low=row.row_low,
        message_ids=() if row.row_message_id is None else (row.row_message_id, *extra),
        is_plain=row.row_is_plain,
    )


def _had(channel_id: int) -> Select[Any]:
    """Pushes and broadcasts of which a part reached the channel, asked campaign by campaign: that is the key's order."""
    reached = exists().where(
        part_row.c.campaign_id == campaign.c.id, part_row.c.channel_id == channel_id, part_row.c.state == SENT
    )
    return select(campaign.c.issue_id).where(campaign.c.kind.in_(PUSHES), reached)


def history(connection: Connection, channel_id: int, limit: int) -> Sequence[int]:
    last = func.max(campaign.c.id)
    statement = _had(channel_id).group_by(campaign.c.issue_id).order_by(last.desc()).limit(limit)
    return connection.execute(statement).scalars().all()


def has(connection: Connection, channel_id: int, issue_id: int) -> bool:
    statement = _had(channel_id).where(campaign.c.issue_id == issue_id).limit(1)
    return connection.execute(statement).first() is not None


def unseen(connection: Connection, channel_ids: Sequence[int], series: str, than: int) -> dict[int, int]:
    """For each channel that ever had a push of the series: visible issues that appeared since, besides `than`."""
    appeared = connection.execute(
        select(issue.c.appeared_at)
        .where(issue.c.series == series, issue.c.state == "published", issue.c.id != than)
        .order_by(issue.c.appeared_at)
    ).scalars()
    times: Sequence[datetime] = appeared.all()
    last = (
        select(part_row.c.channel_id, func.max(part_row.c.intent_at).label("at"))
        .join(campaign, campaign.c.id == part_row.c.campaign_id)
        .join(issue, issue.c.id == campaign.c.issue_id)
        .where(
            issue.c.series == series,
            campaign.c.kind.in_(PUSHES),
            part_row.c.channel_id.in_(set(channel_ids)),
            part_row.c.state == SENT,
        )
        .group_by(part_row.c.channel_id)
    )
    return {row.channel_id: sum(at > row.at for at in times) for row in connection.execute(last)}


def open_rows(connection: Connection) -> dict[str, int]:
    """Asked state by state: the index of open rows answers no other question."""
    counts: dict[str, int] = {}
    going_on = select(campaign.c.id).scalar_subquery()
    for state in (PENDING, SENDING, UNKNOWN):
        statement = (
            select(part_row.c.platform, func.count())
            .where(part_row.c.state == state, part_row.c.campaign_id.in_(going_on))
            .group_by(part_row.c.platform)
        )
        for platform, count in connection.execute(statement).all():
            counts[PLATFORMS[platform]] = counts.get(PLATFORMS[platform], 0) + count
    return counts
