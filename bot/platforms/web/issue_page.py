"""What is an issue as a page of its own? One complete HTML document, with landmarks and a permalink for every item.

It is readable without script, in light and dark and on paper. The tree's part of it is written and sieved by
`issue_writer`, what stands around it by the templates, which escape whatever they are given.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.platforms.web.dress import SERVED, Dress
from bot.platforms.web.issue_writer import IssueWriter
from bot.platforms.web.writer import PICTURES, issue_address
from digest.document import Link, Text, images, plain, text
from digest.issue import Issue, Item, Section, item_label
from digest.measure import first_sentence, minutes
from digest.page import Density
from handlers.texts import Texts
from handlers.views.names import section_name, title_line
from handlers.views.push import WHOLE, Selection, chosen_sections, lead_sentence
from storage.issues.values import StoredIssue

DESCRIPTION: Final = 160  # characters that a list of pages shows
_PICTURE: Final = re.compile(rf'(?<=<img src="){re.escape(PICTURES)}([0-9a-f]{{64}})(?=")')
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as the template has it. `heading` is empty where the title stands in the body."""

    id: str
    href: str
    number: int
    label: str
    heading: Markup
    body: Markup


@dataclass(frozen=True, slots=True)
class Part:
    """A section as the template has it."""

    id: str
    title: str
    heading: Markup
    lead: Markup
    entries: tuple[Entry, ...]


def page_address(issue: Issue) -> str:
    """Where a served issue stands; an item of it at `#` and its key."""
    return issue_address(f"{issue.series}/{issue.key}")


def issue_page(
    stored: StoredIssue,
    *,
    texts: Texts,
    series: str = "",
    density: Density = "full",
    selection: Selection = WHOLE,
    dress: Dress = SERVED,
) -> str:
    """The document. At density full and without selection it holds every word, link and picture of the issue.

    `texts` speak the language of what stands around the issue; `series` is the title of its series.
    """
    parts = _Parts(stored, texts, density, dress)
    issue = stored.issue
    chosen = chosen_sections(issue, selection)
    is_full = density == "full"
    first, *others = issue.headings or (text(issue.title),)
    return _written(
        "issue.html",
        dress,
        texts,
        language=issue.language or texts.language,
        title=" — ".join(filter(None, (issue.title, series if series not in issue.title else ""))),
        description=_description(issue),
        series=series,
        heading=parts.line(first),
        others=[parts.line(other) for other in others],
        published_on=issue.published_on,
        facts=_facts(issue, chosen, texts),
        day=texts.day(issue.published_on, date.min)
        if issue.published_on
        else "",  # a page stays: with its year
        filtered=_filtered(issue, chosen, selection, texts),
        address=page_address(issue),
        density=density,
        densities=get_args(Density) if dress.has_views else (),
        intro=parts.passage(issue.intro, under=1) if is_full else Markup(),
        parts=tuple(parts.of(chosen)),
        outro=parts.passage(issue.outro, under=1) if is_full and selection.keys is None else Markup(),
    )


def notice_page(sentence: str, *, texts: Texts, dress: Dress = SERVED) -> str:
    """A document that says one thing: the issue is not here, or not any more."""
    return _written(
        "notice.html", dress, texts, language=texts.language, title=sentence, description=sentence
    )


def _written(template: str, dress: Dress, texts: Texts, **values: Any) -> str:
    values["frame"] = texts.language if texts.language != values["language"] else None
    style = Markup(dress.style) if dress.is_alone else dress.style  # noqa: S704  our own stylesheet
    html = _TEMPLATES.get_template(template).render(t=texts, dress=dress, style=style, **values)
    return _PICTURE.sub(lambda found: str(escape(dress.picture(found[1]))), html)


class _Parts:
    """Writes the sections of one issue; items are numbered through."""

    def __init__(self, stored: StoredIssue, texts: Texts, density: Density, dress: Dress) -> None:
        self._writer = IssueWriter(stored.pictures, texts)
        self._texts = texts
        self._density = density
        is_elsewhere = dress.has_views and density != "full"
        self._whole = page_address(stored.issue) if is_elsewhere else ""
        self.line = self._writer.line
        self.passage = self._writer.passage

    def of(self, chosen: Sequence[tuple[Section, tuple[Item, ...]]]) -> Iterator[Part]:
        number = 0
        for section, items in chosen:
            title = section_name(self._texts, section)
            yield Part(
                section.key,
                title,
                self.line(section.heading or text(title)),
                self.passage(section.lead, under=2) if self._density == "full" else Markup(),
                tuple(self._entry(item, at) for at, item in enumerate(items, number + 1)),
            )
            number += len(items)

    def _entry(self, item: Item, number: int) -> Entry:
        href = f"{self._whole}#{quote(item.key, safe='/~')}"
        heading, body = self._full(item) if self._density == "full" else self._short(item)
        return Entry(item.key, href, number, item_label(item), heading, body)

    def _full(self, item: Item) -> tuple[Markup, Markup]:
        if not item.heading:
            return Markup(), self.passage(item.blocks, under=2)
        return self.line(item.heading), self.passage(item.blocks, under=3)

    def _short(self, item: Item) -> tuple[Markup, Markup]:
        """The title, leading to the item's first link, and at density brief its first sentence."""
        title = Text(item_label(item))
        linked = Link(item.links[0], (title,)) if item.links else title
        sentence = lead_sentence(item) if self._density == "brief" else ""
        body = Markup("<p>{}</p>").format(sentence) if sentence else Markup()
        return self.line((linked,)), body


def _facts(issue: Issue, chosen: Sequence[tuple[Section, tuple[Item, ...]]], texts: Texts) -> str:
    """What the title does not say: `第 12 期 · 32 条 · 7 栏目 · 约 12 分钟`."""
    items = [item for _, some in chosen for item in some]
    parts = title_line(texts, issue.title, issue.number, None, date.min)[1:]
    if items:
        parts.append(texts.count("push.items", len(items)))
    if chosen:
        parts.append(texts.count("push.sections", len(chosen)))
    is_whole = len(items) == len(issue.items)
    read = issue.blocks if is_whole else tuple(block for item in items for block in item.blocks)
    parts.append(texts("push.minutes", n=texts.number(minutes(read))))
    return " · ".join(parts)


def _filtered(
    issue: Issue, chosen: Sequence[tuple[Section, tuple[Item, ...]]], selection: Selection, texts: Texts
) -> str:
    if selection.keys is None:
        return ""
    names = texts.list(selection.categories or tuple(section_name(texts, section) for section, _ in chosen))
    count = sum(len(items) for _, items in chosen)
    return texts("web.filtered", names=names, n=count, total=len(issue.items))


def _description(issue: Issue) -> str:
    words = plain(block for block in issue.intro if not images((block,)))
    return first_sentence(words, DESCRIPTION) or " · ".join(item_label(item) for item in issue.items[:3])
