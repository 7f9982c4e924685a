"""What does a push look like? An issue, or the part of it a subscription asks for, as one neutral page."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from digest.base62 import encode
from digest.document import Block, Break, Heading, Inline, Link, Paragraph, Strong, Text, images, plain, text
from digest.errors import NotFound
from digest.issue import Issue, Item, Section, item_label
from digest.measure import lead, minutes
from digest.page import Action, Button, Density, Page, Passage
from handlers.texts import Texts
from handlers.views.names import post_title

if TYPE_CHECKING:
    from storage.issues import StoredIssue


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items go out, and what is said about the choice.

    `keys`: item keys in any order, None for the whole issue. `categories`: names of the chosen ones, for the line that
    says so. `unseen`: how many other issues appeared since the last push. `is_private`: it goes to one person.
    `is_rich`: it is shown in a form that not everybody can see, so a person gets the way back to the plain one.
    `is_post`: it is a forum's post, found again by its title.
    """

    keys: frozenset[str] | None = None
    categories: tuple[str, ...] = ()
    unseen: int = 0
    is_private: bool = True
    is_rich: bool = False
    is_post: bool = False


WHOLE = Selection()


def by_categories(issue: Issue, slugs: Collection[str]) -> Selection:
    """The items of these categories; all of the issue where none is named. Raises NotFound("category.unknown")."""
    if not slugs:
        return WHOLE
    there = {section.category: section.title for section in issue.sections}
    if unknown := sorted(set(slugs) - there.keys()):
        raise NotFound("category.unknown", name=", ".join(unknown), known=", ".join(there))
    keys = frozenset(item.key for section, item in issue.placed() if section.category in slugs)
    return Selection(keys, tuple(there[slug] for slug in there if slug in slugs))


def push_page(
    stored: "StoredIssue",
    *,
    texts: Texts,
    today: date,
    density: Density = "full",
    selection: Selection = WHOLE,
    is_silent: bool = False,
) -> Page:
    """The page of a push. At density full and without selection it holds every word, link and picture of the issue."""
    chosen = chosen_sections(stored.issue, selection)
    passages = [_head(stored, texts, today, chosen, density, selection)]
    if density == "full" and stored.issue.intro:
        passages.append(Passage("body", stored.issue.intro))
    passages += _body(stored, chosen, density)
    if density == "full" and stored.issue.outro and selection.keys is None:
        passages.append(Passage("body", stored.issue.outro))
    return Page(
        tuple(passages),
        rows=_rows(stored, texts, selection),
        pictures=stored.pictures if density == "full" else {},
        language=texts.language,
        title=_title(stored, texts, selection),
        categories=tuple(dict.fromkeys(section.category for section, _ in chosen)),
        is_accented=True,
        is_silent=is_silent,
        shows=f"{stored.issue.series}/{stored.issue.key}",
    )


def chosen_sections(issue: Issue, selection: Selection) -> list[tuple[Section, tuple[Item, ...]]]:
    """The sections that are shown, each with its items that are."""
    return [
        (section, items)
        for section in issue.sections
        if (items := _chosen(section, selection)) or (selection.keys is None and _has_own_words(section))
    ]


def _title(stored: "StoredIssue", texts: Texts, selection: Selection) -> str:
    issue = stored.issue
    return (
        post_title(texts, issue.title, issue.number, issue.published_on) if selection.is_post else issue.title
    )


def _chosen(section: Section, selection: Selection) -> tuple[Item, ...]:
    return tuple(item for item in section.items if selection.keys is None or item.key in selection.keys)


def _has_own_words(section: Section) -> bool:
    return bool(section.lead or section.heading)


def _head(
    stored: "StoredIssue",
    texts: Texts,
    today: date,
    chosen: Sequence[tuple[Section, tuple[Item, ...]]],
    density: Density,
    selection: Selection,
) -> Passage:
    return Passage("head", tuple(_head_blocks(stored, texts, today, chosen, density, selection)), key="head")


def _head_blocks(
    stored: "StoredIssue",
    texts: Texts,
    today: date,
    chosen: Sequence[tuple[Section, tuple[Item, ...]]],
    density: Density,
    selection: Selection,
) -> Iterator[Block]:
    issue = stored.issue
    first, *others = issue.headings or (text(issue.title),)
    title: tuple[Inline, ...] = (Strong(first),)
    if issue.published_on and str(issue.published_on) not in issue.title:
        title = (*title, Text(f"｜{texts.day(issue.published_on, today)}"))
    yield Paragraph(title)
    for other in others:
        yield Paragraph(other)
    count = sum(len(items) for _, items in chosen)
    read = minutes(node for _, items in chosen for item in items for node in item.blocks)
    facts = [
        texts.count("push.items", count),
        texts.count("push.sections", len(chosen)),
        texts("push.minutes", n=texts.number(read)),
    ]
    yield Paragraph(text(" · ".join(facts)))
    if selection.categories:
        names = texts.list(selection.categories)
        shown, total = texts.number(count), texts.number(len(issue.items))
        yield Paragraph(text(texts("push.by_categories", names=names, n=shown, total=total)))
    if density == "full" and len(chosen) > 1:
        overview = " · ".join(f"{section.title} {len(items)}" for section, items in chosen)
        yield Paragraph(text(overview), role="note")
    if selection.unseen:
        yield Paragraph(text(texts.count("push.unseen", selection.unseen)))


def _body(
    stored: "StoredIssue", chosen: Sequence[tuple[Section, tuple[Item, ...]]], density: Density
) -> Iterator[Passage]:
    number = 0
    for section, items in chosen:
        heading = Heading(1, section.heading or text(section.title))
        lead = section.lead if density == "full" else ()
        yield Passage("section", (heading, *lead), key=section.key, label=section.title, count=len(items))
        for item in items:
            number += 1
            yield Passage(
                "item",
                _item_blocks(item, number, density),
                key=item.key,
                label=item_label(item),
                number=number,
                action=Action("item", (encode(stored.item_ids[item.key]),)),
            )


def _item_blocks(item: Item, number: int, density: Density) -> tuple[Block, ...]:
    mark = Text(f"{number}. ")
    if density != "full":
        return tuple(_short(item, mark, density))
    if item.heading:
        return (Heading(2, (mark, *item.heading)), *item.blocks)
    match item.blocks:
        case (Paragraph(inlines, role), *rest):
            return (Paragraph((mark, *inlines), role), *rest)
        case _:
            return (Paragraph((mark,)), *item.blocks)


def _short(item: Item, mark: Text, density: Density) -> Iterator[Block]:
    """The title, leading to the item's first link, and at density brief its first sentence."""
    title: Inline = Text(item_label(item))
    if item.links:
        title = Link(item.links[0], (title,))
    inlines: tuple[Inline, ...] = (mark, title)
    if density == "brief" and (sentence := lead_sentence(item)):
        inlines = (mark, Strong((title,)), Break(), Text(sentence))
    yield Paragraph(inlines)


def lead_sentence(item: Item) -> str:
    """The first sentence of the item's words after its title; empty when there is none."""
    words = plain(block for block in item.blocks if not images((block,)))
    if not item.heading:
        words = words.removeprefix(item.title).lstrip(" ：:—-\n")
    return lead(words)


def _rows(stored: "StoredIssue", texts: Texts, selection: Selection) -> tuple[tuple[Button, ...], ...]:
    search = Button(texts("push.search"), Action("search"))
    if selection.is_private:
        row = [search, Button("⚙️", Action("settings"), name=texts("push.settings"))]
        row.append(Button(texts("push.unsubscribe"), Action("unsubscribe", ("ask", encode(stored.id)))))
    else:
        row = [Button(texts("push.subscribe"), Action("category", ("all",)), style="primary"), search]
    if selection.unseen:
        row.insert(0, Button(texts("push.back_issues"), Action("issues")))
    if selection.is_rich and selection.is_private:
        return ((Button(texts("push.plain"), Action("plain", (encode(stored.id),))),), tuple(row))
    return (tuple(row),)
