"""What does one item look like on its own? A message that survives being forwarded."""

from datetime import date
from typing import TYPE_CHECKING

from digest.document import Inline, Link, Paragraph, Text
from digest.issue import item_label
from digest.page import Action, Button, Page, Passage
from handlers.address import short
from handlers.texts import Texts
from handlers.views.item import item_blocks, titled
from handlers.views.names import issue_name, section_name

if TYPE_CHECKING:
    from storage.issues import StoredItem


def card_page(
    found: "StoredItem", *, texts: Texts, today: date, link: str | None, more: tuple[Button, ...] = ()
) -> Page:
    """The whole item and, as its last line, where it comes from.

    `link` leads to the item in the private chat: buttons may be lost on forwarding, a link in the text is not.
    """
    stored, item = found.issue, found.item
    issue = Button(texts("button.this_issue"), Action("issue", (short(stored.id), "new")))
    rows = ((issue, *more),)
    return Page(
        (
            Passage("item", item_blocks(item) or titled(item), key=item.key, label=item_label(item)),
            Passage("foot", (Paragraph(_origin(found, texts, today, link), role="note"),), key="foot"),
        ),
        rows=rows,
        pictures=stored.pictures,
        language=texts.language,
        title=item_label(item),
    )


def _origin(found: "StoredItem", texts: Texts, today: date, link: str | None) -> tuple[Inline, ...]:
    issue = found.issue.issue
    parts = [issue_name(texts, issue.number, issue.published_on, issue.title, today)]
    parts.append(section_name(texts, found.section))
    if issue.number is not None and issue.published_on:
        parts.append(texts.day(issue.published_on, today))
    words = Text(texts("item.origin", where=" · ".join(parts)))
    return (Text("— "), Link(link, (words,)) if link else words)
