"""What is inside an issue? Its sections to choose from, and a section's items to choose from."""

from typing import TYPE_CHECKING

from digest.document import Block, List, Paragraph, Strong, Text, text
from digest.issue import Item, Section, item_label
from digest.page import Action, Button, Choice, Option, Page, Passage
from handlers.address import short
from handlers.texts import Texts
from handlers.views.buttons import clamp, latest, pager
from handlers.views.cover import sections_choice
from handlers.views.names import section_name
from handlers.views.say import say

if TYPE_CHECKING:
    from storage.issues import StoredIssue

ITEMS_A_PAGE = 24  # a Discord select holds 25; three rows of eight on Telegram
DESCRIPTION = 100  # a Discord option's description


def sections_page(stored: "StoredIssue", *, texts: Texts, note: str = "") -> Page:
    """The sections of an issue."""
    back = Button(texts("button.whole_issue"), Action("issue", (short(stored.id),)))
    if not stored.issue.sections:
        return say(
            texts, note, texts("contents.none"), title=stored.issue.title, rows=((back, latest(texts)),)
        )
    return say(
        texts,
        note,
        texts("contents.pick"),
        title=stored.issue.title,
        rows=((back,),),
        choices=(sections_choice(stored, texts),),
    )


def section_page(stored: "StoredIssue", section: Section, *, texts: Texts, typed_page: str = "1") -> Page:
    """A section's words and its items; a section without items is shown whole."""
    count = -(-len(section.items) // ITEMS_A_PAGE)
    at = clamp(typed_page, count)
    start = (at - 1) * ITEMS_A_PAGE
    shown = section.items[start : start + ITEMS_A_PAGE]
    first = _first_number(stored, section) + start
    address = (short(stored.id), short(stored.section_ids[section.key]))
    turn = pager(texts, at, count, lambda page: Action("section", (*address, str(page))))
    back = Button(texts("button.sections"), Action("sections", (short(stored.id),)))
    return Page(
        (Passage("body", _blocks(section, shown, first, texts), key=section.key),),
        rows=tuple(row for row in (turn, (back,)) if row),
        choices=(_items_choice(stored, shown, first, texts),) if shown else (),
        pictures=stored.pictures,
        language=texts.language,
        title=section_name(texts, section),
    )


def _first_number(stored: "StoredIssue", section: Section) -> int:
    number = 1
    for before in stored.issue.sections:
        if before.key == section.key:
            break
        number += len(before.items)
    return number


def _blocks(section: Section, shown: tuple[Item, ...], first: int, texts: Texts) -> tuple[Block, ...]:
    name = Paragraph((Strong((Text(section_name(texts, section)),)),))
    if not shown:
        return (name, *section.lead)
    titles = tuple((Paragraph(text(item_label(item))),) for item in shown)
    return (name, *section.lead, List(titles, is_ordered=True, start=first))


def _items_choice(stored: "StoredIssue", shown: tuple[Item, ...], first: int, texts: Texts) -> Choice:
    options = tuple(
        Option(
            str(number),
            Action("view", (short(stored.item_ids[item.key]),)),
            description=item_label(item)[:DESCRIPTION],
        )
        for number, item in enumerate(shown, first)
    )
    return Choice(texts("contents.open"), options, columns=8)
