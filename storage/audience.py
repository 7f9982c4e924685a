"""Who reads? Readers with their identities, channels with their settings, and subscriptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    false,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.audience import (
    Channel,
    ChannelKind,
    ChannelSettings,
    ChannelState,
    Place,
    PlatformName,
    Reader,
    Subscription,
)
from digest.errors import NotFound
from storage import channels, schema
from storage.deliveries.record import set_channel_state
from storage.delivery_schema import campaign, part_row
from storage.engine import Database
from storage.schema import identity, issue, subscription
from storage.types import AnyRow


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """One line of `subscribers list`: a subscription with its place."""

    channel: Channel
    subscription: Subscription
    reader: Reader | None


class AudienceRoom:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def reader(
        self, platform: PlatformName, native_id: str, *, now: datetime, language: str | None = None
    ) -> Reader:
        """The reader of a platform identity, made at first sight (`language`: a first guess, kept only when made)."""

        def find(connection: Connection) -> Reader | None:
            return _reader(connection, platform, native_id)

        def make(connection: Connection) -> Reader:
            known = find(connection)  # another process may have made it meanwhile
            return _make_reader(connection, platform, native_id, now, language) if known is None else known

        known = await self._database.read(find)
        return await self._database.write(make) if known is None else known

    async def reader_of(self, channel: Channel) -> Reader | None:
        """Whose private chat it is."""
        if channel.reader_id is None:
            return None
        which = select(schema.reader).where(schema.reader.c.id == channel.reader_id)
        row = await self._database.read(lambda connection: connection.execute(which).one_or_none())
        return None if row is None else Reader(row.id, row.language, row.zone)

    async def set_reader(self, reader: Reader) -> None:
        """Store language and zone."""
        statement = (
            update(schema.reader)
            .where(schema.reader.c.id == reader.id)
            .values(language=reader.language, zone=reader.zone)
        )
        await self._database.write(lambda connection: connection.execute(statement))

    async def channel(self, place: Place, kind: ChannelKind, *, reader_id: int | None = None) -> Channel:
        """The channel of a place, made at first sight; a kind or reader that is now known better is stored."""
        present = await self.find(place)
        if present and present.kind == kind and reader_id in (None, present.reader_id):
            return present
        return await self._database.write(lambda connection: _settle(connection, place, kind, reader_id))

    async def find(self, place: Place) -> Channel | None:
        return await self._database.read(lambda connection: _channel(connection, channels.at(place)))

    async def private_channel(self, platform: PlatformName, native_id: str) -> Channel | None:
        """The private chat of a person by his id there; None while he has not spoken to the bot."""
        mine = (
            select(identity.c.reader_id)
            .where(identity.c.platform == platform, identity.c.native_id == native_id)
            .scalar_subquery()
        )
        which = and_(
            schema.channel.c.reader_id == mine,
            schema.channel.c.platform == platform,
            schema.channel.c.kind == "private",
        )
        statement = select(*channels.COLUMNS).where(which).order_by(schema.channel.c.id.desc()).limit(1)
        row = await self._database.read(lambda connection: connection.execute(statement).one_or_none())
        return None if row is None else channels.channel_of(row)

    async def get(self, channel_id: int) -> Channel:
        """Raises NotFound("channel.unknown")."""
        found = await self._database.read(
            lambda connection: _channel(connection, schema.channel.c.id == channel_id)
        )
        if found is None:
            raise NotFound("channel.unknown", id=channel_id)
        return found

    async def set_settings(self, channel_id: int, settings: ChannelSettings) -> None:
        await self._update(channel_id, channels.settings_columns(settings))

    async def set_state(self, channel_id: int, state: ChannelState) -> None:
        """`active` wakes a channel that slept; its subscriptions were kept. One that goes takes its waiting rows along."""
        await self._database.write(lambda connection: set_channel_state(connection, channel_id, state))

    async def park(self, channel_id: int, until: datetime | None) -> None:
        await self._update(channel_id, {"parked_until": until})

    async def move(self, old: Place, new: Place) -> Channel:
        """Rewrite an address in one transaction; when the new one exists, subscriptions merge into it (the union).

        Raises NotFound("channel.unknown") when neither is known.
        """
        return await self._database.write(lambda connection: channels.move_channel(connection, old, new))

    async def subscribe(self, subscription: Subscription) -> None:
        """Add or replace by (channel, series)."""
        row = insert(schema.subscription).values(channels.subscription_columns(subscription))
        statement = row.on_conflict_do_update(
            index_elements=["channel_id", "series"],
            set_={name: row.excluded[name] for name in ("categories", "schedule_id")},
        )
        await self._database.write(lambda connection: connection.execute(statement))

    async def unsubscribe(self, channel_id: int, series: str | None = None) -> int:
        """End one or all; returns how many ended. Their pending part rows become cancelled in the same transaction."""
        return await self._database.write(lambda connection: _unsubscribe(connection, channel_id, series))

    async def subscriptions(self, channel_id: int) -> Sequence[Subscription]:
        statement = (
            select(subscription)
            .where(subscription.c.channel_id == channel_id)
            .order_by(subscription.c.series)
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [channels.subscription_of(row) for row in rows]

    async def lines(self, series: str | None = None) -> Sequence[SubscriptionLine]:
        """By series, then by channel in the order of arrival."""
        statement = (
            select(
                *channels.COLUMNS,
                subscription,
                schema.reader.c.language.label("reader_language"),
                schema.reader.c.zone.label("reader_zone"),
            )
            .join(subscription, subscription.c.channel_id == schema.channel.c.id)
            .outerjoin(schema.reader, schema.reader.c.id == schema.channel.c.reader_id)
            .order_by(subscription.c.series, schema.channel.c.id)
        )
        if series is not None:
            statement = statement.where(subscription.c.series == series)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [_line(row) for row in rows]

    async def counts(self, series: str) -> dict[PlatformName, tuple[int, int]]:
        """Per platform: subscribed private chats, and other channels, that a push would reach (not gone, not paused)."""
        is_private = schema.channel.c.kind == "private"
        statement = (
            select(
                schema.channel.c.platform,
                func.coalesce(func.sum(case((is_private, 1), else_=0)), 0).label("private"),
                func.count().label("all"),
            )
            .join(subscription, subscription.c.channel_id == schema.channel.c.id)
            .where(
                subscription.c.series == series,
                schema.channel.c.state != "gone",
                schema.channel.c.is_paused == false(),
            )
            .group_by(schema.channel.c.platform)
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return {
            cast("PlatformName", row.platform): (int(row.private), int(row.all) - int(row.private))
            for row in rows
        }

    async def _update(self, channel_id: int, values: dict[str, Any]) -> None:
        statement = update(schema.channel).where(schema.channel.c.id == channel_id).values(values)
        await self._database.write(lambda connection: connection.execute(statement))


def _reader(connection: Connection, platform: str, native_id: str) -> Reader | None:
    row = connection.execute(
        select(schema.reader.c.id, schema.reader.c.language, schema.reader.c.zone)
        .join(identity, identity.c.reader_id == schema.reader.c.id)
        .where(identity.c.platform == platform, identity.c.native_id == native_id)
    ).one_or_none()
    return None if row is None else Reader(row.id, row.language, row.zone)


def _make_reader(
    connection: Connection, platform: str, native_id: str, now: datetime, language: str | None
) -> Reader:
    person = insert(schema.reader).values(language=language, created_at=now).returning(schema.reader.c.id)
    reader_id = int(connection.execute(person).scalar_one())
    row = {"platform": platform, "native_id": native_id, "reader_id": reader_id}
    connection.execute(insert(identity), row)
    return Reader(reader_id, language)


def _channel(connection: Connection, which: ColumnElement[bool]) -> Channel | None:
    row = connection.execute(select(*channels.COLUMNS).where(which)).one_or_none()
    return None if row is None else channels.channel_of(row)


def _settle(connection: Connection, place: Place, kind: ChannelKind, reader_id: int | None) -> Channel:
    fresh = {
        "platform": place.platform,
        "address": place.address,
        "kind": kind,
        "reader_id": reader_id,
        "state": "active",
        **channels.settings_columns(ChannelSettings()),
    }
    row = insert(schema.channel).values(fresh)
    known_better = {"kind": kind} if reader_id is None else {"kind": kind, "reader_id": reader_id}
    connection.execute(row.on_conflict_do_update(index_elements=["platform", "address"], set_=known_better))
    made = _channel(connection, channels.at(place))
    assert made is not None
    return made


def _unsubscribe(connection: Connection, channel_id: int, series: str | None) -> int:
    mine = [subscription.c.channel_id == channel_id]
    if series is not None:
        mine.append(subscription.c.series == series)
    ended = connection.execute(select(subscription.c.series).where(*mine)).scalars().all()
    connection.execute(delete(subscription).where(*mine))
    of_ended = (
        select(campaign.c.id)
        .join(issue, issue.c.id == campaign.c.issue_id)
        .where(
            issue.c.series.in_(ended),
            campaign.c.kind.in_(("push", "broadcast")),
            campaign.c.state.in_(("fanning", "running", "paused")),
        )
    )
    connection.execute(
        update(part_row)
        .where(
            part_row.c.campaign_id.in_(of_ended),
            part_row.c.channel_id == channel_id,
            part_row.c.state == literal_column("0"),
        )
        .values(state=literal_column("6"))
    )
    return len(ended)


def _line(row: AnyRow) -> SubscriptionLine:
    channel = channels.channel_of(row)
    reader = (
        None if channel.reader_id is None else Reader(channel.reader_id, row.reader_language, row.reader_zone)
    )
    return SubscriptionLine(channel, channels.subscription_of(row), reader)
