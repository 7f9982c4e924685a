"""What do found items look like? Numbered hits with their place and a snippet, the words marked."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from digest.document import Break, Inline, Paragraph, Strong, Text
from digest.page import Action, Button, Passage
from digest.words import Plan, marked, snippet, spans
from handlers.address import short
from handlers.texts import Texts
from handlers.views.names import issue_name

if TYPE_CHECKING:
    from storage.search.index import Hit

TITLE_WIDTH = 60
SNIPPET_WIDTH = 80
SNIPPET_WIDTH_IN_COMPANY = 40


def head(*lines: str) -> Passage:
    """What was found, and what is to be said about it."""
    inlines: tuple[Inline, ...] = ()
    for line in lines:
        if line:
            inlines = (*inlines, Break(), Strong((Text(line),)))
    return Passage("head", (Paragraph(inlines[1:]),), key="head")


def hit_passage(
    hit: "Hit", number: int, plan: Plan, *, texts: Texts, today: date, is_in_company: bool
) -> Passage:
    """`1. **千问**发布通义Deep Research — 第 1 期 · 技术研究` and a snippet."""
    issue = issue_name(texts, hit.issue_number, hit.published_on, hit.issue_title, today)
    place = " · ".join(part for part in (issue, hit.section) if part)
    width = SNIPPET_WIDTH_IN_COMPANY if is_in_company else SNIPPET_WIDTH
    line = (Text(f"{number}. "), *_marked(hit.title, plan, TITLE_WIDTH), Text(f" — {place}"))
    below = _marked(_words_below(hit), plan, width)
    inlines = (*line, Break(), *below) if below else line
    return Passage(
        "item", (Paragraph(inlines),), key=hit.key, label=hit.title, number=number, action=_opens(hit)
    )


def number_row(found: "Sequence[Hit]", first: int) -> tuple[Button, ...]:
    """[1]…[5], each opening its hit."""
    return tuple(
        Button(str(number), _opens(hit), name=f"{number}. {hit.title}")
        for number, hit in enumerate(found, first)
    )


def _opens(hit: "Hit") -> Action:
    return Action("item", (short(hit.item_id),))


def _words_below(hit: "Hit") -> str:
    """The item's words in one line, without the title where they begin with it."""
    text = " ".join(hit.text.split())
    title = " ".join(hit.title.split())
    return text.removeprefix(title).lstrip(" ：:—–-，,。.") if title else text


def _marked(text: str, plan: Plan, width: int) -> tuple[Inline, ...]:
    shown = snippet(text, spans(text, plan), width)
    return marked(shown.text, shown.spans)
