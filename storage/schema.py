"""What is remembered? Every table, a comment beside every column: the schema to read.

Times are integer milliseconds UTC, days ISO dates, lists JSON text. Alembic owns what is really created
(`storage/migrations`); a test holds both together. What is sent stands in `storage/delivery_schema.py`, what search
remembers in `storage/search_schema.py`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

import storage.delivery_schema
import storage.search_schema  # noqa: F401  the tables of both belong to the same metadata
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

corrected_revision = Table(
    "corrected_revision",
    metadata,
    of("issue_id", "issue.id", "whose state this is or was", is_key=True),
    own("name", Text, "what it was called while it was current, as issue.revision"),
    of("revision_id", "revision.id", "the source's state that was corrected"),
    may("published_on", Date, "day by a curator's word then"),
    may("number", Integer, "number by a curator's word then"),
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
    must("options", Text, "room for further wishes, as JSON"),
    Index("subscription_series", "series", "schedule_id", "channel_id"),
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
