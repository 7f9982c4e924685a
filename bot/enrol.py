"""How does a place become a subscriber without typing /subscribe? From `[[channels]]` and from `subscribers import`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

from bot.config import ChannelEntry
from digest.audience import Channel, ChannelKind, Images, Overview, Place, Subscription
from digest.page import Density
from storage.store import Store

Result = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Posting:
    """How a group or channel is posted to, as `ChannelSettings` has it; None: as it is. The last five are Discord's."""

    density: Density | None = None
    images: Images | None = None
    overview: Overview | None = None
    crosspost: bool | None = None
    role: str | None = None
    roles: tuple[tuple[str, str], ...] | None = None
    tag: str | None = None
    tags: tuple[tuple[str, str], ...] | None = None


AS_IT_IS = Posting()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One line: a place, what it is, and what it wants; `categories` None is all.

    Without a kind it stays what it is known as, or is guessed; without language or zone it keeps its own, or the default.
    `style` is a channel's or a group's; a reader chooses his own.
    """

    place: Place
    kind: ChannelKind | None
    series: str
    categories: frozenset[str] | None = None
    language: str | None = None
    zone: str | None = None
    style: Literal["classic", "rich", "embeds"] | None = None
    posting: Posting = AS_IT_IS


def wished(entry: ChannelEntry) -> Enrolment:
    """What one `[[channels]]` table asks for."""
    return Enrolment(
        Place.parse(entry.address),
        entry.kind,
        entry.series,
        None if entry.categories == "all" else frozenset(entry.categories),
        entry.language,
        entry.time_zone,
        "classic" if entry.render == "components" else entry.render,
        Posting(
            entry.density,
            entry.images,
            entry.overview,
            entry.crosspost,
            entry.role,
            _pairs(entry.role_mentions),
            entry.tag,
            _pairs(entry.tags),
        ),
    )


def _pairs(table: Mapping[str, str] | None) -> tuple[tuple[str, str], ...] | None:
    return None if table is None else tuple(table.items())


def guessed_kind(place: Place) -> ChannelKind:
    """What an address most likely is: Telegram's people have positive ids, its groups and channels negative ones."""
    match place.platform:
        case "telegram":
            if ":" in place.address:
                return "topic"
            if place.address.startswith("@"):
                return "channel"
            return "group" if place.address.startswith("-") else "private"
        case "discord":
            return "text"
        case _:
            return "private"


async def enrol(
    store: Store, enrolment: Enrolment, schedules: Mapping[str, int | None], now: datetime
) -> Result:
    """Subscribe a place; doing it again changes nothing. `schedules`: each series' default schedule."""
    known = await store.audience.find(enrolment.place)
    kind = enrolment.kind or (known.kind if known else guessed_kind(enrolment.place))
    reader_id = None
    if kind == "private" and enrolment.place.platform != "discord":
        # a private chat's address is the person's id, but for Discord, where it is the id of the DM channel
        reader = await store.audience.reader(
            enrolment.place.platform, enrolment.place.address, now=now, language=enrolment.language
        )
        reader_id = reader.id
    channel = await store.audience.channel(enrolment.place, kind, reader_id=reader_id)
    is_other = known is not None and known.kind != kind
    is_served_otherwise = await _serve(store, channel, enrolment)
    present = {sub.series: sub for sub in await store.audience.subscriptions(channel.id)}
    old = present.get(enrolment.series)
    chosen = enrolment.categories
    wanted = Subscription(
        channel.id,
        enrolment.series,
        None if chosen is None else await store.categories.current(chosen),
        schedule_id=old.schedule_id if old else schedules.get(enrolment.series),
    )
    if old != wanted:
        await store.audience.subscribe(wanted)
    if old is None:
        return "added"
    return "changed" if old != wanted or is_other or is_served_otherwise else "unchanged"


async def _serve(store: Store, channel: Channel, enrolment: Enrolment) -> bool:
    """Language, zone and dress of whom the place belongs to: a private chat's reader, else the place. New ones?"""
    language, zone = enrolment.language, enrolment.zone
    reader = await store.audience.reader_of(channel)
    if reader is None:
        own = channel.settings
        posting = {name: value for name, value in asdict(enrolment.posting).items() if value is not None}
        settings = replace(
            own,
            language=language or own.language,
            zone=zone or own.zone,
            style=enrolment.style or own.style,
            **posting,
        )
        if settings != own:
            await store.audience.set_settings(channel.id, settings)
        return settings != own
    chosen = replace(reader, language=language or reader.language, zone=zone or reader.zone)
    if chosen != reader:
        await store.audience.set_reader(chosen)
    return chosen != reader
