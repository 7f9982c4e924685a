"""Which campaigns are there, and how do they go from state to state? delivery.md §3 and §7."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.audience import Place
from digest.delivery import CampaignKind, CampaignState
from digest.errors import NotFound, Refused
from storage import crossposts
from storage.deliveries.states import CANCELLED, DEAD, GONE, PENDING, SENDING, SUSPENDED, UNKNOWN
from storage.deliveries.values import Campaign, Order
from storage.delivery_schema import campaign, part_row
from storage.schema import channel, issue
from storage.types import AnyRow, Instant

OPEN_CAMPAIGN = ("draft", "fanning", "running", "paused")
# What may be asked for from outside; `finish` alone ends a running campaign, by looking at its rows.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"fanning", "cancelled"}),
    "fanning": frozenset({"paused", "cancelled"}),
    "running": frozenset({"paused", "cancelled"}),
    "paused": frozenset({"fanning", "running", "cancelled"}),
    "finished": frozenset({"running"}),
    "cancelled": frozenset(),
}


def campaign_of(row: AnyRow) -> Campaign:
    return Campaign(
        id=row.id,
        idem=row.idem,
        kind=row.kind,
        issue_id=row.issue_id,
        revision=row.revision,
        state=row.state,
        schedule_id=row.schedule_id,
        slot=row.slot,
        places=None if row.places is None else tuple(Place.parse(place) for place in row.places),
        platforms=row.platforms,
        again=row.again,
        is_silent=row.is_silent,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        finished_at=row.finished_at,
        send_at=row.send_at,
        planned=row.planned,
        excluded_sent=row.excluded_sent,
        excluded_no_match=row.excluded_no_match,
        fan_cursor=row.fan_cursor,
        fan_max=row.fan_max,
    )


def find(connection: Connection, campaign_id: int, *, is_locked: bool = False) -> Campaign:
    """Raises NotFound("campaign.unknown"). `is_locked`: nobody else changes it before this transaction ends."""
    statement = select(campaign).where(campaign.c.id == campaign_id)
    row = connection.execute(statement.with_for_update() if is_locked else statement).one_or_none()
    if row is None:
        raise NotFound("campaign.unknown", id=campaign_id)
    return campaign_of(row)


def listed(states: Sequence[CampaignState] | None, limit: int) -> Select[Any]:
    statement = select(campaign).order_by(campaign.c.id.desc()).limit(limit)
    return statement if states is None else statement.where(campaign.c.state.in_(states))


def open_campaign(connection: Connection, order: Order, now: datetime) -> tuple[Campaign, bool]:
    """Insert or find by `idem`, or by (schedule, slot): opening twice is opening once."""
    _check_sendable(connection, order.issue_id, order.kind)
    row = {
        "idem": order.idem,
        "kind": order.kind,
        "issue_id": order.issue_id,
        "schedule_id": order.schedule_id,
        "slot": order.slot,
        "state": "draft" if order.is_draft else "fanning",
        "places": None if order.places is None else tuple(str(place) for place in order.places),
        "platforms": order.platforms,
        "again": order.again,
        "is_silent": order.is_silent,
        "opened_by": order.opened_by,
        "opened_at": now,
        "send_at": order.send_at,
        "fan_cursor": 0,
        "excluded_sent": 0,
        "excluded_no_match": 0,
        **_frozen_now(connection, order.issue_id),
    }
    is_new = connection.execute(insert(campaign).values(row).on_conflict_do_nothing()).rowcount == 1
    found = connection.execute(select(campaign).where(campaign.c.idem == order.idem)).one_or_none()
    if found is None:
        same_slot = and_(campaign.c.schedule_id == order.schedule_id, campaign.c.slot == order.slot)
        found = connection.execute(select(campaign).where(same_slot)).one()
    return campaign_of(found), is_new


def _frozen_now(connection: Connection, issue_id: int) -> dict[str, Any]:
    """A later subscriber gets the next campaign, never half of this one; and this one has one revision."""
    revision = connection.execute(select(issue.c.revision).where(issue.c.id == issue_id)).scalar()
    if revision is None:
        raise NotFound("issue.gone", id=issue_id)
    newest = connection.execute(select(func.coalesce(func.max(channel.c.id), 0))).scalar_one()
    return {"revision": revision, "fan_max": newest}


def _check_sendable(connection: Connection, issue_id: int, kind: CampaignKind) -> None:
    """A draft, an embargo or a retraction holds an issue back from everybody; its curator may still look at it."""
    state = connection.execute(select(issue.c.state).where(issue.c.id == issue_id)).scalar()
    if state is not None and state != "published" and kind != "preview":
        raise Refused("desk.not_published")


def next_ordinal(connection: Connection, issue_id: int, kind: CampaignKind) -> int:
    same = select(func.count()).where(campaign.c.issue_id == issue_id, campaign.c.kind == kind)
    return int(connection.execute(same.select_from(campaign)).scalar_one()) + 1


def set_state(connection: Connection, campaign_id: int, state: CampaignState, now: datetime) -> bool:
    """False when the present state does not allow it."""
    found = find(connection, campaign_id, is_locked=True)
    if state not in TRANSITIONS[found.state]:
        return False
    if state == "cancelled":
        cancel(connection, campaign_id, now)
        return True
    values: dict[str, Any] = {"state": state}
    if found.state == "draft":
        _check_sendable(connection, found.issue_id, found.kind)
        values |= _frozen_now(connection, found.issue_id)
    if found.state == "paused":  # it goes on where the cursor stands
        values["state"] = "fanning" if found.planned is None else "running"
    if found.state == "finished":
        values["finished_at"] = None
    connection.execute(update(campaign).where(campaign.c.id == campaign_id).values(values))
    return True


def cancel(connection: Connection, campaign_id: int, now: datetime | None) -> None:
    """What is pending is cancelled with it; what is in flight is finished."""
    values: dict[str, Any] = {"state": "cancelled", "finished_at": now}
    counted = select(func.count()).where(part_row.c.campaign_id == campaign_id).scalar_subquery()
    values["planned"] = func.coalesce(campaign.c.planned, counted)
    connection.execute(update(campaign).where(campaign.c.id == campaign_id).values(values))
    pending = and_(part_row.c.campaign_id == campaign_id, part_row.c.state == PENDING)
    connection.execute(update(part_row).where(pending).values(state=CANCELLED))


def _resting() -> Select[Any]:
    """Running campaigns with no row that still moves. A part behind a doubt waits for it and does not move."""
    mine = part_row.c.campaign_id == campaign.c.id
    earlier = part_row.alias("earlier")
    behind_a_doubt = exists().where(
        earlier.c.campaign_id == part_row.c.campaign_id,
        earlier.c.channel_id == part_row.c.channel_id,
        earlier.c.part < part_row.c.part,
        earlier.c.state == UNKNOWN,
    )
    probed: ColumnElement[bool] = part_row.c.intent_at > bindparam("settled", type_=Instant)
    return select(campaign).where(
        campaign.c.state == "running",
        ~exists().where(mine, part_row.c.state == SENDING),
        ~exists().where(mine, part_row.c.state == UNKNOWN, probed),
        ~exists().where(mine, part_row.c.state == PENDING, ~behind_a_doubt),
    )


RESTING = _resting()


def resting(connection: Connection, now: datetime, probe: timedelta) -> Sequence[int]:
    return [row.id for row in connection.execute(RESTING, {"settled": now - probe})]


def finish(connection: Connection, now: datetime, probe: timedelta) -> Sequence[Campaign]:
    ids = resting(connection, now, probe)
    if ids:
        rest = {"state": "finished", "finished_at": now}
        connection.execute(update(campaign).where(campaign.c.id.in_(ids)).values(rest))
    return [find(connection, campaign_id) for campaign_id in ids]


def reopen(connection: Connection, campaign_id: int) -> None:
    """A finished campaign with work again."""
    pending = exists().where(part_row.c.campaign_id == campaign.c.id, part_row.c.state == PENDING)
    connection.execute(
        update(campaign)
        .where(campaign.c.id == campaign_id, campaign.c.state == "finished", pending)
        .values(state="running", finished_at=None)
    )


def retry(connection: Connection, campaign_id: int, now: datetime) -> int:
    """`dead`, `suspended` and, where the channel came back, `gone` rows become pending. Nothing in a cancelled one."""
    if find(connection, campaign_id, is_locked=True).state == "cancelled":
        return 0
    mine = part_row.c.campaign_id == campaign_id
    suspended = select(part_row.c.channel_id).where(mine, part_row.c.state == SUSPENDED)
    woken = and_(channel.c.id.in_(suspended), channel.c.state == "suspended")
    connection.execute(update(channel).where(woken).values(state="active"))
    # a channel that left meanwhile is not waited for
    is_there = exists().where(channel.c.id == part_row.c.channel_id, channel.c.state == "active")
    failed = or_(part_row.c.state == DEAD, part_row.c.state == SUSPENDED, part_row.c.state == GONE)
    again = (
        update(part_row)
        .where(mine, failed, is_there)
        .values(state=PENDING, due=now, fence=None, intent_at=None)
    )
    count = connection.execute(again).rowcount + crossposts.refused(connection, campaign_id, now)
    reopen(connection, campaign_id)
    return count
