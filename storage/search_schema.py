"""What does search remember? Its tables, and the index itself, which is no table of Core's: FTS5 needs its own DDL.

search.md §7; part of the schema in `storage/schema.py`.
"""

from sqlalchemy import Connection, Index, Integer, Table, Text, event

from storage.columns import may, metadata, must, of, own

link = Table(
    "link",
    metadata,
    own("url", Text, "normalised (digest/stories.py)"),
    of("item", "item.id", "in which item", is_key=True),
    must("host", Text, "its host"),
    may("label", Text, "the text it stands under"),
    may("raw", Text, "as written: readers get this one"),
    Index("link_item", "item"),
    Index("link_host", "host", "item"),
    sqlite_with_rowid=False,
)

vocab = Table(
    "vocab",
    metadata,
    own("term", Text, "a token of the index"),
    must("df", Integer, "how many items hold it"),
    sqlite_with_rowid=False,
)

# rowid = item.search_id; contentless: the words stand in the trees already
FTS = (
    "CREATE VIRTUAL TABLE fts USING fts5("
    "title, section, body, links, extra, urls, content='', tokenize=\"ascii tokenchars '.+#'\")"
)


@event.listens_for(metadata, "after_create")
def _create_fts(_metadata: object, connection: Connection, **_options: object) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(FTS)
