"""How do the entries of one day, week or month become one issue? Each is an item; nothing of its place is guessed.

The file of a period holds the entries' own pages, each read for itself: what one holds cannot reach another, and a
better parser reads them all again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from digest.document import Block, Heading, Inline, Link, Paragraph, Text, walk
from digest.parse import addresses
from digest.parse.keys import slug
from digest.parse.notes import Notes
from digest.parse.source import Limits, decode
from digest.parse.structure import RawItem, RawSection, Structure
from digest.parse.web_page import Page, read_page

SUFFIX: Final = ".entries.json"
_SECTION: Final = 2
_ITEM: Final = 3
_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Told:
    """One entry: where people read it, and its page as it is kept."""

    address: str
    page: str


@dataclass(frozen=True, slots=True)
class Period:
    """The entries of one period, in their order. `until` is the first day after it; `on` the day its issue bears."""

    key: str
    on: date
    until: date
    entries: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read of a period."""

    period: Period
    structure: Structure
    language: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(
            block for section in self.structure.sections for item in section.items for block in item.blocks
        )


def is_gathered(name: str) -> bool:
    """Whether a file of this name holds the entries of a period."""
    return name.endswith(SUFFIX)


def period_file(period: Period) -> bytes:
    """The bytes a period is kept as. The same entries always give the same bytes."""
    table = {
        "key": period.key,
        "on": period.on.isoformat(),
        "until": period.until.isoformat(),
        "entries": [{"address": one.address, "page": one.page} for one in period.entries],
    }
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def read_gathered(text: str, notes: Notes, limits: Limits) -> Gathered | None:
    """None, with the reason in `notes`, where a file is no such one."""
    try:
        period = _period(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError):
        notes.refuse("entries_broken")
        return None
    pages = [_page(one, notes, limits) for one in period.entries]
    sections: dict[str, RawSection] = {}
    for entry, page in zip(period.entries, pages, strict=True):
        category = next(iter(page.tags), "")
        heading = (Text(category),) if category else ()
        section = RawSection(category, heading, _SECTION if category else None)
        sections.setdefault(slug(category), section).items.append(_item(entry, page))
    # without a heading of their own they would seem to belong to the section before them
    bare = sections.pop("", None)
    placed = [*([bare] if bare else []), *sections.values()]
    language = next((page.language for page in pages if page.language), "")
    return Gathered(period, Structure([], placed, []), language)


def _period(table: dict[str, Any]) -> Period:
    return Period(
        key=slug(str(table["key"])) or "issue",
        on=date.fromisoformat(table["on"]),
        until=date.fromisoformat(table["until"]),
        entries=tuple(Told(str(one["address"]), str(one["page"])) for one in table["entries"]),
    )


def _page(entry: Told, notes: Notes, limits: Limits) -> Page:
    return read_page(decode(entry.page.encode("utf-8", "replace"), notes, limits) or "", notes)


def _item(entry: Told, page: Page) -> RawItem:
    """Its title leads to its page; an entry without one ends with the address."""
    target = addresses.judge(entry.address)
    href = target.href if target.kind == "link" else ""
    blocks = _below(page.blocks)
    if not page.title:
        link = Link(href, (Text(addresses.shown(href)),), is_bare=True)
        return RawItem("", "prose", (), [*blocks, *([Paragraph((link,))] if href else [])])
    title: tuple[Inline, ...] = (Text(page.title),)
    return RawItem(page.title, "heading", (Link(href, title),) if href else title, list(blocks), _ITEM)


def _below(blocks: Sequence[Block]) -> list[Block]:
    """An entry's own headings stand below its title."""
    highest = min((node.level for node in walk(tuple(blocks)) if isinstance(node, Heading)), default=_DEEPEST)
    step = max(0, _ITEM + 1 - highest)
    return [
        replace(block, level=min(block.level + step, _DEEPEST)) if isinstance(block, Heading) else block
        for block in blocks
    ]
