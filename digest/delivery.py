"""What becomes of a part on its way? The closed set of outcomes, and the one table that decides.

No platform library's exception gets here: a platform answers every send with an `Outcome`, and `decide` says what the
part row becomes. The question asked of every failure is whether the message could be out (delivery.md §3, §4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Literal, assert_never

from digest.audience import Place

CampaignKind = Literal["push", "broadcast", "preview", "correction", "recall"]
CampaignState = Literal["draft", "fanning", "running", "paused", "finished", "cancelled"]
Policy = Literal["resend", "hold", "probe"]
Items = tuple[str, ...]  # the item keys of a part, in order
RICH = "+rich"  # how the name of a form ends that not every server and reader can take
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
class Unsupported:
    """Surely not sent: this form cannot be had here, another one may pass. `is_refused`: the server read it and said no;
    else it does not know such a call at all.
    """

    reason: str
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody is there: blocked, deleted, kicked."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The same reader has a new address; surely not sent."""

    place: Place


Outcome = Sent | RetryAfter | Unavailable | Unknown | Rejected | Unsupported | Gone | Moved


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
    What cannot be had in its form waits too, and is given another rendition where that is recorded.
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
        case Unsupported(is_refused=is_refused):
            return replace(row, state=State.PENDING, due=now, attempts=row.attempts + is_refused)
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
    `form` ends in `+rich` for the form that not every server and reader can take.
    """

    revision: str
    platform: str
    form: str
    density: str
    language: str
    selection: str
    options: str

    @property
    def instead(self) -> "Variant | None":
        """The same for those who cannot take the rich form; None for a variant that everybody can take."""
        plainer = self.form.removesuffix(RICH)
        return replace(self, form=plainer) if plainer != self.form else None


def going_on(sent: Sequence[Items], rest: Sequence[Items], other: Sequence[Items]) -> int:
    """From which part, counted from 0, another rendition carries what was not sent of a first one.

    `sent` and `rest` are the item keys of the first one's parts, `other` those of the second one's. Both keep the order
    of the issue; so what stands before an item that went out whole went out with it. Pure.
    """
    waiting = {key for items in rest for key in items}
    out = {key for items in sent for key in items} - waiting
    done = (number for number, items in enumerate(other, 1) if items and out.issuperset(items))
    return max(done, default=0)


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
