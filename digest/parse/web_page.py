"""What does a whole HTML text hold, from a feed or from the web? Its blocks, and what its head says of it.

A feed's entry is kept as a page of its own (`entry_page`), so its bytes alone can be read again by a better parser.
Nothing of HTML is passed through: content.md §8.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from digest.calendar import day
from digest.document import Block
from digest.parse import addresses
from digest.parse.builder import Builder
from digest.parse.counts import count_words
from digest.parse.front_matter import FrontMatter, to_date
from digest.parse.html import Reader, Scanner
from digest.parse.notes import Notes

SUFFIXES: Final = (".html", ".htm", ".xhtml")
ENTRY: Final = "zhouzhi-entry"  # the name under which the head holds a feed entry's key
FOLLOWED: Final = "zhouzhi-followed"  # likewise, where the entry was read from its page
_HEAD = frozenset({"html", "head", "title", "meta", "link", "base", "style", "script", "noscript"})
_ADDRESSES = {"a": "href", "img": "src", "video": "src", "audio": "src", "iframe": "src", "source": "src"}
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-actualsrc")
_DATES = ("article:published_time", "date", "datepublished", "dc.date", "dcterms.created", "pubdate")
_TITLES = ("og:title", "twitter:title")
_BLANKS = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A feed's entry as it is kept. `key` is stable over revisions; `published_at` may be None."""

    key: str
    title: str
    base: str
    html: str
    published_at: datetime | None = None
    language: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of a page. `key` is empty unless it is a feed's entry; `published` as the head says it."""

    blocks: tuple[Block, ...]
    title: str
    language: str
    tags: tuple[str, ...]
    key: str
    published: str
    is_whole: bool = False  # a feed's own text: all of it is content, and its title stands in the feed

    def front(self, *, has_title: bool) -> FrontMatter:
        """The head as other texts have their front matter; its title only where the text has none of its own."""
        values: dict[str, Any] = {"lang": self.language, "tags": list(self.tags)}
        if self.key or not has_title:
            values["title"] = self.title
        return FrontMatter({name: value for name, value in values.items() if value})

    def published_on(self, zone: str) -> date | None:
        """The day in the series' zone; a day written without a time is that day."""
        try:
            at = datetime.fromisoformat(self.published.strip())
        except ValueError:
            return None
        on = at.date() if at.tzinfo is None else day(at, zone)
        return to_date(on.year, on.month, on.day)


def is_page(name: str) -> bool:
    """Whether a file of this name is HTML."""
    return name.lower().endswith(SUFFIXES)


def entry_page(entry: Entry) -> bytes:
    """The bytes an entry is kept as. The same entry always gives the same bytes."""
    published = entry.published_at.isoformat() if entry.published_at else ""
    named = ((ENTRY, entry.key), ("date", published), ("keywords", ",".join(entry.tags)))
    head = _metas(named)
    base = f'<base href="{html.escape(entry.base)}">\n' if entry.base else ""
    language = f' lang="{html.escape(entry.language)}"' if entry.language else ""
    return (
        f'<!DOCTYPE html>\n<html{language}>\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(entry.title, quote=False)}</title>\n{base}{head}</head>\n"
        f"<body>\n{entry.html}\n</body>\n</html>\n"
    ).encode("utf-8", "replace")


def followed_head(entry: Entry) -> bytes:
    """What the feed says of an entry, to stand before its page: what comes first in a head is what counts."""
    published = entry.published_at.isoformat() if entry.published_at else ""
    named = (
        (FOLLOWED, entry.key),
        (_TITLES[0], entry.title),
        (_DATES[0], published),
        ("keywords", ",".join(entry.tags)),
    )
    return _metas(named).encode("utf-8", "replace")


def read_page(text: str, notes: Notes) -> Page:
    """A whole page. Where it marks one part as its content (`<main>`, or a single `<article>`), that part is read."""
    counter = _Counter()
    counter.feed(text)
    is_whole = counter.marked == ENTRY
    reader = _PageReader(notes, "" if is_whole else _content_tag(counter))
    reader.feed(text)
    reader.finish()
    head = reader.head
    if reader.words_outside:
        notes.warn("page_outside", count=reader.words_outside)
    tags = tuple(dict.fromkeys(tag for tag in map(_line, head.get("keywords", "").split(",")) if tag))
    return Page(
        reader.blocks(),
        title=_first(head, _TITLES) or _line(reader.title),
        language=reader.language,
        tags=tags,
        key=next((value for name, value in head.items() if name in (ENTRY, FOLLOWED)), ""),
        published=_first(head, _DATES),
        is_whole=is_whole,
    )


def _metas(named: Sequence[tuple[str, str]]) -> str:
    return "".join(f'<meta name="{name}" content="{html.escape(value)}">\n' for name, value in named if value)


def _line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _first(head: dict[str, str], names: Sequence[str]) -> str:
    return next((_line(head[name]) for name in names if head.get(name, "").strip()), "")


def _content_tag(counter: "_Counter") -> str:
    """The tag around the content of a page."""
    return next((tag for tag in ("main", "article") if counter.counts.get(tag) == 1), "")


class _Counter(Scanner):
    """Counts the tags that mark content; `marked` is the first of our own names in the head, which nothing later overrules."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.counts: dict[str, int] = {}
        self.marked = ""
        self._in_body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_body = self._in_body or tag not in _HEAD
        if not self._in_body and not self.marked:
            self.marked = next((name for name in (ENTRY, FOLLOWED) if ("name", name) in attrs), "")
        if tag in ("main", "article"):
            self.counts[tag] = self.counts.get(tag, 0) + 1


class _PageReader(Reader):
    """Hands the body to a builder and keeps what the head says. What stands in the body cannot speak for the head."""

    def __init__(self, notes: Notes, content_tag: str) -> None:
        super().__init__(Builder(notes))
        self.head: dict[str, str] = {}
        self.title = ""
        self.language = ""
        self.words_outside = 0
        self._base = ""
        self._in_head = True
        self._in_title = False
        self._silent = 0  # script and style inside of what is not read
        self._noscript = 0
        self._last_picture = ""
        self._content_tag = content_tag
        self._content_depth = 0
        # handed over in one piece: a thousand small ones cost a thousand times as much
        self._text: list[str] = []

    def blocks(self) -> tuple[Block, ...]:
        self._hand_over()
        return self._builder.finish()

    # --- what the parser of tags hands over ---

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._hand_over()
        if self._in_head and tag in _HEAD:
            self._head_tag(tag, attributes)
            return
        self._in_head = self._in_title = False
        if tag == self._content_tag:
            self._content_depth += 1
        if not self._is_content:
            self._silent += tag in ("script", "style")
            return
        self._noscript += tag == "noscript"
        self._resolve(tag, attributes)
        if tag == "img":
            if self._noscript and attributes.get("src") == self._last_picture:
                return  # the same picture again, for those without scripts
            self._last_picture = attributes.get("src", "")
        if tag == "input" and attributes.get("type", "").lower() == "checkbox":
            self._builder.text("☑ " if "checked" in attributes else "☐ ")
            return
        self._builder.open(tag, attributes, is_raw=True)

    def handle_endtag(self, tag: str) -> None:
        self._hand_over()
        if self._in_head:
            self._in_title = False
            self._silent = max(0, self._silent - (tag in ("script", "style")))
            self._in_head = tag != "head"
            return
        if tag == "noscript":
            self._noscript = max(0, self._noscript - 1)
        if self._is_content:
            self._builder.close_raw(tag)
        else:
            self._silent = max(0, self._silent - (tag in ("script", "style")))
        if tag == self._content_tag and self._content_depth:
            self._content_depth -= 1
            self._builder.boundary()

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif self._silent or (self._in_head and not data.strip()):
            return
        elif self._is_content:
            self._in_head = False
            self._text.append(data)
        else:
            self._in_head = False
            self.words_outside += count_words(data)

    # --- ours ---

    def _hand_over(self) -> None:
        if self._text:
            self._builder.text("".join(self._text))
            self._text.clear()

    @property
    def _is_content(self) -> bool:
        return not self._content_tag or self._content_depth > 0

    def _head_tag(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "title":
            self._in_title = not self.title
        elif tag in ("script", "style"):
            self._silent += 1
        elif tag == "html":
            self.language = self.language or attributes.get("lang", "") or attributes.get("xml:lang", "")
        elif tag == "base":
            # the first one is what we know of the page, another is its own word on top of that
            href = attributes.get("href", "").strip()
            self._base = addresses.seen_from(self._base, href) or self._base
        elif tag == "meta":
            name = (
                attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
            ).lower()
            self.head.setdefault(name, attributes.get("content", ""))

    def _resolve(self, tag: str, attributes: dict[str, str]) -> None:
        """Addresses against the page's own; a picture that waits for a script is taken from where it waits."""
        name = _ADDRESSES.get(tag, "")
        value = attributes.get(name, "").strip()
        if tag == "img" and (not value or value.lower().startswith("data:")):
            value = next((attributes[lazy].strip() for lazy in _LAZY if attributes.get(lazy)), value)
            if value.lower().startswith("data:"):
                value = value.partition(",")[0]  # its bytes are no address; nobody can be sent there
        value = addresses.seen_from(self._base, value)
        if name in attributes or value:
            attributes[name] = value
