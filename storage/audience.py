"""Who reads? Readers with their identities, channels with their settings, and subscriptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """One line of `subscribers list`: a subscription with its place."""

    channel: Channel
    subscription: Subscription
    reader: Reader | None


class AudienceRoom:
    async def reader(
        self, platform: PlatformName, native_id: str, *, now: datetime, language: str | None = None
    ) -> Reader:
        """The reader of a platform identity, made at first sight (`language`: a first guess, kept only when made)."""
        raise NotImplementedError

    async def set_reader(self, reader: Reader) -> None:
        """Store language and zone."""
        raise NotImplementedError

    async def channel(self, place: Place, kind: ChannelKind, *, reader_id: int | None = None) -> Channel:
        """The channel of a place, made at first sight."""
        raise NotImplementedError

    async def find(self, place: Place) -> Channel | None:
        raise NotImplementedError

    async def get(self, channel_id: int) -> Channel:
        raise NotImplementedError

    async def set_settings(self, channel_id: int, settings: ChannelSettings) -> None:
        raise NotImplementedError

    async def set_state(self, channel_id: int, state: ChannelState) -> None:
        """`active` wakes a channel that slept; its subscriptions were kept."""
        raise NotImplementedError

    async def park(self, channel_id: int, until: datetime | None) -> None:
        raise NotImplementedError

    async def move(self, old: Place, new: Place) -> Channel:
        """Rewrite an address in one transaction; when the new one exists, subscriptions merge into it (the union)."""
        raise NotImplementedError

    async def subscribe(self, subscription: Subscription) -> None:
        """Add or replace by (channel, series)."""
        raise NotImplementedError

    async def unsubscribe(self, channel_id: int, series: str | None = None) -> int:
        """End one or all; returns how many ended. Their pending part rows become cancelled in the same transaction."""
        raise NotImplementedError

    async def subscriptions(self, channel_id: int) -> Sequence[Subscription]:
        raise NotImplementedError

    async def lines(self, series: str | None = None) -> Sequence[SubscriptionLine]:
        raise NotImplementedError

    async def counts(self, series: str) -> dict[PlatformName, tuple[int, int]]:
        """Per platform: active subscribed private chats, and other channels."""
        raise NotImplementedError
