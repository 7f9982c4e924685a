"""What should be mended before an issue is published, though it can be read? Warnings, and the bounds of content.md §8."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import Final

from digest.document import (
    Block,
    CodeBlock,
    Details,
    Heading,
    Image,
    List,
    Node,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
    images,
    plain,
    walk,
)
from digest.issue import PATH, Issue, Section
from digest.parse.front_matter import FrontMatter
from digest.parse.notes import Notes
from digest.parse.outline import first_words, folded
from digest.parse.source import Limits
from digest.parse.structure import Structure

_COUNTED: Final = frozenset({Paragraph, Heading, List, Quote, CodeBlock, Details, Rule})
_TEMPLATE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")


def held(issue: Issue, front: FrontMatter, today: date | None, notes: Notes) -> Issue:
    """The issue with what its front matter holds it back by."""
    if front.is_draft:
        notes.warn("held_draft", near="draft:")
        issue = replace(issue, is_draft=True)
    if today is not None and front.date is not None and front.date > today:
        notes.warn("held_until", near="date:", date=front.date.isoformat())
        issue = replace(issue, embargo_until=front.date)
    return issue


def check_blocks(nodes: Sequence[Node], notes: Notes, limits: Limits) -> None:
    """Refuse more pictures or blocks than are taken, before any of them is placed."""
    found = list(walk(nodes))
    pictures = [node for node in found if isinstance(node, Image)]
    if len(pictures) > limits.max_images:
        # where it begins to be too much, if that is sure
        line = notes.line_of_only(pictures[limits.max_images].src)
        notes.refuse("too_many_images", line=line, count=len(pictures), limit=limits.max_images)
    count = sum(len(node.rows) if isinstance(node, Table) else type(node) in _COUNTED for node in found)
    if count > limits.max_blocks:
        notes.refuse("too_many_blocks", count=count, limit=limits.max_blocks)


def check_items(placed: Structure, notes: Notes, limits: Limits) -> None:
    """Refuse more items than are taken, before any of them is named."""
    items = [item for section in placed.sections for item in section.items]
    if len(items) > limits.max_items:
        item = items[limits.max_items]
        line = notes.line_of_only(first_words((*item.heading, *item.blocks)))
        notes.refuse("too_many_items", line=line, count=len(items), limit=limits.max_items)


def check(issue: Issue, blocks: Sequence[Block], notes: Notes) -> None:
    """Note what is missing in a finished issue."""
    if issue.published_on is None:
        notes.warn("date_unknown" if issue.number is not None else "issue_unidentified")
    for section, following in zip_longest(issue.sections, issue.sections[1:]):
        is_empty = section.heading and not section.items and not section.lead
        if is_empty and not _stands_over(section, following):
            notes.warn("section_empty", near=f"# {section.title}", title=section.title)
    _twice(issue.sections, notes)
    for node in walk(blocks):
        if isinstance(node, Text) and (found := _TEMPLATE.search(node.text)):
            notes.warn("template_tag", near=found[0], tag=found[0])
    if not plain([block for block in blocks if not isinstance(block, CodeBlock)]).strip() and not images(
        blocks
    ):
        notes.warn("nothing_to_read")


def _twice(sections: Sequence[Section], notes: Notes) -> None:
    """The second section of one name: readers see both, and choose them together."""
    seen: set[str] = set()
    for section in sections:
        name = folded(section.title)
        if section.heading and name in seen:
            notes.warn(
                "section_twice",
                line=notes.last_line_of_heading(section.title.rpartition(PATH)[2]),
                title=section.title,
            )
        seen.add(name)


def _stands_over(section: Section, following: Section | None) -> bool:
    """Whether a heading without text holds the deeper one that follows."""
    return following is not None and (following.level or 0) > (section.level or 0)
