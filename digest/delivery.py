"""What becomes of a part on its way? The closed set of outcomes, and the one table that decides.

No platform library's exception gets here: a platform answers every send with an `Outcome`, and `decide` says what the
part row becomes. The question asked of every failure is whether the message could be out (delivery.md §3, §4).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Literal, assert_never

from digest.audience import Place

CampaignKind = Literal["push", "broadcast", "preview", "correction", "recall"]
CampaignState = Literal["draft", "fanning", "running", "paused", "finished", "cancelled"]
Policy = Literal["resend", "hold", "probe"]
MAX_ATTEMPTS = 5  # unknown or refused sends of one part before it is a dead letter


class State(IntEnum):
    """Where a part row stands; the numbers are stored."""

    PENDING = 0
    SENDING = 1
    SENT = 2
    UNKNOWN = 3
    GONE = 4
    SUSPENDED = 5
    CANCELLED = 6
    DEAD = 7


OPEN = (State.PENDING, State.SENDING, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Sent:
    """Proof: the platform named the message ids, in order."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Surely not sent; the platform asks to wait. `scope`: whose limit it was, as far as it is known."""

    seconds: float
    scope: Literal["channel", "token"] = "channel"


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Surely not sent: no byte left, or the token is refused (`scope="token"`)."""

    reason: str
    scope: Literal["network", "token"] = "network"


@dataclass(frozen=True, slots=True)
class Unknown:
    """May have been sent: the answer was lost, unreadable or a 5xx."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Refused for good: the content, or a permission that lacks. `is_markup`: plain text may still pass."""

    kind: Literal["content", "permission"]
    reason: str
    is_markup: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody is there: blocked, deleted, kicked."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The same reader has a new address; surely not sent."""

    place: Place


Outcome = Sent | RetryAfter | Unavailable | Unknown | Rejected | Gone | Moved


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of one delivery in the ledger; (campaign, channel, part) is its idempotency key. Parts count from 1."""

    campaign_id: int
    channel_id: int
    part: int
    rendition_id: int
    state: State
    due: datetime
    attempts: int = 0
    fence: int | None = None
    intent_at: datetime | None = None
    low: int | None = None
    message_ids: tuple[int, ...] = ()
    is_plain: bool = False  # to be sent as plain text, after a refusal of its markup


def decide(row: PartRow, outcome: Outcome, now: datetime) -> PartRow:
    """What a part row becomes by one outcome: the table of delivery.md §3. Pure and total.

    Only a row that is `sending` moves, and one that is `unknown` under its own fence by a late `Sent`. What surely was
    not sent goes back to `pending` and counts no attempt; what may have been sent becomes `unknown`, never `pending`.
    """
    if row.state is State.UNKNOWN and isinstance(outcome, Sent):
        return replace(row, state=State.SENT, message_ids=outcome.ids)
    if row.state is not State.SENDING:
        return row
    match outcome:
        case Sent(ids):
            return replace(row, state=State.SENT, message_ids=ids)
        case RetryAfter(seconds):
            return replace(row, state=State.PENDING, due=now + timedelta(seconds=seconds))
        case Unavailable() | Moved():
            return replace(row, state=State.PENDING, due=now)
        case Unknown():
            return replace(row, state=State.UNKNOWN, attempts=row.attempts + 1)
        case Gone():
            return replace(row, state=State.GONE)
        case Rejected("permission"):
            return replace(row, state=State.SUSPENDED, attempts=row.attempts + 1)
        case Rejected(is_markup=True) if not row.is_plain:
            return replace(row, state=State.PENDING, due=now, attempts=row.attempts + 1, is_plain=True)
        case Rejected():
            return replace(row, state=State.DEAD, attempts=row.attempts + 1)
        case _:
            assert_never(outcome)


def settle(row: PartRow, now: datetime, policy: Policy, *, repeats_until: datetime | None = None) -> PartRow:
    """What becomes of a row that is in doubt. Pure; rows in any other state stay as they are.

    `repeats_until`: until then the platform recognises a second send of the same part (Discord's nonce), so sending
    again is safe. Otherwise `resend` may double by what was in flight, and gives up as a dead letter after
    `MAX_ATTEMPTS`; `hold` and `probe` leave the row for a curator or the prober.
    """
    if row.state is not State.UNKNOWN:
        return row
    if repeats_until is not None and now < repeats_until:
        return replace(row, state=State.PENDING, due=now + backoff(row.attempts))
    if policy != "resend":
        return row
    if row.attempts >= MAX_ATTEMPTS:
        return replace(row, state=State.DEAD)
    return replace(row, state=State.PENDING, due=now + backoff(row.attempts))


def backoff(attempts: int) -> timedelta:
    """1 s, 2 s, 4 s … 60 s."""
    return timedelta(seconds=min(60, 2 ** max(0, attempts - 1)))


@dataclass(frozen=True, slots=True)
class Variant:
    """What makes two payloads differ (delivery.md §1); the parts of one variant are frozen once for all its channels.

    `selection` is a hash of the ordered item keys; `options` holds pictures and overview, written `images=…;overview=…`.
    """

    revision: str
    platform: str
    form: str
    density: str
    language: str
    selection: str
    options: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many part rows, or deliveries, stand in each state."""

    pending: int = 0
    sending: int = 0
    sent: int = 0
    unknown: int = 0
    gone: int = 0
    suspended: int = 0
    cancelled: int = 0
    dead: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, name) for name in self.__dataclass_fields__)

    @property
    def open(self) -> int:
        return self.pending + self.sending + self.unknown

    @property
    def failed(self) -> int:
        return self.gone + self.suspended + self.dead
