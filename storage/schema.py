"""What is remembered? Every table, a comment beside every column: the schema to read.

Times are integer milliseconds UTC, days ISO dates, lists JSON text. Alembic owns what is really created
(`storage/migrations`); a test holds both together. What search remembers stands in `storage/search_schema.py`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    or_,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

import storage.search_schema  # noqa: F401  its tables belong to the same metadata
from storage.columns import may, metadata, must, number, of, own
from storage.types import Deadline, Id, Instant, Names

# What is published

issue = Table(
    "issue",
    metadata,
    number("never changes, whatever is corrected"),
    must("series", Text, "key of the series"),
    must("key", Text, "stable key within the series (content.md §7.2)"),
    must("current_id", Id, "row of the revision that is current"),
    must("revision", Text, "names what is current: source, pictures and the curator's corrections"),
    must("title", Text, "title of the current revision"),
    may("number", Integer, "running number, as corrected"),
    may("published_on", Date, "day of publication in the series' zone, as corrected"),
    may("corrected_number", Integer, "number by a curator's word; outlives revisions"),
    may("corrected_on", Date, "day by a curator's word; outlives revisions"),
    must("state", Text, "published, held or retracted"),
    may("held", Text, "why it is held back: draft, or until 2026-03-01"),
    must("item_count", Integer, "items in the current revision"),
    must("appeared_at", Instant, "when it was first stored, or ceased to be held"),
    may("gone_at", Instant, "since when its file is gone from its source; null: it is there"),
    UniqueConstraint("series", "key"),
    Index("issue_newest", "published_on", "number"),
    Index(
        "issue_dated",  # the date an issue without one has to sort by
        "series",
        "number",
        "published_on",
        sqlite_where=literal_column("published_on IS NOT NULL"),
        postgresql_where=literal_column("published_on IS NOT NULL"),
    ),
)

revision = Table(
    "revision",
    metadata,
    number("short number of the revision"),
    of("issue_id", "issue.id", "whose state this is"),
    must("hash", Text, "hash of source text and pictures, as given by the source"),
    must("source", LargeBinary, "the source's bytes, so that a better parser can read them again"),
    must("tree", Text, "the document tree as versioned JSON (digest/codec.py), without corrections"),
    must("parser_version", Integer, "which parser made the tree"),
    must("base", Text, "the folder its relative paths start from"),
    must("origin", Text, "which source it was last seen in"),
    must("name", Text, "the file's path in that source"),
    must("problems", Text, "what the curator should know about the file, as JSON"),
    must("stored_at", Instant, "when it became current"),
    UniqueConstraint("issue_id", "hash"),
)

category = Table(
    "category",
    metadata,
    number("in the order of first appearance"),
    must("slug", Text, "what subscriptions name; never changed"),
    must("name", Text, "the section title it first appeared under"),
    may("offer_for", Id, "the issue that made it, while the curator is still to be offered to merge it"),
    UniqueConstraint("slug"),
)

category_alias = Table(
    "category_alias",
    metadata,
    own("title", Text, "section title"),
    of("category_id", "category.id", "what it means by a curator's word"),
)

section = Table(
    "section",
    metadata,
    number("carried by buttons; kept over revisions by (issue, key)"),
    of("issue_id", "issue.id", "where it stands"),
    must("key", Text, "stable key within the issue"),
    must("title", Text, "its title as plain text"),
    of("category_id", "category.id", "what readers subscribe to"),
    must("position", Integer, "place in the issue, from 1"),
    must("is_present", Boolean, "false once a revision dropped it"),
    UniqueConstraint("issue_id", "key"),
)

item = Table(
    "item",
    metadata,
    number("carried by buttons; kept over revisions by (issue, key)"),
    of("issue_id", "issue.id", "where it stands"),
    of("section_id", "section.id", "the section it stands in"),
    must("key", Text, "stable key within the issue"),
    must("title", Text, "the label it is listed by"),
    must("position", Integer, "place in the issue, from 1"),
    must("search_id", BigInteger, "day number × 2^20 + n: grows with time, is the search index's row id"),
    may("published_on", Date, "its issue's day, beside it for ranking"),
    must("is_present", Boolean, "false once a revision dropped it"),
    may(
        "tsv",
        Text().with_variant(TSVECTOR, "postgresql"),
        "its words, for PostgreSQL's search (search.md §7)",
    ),
    may("tokeniser", Text, "which tokeniser made tsv"),
    UniqueConstraint("issue_id", "key"),
    UniqueConstraint("search_id"),
)
TSV_INDEX = "item_tsv"
Index(TSV_INDEX, item.c.tsv, postgresql_using="gin", postgresql_with={"fastupdate": "off"}).ddl_if(
    "postgresql"
)

picture = Table(
    "picture",
    metadata,
    own("sha", Text, "SHA-256 of its bytes; they lie in the media cellar"),
    must("mime", Text, "its kind"),
    must("width", Integer, "pixels"),
    must("height", Integer, "pixels"),
    must("size", Integer, "bytes"),
)

revision_picture = Table(
    "revision_picture",
    metadata,
    of("revision_id", "revision.id", "in which revision", is_key=True),
    own("src", Text, "the picture's address as the tree has it"),
    Column("sha", Text, ForeignKey("picture.sha"), nullable=False, comment="which picture that is"),
)

# Who reads

reader = Table(
    "reader",
    metadata,
    number("a person"),
    may("language", Text, "BCP 47 tag; null: the default"),
    may("zone", Text, "IANA name; null: the default"),
    may("quiet", Text, "quiet hours as 22:00-08:00 in the reader's zone; null: none"),
    must("created_at", Instant, "when first seen"),
)

identity = Table(
    "identity",
    metadata,
    own("platform", Text, "where"),
    own("native_id", Text, "the person's id there"),
    of("reader_id", "reader.id", "who that is"),
    UniqueConstraint("reader_id", "platform"),
)

channel = Table(
    "channel",
    metadata,
    number("short, since every part row holds it"),
    must("platform", Text, "where"),
    must("address", Text, "the address there"),
    must("kind", Text, "private, group, topic, channel, text, announcement, forum or thread"),
    of("reader_id", "reader.id", "whose private chat it is", is_optional=True),
    must("settings", Text, "ChannelSettings as JSON"),
    must("is_paused", Boolean, "the settings' pause, beside them so that a fan-out can ask for it"),
    must("state", Text, "active, suspended or gone"),
    may("parked_until", Deadline, "nothing is sent before: the platform asked for a long wait"),
    may("high", BigInteger, "highest message id seen in a channel that counts its own"),
    may("moved_to", Id, "the channel that took over when the address changed to one already known"),
    UniqueConstraint("platform", "address"),
)

schedule = Table(
    "schedule",
    metadata,
    number("a pushing time; shared by all who chose its value"),
    must("series", Text, "whose issues it pushes"),
    must("days", Text, "weekdays, 0 is Monday, as 0,2,4"),
    must("at", Text, "wall times, as 08:30,18:00"),
    must("zone", Text, "IANA name"),
    must("catch_up_s", Integer, "how late a missed slot may still go unattended"),
    must("is_default", Boolean, "the series' own: a row apart, so that moving its time keeps its slots"),
    must("is_on", Boolean, "false: is not due any more, but its slots are remembered"),
    must("since", Instant, "when it began to hold: no slot before is caught up"),
    Index(
        "schedule_default",
        "series",
        unique=True,
        sqlite_where=literal_column("is_default"),
        postgresql_where=literal_column("is_default"),
    ),
    Index(
        "schedule_value",
        "series",
        "days",
        "at",
        "zone",
        unique=True,
        sqlite_where=literal_column("NOT is_default"),
        postgresql_where=literal_column("NOT is_default"),
    ),
)

subscription = Table(
    "subscription",
    metadata,
    of("channel_id", "channel.id", "whose wish", is_key=True),
    own("series", Text, "for which series"),
    may("categories", Names, "chosen slugs; null is all, categories born later included"),
    of("schedule_id", "schedule.id", "when; null: at once, on publishing", is_optional=True),
    must("density", Text, "headlines, brief or full"),
    must("options", Text, "room for further wishes, as JSON"),
    Index("subscription_series", "series", "schedule_id", "channel_id"),
)

# What is sent

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
    must("sha", Text, "SHA-256 of body"),
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
    must("outcome", Text, "unknown, rejected or gone"),
    must("reason", Text, "the platform's words"),
    Index("part_error_row", "campaign_id", "channel_id", "part"),
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

# What spares work

token = Table(
    "token",
    metadata,
    own("token", Text, "what the button carries"),
    must("value", Text, "what it stands for; never holds a reader's id"),
    must("kept_at", Instant, "when first kept"),
    UniqueConstraint("value"),
)

media = Table(
    "media",
    metadata,
    own("token", Text, "hash of the bot token"),
    own("sha", Text, "which picture"),
    own("form", Text, "photo, document …"),
    must("file_id", Text, "what the platform knows it by"),
)

meta = Table(
    "meta",
    metadata,
    own("k", Text, "what is noted: tokeniser, menus of a bot …"),
    may("v", Text, "its value"),
)

# The web platform's own memory (delivery.md §6): what a messenger's server keeps for the others

chat_message = Table(
    "chat_message",
    metadata,
    number("in the order of writing"),
    must("address", Text, "in which chat"),
    must("key", Text, "idempotency key: of the part row, or of what the person sent"),
    must("change", BigInteger, "grows with every insert and edit of the chat; what a reader resumes from"),
    must("body", Text, "what is shown, as JSON"),
    must("created_at", Instant, "when it was written"),
    UniqueConstraint("address", "key"),
    Index("chat_message_change", "address", "change"),
)
