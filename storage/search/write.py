"""How do items enter and leave the search index? Inside the transaction that stores them, as plain functions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, text

from digest.errors import ConfigurationError
from digest.stories import host_of, normalised
from digest.words import extra, tokens
from storage.search import sqlite
from storage.search_schema import link, vocab

T = TypeVar("T")

CHUNK = 500  # values in one IN (…)

_COUNT = text(
    "INSERT INTO vocab (term, df) VALUES (:term, :df) "
    "ON CONFLICT (term) DO UPDATE SET df = vocab.df + excluded.df"
)


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched of one item. `links` are (label, address as written) in reading order."""

    search_id: int
    item_id: int
    title: str
    section: str
    body: str
    link_texts: str
    links: tuple[tuple[str, str], ...]
    published_on: date | None


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of a document, column by column, in the order of the index."""

    title: tuple[str, ...]
    section: tuple[str, ...]
    body: tuple[str, ...]
    links: tuple[str, ...]
    extra: tuple[str, ...]
    urls: tuple[str, ...]

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        return (self.title, self.section, self.body, self.links, self.extra, self.urls)

    @property
    def terms(self) -> frozenset[str]:
        """Every distinct word a person may look for; addresses are no words."""
        return frozenset(word for column in self.columns[:-1] for word in column)


def add(connection: Connection, documents: Sequence[Document]) -> None:
    """Index documents that are not in the index."""
    _write(connection, documents, is_in=True)
    rows = [row for document in documents for row in _link_rows(document)]
    if rows:
        connection.execute(insert(link), rows)


def remove(connection: Connection, documents: Sequence[Document]) -> None:
    """Forget documents. They must be given exactly as they were added: FTS5 is told the words to forget."""
    _write(connection, documents, is_in=False)
    for ids in chunks([document.item_id for document in documents]):
        connection.execute(delete(link).where(link.c.item.in_(ids)))


def clear(connection: Connection) -> None:
    """Forget everything, whatever it was."""
    check_dialect(connection)
    sqlite.empty(connection)
    connection.execute(delete(vocab))
    connection.execute(delete(link))


def check_dialect(connection: Connection) -> None:
    """Raises ConfigurationError for a database that we cannot search with."""
    if connection.dialect.name != "sqlite":
        raise ConfigurationError("database.kind", kind=connection.dialect.name)


def _write(connection: Connection, documents: Sequence[Document], *, is_in: bool) -> None:
    check_dialect(connection)
    words = [words_of(document) for document in documents]
    rows = [(document.search_id, found.columns) for document, found in zip(documents, words, strict=True)]
    sqlite.write(connection, rows, is_in=is_in)
    _count(connection, words, 1 if is_in else -1)


def _count(connection: Connection, words: Sequence[Words], sign: int) -> None:
    """Keep for every term how many items hold it."""
    changes = Counter(term for found in words for term in found.terms)
    if not changes:
        return
    connection.execute(_COUNT, [{"term": term, "df": sign * df} for term, df in changes.items()])
    if sign < 0:
        for terms in chunks(list(changes)):
            connection.execute(delete(vocab).where(vocab.c.term.in_(terms), vocab.c.df <= 0))


def _link_rows(document: Document) -> Iterator[dict[str, object]]:
    """One row an address, under the first label it has."""
    rows: dict[str, dict[str, object]] = {}
    for label, raw in document.links:
        url = normalised(raw)
        row = {"url": url, "item": document.item_id, "host": host_of(url), "label": label, "raw": raw}
        if url and not rows.setdefault(url, row)["label"]:
            rows[url]["label"] = label
    yield from rows.values()


def words_of(document: Document) -> Words:
    """A document's tokens. Pure: the same text gives the same tokens under the same tokeniser (`TOKENISER`)."""
    texts = (document.title, document.section, document.body, document.link_texts)
    return Words(
        title=tokens(document.title),
        section=tokens(document.section),
        body=tokens(document.body),
        links=tokens(document.link_texts),
        extra=tuple(dict.fromkeys(word for text in texts for word in extra(text))),
        urls=tuple(word for _, address in document.links for word in tokens(normalised(address))),
    )


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Runs of values few enough for one `IN (…)`."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
