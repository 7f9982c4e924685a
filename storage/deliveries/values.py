"""What goes in and out of the ledger? Orders, campaigns, frozen parts, claims, results and reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from digest.audience import Channel, Place
from digest.delivery import CampaignKind, CampaignState, Outcome, PartRow, Tally


@dataclass(frozen=True, slots=True)
class Order:
    """What to open. `idem` is the idempotency key of delivery.md §7; opening twice is opening once.

    `places` None: every subscriber of the issue's series (of `schedule_id`'s value when given); else just these.
    `platforms` None: all. `again`: "lack" sends to those who lack the issue, "all" to everybody.
    """

    idem: str
    kind: CampaignKind
    issue_id: int
    schedule_id: int | None = None
    slot: str | None = None
    places: tuple[Place, ...] | None = None
    platforms: tuple[str, ...] | None = None
    again: str = "lack"
    is_silent: bool = False
    is_draft: bool = False
    opened_by: str = ""  # how the curator is called, for "already sending (started by …)"
    send_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    id: int
    idem: str
    kind: CampaignKind
    issue_id: int
    revision: str
    state: CampaignState
    schedule_id: int | None
    slot: str | None
    places: tuple[Place, ...] | None
    platforms: tuple[str, ...] | None
    again: str
    is_silent: bool
    opened_by: str
    opened_at: datetime
    finished_at: datetime | None
    send_at: datetime | None
    planned: int | None
    excluded_sent: int
    excluded_no_match: int
    fan_cursor: int
    fan_max: int


@dataclass(frozen=True, slots=True)
class Report:
    """The sums of a campaign; both tallies always add up to their plan. `messages` counts native messages."""

    campaign: Campaign
    rows: Tally
    deliveries: Tally
    messages: int
    channels: Mapping[str, int]  # platform -> places
    reasons: Mapping[str, int]  # the platform's word for a failure -> how many rows
    doubted: int = 0  # rows of which it was unknown for a time whether they arrived, however that was settled
    crossposts: Mapping[str, int] = field(
        default_factory=dict
    )  # waiting, done, refused -> announcement channels


@dataclass(frozen=True, slots=True)
class FrozenPart:
    """One part of a rendition: `body` is the exact JSON of the call, `items` its item keys, `categories` the slugs a
    forum's post is filed under, `sha` the SHA-256 of what readers see of all that.
    """

    n: int
    method: str
    body: str
    pictures: tuple[str, ...]
    count: int
    items: tuple[str, ...]
    sha: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """One channel of a fan-out chunk, to be given a rendition (or None: nothing matches)."""

    channel: Channel
    categories: frozenset[str] | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A part row whose intent is committed, with all that is needed to send it.

    `head_id`: the message of a forum delivery's first part, which names the post that the others go into.
    """

    row: PartRow
    channel: Channel
    part: FrozenPart
    kind: CampaignKind
    is_silent: bool
    head_id: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How the sending of one claimed part ended: the row as `decide` made it, and what was said."""

    row: PartRow
    outcome: Outcome
    at: datetime
