"""Which headings are sections, which are items? The rules of content.md §4, in their order.

Nothing is dropped, only placed: what no rule understands stays as blocks where it stood.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from digest.document import Block, Inline, Paragraph, Rule, plain
from digest.issue import Via
from digest.parse.naming import item_number
from digest.parse.notes import Notes
from digest.parse.outline import Node, heading_inlines, outline, title_of
from digest.parse.roles import fence_as_text, is_abstract
from digest.parse.shapes import Found, has_content, label, linked_list, shape

_CATALOGUE = re.compile(r"(?i)(?:本期)?(?:目录|目錄|概览|概覽|导航|目次)|(?:table of )?contents|toc|overview")
_MARK = re.compile(r"[#＃]\d{1,9}\b")


@dataclass(slots=True)
class RawItem:
    """An item before it has a key. `heading` is empty when the title stands in the blocks."""

    title: str
    via: Via
    heading: tuple[Inline, ...]
    blocks: list[Block]
    level: int | None = None
    number: int | None = None


@dataclass(slots=True)
class RawSection:
    """A section before it has a key. `can_be_empty` when its title only stands over others."""

    title: str
    heading: tuple[Inline, ...]
    level: int | None
    lead: list[Block] = field(default_factory=list)
    items: list[RawItem] = field(default_factory=list)
    can_be_empty: bool = False


@dataclass(slots=True)
class Structure:
    """Where everything was placed."""

    intro: list[Block]
    sections: list[RawSection]
    outro: list[Block]


def structure(blocks: Sequence[Block], known_sections: frozenset[str], notes: Notes) -> Structure:
    """Place the blocks left after the titles."""
    intro, roots = outline(blocks)
    while len(roots) == 1 and _is_wrapper(roots[0]):
        # rule 3: a single heading over all the rest is opened
        intro += [roots[0].heading, *roots[0].blocks]
        roots = roots[0].children
    if not roots:
        return _without_headings(intro)
    sections = _Sections(roots, known_sections, notes).build()
    return Structure(intro, sections, _outro(sections))


def _without_headings(blocks: list[Block]) -> Structure:
    """A file without a single heading: what looks like items makes one section without a title."""
    found = shape(blocks)
    if found is None or len(found.items) < 2:
        return Structure(list(blocks), [], [])
    section = RawSection("", (), None, [], [_item(one) for one in found.items])
    sections = [section]
    return Structure(list(found.lead), sections, _outro(sections))


def _outro(sections: list[RawSection]) -> list[Block]:
    """Rules at the very end belong to no item."""
    if not sections:
        return []
    last = sections[-1].items[-1].blocks if sections[-1].items else sections[-1].lead
    outro: list[Block] = []
    while last and isinstance(last[-1], Rule):
        outro.insert(0, last.pop())
    return outro


def _is_wrapper(node: Node) -> bool:
    return len(node.children) > 1 and any(_carries_items(child) for child in node.children)


def _carries_items(node: Node) -> bool:
    """Whether a heading is full of items rather than being one."""
    if len(node.children) > 1:
        return True
    found = shape(node.blocks)
    return found is not None and bool(found.items) and not node.children


def _item(found: Found) -> RawItem:
    return RawItem(found.title, found.via, (), list(found.blocks), None, found.number)


def _heading_item(node: Node) -> RawItem:
    inlines = heading_inlines(node.heading.inlines)
    title = title_of(inlines) or label(node.everything())
    return RawItem(title, "heading", inlines, list(node.everything()), node.heading.level, item_number(title))


class _Sections:
    def __init__(self, roots: list[Node], known: frozenset[str], notes: Notes) -> None:
        self._roots = roots
        self._known = frozenset(_folded(title) for title in known)
        self._notes = notes
        self._sections: list[RawSection] = []
        self._marks: dict[int, str] = {}
        self._with_children = sum(bool(node.children) for node in roots)
        self._known_roots = sum(_folded(node.title) in self._known for node in roots)

    def build(self) -> list[RawSection]:
        for node in self._roots:
            self._place(node)
        return self._sections

    def _place(self, node: Node) -> None:
        if _CATALOGUE.fullmatch(node.title.strip(" *")) and len(self._roots) > 1:
            self._catalogue(node)
        elif self._marks and not node.children and item_number(node.title) in self._marks:
            self._marked(node)
        elif self._is_misplaced(node):
            self._misplaced(node)
        elif self._is_super_section(node):
            self._super_section(node)
        else:
            self._sections.append(self._section(node, node.title))

    # --- rules 8 and 9 ---

    def _is_misplaced(self, node: Node) -> bool:
        """An item set one level too high: alone among sections, or a one-off where sections have a history."""
        if not self._sections or _folded(node.title) in self._known:
            return False
        if (self._sections[-1].level or 0) > node.heading.level:
            return False  # the last section of a super-section: this heading stands beside that, not in it
        siblings = len(self._roots) - 1
        if node.children:
            return bool(self._known) and 2 * self._known_roots > siblings and _is_prose(node.blocks)
        return 2 * self._with_children > siblings and _is_prose(node.blocks)

    def _misplaced(self, node: Node) -> None:
        section = self._sections[-1]
        self._notes.warn("heading_flagged", near=_near(node), title=node.title, section=section.title)
        section.items.append(_heading_item(Node(node.heading, node.blocks)))
        section.items += [_heading_item(child) for child in node.children]

    # --- rule 4 ---

    def _is_super_section(self, node: Node) -> bool:
        if len(node.children) == 1:
            found = shape(node.children[0].blocks)
            return not node.children[0].children and found is not None and len(found.items) > 2
        full = [child for child in node.children if _carries_items(child)]
        return 2 * len(full) > len(node.children)

    def _super_section(self, node: Node) -> None:
        over = RawSection(
            node.title, heading_inlines(node.heading.inlines), node.heading.level, list(node.blocks)
        )
        over.can_be_empty = True
        self._sections.append(over)
        for child in node.children:
            self._sections.append(self._section(child, f"{node.title} / {child.title}"))

    # --- rule 5 ---

    def _catalogue(self, node: Node) -> None:
        """Repeats what follows: shown in full, listed as nothing. `#n` marks tell which section an item is in."""
        self._sections.append(
            RawSection(
                node.title,
                heading_inlines(node.heading.inlines),
                node.heading.level,
                list(node.everything()),
                can_be_empty=True,
            )
        )
        for group in node.children:
            for mark in _MARK.findall(plain(group.everything())):
                self._marks.setdefault(int(mark[1:]), group.title)

    def _marked(self, node: Node) -> None:
        title = self._marks[item_number(node.title) or 0]
        if not self._sections or self._sections[-1].title != title:
            self._sections.append(RawSection(title, (), None))
        self._sections[-1].items.append(_heading_item(node))

    # --- rules 2, 6 and 7 ---

    def _section(self, node: Node, title: str) -> RawSection:
        section = RawSection(title, heading_inlines(node.heading.inlines), node.heading.level)
        blocks = list(fence_as_text(node.blocks)) if is_abstract(node.title) else node.blocks
        if node.children:
            found = linked_list(blocks)
            section.lead = list(found.lead) if found else list(blocks)
            section.items = [_item(one) for one in found.items] if found else []
            section.items += [_heading_item(child) for child in node.children]
            return section
        found = shape(blocks)
        if found is not None:
            section.lead = list(found.lead)
            section.items = [_item(one) for one in found.items]
        elif has_content(blocks):
            section.items = [RawItem(node.title, "prose", (), list(blocks))]
        else:
            section.lead = list(blocks)
        return section


def _is_prose(blocks: Sequence[Block]) -> bool:
    return any(isinstance(block, Paragraph) for block in blocks) and shape(blocks) is None


def _folded(title: str) -> str:
    return "".join(title.casefold().split())


def _near(node: Node) -> str:
    return f"{'#' * node.heading.level} {node.title}"
