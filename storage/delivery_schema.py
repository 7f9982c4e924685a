"""What is sent, and how far is it? Campaigns, their frozen renditions, and the ledger: one row for each part in each place.

delivery.md §7; part of the schema in `storage/schema.py`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    or_,
)

from storage.columns import may, metadata, must, number, of, own
from storage.types import Deadline, Id, Instant, Names

campaign = Table(
    "campaign",
    metadata,
    number("one push, broadcast, preview, correction or recall"),
    must("idem", Text, "idempotency key (delivery.md §7)"),
    must("kind", Text, "push, broadcast, preview, correction or recall"),
    of("issue_id", "issue.id", "of which issue"),
    must("revision", Text, "the revision that was current when it began to fan out"),
    of("schedule_id", "schedule.id", "which schedule opened it", is_optional=True),
    may("slot", Text, "for which period, by calendar.slot_key"),
    must("state", Text, "draft, fanning, running, paused, finished or cancelled"),
    may("policy", Text, "what becomes of a doubt: resend, hold or probe; null: as configured"),
    may("places", Names, "only these places; null: every subscriber"),
    may("platforms", Names, "only these platforms; null: all"),
    must("again", Text, "lack: who lacks the issue; all: everybody"),
    must("is_silent", Boolean, "without notification"),
    must("opened_by", Text, "how the curator is called; empty: the clock"),
    must("opened_at", Instant, "when it was opened"),
    may("send_at", Deadline, "nothing leaves before"),
    may("finished_at", Instant, "when it came to rest"),
    must("fan_cursor", Id, "the last channel that has been fanned out to"),
    must("fan_max", Id, "the last channel that will be: frozen when the fan-out began"),
    may("planned", BigInteger, "part rows, written when the fan-out is complete"),
    must("excluded_sent", BigInteger, "channels left out because they have the issue"),
    must("excluded_no_match", BigInteger, "channels left out because nothing matches their wish"),
    UniqueConstraint("idem"),
    UniqueConstraint("schedule_id", "slot"),
    Index("campaign_issue", "issue_id", "kind"),
)

rendition = Table(
    "rendition",
    metadata,
    number("short, since every part row holds it"),
    must("revision", Text, "of which revision"),
    must("platform", Text, "for which platform"),
    must("form", Text, "private or public, plain or rich"),
    must("density", Text, "headlines, brief or full"),
    must("language", Text, "BCP 47 tag"),
    must("selection", Text, "hash of the ordered item keys"),
    must("options", Text, "pictures and overview"),
    UniqueConstraint("revision", "platform", "form", "density", "language", "selection", "options"),
)

part = Table(
    "part",
    metadata,
    of("rendition_id", "rendition.id", "of which rendition", is_key=True),
    own("n", SmallInteger, "from 1"),
    must("method", Text, "the platform's own name of the call"),
    must("body", Text, "the exact JSON of the call, but for the address"),
    must("pictures", Names, "SHA-256 of the files it uploads"),
    must("count", SmallInteger, "how many native messages it makes"),
    must("items", Names, "ordered item keys"),
    must("sha", Text, "SHA-256 of method, body and categories"),
    must("categories", Names, "slugs under which a forum's post is filed"),
)

# No foreign keys here: a million rows are inserted at a time, from rows read in the same transaction, and neither
# campaigns nor channels nor renditions are deleted while the ledger speaks of them.
part_row = Table(
    "part_row",
    metadata,
    own("campaign_id", Id, "of which campaign"),
    own("channel_id", Id, "to which channel"),
    own("part", SmallInteger, "which part, from 1"),
    must("rendition_id", Id, "of which rendition"),
    must(
        "platform",
        SmallInteger,
        "0 telegram 1 discord 2 web: so that one platform's queue never walks another's",
    ),
    must("state", SmallInteger, "0 pending 1 sending 2 sent 3 unknown 4 gone 5 suspended 6 cancelled 7 dead"),
    must("due", Deadline, "not before"),
    must("attempts", SmallInteger, "sends that were refused or are in doubt"),
    may("fence", Id, "fence of the lease under which the last intent was written"),
    may("intent_at", Instant, "when that was"),
    may("low", BigInteger, "highest message id known then: the message, if it is out, has a higher one"),
    may("message_id", BigInteger, "the message, once sent; further ones in extra_message"),
    must("is_plain", Boolean, "to be sent without markup, which was refused"),
    sqlite_with_rowid=False,
)


def _one_of(*states: int) -> ColumnElement[bool]:
    """Written with OR: SQLite does not use an index whose predicate says IN for a query that says `state = 0`."""
    return or_(*(part_row.c.state == literal_column(str(state)) for state in states))


Index(
    "part_row_open",
    *(part_row.c[name] for name in ("campaign_id", "platform", "state", "due", "channel_id", "part")),
    sqlite_where=_one_of(0, 1, 3),
    postgresql_where=_one_of(0, 1, 3),
)
# in flight or in doubt: few rows, asked for by channel and all together
Index(
    "part_row_flight",
    part_row.c.channel_id,
    sqlite_where=_one_of(1, 3),
    postgresql_where=_one_of(1, 3),
)

extra_message = Table(
    "extra_message",
    metadata,
    own("campaign_id", Id, "as in part_row"),
    own("channel_id", Id, "as in part_row"),
    own("part", SmallInteger, "as in part_row"),
    own("k", SmallInteger, "from 1: the messages of an album after its first"),
    must("message_id", BigInteger, "the message"),
    sqlite_with_rowid=False,
)

part_error = Table(
    "part_error",
    metadata,
    number("in the order of happening"),
    must("campaign_id", Id, "as in part_row"),
    must("channel_id", Id, "as in part_row"),
    must("part", SmallInteger, "as in part_row"),
    must("at", Instant, "when"),
    must("outcome", Text, "unknown, rejected, unsupported or gone"),
    must("reason", Text, "the platform's words"),
    Index("part_error_row", "campaign_id", "channel_id", "part"),
)

crosspost = Table(
    "crosspost",
    metadata,
    own("issue_id", Id, "which issue: published once in a channel"),
    own("channel_id", Id, "in which channel"),
    must("campaign_id", Id, "by which campaign it was sent"),
    must("message_id", BigInteger, "its head message"),
    must("state", Text, "waiting, done or refused"),
    must("due", Deadline, "not before"),
    must("attempts", SmallInteger, "tries that failed for no stated limit"),
    must("reason", Text, "the platform's words"),
    Index("crosspost_campaign", "campaign_id"),
    Index("crosspost_due", "state", "due"),
)

watch = Table(
    "watch",
    metadata,
    of("campaign_id", "campaign.id", "whose progress", is_key=True),
    own("platform", Text, "is shown where"),
    own("address", Text, "in which place"),
    must("message_id", BigInteger, "by editing which message"),
)

passed_slot = Table(
    "passed_slot",
    metadata,
    of("schedule_id", "schedule.id", "of which schedule", is_key=True),
    own("slot", Text, "which period went by without a campaign"),
    must("at", Instant, "when that was recorded"),
)

lease = Table(
    "lease",
    metadata,
    own("name", Text, "one row a bot token, by a hash of it"),
    must("owner", Text, "random per process"),
    must("fence", Id, "only grows, over all leases: a fence names one holding of one lease"),
    must("expires_at", Instant, "by the database's clock"),
    may("high", BigInteger, "highest message id seen in private chats, which share the bot's box"),
    UniqueConstraint("fence"),
)
