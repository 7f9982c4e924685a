"""What is shown of a found item? Its words out of the stored tree, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, select

from digest.codec import from_json
from digest.document import plain
from storage.schema import issue, item, revision, section
from storage.search.stages import Ranked


@dataclass(frozen=True, slots=True)
class Hit:
    """One found item with the words to show it by. `text` is the body's plain text, unmarked."""

    item_id: int
    issue_id: int
    title: str
    text: str
    section: str
    issue_title: str
    issue_number: int | None
    issue_key: str
    series: str
    key: str
    published_on: date | None
    score: float
    is_approximate: bool


def hits(connection: Connection, ranked: Sequence[Ranked], *, is_approximate: bool) -> tuple[Hit, ...]:
    """The hits of search ids, in their order."""
    asked = (
        select(
            item.c.search_id,
            item.c.id.label("item_id"),
            item.c.issue_id,
            item.c.title,
            item.c.key,
            item.c.published_on,
            section.c.title.label("section"),
            issue.c.title.label("issue_title"),
            issue.c.number.label("issue_number"),
            issue.c.key.label("issue_key"),
            issue.c.series,
            revision.c.tree,
        )
        .join(issue, issue.c.id == item.c.issue_id)
        .join(section, section.c.id == item.c.section_id)
        .join(revision, revision.c.id == issue.c.current_id)
        .where(item.c.search_id.in_([search_id for search_id, _ in ranked]))
    )
    rows = {row.search_id: row._asdict() for row in connection.execute(asked)}
    found = []
    for search_id, score in ranked:
        row = rows[search_id]
        text = _texts(row.pop("tree"))[row["key"]]
        del row["search_id"]
        found.append(Hit(**row, text=text, score=score, is_approximate=is_approximate))
    return tuple(found)


@lru_cache(maxsize=32)
def _texts(tree: str) -> Mapping[str, str]:
    """The plain text of each item of a stored tree, by key; the pages of one search read the same trees again."""
    return {one.key: plain(one.blocks) for one in from_json(tree).items}
