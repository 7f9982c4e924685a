"""How is an issue shown whole on the web? On the page at its address, or the same page as one file."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from bot.cli.subject import Subject
from bot.config import Configuration
from bot.platforms.base import Message, Readback
from bot.platforms.web.dress import SERVED, Dress, alone
from bot.platforms.web.issue_page import issue_page
from bot.platforms.web.readback import readback
from bot.stage.sheet import Part
from digest.errors import NotFound
from digest.page import Density
from handlers.texts import Texts
from handlers.views.push import by_categories
from storage.issues import StoredIssue

WAYS: Final = ("_top", "_main")  # where the page leads within itself, beside its sections and items

Write = Callable[[StoredIssue, Dress], str]


def page_of(
    configuration: Configuration, texts: Texts, density: Density, categories: Collection[str]
) -> Write:
    """Writes the page in the wanted density, categories and language."""
    known = configuration.settings.known_series()

    def write(stored: StoredIssue, dress: Dress) -> str:
        series = known.get(stored.issue.series)
        return issue_page(
            stored,
            texts=texts,
            series=series.title if series else "",
            density=density,
            selection=by_categories(stored.issue, categories),
            dress=dress,
        )

    return write


def served_page(stored: StoredIssue, write: Write) -> Part:
    """What its address answers; without ways to other densities, since a file has no address yet."""
    html = write(stored, replace(SERVED, has_views=False))
    return Part(Message("page", {"html": html, "rows": ()}), "GET /issue/{series}/{key}", {"html": html})


def seen_on(page: Part, stored: StoredIssue) -> Readback:
    """What a reader sees of it; the ways within the page are no links of the issue."""
    back = readback(page.message)
    issue = stored.issue
    within = {*WAYS, *(section.key for section in issue.sections), *(item.key for item in issue.items)}
    links = tuple(link for link in back.links if link[:1] != "#" or unquote(link[1:]) not in within)
    return replace(back, links=links, counts={"bytes": len(page.payload["html"].encode())})


def lone_page(found: Subject, write: Write, tell: Callable[[NotFound], None]) -> str:
    """One file that opens without network. A picture whose bytes are gone is told of and shown as missing."""
    contents = _contents(found, tell)
    there = {src: one for src, one in found.stored.pictures.items() if one.sha in contents}
    return write(replace(found.stored, pictures=there), alone(contents.get))


def _contents(found: Subject, tell: Callable[[NotFound], None]) -> Mapping[str, tuple[str, bytes]]:
    """MIME type and bytes of its pictures by their SHA-256."""
    contents: dict[str, tuple[str, bytes]] = {}
    for sha, mime in {one.sha: one.mime for one in found.stored.pictures.values()}.items():
        try:
            contents[sha] = (mime, found.picture(sha))
        except NotFound as error:
            tell(error)
    return contents
