"""What does an issue look like at first sight? Title, counts, the titles by section, and where to go from there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from digest.document import Block, Details, List, Paragraph, Strong, Text, plain, text
from digest.issue import Section, item_label
from digest.measure import first_sentence, minutes
from digest.page import Action, Button, Choice, Option, Page, Passage
from handlers.address import short
from handlers.texts import Texts
from handlers.views.buttons import back_issues, search
from handlers.views.names import section_name, title_line

if TYPE_CHECKING:
    from storage.issues import StoredIssue

INTRO_CHARACTERS = 80  # two lines on a narrow phone


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a cover: a sentence above it, other issues to choose, the private chat's address."""

    note: str = ""
    others: tuple[Button, ...] = ()
    private_link: str | None = None


ALONE = Around()


def cover_page(stored: "StoredIssue", *, texts: Texts, today: date, around: Around = ALONE) -> Page:
    """One message: what is in the issue, each section unfolding into its numbered titles."""
    return Page(
        (
            Passage("head", tuple(_head(stored, texts, today, around.note)), key="head"),
            *_sections(stored, texts),
        ),
        rows=_rows(stored, texts, around),
        choices=(sections_choice(stored, texts),) if stored.issue.sections else (),
        language=texts.language,
        title=stored.issue.title,
        is_accented=True,
        shows=f"{stored.issue.series}/{stored.issue.key}",
    )


def sections_choice(stored: "StoredIssue", texts: Texts) -> Choice:
    """The issue's sections with their numbers of items."""
    options = tuple(
        Option(
            texts("contents.option", name=section_name(texts, section), n=max(1, len(section.items))),
            Action("section", (short(stored.id), short(stored.section_ids[section.key]))),
        )
        for section in stored.issue.sections
    )
    return Choice(texts("contents.jump"), options, columns=2)


def facts(stored: "StoredIssue", texts: Texts) -> str:
    """`32 条 · 7 栏目 · 约 12 分钟`; an issue without items is measured by its words alone."""
    issue = stored.issue
    parts = [texts.count("push.items", len(issue.items))] if issue.items else []
    if issue.sections:
        parts.append(texts.count("push.sections", len(issue.sections)))
    parts.append(texts("push.minutes", n=texts.number(minutes(issue.blocks))))
    return " · ".join(parts)


def _head(stored: "StoredIssue", texts: Texts, today: date, note: str) -> Iterator[Block]:
    issue = stored.issue
    if note:
        yield Paragraph(text(note))
    title, *rest = title_line(texts, issue.title, issue.number, issue.published_on, today)
    yield Paragraph((Strong((Text(title),)), Text("".join(f" · {part}" for part in rest))))
    yield Paragraph(text(facts(stored, texts)))
    if intro := plain(issue.intro):
        yield Paragraph(text(first_sentence(intro, INTRO_CHARACTERS)))


def _sections(stored: "StoredIssue", texts: Texts) -> Iterator[Passage]:
    number = 1
    for section in stored.issue.sections:
        yield Passage(
            "body", (_unfolding(section, texts, number),), key=section.key, count=len(section.items)
        )
        number += len(section.items)


def _unfolding(section: Section, texts: Texts, number: int) -> Block:
    """A section's numbered titles; numbers run on through the issue, as the item views count."""
    name = Strong((Text(section_name(texts, section)),))
    if not section.items:
        return Paragraph((name,))
    titles = tuple((Paragraph(text(item_label(item))),) for item in section.items)
    return Details((name, Text(f" ({len(titles)})")), (List(titles, is_ordered=True, start=number),))


def _rows(stored: "StoredIssue", texts: Texts, around: Around) -> tuple[tuple[Button, ...], ...]:
    first = next(iter(stored.issue.items), None)
    row: list[Button] = []
    if first is not None:
        view = Action("view", (short(stored.item_ids[first.key]),))
        row.append(Button(texts("button.one_by_one"), view, style="primary"))
    row += [search(texts), back_issues(texts)]
    rows = [tuple(row)]
    if around.private_link:
        rows.append((Button(texts("button.privately"), url=around.private_link),))
    if around.others:
        rows.append(around.others)
    return tuple(rows)
