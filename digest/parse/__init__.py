"""How does a curator's Markdown, or a page of HTML, become an issue? The whole way: bytes, metadata, blocks, structure.

It never raises for what a file holds: problems are values, and an error among them means there is no issue.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from digest.document import Block, Heading, plain
from digest.issue import DateFrom, Headings, Issue, Item, Reading, Section, Series
from digest.parse import front_matter, lint, naming, unsure
from digest.parse.gathered import is_gathered, read_gathered
from digest.parse.keys import Keys, category_of, slug
from digest.parse.markdown import markdown_blocks, plain_blocks
from digest.parse.notes import Notes
from digest.parse.outline import folded, title_of
from digest.parse.prepass import TooDeep, TooMany
from digest.parse.roles import with_roles, with_summary
from digest.parse.source import DEFAULT_LIMITS, MAX_NESTING, Limits, decode
from digest.parse.structure import RawItem, RawSection, Structure, structure
from digest.parse.titles import Titles, cut_title_at, cut_titles, made_title
from digest.parse.web_page import Page, is_page, read_page

PARSER_VERSION: Final = 5


def parse(
    source: bytes,
    *,
    series: Series,
    name: str,
    published_on: date | None = None,
    number: int | None = None,
    known_sections: frozenset[str] = frozenset(),
    today: date | None = None,
    limits: Limits = DEFAULT_LIMITS,
    web_base: str = "",
) -> Reading:
    """Read one file. `name` is its name or relative path; an explicit date or number is the curator's word.

    Markdown from the web has its relative links and pictures seen from `web_base`; a page says so itself. A name that ends in `.html` says that it is a page: the same tree, and the same rules find its structure.

    `known_sections` are the section titles of other issues of the series. `today` (in the series' zone) decides
    whether a date in the front matter lies in the future.
    """
    notes = Notes()
    text = decode(source, notes, limits)
    if text is None:
        return Reading(None, notes.problems)
    if is_gathered(name):
        return _of_entries(text, series, today, notes, limits)
    notes.read(text)
    page = read_page(text, notes) if is_page(name) else None
    try:
        front, titles = (
            _of_page(page, series) if page else _of_markdown(text, series, notes, limits, web_base)
        )
    except TooMany as found:
        notes.refuse("too_many_blocks", count=found.count, limit=limits.max_blocks)
        return Reading(None, notes.problems)
    blocks = (*titles.preface, *titles.rest)
    lint.check_blocks((*itertools.chain(*titles.headings), *blocks), notes, limits)
    title = front.string("title") or next(iter(titles.texts), "")
    placed = structure(titles.rest, known_sections, notes, series.profile, title)
    lint.check_items(placed, notes, limits)
    if notes.has_error:  # the rest takes as long again, for an issue that is none
        return Reading(None, notes.problems)
    # the name of a feed's entry is made of its id: digits in it mean nothing
    told = "" if page and page.key else name
    issue = _issue(series, told, front, titles, placed, (published_on, number))
    if page:
        issue = _with_head(issue, page, series, name)
    issue = lint.held(issue, front, today, notes)
    lint.check(issue, blocks, notes)
    unsure.note(issue, series.profile, known_sections, notes)
    alone = placed
    if known_sections:
        alone = structure(titles.rest, frozenset(), Notes(), series.profile, title)
    headings = _headings(titles.rest, alone)
    return Reading(issue, notes.problems, headings)


def _of_entries(text: str, series: Series, today: date | None, notes: Notes, limits: Limits) -> Reading:
    """The entries of a period. It is held back until the period is over."""
    found = read_gathered(text, notes, limits)
    if found is None:
        return Reading(None, notes.problems)
    lint.check_blocks(found.blocks, notes, limits)
    lint.check_items(found.structure, notes, limits)
    if notes.has_error:
        return Reading(None, notes.problems)
    period = found.period
    front = front_matter.FrontMatter({"lang": found.language})
    issue = _issue(series, "", front, Titles((), found.blocks), found.structure, (None, None))
    issue = replace(
        issue,
        key=period.key,
        titles=(f"{series.title} {period.key.upper()}",),
        published_on=period.on,
        date_from="feed",
    )
    if today is not None and period.until > today:
        notes.warn("period_running", date=period.until.isoformat())
        issue = replace(issue, embargo_until=period.until)
    lint.check(issue, found.blocks, notes)
    return Reading(issue, notes.problems)


def _headings(blocks: Sequence[Block], alone: Structure) -> Headings:
    """A title that stands at section level in every issue is a section's, whatever one issue alone would make of it."""
    return Headings(
        frozenset(section.title for section in alone.sections if section.title) | alone.raised,
        frozenset(folded(title_of(block.inlines)) for block in blocks if isinstance(block, Heading)),
    )


def _of_markdown(
    text: str, series: Series, notes: Notes, limits: Limits, web_base: str
) -> tuple[front_matter.FrontMatter, Titles]:
    front = front_matter.cut(text, notes, limits)
    notes.begin_body(front.first_line)
    blocks = _blocks(front, notes, limits, web_base)
    level = series.profile.issue_level
    if level is not None and (titles := cut_title_at(blocks, level)) is not None:
        return front, titles
    return front, cut_titles(blocks, series.title, has_title=front.string("title") is not None)


def _of_page(page: Page, series: Series) -> tuple[front_matter.FrontMatter, Titles]:
    titles = cut_titles(page.blocks, series.title, has_title=page.is_whole)
    return page.front(has_title=bool(titles.texts)), titles


def _blocks(
    front: front_matter.FrontMatter, notes: Notes, limits: Limits, web_base: str
) -> tuple[Block, ...]:
    try:
        return markdown_blocks(front.text, notes, front.first_line, web_base, limits.max_blocks)
    except (TooDeep, RecursionError):  # emphasis can be nested in ways only the library's own stack counts
        notes.warn("nesting_too_deep", limit=MAX_NESTING)
        return plain_blocks(re.split(r"\n[ \t]*\n", front.text))


def _issue(
    series: Series,
    name: str,
    front: front_matter.FrontMatter,
    titles: Titles,
    placed: Structure,
    given: tuple[date | None, int | None],
) -> Issue:
    published_on, date_from = _date(given[0], front, name, titles)
    number = _number(given[1], front, name, titles)
    texts = _titles(series, front, titles, number, published_on)
    keys = Keys()
    sections = tuple(_section(raw, series, keys) for raw in placed.sections)
    words = plain(titles.rest)
    return Issue(
        series=series.key,
        key=_key(number, published_on, name),
        titles=texts,
        headings=titles.headings,
        number=number,
        published_on=published_on,
        date_from=date_from,
        language=(front.string("lang") or naming.language_of(name, words)).replace("_", "-"),
        intro=with_roles([*titles.preface, *placed.intro]),
        sections=sections,
        outro=with_roles(placed.outro),
        tags=front.tags,
    )


def _with_head(issue: Issue, page: Page, series: Series, name: str) -> Issue:
    """What the page's head says: a web page's like a front matter, a feed entry's where nothing else answers."""
    day = page.published_on(series.zone)
    is_curators = issue.date_from == "curator"
    if day is not None and not is_curators and (issue.published_on is None or not page.key):
        issue = replace(issue, published_on=day, date_from="feed" if page.key else "front matter")
    key = slug(page.key) or _key(issue.number, issue.published_on, name)
    is_unnamed = issue.titles == (series.title,) and not issue.headings and not page.title
    if is_unnamed:
        issue = replace(issue, titles=(made_title(series.title, issue.number, issue.published_on),))
    return replace(issue, key=key)


def _date(
    given: date | None, front: front_matter.FrontMatter, name: str, titles: Titles
) -> tuple[date | None, DateFrom | None]:
    """The first that answers; the curator may correct all of them, and dates in the body never count."""
    in_title = next((day for day in map(naming.find_date, titles.texts) if day), None)
    answers: Sequence[tuple[date | None, DateFrom]] = (
        (given, "curator"),
        (front.date, "front matter"),
        (naming.file_date(name), "file name"),
        (naming.find_date(front.string("title") or "") or in_title, "title"),
    )
    return next(((day, origin) for day, origin in answers if day is not None), (None, None))


def _number(given: int | None, front: front_matter.FrontMatter, name: str, titles: Titles) -> int | None:
    """Title before file name: files get renamed."""
    in_titles = (naming.title_number(title) for title in (front.string("title") or "", *titles.texts))
    answers = (given, front.number, *in_titles, naming.file_number(name))
    return next((answer for answer in answers if answer is not None), None)


def _titles(
    series: Series,
    front: front_matter.FrontMatter,
    titles: Titles,
    number: int | None,
    published_on: date | None,
) -> tuple[str, ...]:
    own = front.string("title")
    # a file of several issues is called by its front matter, each issue by its heading
    named = (*titles.texts, own) if series.profile.issue_level is not None else (own, *titles.texts)
    given = [*named, front.string("linktitle")]
    found = tuple(dict.fromkeys(title for title in given if title))
    return found or (made_title(series.title, number, published_on),)


def _key(number: int | None, published_on: date | None, name: str) -> str:
    if number is not None:
        return str(number)
    return published_on.isoformat() if published_on else slug(naming.stem(name)) or "issue"


def _section(raw: RawSection, series: Series, keys: Keys) -> Section:
    # items of a file without headings stand in a section that is called like the series
    title = raw.title or series.title
    key = keys.section(title)
    return Section(
        key=key,
        title=title,
        heading=raw.heading,
        level=raw.level,
        category=category_of(series, title, title_of(raw.heading) or title),
        lead=with_roles(raw.lead),
        items=tuple(_item(item, key, keys) for item in raw.items),
    )


def _item(raw: RawItem, section: str, keys: Keys) -> Item:
    blocks = with_roles(raw.blocks)
    if raw.via in {"heading", "prose"}:
        blocks = with_summary(blocks)
    return Item(
        key=keys.item(section, raw.title, blocks),
        title=raw.title,
        via=raw.via,
        heading=raw.heading,
        blocks=blocks,
        level=raw.level,
        number=raw.number,
    )
