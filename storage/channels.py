"""How does a channel's row become a Channel, and what happens to one whose address changes?"""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    exists,
    literal_column,
    select,
    update,
)

from digest.audience import Channel, ChannelSettings, Place, Subscription
from digest.errors import NotFound
from storage.delivery_schema import campaign, extra_message, part_error, part_row, watch
from storage.schema import channel, subscription
from storage.types import AnyRow

# The number stands for the platform in part rows; stored, so never changed.
PLATFORMS = ("telegram", "discord", "web")

COLUMNS = tuple(
    channel.c[name]
    for name in ("id", "platform", "address", "kind", "reader_id", "settings", "state", "parked_until")
)


def at(place: Place) -> ColumnElement[bool]:
    """The channel's row is this place's."""
    return and_(channel.c.platform == place.platform, channel.c.address == place.address)


def channel_of(row: AnyRow) -> Channel:
    return Channel(
        row.id,
        Place(row.platform, row.address),
        row.kind,
        row.reader_id,
        settings_from(row.settings),
        row.state,
        row.parked_until,
    )


def settings_from(text: str) -> ChannelSettings:
    """Unknown names are what another version of the program knew: they are left out, the rest holds."""
    known = {field.name for field in fields(ChannelSettings)}
    stored = {name: value for name, value in json.loads(text).items() if name in known}
    pairs = {name: tuple(map(tuple, stored[name])) for name in ("roles", "tags") if name in stored}
    return ChannelSettings(**{**stored, **pairs})


def settings_columns(settings: ChannelSettings) -> dict[str, Any]:
    return {"settings": json.dumps(asdict(settings)), "is_paused": settings.is_paused}


def subscription_of(row: AnyRow) -> Subscription:
    categories = None if row.categories is None else frozenset(row.categories)
    return Subscription(row.channel_id, row.series, categories, row.schedule_id)


def subscription_columns(wish: Subscription) -> dict[str, Any]:
    return {
        "channel_id": wish.channel_id,
        "series": wish.series,
        "categories": None if wish.categories is None else tuple(sorted(wish.categories)),
        "schedule_id": wish.schedule_id,
        "options": "{}",
    }


def move_channel(connection: Connection, old: Place, new: Place) -> Channel:
    """Rewrite an address; where the new one is a channel already, the old channel is merged into it.

    Raises NotFound("channel.unknown") when neither is known. Moving twice is moving once.
    """
    before, after = _channel_at(connection, old), _channel_at(connection, new)
    if after is not None and (before is None or before.id == after.id):
        return after
    if before is None:
        raise NotFound("channel.unknown", place=str(old))
    if after is None:
        rewritten = {"platform": new.platform, "address": new.address}
        connection.execute(update(channel).where(channel.c.id == before.id).values(rewritten))
        return _get(connection, before.id)
    _merge_subscriptions(connection, before.id, after.id)
    _merge_ledger(connection, before.id, after.id)
    # its row stays: what is in flight under the old number finds its way by it
    gone = {"state": "gone", "moved_to": after.id}
    connection.execute(update(channel).where(channel.c.id == before.id).values(gone))
    connection.execute(delete(watch).where(watch.c.platform == old.platform, watch.c.address == old.address))
    return after


def _channel_at(connection: Connection, place: Place) -> Channel | None:
    row = connection.execute(select(*COLUMNS).where(at(place))).one_or_none()
    return None if row is None else channel_of(row)


def _get(connection: Connection, channel_id: int) -> Channel:
    return channel_of(connection.execute(select(*COLUMNS).where(channel.c.id == channel_id)).one())


def _merge_subscriptions(connection: Connection, old_id: int, new_id: int) -> None:
    """The union: a series only the old one follows moves over, categories of a series both follow are joined."""
    mine = {wish.series: wish for wish in _subscriptions(connection, new_id)}
    for wish in _subscriptions(connection, old_id):
        here = and_(subscription.c.channel_id == old_id, subscription.c.series == wish.series)
        kept = mine.get(wish.series)
        if kept is None:
            connection.execute(update(subscription).where(here).values(channel_id=new_id))
            continue
        joined = (
            None
            if kept.categories is None or wish.categories is None
            else tuple(sorted(kept.categories | wish.categories))
        )
        there = and_(subscription.c.channel_id == new_id, subscription.c.series == wish.series)
        connection.execute(update(subscription).where(there).values(categories=joined))
        connection.execute(delete(subscription).where(here))


def _subscriptions(connection: Connection, channel_id: int) -> Sequence[Subscription]:
    rows = connection.execute(select(subscription).where(subscription.c.channel_id == channel_id))
    return [subscription_of(row) for row in rows]


def _merge_ledger(connection: Connection, old_id: int, new_id: int) -> None:
    """The old channel's history and queue become the new one's, but nothing may reach it twice.

    Where the new one has rows of the same campaign, or of another that pushed the same issue, the old one's pending
    rows are cancelled; rows of the same campaign stay with the old number.
    """
    for campaign_id in connection.execute(_campaigns_of(old_id)).scalars().all():
        has_issue = connection.execute(_campaigns_like(campaign_id, new_id)).first() is not None
        here = and_(part_row.c.campaign_id == campaign_id, part_row.c.channel_id == old_id)
        if has_issue:
            pending = and_(here, part_row.c.state == literal_column("0"))
            connection.execute(update(part_row).where(pending).values(state=literal_column("6")))
        if connection.execute(_has_rows(campaign_id, new_id)).first() is not None:
            continue
        for table in (part_row, extra_message, part_error):
            rows = and_(table.c.campaign_id == campaign_id, table.c.channel_id == old_id)
            connection.execute(update(table).where(rows).values(channel_id=new_id))


def _has_rows(campaign_id: int, channel_id: int) -> Select[Any]:
    return select(part_row.c.part).where(
        part_row.c.campaign_id == campaign_id, part_row.c.channel_id == channel_id
    )


def _campaigns_of(channel_id: int) -> Select[Any]:
    """Asked campaign by campaign: the ledger's key begins with the campaign."""
    has_rows = exists().where(part_row.c.campaign_id == campaign.c.id, part_row.c.channel_id == channel_id)
    return select(campaign.c.id).where(has_rows).order_by(campaign.c.id)


def _campaigns_like(campaign_id: int, channel_id: int) -> Select[Any]:
    """The campaign itself, or pushes of its issue, that the channel has rows of which were not cancelled."""
    this = campaign.alias("this")
    has_rows = exists().where(
        part_row.c.campaign_id == campaign.c.id,
        part_row.c.channel_id == channel_id,
        part_row.c.state != literal_column("6"),
    )
    pushes = ("push", "broadcast")
    same_issue = and_(
        campaign.c.issue_id == this.c.issue_id, campaign.c.kind.in_(pushes), this.c.kind.in_(pushes)
    )
    return (
        select(campaign.c.id)
        .join(this, this.c.id == campaign_id)
        .where((campaign.c.id == this.c.id) | same_issue, has_rows)
    )
