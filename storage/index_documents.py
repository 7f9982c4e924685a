"""What of an issue is searched for? One document an item; the one place from which the search index is written."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from digest.document import Image, Link, Node, plain, walk
from digest.issue import Issue, Item, Section
from storage.search import write
from storage.search.write import Document


def index(connection: Connection, documents: Sequence[Document]) -> None:
    write.add(connection, documents)


def unindex(connection: Connection, documents: Sequence[Document]) -> None:
    """The documents as they were indexed: FTS5 forgets words only by being told them."""
    write.remove(connection, documents)


def documents_of(
    issue: Issue, item_ids: Mapping[str, int], search_ids: Mapping[str, int]
) -> Sequence[Document]:
    return [
        _document(issue, section, item, item_ids[item.key], search_ids[item.key])
        for section, item in issue.placed()
    ]


def _document(issue: Issue, section: Section, item: Item, item_id: int, search_id: int) -> Document:
    nodes = (*item.heading, *item.blocks)
    links = tuple(_links(nodes))
    return Document(
        search_id=search_id,
        item_id=item_id,
        title=item.title,
        section=section.title,
        body=plain(item.blocks),
        link_texts="\n".join(label for label, _ in links),
        links=links,
        published_on=issue.published_on,
    )


def _links(nodes: Sequence[Node]) -> Sequence[tuple[str, str]]:
    """(label, address as written) in reading order."""
    found: list[tuple[str, str]] = []
    for node in walk(nodes):
        match node:
            case Link(href, inlines, is_bare):
                found.append(("" if is_bare else plain(inlines), href))
            case Image(href=str(href), alt=alt):
                found.append((alt, href))
            case _:
                continue
    return found
