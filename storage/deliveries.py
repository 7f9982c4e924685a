"""What was sent, what is due, what is in doubt? Campaigns, frozen renditions and the ledger of part rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.audience import Channel, Place
from digest.delivery import CampaignKind, CampaignState, Outcome, PartRow, State, Tally, Variant
from storage.leases import Lease


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


@dataclass(frozen=True, slots=True)
class FrozenPart:
    """One part of a rendition: `body` is the exact JSON of the call, `sha` its SHA-256, `items` its item keys."""

    n: int
    method: str
    body: str
    pictures: tuple[str, ...]
    count: int
    items: tuple[str, ...]
    sha: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One channel of a fan-out chunk, to be given a rendition (or None: nothing matches)."""

    channel: Channel
    categories: frozenset[str] | None
    density: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A part row whose intent is committed, with all that is needed to send it."""

    row: PartRow
    channel: Channel
    part: FrozenPart
    kind: CampaignKind
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Result:
    """How the sending of one claimed part ended: the row as `decide` made it, and what was said."""

    row: PartRow
    outcome: Outcome
    at: datetime


class DeliveriesRoom:
    async def open(self, order: Order, now: datetime) -> tuple[Campaign, bool]:
        """Insert or find by `idem`; the bool tells whether it is new. State `fanning`, or `draft`."""
        raise NotImplementedError

    async def campaign(self, campaign_id: int) -> Campaign:
        """Raises NotFound("campaign.unknown")."""
        raise NotImplementedError

    async def campaigns(
        self, *, states: Sequence[CampaignState] | None = None, limit: int = 50
    ) -> Sequence[Campaign]:
        """Newest first."""
        raise NotImplementedError

    async def next_ordinal(self, issue_id: int, kind: CampaignKind) -> int:
        """The n of the next `…@broadcast-n`."""
        raise NotImplementedError

    async def set_state(self, campaign_id: int, state: CampaignState, now: datetime) -> bool:
        """False when the present state does not allow it (delivery.md §3). Cancelling cancels its pending rows too."""
        raise NotImplementedError

    async def freeze(self, variant: Variant, parts: Sequence[FrozenPart]) -> int:
        """Store a rendition once; returns its id (the existing one's when the variant is there)."""
        raise NotImplementedError

    async def rendition(self, variant: Variant) -> int | None:
        raise NotImplementedError

    async def parts(self, rendition_id: int) -> Sequence[FrozenPart]:
        raise NotImplementedError

    async def fan_candidates(self, campaign: Campaign, limit: int = 10_000) -> Sequence[Planned]:
        """The next channels after the campaign's cursor, by keyset, that are active, wanted and lack the issue.

        Those left out because they have it are counted in `excluded_sent` by `fan_chunk`.
        """
        raise NotImplementedError

    async def fan_chunk(
        self,
        campaign: Campaign,
        rows: Sequence[tuple[int, int, int]],
        *,
        cursor: int,
        no_match: int,
        already: int,
        now: datetime,
    ) -> Campaign:
        """Insert (channel_id, rendition_id, part count) and move the cursor in one transaction; replays are swallowed.

        When the cursor reaches `fan_max`, the campaign becomes `running` and `planned` is written.
        """
        raise NotImplementedError

    async def turn(
        self, lease: Lease, done: Sequence[Result], k: int, now: datetime, platforms: Sequence[str]
    ) -> Sequence[Claim]:
        """One transaction: record results, then claim up to `k` due rows as `sending` (storage.md §2). Raises Superseded.

        Guards of a claim: campaign fanning or running; channel active and not parked; all earlier parts sent; no other
        row of the channel in flight. Replies of a moved channel rewrite its address here. `Gone` and `Rejected
        (permission)` put the channel to sleep and take its later parts along.
        """
        raise NotImplementedError

    async def recover(self, lease: Lease, now: datetime) -> Sequence[Claim]:
        """Rows left `sending` by an older fence become `unknown`, attempts counted; returns them for settling."""
        raise NotImplementedError

    async def unknown(self, limit: int = 1_000) -> Sequence[Claim]:
        raise NotImplementedError

    async def settle(
        self, row: PartRow, state: State, now: datetime, message_ids: Sequence[int] = ()
    ) -> bool:
        """Close an unknown row: sent, pending or dead. False when it was not unknown any more."""
        raise NotImplementedError

    async def finish(self, now: datetime) -> Sequence[Campaign]:
        """Campaigns whose rows all rest become `finished`; returns them."""
        raise NotImplementedError

    async def report(self, campaign_id: int) -> Report:
        raise NotImplementedError

    async def retry(self, campaign_id: int, now: datetime) -> int:
        """`dead`, `suspended` and (channel back) `gone` rows become pending; returns how many."""
        raise NotImplementedError

    async def rows(
        self, campaign_id: int, states: Sequence[State] | None = None, limit: int = 1_000
    ) -> Sequence[tuple[PartRow, Channel, str]]:
        """Part rows with their channel and the last reason said."""
        raise NotImplementedError

    async def history(self, channel_id: int, limit: int = 10) -> Sequence[int]:
        """Ids of the issues this channel has had by push or broadcast, newest first."""
        raise NotImplementedError

    async def has(self, channel_id: int, issue_id: int) -> bool:
        raise NotImplementedError

    async def unseen(self, channel_id: int, series: str, than: int) -> int:
        """How many visible issues of the series appeared since the channel's last push, besides issue `than`."""
        raise NotImplementedError

    async def watch(self, campaign_id: int, place: Place, message_id: int) -> None:
        """Show the campaign's progress by editing this message."""
        raise NotImplementedError

    async def watched(self) -> Sequence[tuple[int, Place, int]]:
        raise NotImplementedError

    async def unwatch(self, campaign_id: int) -> None:
        raise NotImplementedError

    async def open_rows(self) -> Mapping[str, int]:
        """Platform -> rows pending, sending or unknown."""
        raise NotImplementedError
