"""Who gets a campaign? Its channels by keyset, and the chunk of part rows that is written for them.

Nobody is planned twice for an issue: candidates lack it, and the chunk asks again inside its own transaction, since two
campaigns of one issue may fan out at the same time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    false,
    func,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.audience import ChannelSettings
from storage import channels
from storage.deliveries import campaigns
from storage.deliveries.states import CANCELLED, PENDING
from storage.deliveries.values import Campaign, Planned
from storage.delivery_schema import campaign, part_row
from storage.schema import channel, issue, reader, schedule, subscription
from storage.types import AnyRow

PUSHES = ("push", "broadcast")


def candidates(connection: Connection, wanted: Campaign, limit: int) -> Sequence[Planned]:
    statement = (
        _lacking(connection, wanted, _wanted(connection, wanted, *channels.COLUMNS, _categories(wanted)))
        .outerjoin(reader, reader.c.id == channel.c.reader_id)
        .add_columns(reader.c.language.label("reader_language"))
        .where(channel.c.id > wanted.fan_cursor, channel.c.id <= wanted.fan_max)
        .order_by(channel.c.id)
        .limit(limit)
    )
    return [_planned(row, wanted) for row in connection.execute(statement)]


def chunk(
    connection: Connection,
    seen: Campaign,
    rows: Sequence[tuple[int, int, int]],
    *,
    cursor: int,
    no_match: int,
    already: int,
    now: datetime,
) -> Campaign:
    """Write part rows and move the cursor. A chunk that somebody wrote already, or that stopped, changes nothing."""
    present = campaigns.find(connection, seen.id, is_locked=True)
    if present.state != "fanning" or present.fan_cursor != seen.fan_cursor:
        return present
    window = and_(channel.c.id > seen.fan_cursor, channel.c.id <= cursor)
    asked = _wanted(connection, present, channel.c.id, channel.c.platform).where(window)
    lacking = {row.id: row.platform for row in connection.execute(_lacking(connection, present, asked))}
    everybody = connection.execute(select(func.count()).select_from(asked.subquery())).scalar_one()
    # who unsubscribed, left or was served by another campaign since the candidates were read is not in it
    planned = [row for row in rows if row[0] in lacking]
    _insert(connection, present, planned, lacking, now)
    _wake(connection, [channel_id for channel_id, _, _ in planned])
    is_complete = cursor >= present.fan_max
    values: dict[str, Any] = {
        "fan_cursor": cursor,
        "excluded_sent": campaign.c.excluded_sent + (everybody - len(lacking)) + already,
        "excluded_no_match": campaign.c.excluded_no_match + no_match,
    }
    if is_complete:
        count = select(func.count()).where(part_row.c.campaign_id == seen.id).scalar_subquery()
        values |= {"state": "running", "planned": count}
    connection.execute(update(campaign).where(campaign.c.id == seen.id).values(values))
    return campaigns.find(connection, seen.id)


def _insert(
    connection: Connection,
    wanted: Campaign,
    planned: Sequence[tuple[int, int, int]],
    platforms: dict[int, str],
    now: datetime,
) -> None:
    due = now if wanted.send_at is None else max(now, wanted.send_at)
    rows = [
        {
            "campaign_id": wanted.id,
            "channel_id": channel_id,
            "part": part,
            "rendition_id": rendition_id,
            "platform": channels.PLATFORMS.index(platforms[channel_id]),
            "due": due,
            "attempts": 0,
            "is_plain": False,
        }
        for channel_id, rendition_id, count in planned
        for part in range(1, count + 1)
    ]
    if rows:
        connection.execute(INSERT, rows)


INSERT = insert(part_row).values(state=PENDING).on_conflict_do_nothing()


def _wake(connection: Connection, planned: Sequence[int]) -> None:
    """A suspended channel is tried again with each new campaign."""
    asleep = select(channel.c.id).where(channel.c.state == "suspended")
    suspended = set(connection.execute(asleep).scalars()) & set(planned)
    if suspended:
        woken = update(channel).where(channel.c.id.in_(suspended)).values(state="active")
        connection.execute(woken)


def _wanted(connection: Connection, wanted: Campaign, *columns: Any) -> Select[Any]:
    """The channels a campaign is for, whether or not they have the issue."""
    series = connection.execute(select(issue.c.series).where(issue.c.id == wanted.issue_id)).scalar_one()
    here = and_(subscription.c.channel_id == channel.c.id, subscription.c.series == series)
    statement = select(*columns).select_from(channel)
    if wanted.places is None:
        statement = statement.join(subscription, here).where(channel.c.is_paused == false())
        statement = statement.where(*_at_its_time(wanted))
    else:
        places = [(place.platform, place.address) for place in wanted.places]
        statement = statement.outerjoin(subscription, here)
        statement = statement.where(tuple_(channel.c.platform, channel.c.address).in_(places))
    if wanted.platforms is not None:
        statement = statement.where(channel.c.platform.in_(wanted.platforms))
    return statement.where(channel.c.state != "gone")


def _at_its_time(wanted: Campaign) -> Sequence[ColumnElement[bool]]:
    """A slot is for those who chose its schedule, a push without one for those who want it at once."""
    if wanted.schedule_id is not None:
        return [subscription.c.schedule_id == wanted.schedule_id]
    if wanted.kind != "push":
        return []
    # a schedule that is off is nobody's time any more
    off = select(schedule.c.id).where(~schedule.c.is_on)
    return [or_(subscription.c.schedule_id.is_(None), subscription.c.schedule_id.in_(off))]


def _lacking(connection: Connection, wanted: Campaign, statement: Select[Any]) -> Select[Any]:
    """Without the channels that have part rows of a push or broadcast of this issue, in any state but cancelled."""
    if wanted.again == "all" or wanted.kind not in PUSHES:
        return statement
    others = select(campaign.c.id).where(
        campaign.c.issue_id == wanted.issue_id, campaign.c.kind.in_(PUSHES), campaign.c.id != wanted.id
    )
    ids = connection.execute(others).scalars().all()
    if not ids:
        return statement
    has = select(part_row.c.part).where(
        part_row.c.campaign_id.in_(ids), part_row.c.channel_id == channel.c.id, part_row.c.state != CANCELLED
    )
    return statement.where(~has.exists())


def _categories(wanted: Campaign) -> ColumnElement[Any]:
    """A preview shows everything, whatever the curator himself subscribed to."""
    if wanted.kind == "preview":
        return null().label("categories")
    return subscription.c.categories


def _planned(row: AnyRow, wanted: Campaign) -> Planned:
    """A preview looks like what others get, however the curator himself likes to read."""
    who = channels.channel_of(row)
    if wanted.kind == "preview":
        plain = ChannelSettings()
        settings = replace(who.settings, density=plain.density, images=plain.images, overview=plain.overview)
        who = replace(who, settings=settings)
    return Planned(
        who,
        None if row.categories is None else frozenset(row.categories),
        who.settings.language or row.reader_language,
    )
