"""How does a place become a subscriber without typing /subscribe? From `[[channels]]` and from `subscribers import`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from digest.audience import ChannelKind, ChannelSettings, Place, Subscription
from storage.store import Store

Result = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One line: a place, what it is, and what it wants. None is the configured default; `categories` None is all."""

    place: Place
    kind: ChannelKind
    series: str
    categories: frozenset[str] | None = None
    language: str | None = None
    zone: str | None = None


def guessed_kind(place: Place) -> ChannelKind:
    """What an address most likely is: Telegram's people have positive ids, its groups and channels negative ones."""
    match place.platform:
        case "telegram":
            if ":" in place.address:
                return "topic"
            return "group" if place.address.startswith("-") else "private"
        case "discord":
            return "text"
        case _:
            return "private"


async def enrol(
    store: Store, enrolment: Enrolment, schedules: Mapping[str, int | None], now: datetime
) -> Result:
    """Subscribe a place; doing it again changes nothing. `schedules`: each series' default schedule."""
    reader_id = None
    if enrolment.kind == "private" and enrolment.place.platform != "discord":
        # a private chat's address is the person's id, but for Discord, where it is the id of the DM channel
        reader = await store.audience.reader(
            enrolment.place.platform, enrolment.place.address, now=now, language=enrolment.language
        )
        if enrolment.zone and reader.zone != enrolment.zone:
            await store.audience.set_reader(replace(reader, zone=enrolment.zone))
        reader_id = reader.id
    channel = await store.audience.channel(enrolment.place, enrolment.kind, reader_id=reader_id)
    if enrolment.language and channel.settings.language != enrolment.language:
        settings: ChannelSettings = replace(channel.settings, language=enrolment.language)
        await store.audience.set_settings(channel.id, settings)
    present = {sub.series: sub for sub in await store.audience.subscriptions(channel.id)}
    old = present.get(enrolment.series)
    chosen = enrolment.categories
    wanted = Subscription(
        channel.id,
        enrolment.series,
        None if chosen is None else await store.categories.current(chosen),
        schedule_id=old.schedule_id if old else schedules.get(enrolment.series),
        density=old.density if old else "full",
    )
    if old == wanted:
        return "unchanged"
    await store.audience.subscribe(wanted)
    return "changed" if old else "added"
