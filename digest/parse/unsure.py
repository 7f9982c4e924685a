"""Where was the structure guessed, and which key of a profile would settle it? One warning a kind of doubt."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from digest.document import Block, Break, List, Paragraph, Strong, links, plain, walk
from digest.issue import PATH, Issue, Item, Section
from digest.parse.counts import count_words
from digest.parse.notes import Notes
from digest.parse.outline import first_words, folded
from digest.parse.roles import is_standing
from digest.parse.shapes import has_content
from digest.profile import Profile

_MONTHS = re.compile(
    r"(?i)\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\b|[一二三四五六七八九十百零〇]+(?=[期月日])|\d+"
)
LONG_TITLE: Final = 40  # signs; a title that is a whole sentence does not fit a button or a list
ARTICLE_WORDS: Final = 1200
A_SENTENCE: Final = 10  # words; a thank-you or a "submit here" has fewer
SEVERAL: Final = 3  # linked paragraphs; two are as often one story


def note(issue: Issue, profile: Profile, known_sections: frozenset[str], notes: Notes) -> None:
    """Note every doubt that no key of the profile has settled."""
    if profile.kind == "article":
        return
    if not profile.sections and not profile.item_levels:
        _misplaced(issue.sections, known_sections, notes)
    if not profile.items_need_link:
        _numbered(issue.sections, notes)
    if not profile.catalogue:
        _catalogue(issue.sections, notes)
    if profile.issue_level is None:
        _issues(issue.sections, notes)
    if profile.title_from is None:
        _titles(issue.items, notes)
    _no_items(issue, notes)
    _bold_lines(issue, notes)
    _prose(issue.sections, notes)
    _unlinked_lists(issue.sections, notes)
    if not profile.sections and not profile.item_levels:
        _flat(issue.sections, known_sections, notes)
    _standing(issue.sections, notes)
    _article(issue, notes)


def _misplaced(sections: Sequence[Section], known: frozenset[str], notes: Notes) -> None:
    """Prose right under one section's heading where all others begin with an item: it may be an item itself."""
    headed = [section for section in sections if any(item.via == "heading" for item in section.items)]
    prose = [section for section in headed if _begins_with_prose(section)]
    seen = {folded(title) for title in known}
    for section in prose if len(prose) * 2 < len(headed) and len(headed) > 2 else ():
        if section is sections[0] or folded(section.title) in seen:
            continue
        others = [one.title for one in sections if one is not section]
        _unsure(notes, "unsure_section", section, "sections", _value(others))


def _begins_with_prose(section: Section) -> bool:
    return any(isinstance(block, Paragraph) for block in section.lead) and section.items[0].via == "heading"


def _numbered(sections: Sequence[Section], notes: Notes) -> None:
    """Numbered paragraphs without a single link or picture may be the parts of one text."""
    for section in sections:
        items = section.items
        if (
            len(items) > 1
            and all(item.via == "numbered" for item in items)
            and not any(item.links or item.images for item in items)
        ):
            _unsure(notes, "unsure_numbered", section, "prose_sections", _value([section.title]))


def _catalogue(sections: Sequence[Section], notes: Notes) -> None:
    """A section whose entries are called like items that follow only announces them."""
    last = {
        folded(item.title): at for at, section in enumerate(sections) for item in section.items if item.title
    }
    for at, section in enumerate(sections):
        repeated = sum(last.get(folded(item.title), at) > at for item in section.items)
        if len(section.items) > 2 and 2 * repeated > len(section.items):
            _unsure(notes, "unsure_catalogue", section, "catalogue", _value(section.title))
            return


def _issues(sections: Sequence[Section], notes: Notes) -> None:
    """Sections whose titles differ in their numbers and dates alone are issues of their own."""
    masks = Counter((section.level, _mask(section.title)) for section in sections if section.heading)
    for section in sections:
        count = masks[section.level, _mask(section.title)]
        if section.heading and count > 1 and 2 * count >= len(sections) and "#" in _mask(section.title):
            _unsure(notes, "unsure_issues", section, "issue_level", str(section.level), count=count)
            return


def _mask(title: str) -> str:
    return " ".join(_MONTHS.sub("#", title).split())


def _titles(items: Sequence[Item], notes: Notes) -> None:
    """Items that are called by a whole sentence though something in them is bold."""
    unnamed = [item for item in items if item.via in {"list entry", "numbered", "row"}]
    long = [item for item in unnamed if len(item.title) > LONG_TITLE and _strong_in(item)]
    if len(long) > 2 and 2 * len(long) > len(unnamed):
        first = long[0]
        line = notes.line_in_body(first_words(first.blocks))
        notes.warn(
            "unsure_titles",
            line=line,
            title=f"{first.title[:LONG_TITLE]}…",
            example=_strong_in(first),
            count=len(long),
            key="title_from",
            value=_value("first_strong"),
        )


def _strong_in(item: Item) -> str:
    bold = next((node for node in walk(item.blocks[:1]) if isinstance(node, Strong)), None)
    return " ".join(plain((bold,)).split()) if bold is not None else ""


def _no_items(issue: Issue, notes: Notes) -> None:
    """Something to read and no item in it: nothing can be listed, found or chosen by section."""
    if not issue.items and has_content(issue.blocks):
        line = notes.line_in_body(first_words(issue.blocks))
        notes.warn("unsure_no_items", line=line, key="kind", value=_value("article"))


def _bold_lines(issue: Issue, notes: Notes) -> None:
    """Bold lines that stand like titles in a text with links, and were read as a part of it."""
    has_headings = any(section.heading for section in issue.sections)
    for blocks in (issue.intro, *map(_text_of, issue.sections)) if has_headings else (issue.blocks,):
        lone = [bold for block in blocks if isinstance(block, Paragraph) for bold in _lone_in(block, notes)]
        if len(lone) > 1 and links(blocks):
            example = plain(lone[:1])
            line = notes.line_alone(*_as_written(example))
            notes.warn("unsure_bold", line=line, example=example, count=len(lone))
            return


def _text_of(section: Section) -> tuple[Block, ...]:
    """What stands in a section under no heading of its own."""
    listed = (block for item in section.items if item.via != "heading" for block in item.blocks)
    return (*section.lead, *listed)


def _lone_in(paragraph: Paragraph, notes: Notes) -> Iterator[Strong]:
    """Bold runs that are a line of their own in the source; the head of an item is followed by a break."""
    inlines = paragraph.inlines
    for at, one in enumerate(inlines):
        if not isinstance(one, Strong):
            continue
        is_head = any(isinstance(following, Break) for following in inlines[at + 1 : at + 2])
        if not is_head and notes.line_alone(*_as_written(plain((one,)))):
            yield one


def _as_written(bold: str) -> tuple[str, str]:
    return f"**{bold}**", f"__{bold}__"


def _prose(sections: Sequence[Section], notes: Notes) -> None:
    """Paragraph after paragraph with links and nothing that names or parts them: several items read as one."""
    for section in sections:
        if not section.heading or [item.via for item in section.items] != ["prose"]:
            continue
        paragraphs = [block for block in section.items[0].blocks if _is_running_text(block)]
        linked = sum(bool(links((one,))) and count_words(plain((one,))) >= A_SENTENCE for one in paragraphs)
        if linked >= SEVERAL and 2 * linked > len(paragraphs):
            line = notes.line_of_heading(section.title.rpartition(PATH)[2])
            notes.warn("unsure_prose", line=line, title=section.title, count=linked)
            return


def _unlinked_lists(sections: Sequence[Section], notes: Notes) -> None:
    """A section that is nothing but a list whose entries lead nowhere: each may be an item."""
    for section in sections:
        if not section.heading or [item.via for item in section.items] != ["prose"]:
            continue
        blocks = section.items[0].blocks
        entries = [entry for block in blocks if isinstance(block, List) for entry in block.entries]
        if len(entries) >= SEVERAL and all(isinstance(block, List) for block in blocks):
            line = notes.line_of_heading(section.title.rpartition(PATH)[2])
            notes.warn("unsure_list", line=line, title=section.title, count=len(entries))
            return


def _flat(sections: Sequence[Section], known: frozenset[str], notes: Notes) -> None:
    """One level of headings, each over a text with a link: every one makes a category, though it may be an item."""
    seen = {folded(title) for title in known}
    own = [
        one
        for one in sections
        if one.heading and not is_standing(one.title) and folded(one.title) not in seen
    ]
    texts = [one for one in own if [item.via for item in one.items] == ["prose"] and one.items[0].links]
    if len(own) == len(texts) >= SEVERAL and len({one.level for one in own}) == 1:
        _unsure(notes, "unsure_flat", own[0], "item_levels", json.dumps([own[0].level]), count=len(own))


def _is_running_text(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.role in {None, "summary"}


def _standing(sections: Sequence[Section], notes: Notes) -> None:
    """Parts that stand in every issue and are no news."""
    found = [
        section
        for section in sections
        if [item.via for item in section.items] == ["prose"] and is_standing(section.title)
    ]
    if found:
        titles = _value([section.title for section in found])
        _unsure(notes, "unsure_boilerplate", found[0], "boilerplate", titles)


def _article(issue: Issue, notes: Notes) -> None:
    """Long prose under every heading and hardly a link: one text rather than many items."""
    words = count_words(plain(issue.blocks))
    if (
        len(issue.sections) > 1
        and words >= ARTICLE_WORDS
        and all(item.via in {"prose", "heading"} for item in issue.items)
        and sum(len(item.links) for item in issue.items) * 300 < words
        and words > 150 * len(issue.items)
    ):
        _unsure(notes, "unsure_article", issue.sections[0], "kind", _value("article"))


def _unsure(notes: Notes, code: str, section: Section, key: str, value: str, **more: int) -> None:
    line = notes.line_of_heading(section.title.rpartition(PATH)[2])
    arguments: dict[str, str | int] = {"title": section.title, "key": key, "value": value, **more}
    notes.add_warning(code, line, arguments)


def _value(value: str | Sequence[str]) -> str:
    """As it is written in TOML."""
    return json.dumps(value, ensure_ascii=False)
