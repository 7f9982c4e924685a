"""Who is there, and what do they want? Readers, channels and subscriptions; which items a subscription asks for."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from digest.issue import Issue
from digest.page import Density

PlatformName = Literal["telegram", "discord", "web"]
ChannelKind = Literal["private", "group", "topic", "channel", "text", "announcement", "forum", "thread"]
ChannelState = Literal["active", "suspended", "gone"]
Role = Literal["reader", "editor", "publisher"]
Images = Literal["under_item", "cover", "on_request"]
Overview = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class Place:
    """An address on a platform, written `telegram:-100123:7`, `discord:123`, `web:demo`."""

    platform: PlatformName
    address: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.address}"

    @staticmethod
    def parse(value: str) -> "Place":
        """Raises ValueError when `value` is no place."""
        platform, _, address = value.partition(":")
        if platform not in ("telegram", "discord", "web") or not address:
            message = f"not a place: {value!r}"
            raise ValueError(message)
        return Place(platform, address)  # type: ignore[arg-type]  # checked one line above


@dataclass(frozen=True, slots=True)
class Reader:
    """A person. `language` is a BCP 47 tag, `zone` an IANA name; None is the configured default."""

    id: int
    language: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How one channel wants to be served; None is the default of its kind (experience.md §3).

    `style`: rich where its platform has that, and nobody there cannot see it (docs/decisions.md); embeds on Discord.
    The rest is Discord's. `crosspost`: an issue's head message is published to the channel's followers. `role`: the id
    of the one that is woken by each issue; `roles`: (category slug, id) of those woken by issues that hold it. `tags`:
    (category slug, name or id of a forum's tag) where the names differ; `tag`: of posts that no other one fits.
    """

    density: Density | None = None
    images: Images | None = None
    language: str | None = None
    zone: str | None = None
    overview: Overview = "auto"
    is_paused: bool = False
    style: Literal["classic", "rich", "embeds"] = "classic"
    crosspost: bool = False
    role: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    tag: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """One address that can receive messages. `reader_id` is set for a private chat."""

    id: int
    place: Place
    kind: ChannelKind
    reader_id: int | None = None
    settings: ChannelSettings = field(default_factory=ChannelSettings)
    state: ChannelState = "active"
    parked_until: datetime | None = None

    @property
    def is_private(self) -> bool:
        return self.kind == "private"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One channel's wish for one series. `categories` None is *all*, which includes categories born later."""

    channel_id: int
    series: str
    categories: frozenset[str] | None = None
    schedule_id: int | None = None  # None: at once, on publishing


def woken(settings: ChannelSettings, categories: Collection[str]) -> tuple[str, ...]:
    """The roles that a push of these categories wakes in a channel; none where nobody opted in."""
    of_all = [settings.role] if settings.role else []
    return tuple(dict.fromkeys([*of_all, *(role for slug, role in settings.roles if slug in categories)]))


def wants(subscription: Subscription, issue: Issue) -> tuple[str, ...]:
    """The keys of the items this subscription asks for, in reading order; empty when nothing matches."""
    chosen = subscription.categories
    return tuple(item.key for section, item in issue.placed() if chosen is None or section.category in chosen)
