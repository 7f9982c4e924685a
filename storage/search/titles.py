"""Which titles go on with what was typed so far? A list in memory, newest first: completion must not wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from digest.base62 import encode
from digest.words import elements
from storage.schema import issue, item

MOST_TITLES = 10_000


@dataclass(frozen=True, slots=True)
class Title:
    """A title as it is shown, and its words between spaces, with one before and after."""

    shown: str
    item_id: str
    words: str


def read_titles(connection: Connection) -> tuple[Title, ...]:
    """The titles of what readers may see, newest first."""
    asked = (
        select(item.c.id, item.c.title)
        .join(issue, issue.c.id == item.c.issue_id)
        .where(item.c.is_present, issue.c.state == "published")
        .order_by(item.c.search_id.desc())
        .limit(MOST_TITLES)
    )
    return tuple(Title(row.title, encode(row.id), _words(row.title)) for row in connection.execute(asked))


def complete(titles: Sequence[Title], typed: str, limit: int) -> list[tuple[str, str]]:
    """(title, item id): every word but the last whole, the last as far as it is typed. Nothing typed: the newest."""
    wanted = _wanted(typed)
    found: list[tuple[str, str]] = []
    for title in titles:
        if len(found) >= limit:
            break
        if all(part in title.words for part in wanted):
            found.append((title.shown, title.item_id))
    return found


def _wanted(typed: str) -> list[str]:
    """What a title's words must hold: ` word ` for a whole word, ` wor` for one that is still typed."""
    pieces = [_words(piece) for piece in typed.split()]
    pieces = [piece for piece in pieces if piece.strip()]
    if pieces:
        pieces[-1] = pieces[-1].rstrip()
    return pieces


def _words(text: str) -> str:
    """Latin words and single Chinese characters between spaces, so that a Chinese word may begin anywhere."""
    return f" {' '.join(one for one in elements(text) if one)} "
