"""The beginning: every table of delivery.md §9 and search.md §7, even where still empty.

Comments beside the columns are the schema's own (storage/schema.py).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "category",
        sa.Column("id", ID, nullable=False, comment="in the order of first appearance"),
        sa.Column("slug", sa.Text(), nullable=False, comment="what subscriptions name; never changed"),
        sa.Column("name", sa.Text(), nullable=False, comment="the section title it first appeared under"),
        sa.Column(
            "offer_for",
            ID,
            nullable=True,
            comment="the issue that made it, while the curator is still to be offered to merge it",
        ),
        sa.PrimaryKeyConstraint("id", name="category_pk"),
        sa.UniqueConstraint("slug", name="category_slug_key"),
    )
    op.create_table(
        "category_alias",
        sa.Column("title", sa.Text(), autoincrement=False, nullable=False, comment="section title"),
        sa.Column(
            "category_id",
            ID,
            autoincrement=False,
            nullable=False,
            comment="what it means by a curator's word",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name="category_alias_category_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("title", name="category_alias_pk"),
    )
    op.create_table(
        "chat_message",
        sa.Column("id", ID, nullable=False, comment="in the order of writing"),
        sa.Column("address", sa.Text(), nullable=False, comment="in which chat"),
        sa.Column(
            "key",
            sa.Text(),
            nullable=False,
            comment="idempotency key: of the part row, or of what the person sent",
        ),
        sa.Column(
            "change",
            sa.BigInteger(),
            nullable=False,
            comment="grows with every insert and edit of the chat; what a reader resumes from",
        ),
        sa.Column("body", sa.Text(), nullable=False, comment="what is shown, as JSON"),
        sa.Column("created_at", sa.BigInteger(), nullable=False, comment="when it was written"),
        sa.PrimaryKeyConstraint("id", name="chat_message_pk"),
        sa.UniqueConstraint("address", "key", name="chat_message_address_key"),
    )
    op.create_index("chat_message_change", "chat_message", ["address", "change"], unique=False)
    op.create_table(
        "crosspost",
        sa.Column(
            "issue_id",
            ID,
            autoincrement=False,
            nullable=False,
            comment="which issue: published once in a channel",
        ),
        sa.Column("channel_id", ID, autoincrement=False, nullable=False, comment="in which channel"),
        sa.Column("campaign_id", ID, nullable=False, comment="by which campaign it was sent"),
        sa.Column("message_id", sa.BigInteger(), nullable=False, comment="its head message"),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, done or refused"),
        sa.Column("due", sa.BigInteger(), nullable=False, comment="not before"),
        sa.Column(
            "attempts", sa.SmallInteger(), nullable=False, comment="tries that failed for no stated limit"
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="the platform's words"),
        sa.PrimaryKeyConstraint("issue_id", "channel_id", name="crosspost_pk"),
    )
    op.create_index("crosspost_campaign", "crosspost", ["campaign_id"], unique=False)
    op.create_index("crosspost_due", "crosspost", ["state", "due"], unique=False)
    op.create_table(
        "extra_message",
        sa.Column("campaign_id", ID, autoincrement=False, nullable=False, comment="as in part_row"),
        sa.Column("channel_id", ID, autoincrement=False, nullable=False, comment="as in part_row"),
        sa.Column("part", sa.SmallInteger(), autoincrement=False, nullable=False, comment="as in part_row"),
        sa.Column(
            "k",
            sa.SmallInteger(),
            autoincrement=False,
            nullable=False,
            comment="from 1: the messages of an album after its first",
        ),
        sa.Column("message_id", sa.BigInteger(), nullable=False, comment="the message"),
        sa.PrimaryKeyConstraint("campaign_id", "channel_id", "part", "k", name="extra_message_pk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "issue",
        sa.Column("id", ID, nullable=False, comment="never changes, whatever is corrected"),
        sa.Column("series", sa.Text(), nullable=False, comment="key of the series"),
        sa.Column("key", sa.Text(), nullable=False, comment="stable key within the series (content.md §7.2)"),
        sa.Column("current_id", ID, nullable=False, comment="row of the revision that is current"),
        sa.Column(
            "revision",
            sa.Text(),
            nullable=False,
            comment="names what is current: source, pictures and the curator's corrections",
        ),
        sa.Column("title", sa.Text(), nullable=False, comment="title of the current revision"),
        sa.Column("number", sa.Integer(), nullable=True, comment="running number, as corrected"),
        sa.Column(
            "published_on",
            sa.Date(),
            nullable=True,
            comment="day of publication in the series' zone, as corrected",
        ),
        sa.Column(
            "corrected_number",
            sa.Integer(),
            nullable=True,
            comment="number by a curator's word; outlives revisions",
        ),
        sa.Column(
            "corrected_on", sa.Date(), nullable=True, comment="day by a curator's word; outlives revisions"
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="published, held or retracted"),
        sa.Column(
            "held", sa.Text(), nullable=True, comment="why it is held back: draft, or until 2026-03-01"
        ),
        sa.Column("item_count", sa.Integer(), nullable=False, comment="items in the current revision"),
        sa.Column(
            "appeared_at",
            sa.BigInteger(),
            nullable=False,
            comment="when it was first stored, or ceased to be held",
        ),
        sa.Column(
            "gone_at",
            sa.BigInteger(),
            nullable=True,
            comment="since when its file is gone from its source; null: it is there",
        ),
        sa.PrimaryKeyConstraint("id", name="issue_pk"),
        sa.UniqueConstraint("series", "key", name="issue_series_key"),
    )
    op.create_index("issue_newest", "issue", ["published_on", "number"], unique=False)
    op.create_index(
        "issue_dated",
        "issue",
        ["series", "number", "published_on"],
        unique=False,
        sqlite_where=sa.text("published_on IS NOT NULL"),
        postgresql_where=sa.text("published_on IS NOT NULL"),
    )
    op.create_table(
        "lease",
        sa.Column(
            "name",
            sa.Text(),
            autoincrement=False,
            nullable=False,
            comment="one row a bot token, by a hash of it",
        ),
        sa.Column("owner", sa.Text(), nullable=False, comment="random per process"),
        sa.Column(
            "fence",
            ID,
            nullable=False,
            comment="only grows, over all leases: a fence names one holding of one lease",
        ),
        sa.Column("expires_at", sa.BigInteger(), nullable=False, comment="by the database's clock"),
        sa.Column(
            "high",
            sa.BigInteger(),
            nullable=True,
            comment="highest message id seen in private chats, which share the bot's box",
        ),
        sa.PrimaryKeyConstraint("name", name="lease_pk"),
        sa.UniqueConstraint("fence", name="lease_fence_key"),
    )
    op.create_table(
        "media",
        sa.Column("token", sa.Text(), autoincrement=False, nullable=False, comment="hash of the bot token"),
        sa.Column("sha", sa.Text(), autoincrement=False, nullable=False, comment="which picture"),
        sa.Column("form", sa.Text(), autoincrement=False, nullable=False, comment="photo, document …"),
        sa.Column("file_id", sa.Text(), nullable=False, comment="what the platform knows it by"),
        sa.PrimaryKeyConstraint("token", "sha", "form", name="media_pk"),
    )
    op.create_table(
        "meta",
        sa.Column(
            "k",
            sa.Text(),
            autoincrement=False,
            nullable=False,
            comment="what is noted: tokeniser, menus of a bot …",
        ),
        sa.Column("v", sa.Text(), nullable=True, comment="its value"),
        sa.PrimaryKeyConstraint("k", name="meta_pk"),
    )
    op.create_table(
        "part_error",
        sa.Column("id", ID, nullable=False, comment="in the order of happening"),
        sa.Column("campaign_id", ID, nullable=False, comment="as in part_row"),
        sa.Column("channel_id", ID, nullable=False, comment="as in part_row"),
        sa.Column("part", sa.SmallInteger(), nullable=False, comment="as in part_row"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="when"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="unknown, rejected or gone"),
        sa.Column("reason", sa.Text(), nullable=False, comment="the platform's words"),
        sa.PrimaryKeyConstraint("id", name="part_error_pk"),
    )
    op.create_index("part_error_row", "part_error", ["campaign_id", "channel_id", "part"], unique=False)
    op.create_table(
        "part_row",
        sa.Column("campaign_id", ID, autoincrement=False, nullable=False, comment="of which campaign"),
        sa.Column("channel_id", ID, autoincrement=False, nullable=False, comment="to which channel"),
        sa.Column(
            "part", sa.SmallInteger(), autoincrement=False, nullable=False, comment="which part, from 1"
        ),
        sa.Column("rendition_id", ID, nullable=False, comment="of which rendition"),
        sa.Column(
            "platform",
            sa.SmallInteger(),
            nullable=False,
            comment="0 telegram 1 discord 2 web: so that one platform's queue never walks another's",
        ),
        sa.Column(
            "state",
            sa.SmallInteger(),
            nullable=False,
            comment="0 pending 1 sending 2 sent 3 unknown 4 gone 5 suspended 6 cancelled 7 dead",
        ),
        sa.Column("due", sa.BigInteger(), nullable=False, comment="not before"),
        sa.Column(
            "attempts", sa.SmallInteger(), nullable=False, comment="sends that were refused or are in doubt"
        ),
        sa.Column(
            "fence", ID, nullable=True, comment="fence of the lease under which the last intent was written"
        ),
        sa.Column("intent_at", sa.BigInteger(), nullable=True, comment="when that was"),
        sa.Column(
            "low",
            sa.BigInteger(),
            nullable=True,
            comment="highest message id known then: the message, if it is out, has a higher one",
        ),
        sa.Column(
            "message_id",
            sa.BigInteger(),
            nullable=True,
            comment="the message, once sent; further ones in extra_message",
        ),
        sa.Column(
            "is_plain", sa.Boolean(), nullable=False, comment="to be sent without markup, which was refused"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "channel_id", "part", name="part_row_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "part_row_flight",
        "part_row",
        ["channel_id"],
        unique=False,
        sqlite_where=sa.text("state = 1 OR state = 3"),
        postgresql_where=sa.text("state = 1 OR state = 3"),
    )
    op.create_index(
        "part_row_open",
        "part_row",
        ["campaign_id", "platform", "state", "due", "channel_id", "part"],
        unique=False,
        sqlite_where=sa.text("state = 0 OR state = 1 OR state = 3"),
        postgresql_where=sa.text("state = 0 OR state = 1 OR state = 3"),
    )
    op.create_table(
        "picture",
        sa.Column(
            "sha",
            sa.Text(),
            autoincrement=False,
            nullable=False,
            comment="SHA-256 of its bytes; they lie in the media cellar",
        ),
        sa.Column("mime", sa.Text(), nullable=False, comment="its kind"),
        sa.Column("width", sa.Integer(), nullable=False, comment="pixels"),
        sa.Column("height", sa.Integer(), nullable=False, comment="pixels"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.PrimaryKeyConstraint("sha", name="picture_pk"),
    )
    op.create_table(
        "reader",
        sa.Column("id", ID, nullable=False, comment="a person"),
        sa.Column("language", sa.Text(), nullable=True, comment="BCP 47 tag; null: the default"),
        sa.Column("zone", sa.Text(), nullable=True, comment="IANA name; null: the default"),
        sa.Column(
            "quiet",
            sa.Text(),
            nullable=True,
            comment="quiet hours as 22:00-08:00 in the reader's zone; null: none",
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False, comment="when first seen"),
        sa.PrimaryKeyConstraint("id", name="reader_pk"),
    )
    op.create_table(
        "rendition",
        sa.Column("id", ID, nullable=False, comment="short, since every part row holds it"),
        sa.Column("revision", sa.Text(), nullable=False, comment="of which revision"),
        sa.Column("platform", sa.Text(), nullable=False, comment="for which platform"),
        sa.Column("form", sa.Text(), nullable=False, comment="private or public, plain or rich"),
        sa.Column("density", sa.Text(), nullable=False, comment="headlines, brief or full"),
        sa.Column("language", sa.Text(), nullable=False, comment="BCP 47 tag"),
        sa.Column("selection", sa.Text(), nullable=False, comment="hash of the ordered item keys"),
        sa.Column("options", sa.Text(), nullable=False, comment="pictures and overview"),
        sa.PrimaryKeyConstraint("id", name="rendition_pk"),
        sa.UniqueConstraint(
            "revision",
            "platform",
            "form",
            "density",
            "language",
            "selection",
            "options",
            name="rendition_revision_key",
        ),
    )
    op.create_table(
        "schedule",
        sa.Column("id", ID, nullable=False, comment="a pushing time; shared by all who chose its value"),
        sa.Column("series", sa.Text(), nullable=False, comment="whose issues it pushes"),
        sa.Column("days", sa.Text(), nullable=False, comment="weekdays, 0 is Monday, as 0,2,4"),
        sa.Column("at", sa.Text(), nullable=False, comment="wall times, as 08:30,18:00"),
        sa.Column("zone", sa.Text(), nullable=False, comment="IANA name"),
        sa.Column(
            "catch_up_s",
            sa.Integer(),
            nullable=False,
            comment="how late a missed slot may still go unattended",
        ),
        sa.Column(
            "is_default",
            sa.Boolean(),
            nullable=False,
            comment="the series' own: a row apart, so that moving its time keeps its slots",
        ),
        sa.Column(
            "is_on",
            sa.Boolean(),
            nullable=False,
            comment="false: is not due any more, but its slots are remembered",
        ),
        sa.Column(
            "since",
            sa.BigInteger(),
            nullable=False,
            comment="when it began to hold: no slot before is caught up",
        ),
        sa.PrimaryKeyConstraint("id", name="schedule_pk"),
    )
    op.create_index(
        "schedule_default",
        "schedule",
        ["series"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_index(
        "schedule_value",
        "schedule",
        ["series", "days", "at", "zone"],
        unique=True,
        sqlite_where=sa.text("NOT is_default"),
        postgresql_where=sa.text("NOT is_default"),
    )
    op.create_table(
        "token",
        sa.Column("token", sa.Text(), autoincrement=False, nullable=False, comment="what the button carries"),
        sa.Column(
            "value", sa.Text(), nullable=False, comment="what it stands for; never holds a reader's id"
        ),
        sa.Column("kept_at", sa.BigInteger(), nullable=False, comment="when first kept"),
        sa.PrimaryKeyConstraint("token", name="token_pk"),
        sa.UniqueConstraint("value", name="token_value_key"),
    )
    op.create_table(
        "vocab",
        sa.Column("term", sa.Text(), autoincrement=False, nullable=False, comment="a token of the index"),
        sa.Column("df", sa.Integer(), nullable=False, comment="how many items hold it"),
        sa.PrimaryKeyConstraint("term", name="vocab_pk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaign",
        sa.Column("id", ID, nullable=False, comment="one push, broadcast, preview, correction or recall"),
        sa.Column("idem", sa.Text(), nullable=False, comment="idempotency key (delivery.md §7)"),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="push, broadcast, preview, correction or recall"
        ),
        sa.Column("issue_id", ID, autoincrement=False, nullable=False, comment="of which issue"),
        sa.Column(
            "revision",
            sa.Text(),
            nullable=False,
            comment="the revision that was current when it began to fan out",
        ),
        sa.Column("schedule_id", ID, autoincrement=False, nullable=True, comment="which schedule opened it"),
        sa.Column("slot", sa.Text(), nullable=True, comment="for which period, by calendar.slot_key"),
        sa.Column(
            "state",
            sa.Text(),
            nullable=False,
            comment="draft, fanning, running, paused, finished or cancelled",
        ),
        sa.Column(
            "policy",
            sa.Text(),
            nullable=True,
            comment="what becomes of a doubt: resend, hold or probe; null: as configured",
        ),
        sa.Column("places", sa.Text(), nullable=True, comment="only these places; null: every subscriber"),
        sa.Column("platforms", sa.Text(), nullable=True, comment="only these platforms; null: all"),
        sa.Column("again", sa.Text(), nullable=False, comment="lack: who lacks the issue; all: everybody"),
        sa.Column("is_silent", sa.Boolean(), nullable=False, comment="without notification"),
        sa.Column(
            "opened_by", sa.Text(), nullable=False, comment="how the curator is called; empty: the clock"
        ),
        sa.Column("opened_at", sa.BigInteger(), nullable=False, comment="when it was opened"),
        sa.Column("send_at", sa.BigInteger(), nullable=True, comment="nothing leaves before"),
        sa.Column("finished_at", sa.BigInteger(), nullable=True, comment="when it came to rest"),
        sa.Column("fan_cursor", ID, nullable=False, comment="the last channel that has been fanned out to"),
        sa.Column(
            "fan_max",
            ID,
            nullable=False,
            comment="the last channel that will be: frozen when the fan-out began",
        ),
        sa.Column(
            "planned",
            sa.BigInteger(),
            nullable=True,
            comment="part rows, written when the fan-out is complete",
        ),
        sa.Column(
            "excluded_sent",
            sa.BigInteger(),
            nullable=False,
            comment="channels left out because they have the issue",
        ),
        sa.Column(
            "excluded_no_match",
            sa.BigInteger(),
            nullable=False,
            comment="channels left out because nothing matches their wish",
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="campaign_issue_id_fk", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name="campaign_schedule_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="campaign_pk"),
        sa.UniqueConstraint("idem", name="campaign_idem_key"),
        sa.UniqueConstraint("schedule_id", "slot", name="campaign_schedule_id_key"),
    )
    op.create_index("campaign_issue", "campaign", ["issue_id", "kind"], unique=False)
    op.create_table(
        "channel",
        sa.Column("id", ID, nullable=False, comment="short, since every part row holds it"),
        sa.Column("platform", sa.Text(), nullable=False, comment="where"),
        sa.Column("address", sa.Text(), nullable=False, comment="the address there"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="private, group, topic, channel, text, announcement, forum or thread",
        ),
        sa.Column("reader_id", ID, autoincrement=False, nullable=True, comment="whose private chat it is"),
        sa.Column("settings", sa.Text(), nullable=False, comment="ChannelSettings as JSON"),
        sa.Column(
            "is_paused",
            sa.Boolean(),
            nullable=False,
            comment="the settings' pause, beside them so that a fan-out can ask for it",
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="active, suspended or gone"),
        sa.Column(
            "parked_until",
            sa.BigInteger(),
            nullable=True,
            comment="nothing is sent before: the platform asked for a long wait",
        ),
        sa.Column(
            "high",
            sa.BigInteger(),
            nullable=True,
            comment="highest message id seen in a channel that counts its own",
        ),
        sa.Column(
            "moved_to",
            ID,
            nullable=True,
            comment="the channel that took over when the address changed to one already known",
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["reader.id"], name="channel_reader_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="channel_pk"),
        sa.UniqueConstraint("platform", "address", name="channel_platform_key"),
    )
    op.create_table(
        "identity",
        sa.Column("platform", sa.Text(), autoincrement=False, nullable=False, comment="where"),
        sa.Column(
            "native_id", sa.Text(), autoincrement=False, nullable=False, comment="the person's id there"
        ),
        sa.Column("reader_id", ID, autoincrement=False, nullable=False, comment="who that is"),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["reader.id"], name="identity_reader_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform", "native_id", name="identity_pk"),
        sa.UniqueConstraint("reader_id", "platform", name="identity_reader_id_key"),
    )
    op.create_table(
        "part",
        sa.Column("rendition_id", ID, autoincrement=False, nullable=False, comment="of which rendition"),
        sa.Column("n", sa.SmallInteger(), autoincrement=False, nullable=False, comment="from 1"),
        sa.Column("method", sa.Text(), nullable=False, comment="the platform's own name of the call"),
        sa.Column(
            "body", sa.Text(), nullable=False, comment="the exact JSON of the call, but for the address"
        ),
        sa.Column("pictures", sa.Text(), nullable=False, comment="SHA-256 of the files it uploads"),
        sa.Column("count", sa.SmallInteger(), nullable=False, comment="how many native messages it makes"),
        sa.Column("items", sa.Text(), nullable=False, comment="ordered item keys"),
        sa.Column("sha", sa.Text(), nullable=False, comment="SHA-256 of method, body and categories"),
        sa.Column(
            "categories", sa.Text(), nullable=False, comment="slugs under which a forum's post is filed"
        ),
        sa.ForeignKeyConstraint(
            ["rendition_id"], ["rendition.id"], name="part_rendition_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rendition_id", "n", name="part_pk"),
    )
    op.create_table(
        "passed_slot",
        sa.Column("schedule_id", ID, autoincrement=False, nullable=False, comment="of which schedule"),
        sa.Column(
            "slot",
            sa.Text(),
            autoincrement=False,
            nullable=False,
            comment="which period went by without a campaign",
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="when that was recorded"),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name="passed_slot_schedule_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("schedule_id", "slot", name="passed_slot_pk"),
    )
    op.create_table(
        "revision",
        sa.Column("id", ID, nullable=False, comment="short number of the revision"),
        sa.Column("issue_id", ID, autoincrement=False, nullable=False, comment="whose state this is"),
        sa.Column(
            "hash",
            sa.Text(),
            nullable=False,
            comment="hash of source text and pictures, as given by the source",
        ),
        sa.Column(
            "source",
            sa.LargeBinary(),
            nullable=False,
            comment="the source's bytes, so that a better parser can read them again",
        ),
        sa.Column(
            "tree",
            sa.Text(),
            nullable=False,
            comment="the document tree as versioned JSON (digest/codec.py), without corrections",
        ),
        sa.Column("parser_version", sa.Integer(), nullable=False, comment="which parser made the tree"),
        sa.Column("base", sa.Text(), nullable=False, comment="the folder its relative paths start from"),
        sa.Column("origin", sa.Text(), nullable=False, comment="which source it was last seen in"),
        sa.Column("name", sa.Text(), nullable=False, comment="the file's path in that source"),
        sa.Column(
            "problems",
            sa.Text(),
            nullable=False,
            comment="what the curator should know about the file, as JSON",
        ),
        sa.Column("stored_at", sa.BigInteger(), nullable=False, comment="when it became current"),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="revision_issue_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="revision_pk"),
        sa.UniqueConstraint("issue_id", "hash", name="revision_issue_id_key"),
    )
    op.create_table(
        "section",
        sa.Column(
            "id", ID, nullable=False, comment="carried by buttons; kept over revisions by (issue, key)"
        ),
        sa.Column("issue_id", ID, autoincrement=False, nullable=False, comment="where it stands"),
        sa.Column("key", sa.Text(), nullable=False, comment="stable key within the issue"),
        sa.Column("title", sa.Text(), nullable=False, comment="its title as plain text"),
        sa.Column(
            "category_id", ID, autoincrement=False, nullable=False, comment="what readers subscribe to"
        ),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the issue, from 1"),
        sa.Column("is_present", sa.Boolean(), nullable=False, comment="false once a revision dropped it"),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name="section_category_id_fk", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="section_issue_id_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="section_pk"),
        sa.UniqueConstraint("issue_id", "key", name="section_issue_id_key"),
    )
    op.create_table(
        "item",
        sa.Column(
            "id", ID, nullable=False, comment="carried by buttons; kept over revisions by (issue, key)"
        ),
        sa.Column("issue_id", ID, autoincrement=False, nullable=False, comment="where it stands"),
        sa.Column("section_id", ID, autoincrement=False, nullable=False, comment="the section it stands in"),
        sa.Column("key", sa.Text(), nullable=False, comment="stable key within the issue"),
        sa.Column("title", sa.Text(), nullable=False, comment="the label it is listed by"),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the issue, from 1"),
        sa.Column(
            "search_id",
            sa.BigInteger(),
            nullable=False,
            comment="day number × 2^20 + n: grows with time, is the search index's row id",
        ),
        sa.Column("published_on", sa.Date(), nullable=True, comment="its issue's day, beside it for ranking"),
        sa.Column("is_present", sa.Boolean(), nullable=False, comment="false once a revision dropped it"),
        sa.Column("tsv", WORDS, nullable=True, comment="its words, for PostgreSQL's search (search.md §7)"),
        sa.Column("tokeniser", sa.Text(), nullable=True, comment="which tokeniser made tsv"),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="item_issue_id_fk", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name="item_section_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="item_pk"),
        sa.UniqueConstraint("issue_id", "key", name="item_issue_id_key"),
        sa.UniqueConstraint("search_id", name="item_search_id_key"),
    )
    op.create_table(
        "revision_picture",
        sa.Column("revision_id", ID, autoincrement=False, nullable=False, comment="in which revision"),
        sa.Column(
            "src",
            sa.Text(),
            autoincrement=False,
            nullable=False,
            comment="the picture's address as the tree has it",
        ),
        sa.Column("sha", sa.Text(), nullable=False, comment="which picture that is"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name="revision_picture_revision_id_fk", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha"], ["picture.sha"], name="revision_picture_sha_fk"),
        sa.PrimaryKeyConstraint("revision_id", "src", name="revision_picture_pk"),
    )
    op.create_table(
        "corrected_revision",
        sa.Column("issue_id", ID, autoincrement=False, nullable=False, comment="whose state this is or was"),
        sa.Column(
            "name",
            sa.Text(),
            autoincrement=False,
            nullable=False,
            comment="what it was called while it was current, as issue.revision",
        ),
        sa.Column(
            "revision_id",
            ID,
            autoincrement=False,
            nullable=False,
            comment="the source's state that was corrected",
        ),
        sa.Column("published_on", sa.Date(), nullable=True, comment="day by a curator's word then"),
        sa.Column("number", sa.Integer(), nullable=True, comment="number by a curator's word then"),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name="corrected_revision_issue_id_fk", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name="corrected_revision_revision_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", "name", name="corrected_revision_pk"),
    )
    op.create_table(
        "subscription",
        sa.Column("channel_id", ID, autoincrement=False, nullable=False, comment="whose wish"),
        sa.Column("series", sa.Text(), autoincrement=False, nullable=False, comment="for which series"),
        sa.Column(
            "categories",
            sa.Text(),
            nullable=True,
            comment="chosen slugs; null is all, categories born later included",
        ),
        sa.Column(
            "schedule_id",
            ID,
            autoincrement=False,
            nullable=True,
            comment="when; null: at once, on publishing",
        ),
        sa.Column("options", sa.Text(), nullable=False, comment="room for further wishes, as JSON"),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name="subscription_channel_id_fk", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name="subscription_schedule_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", "series", name="subscription_pk"),
    )
    op.create_index(
        "subscription_series", "subscription", ["series", "schedule_id", "channel_id"], unique=False
    )
    op.create_table(
        "watch",
        sa.Column("campaign_id", ID, autoincrement=False, nullable=False, comment="whose progress"),
        sa.Column("platform", sa.Text(), autoincrement=False, nullable=False, comment="is shown where"),
        sa.Column("address", sa.Text(), autoincrement=False, nullable=False, comment="in which place"),
        sa.Column("message_id", sa.BigInteger(), nullable=False, comment="by editing which message"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="watch_campaign_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "platform", "address", name="watch_pk"),
    )
    op.create_table(
        "link",
        sa.Column(
            "url", sa.Text(), autoincrement=False, nullable=False, comment="normalised (digest/stories.py)"
        ),
        sa.Column("item", ID, autoincrement=False, nullable=False, comment="in which item"),
        sa.Column("host", sa.Text(), nullable=False, comment="its host"),
        sa.Column("label", sa.Text(), nullable=True, comment="the text it stands under"),
        sa.Column("raw", sa.Text(), nullable=True, comment="as written: readers get this one"),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name="link_item_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("url", "item", name="link_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index("link_host", "link", ["host", "item"], unique=False)
    op.create_index("link_item", "link", ["item"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE fts USING fts5("
            "title, section, body, links, extra, urls, content='', tokenize=\"ascii tokenchars '.+#'\")"
        )
    else:
        op.create_index(
            "item_tsv", "item", ["tsv"], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
        )
