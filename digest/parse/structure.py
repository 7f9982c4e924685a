"""Which headings are sections, which are items? The rules of content.md §4, in their order.

Nothing is dropped, only placed: what no rule understands stays as blocks where it stood.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from digest.document import Block, Inline, List, Paragraph, Quote, Rule, links, plain
from digest.issue import PATH, Via
from digest.parse.groups import (
    carries_items,
    holds_nearly_all,
    is_full_of_sections,
    is_wrapper,
    items_of,
    leaves,
    may_be_announced,
    names_an_item,
)
from digest.parse.levels import folded_titles, meant_levels
from digest.parse.naming import item_number
from digest.parse.notes import Notes
from digest.parse.outline import Node, folded, heading_inlines, outline, title_of
from digest.parse.roles import fence_as_text, is_abstract, is_standing
from digest.parse.shapes import Found, Shape, has_content, label, linked_list, shape
from digest.profile import NO_PROFILE, Profile

_CATALOGUE = re.compile(
    r"(?i)(?:本期)?(?:目录|目錄|概览|概覽|导航|導航|导读|導讀|目次|内容一览)|(?:table of )?contents|toc|overview|"
    r"in this issue"
)
_MARK = r"[#＃](\d{1,9})\b"


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
    """A section before it has a key."""

    title: str
    heading: tuple[Inline, ...]
    level: int | None
    lead: list[Block] = field(default_factory=list)
    items: list[RawItem] = field(default_factory=list)
    tail: list[Block] = field(default_factory=list)  # follows the items; where it goes is known at the end

    def add(self, *items: RawItem) -> None:
        """More items: what followed those before stays in its place, with the last of them."""
        self.end()
        self.items += items

    def end(self) -> None:
        """The tail goes where the reading order leaves a place for it: to the last item, else the lead."""
        (self.items[-1].blocks if self.items else self.lead).extend(self.tail)
        self.tail = []


@dataclass(slots=True)
class Structure:
    """Where everything was placed. `raised`: titles that stood as high as a section and were taken for an item's."""

    intro: list[Block]
    sections: list[RawSection]
    outro: list[Block]
    raised: frozenset[str] = frozenset()


def structure(
    blocks: Sequence[Block],
    known_sections: frozenset[str],
    notes: Notes,
    profile: Profile = NO_PROFILE,
    title: str = "",
) -> Structure:
    """Place the blocks left after the titles. `title` is what an article as a whole is called."""
    if profile.kind == "article":
        return _article(blocks, title, profile)
    intro, roots = outline(blocks, meant_levels(blocks, profile))
    kept = folded_titles((*profile.sections, *known_sections))
    while len(roots) == 1 and folded(roots[0].title) not in kept and is_wrapper(roots[0]):
        # rule 3: a single heading over all the rest is opened
        intro += [roots[0].heading, *roots[0].blocks]
        roots = roots[0].children
    if not roots:
        return _without_headings(intro, profile)
    built = _Sections(roots, known_sections, notes, profile)
    sections = built.build()
    return Structure(intro, sections, _outro(sections), frozenset(built.raised))


def _article(blocks: Sequence[Block], title: str, profile: Profile) -> Structure:
    """One item from the first word to the last, its headings inside."""
    if not has_content(blocks):
        return Structure(list(blocks), [], [])
    item = RawItem(title or label(blocks, profile.title_from), "prose", (), list(blocks))
    return Structure([], [RawSection("", (), None, [], [item])], [])


def _without_headings(blocks: list[Block], profile: Profile) -> Structure:
    """A file without a single heading: what looks like items makes one section without a title."""
    found = _linked_enough(shape(blocks), profile)
    if found is None or len(found.items) < 2:
        return Structure(list(blocks), [], [])
    section = RawSection("", (), None, [], _items(found, profile), tail=list(found.tail))
    sections = [section]
    return Structure(list(found.lead), sections, _outro(sections))


def _linked_enough(found: Shape | None, profile: Profile) -> Shape | None:
    if found is None or not profile.items_need_link:
        return found
    linked = sum(bool(links(item.blocks)) for item in found.items)
    return found if 2 * linked >= len(found.items) else None


def _outro(sections: list[RawSection]) -> list[Block]:
    """What follows the last entry of the last section, and rules at the very end, belong to no item.

    In sections before it the reading order leaves no place but the last item.
    """
    for section in sections[:-1]:
        section.end()
    if not sections:
        return []
    last = sections[-1].items[-1].blocks if sections[-1].items else sections[-1].lead
    outro = list(sections[-1].tail)
    while last and isinstance(last[-1], Rule):
        outro.insert(0, last.pop())
    return outro


def _items(found: Shape, profile: Profile) -> list[RawItem]:
    return [_item(one, profile) for one in found.items]


def _item(found: Found, profile: Profile) -> RawItem:
    title = found.title
    if profile.title_from is not None and found.via != "strong":
        title = label(found.blocks, profile.title_from) or title
    return RawItem(title, found.via, (), list(found.blocks), None, found.number)


def _heading_item(node: Node) -> RawItem:
    inlines = heading_inlines(node.heading.inlines)
    title = title_of(inlines) or label(node.everything())
    return RawItem(title, "heading", inlines, list(node.everything()), node.heading.level, item_number(title))


class _Sections:
    def __init__(self, roots: list[Node], known: frozenset[str], notes: Notes, profile: Profile) -> None:
        self._roots = roots
        self._profile = profile
        # `Updates / Official` is known as a whole and by its last part
        self._seen = folded_titles([*known])
        self._known = self._seen | folded_titles([title.rpartition(PATH)[2] for title in known])
        self._named = folded_titles(profile.sections)
        self._prose = folded_titles(profile.prose_sections)
        self._boilerplate = folded_titles(profile.boilerplate)
        self._mark = re.compile(profile.item_mark or _MARK)
        self._notes = notes
        self._sections: list[RawSection] = []
        self.raised: set[str] = set()
        self._marks: dict[str, str] = {}
        self._tops = frozenset(map(id, roots))
        self._with_children = sum(bool(node.children) for node in roots)
        self._flat = frozenset(self._flat_items())
        self._usual = frozenset(
            found.via for leaf in leaves(roots) if (found := shape(leaf.blocks)) is not None
        )

    # what is asked of all headings is asked once: there may be thousands of each kind

    @cached_property
    def _has_history(self) -> bool:
        """Whether other issues had every section that is one for certain, so that a new one stands out."""
        certain = [node for node in self._roots if node.children and not _is_prose(node.blocks)]
        return len(certain) > 1 and all(map(self._is_known, certain))

    @cached_property
    def _has_full(self) -> bool:
        """Whether any holds sections for certain."""
        return any(map(is_full_of_sections, self._roots))

    @cached_property
    def _items(self) -> int:
        return sum(map(items_of, self._roots))

    @cached_property
    def _announced(self) -> int:
        """How many a catalogue could speak of."""
        return sum(map(may_be_announced, self._roots))

    def build(self) -> list[RawSection]:
        for node in self._roots:
            self._place(node)
        return self._sections

    def _place(self, node: Node) -> None:
        if self._is_catalogue(node):
            self._catalogue(node)
        elif self._marks and not node.children and self._mark_of(node.title) in self._marks:
            self._marked(node)
        elif id(node) in self._flat:
            self._flat_item(node)
        elif self._is_settled(node):
            self._sections.append(self._section(node, node.title))
        elif self._is_misplaced(node):
            self._misplaced(node)
        elif self._is_super_section(node):
            self._super_section(node)
        else:
            self._sections.append(self._section(node, node.title))

    def _is_settled(self, node: Node) -> bool:
        """Whether the profile says that this one is shown as it stands."""
        return folded(node.title) in self._prose | self._boilerplate

    # --- one level of headings ---

    def _flat_items(self) -> Iterator[int]:
        """Headings of which each is a link or numbered, with text alone below, are items without a section over them.

        A profile may say so of any heading of their level.
        """
        if self._named or any(node.children for node in self._roots):
            return
        alike = [node for node in self._roots if self._may_be_flat(node) and not self._is_known(node)]
        if len(alike) > 2 and 3 * len(alike) >= 2 * len(self._roots):
            yield from map(id, alike)

    def _may_be_flat(self, node: Node) -> bool:
        is_meant = node.heading.level in self._profile.item_levels and not carries_items(node)
        return (is_meant or names_an_item(node)) and not self._is_settled(node)

    def _flat_item(self, node: Node) -> None:
        if not self._sections or self._sections[-1].heading:
            self._sections.append(RawSection("", (), None))
        self._sections[-1].add(_heading_item(node))

    def _is_known(self, node: Node) -> bool:
        return folded(node.title) in self._known

    # --- rules 8 and 9 ---

    def _is_misplaced(self, node: Node) -> bool:
        """An item set one level too high: alone among sections, or a one-off where sections have a history."""
        if not self._sections or self._is_known(node) or folded(node.title) in self._named:
            return False
        if (self._sections[-1].level or 0) > node.heading.level:
            return False  # the last section of a super-section: this heading stands beside that, not in it
        if node.heading.level in self._profile.item_levels and _is_prose(node.blocks):
            return True
        if is_standing(node.title):
            return False
        siblings = len(self._roots) - 1
        if node.children:
            return self._has_history and _is_prose(node.blocks) and not self._is_super_section(node)
        return not self._named and 2 * self._with_children > siblings and _is_prose(node.blocks)

    def _misplaced(self, node: Node) -> None:
        section = self._sections[-1]
        if node.heading.level not in self._profile.item_levels:
            self.raised.add(node.title)
            self._notes.warn(
                "heading_flagged",
                line=self._notes.line_of_heading(node.title),
                title=node.title,
                section=section.title,
            )
        section.add(_heading_item(Node(node.heading, node.blocks)), *map(_heading_item, node.children))

    # --- rule 4 ---

    def _is_super_section(self, node: Node) -> bool:
        if self._named & {folded(child.title) for child in node.children}:
            return True
        if folded(node.title) in self._named:
            return False
        if levels := self._profile.item_levels:
            return not any(child.heading.level in levels for child in node.children) and any(
                inner.heading.level in levels for child in node.children for inner in child.children
            )
        if len(node.children) > 1:
            return is_full_of_sections(node)
        if not node.children:
            return False
        (child,) = node.children
        if child.children:  # alone it could be an item with headings inside; the other sections tell
            return self._has_full
        found = shape(child.blocks)
        return found is not None and len(found.items) > 2

    def _super_section(self, node: Node) -> None:
        self._sections.append(self._shown(node, node.title, node.blocks))
        wraps = self._wraps(node)
        for child in node.children:
            if wraps and self._is_super_section(child):
                self._super_section(child)
            else:
                title = child.title if wraps else f"{node.title}{PATH}{child.title}"
                self._sections.append(self._section(child, title))

    def _wraps(self, node: Node) -> bool:
        """Whether it only holds the issue (rule 3), beside an abstract or other prose, and groups nothing.

        A path that other issues have stays one; sections they have by their own names keep those.
        """
        below = [child.title for child in node.children]
        if any(folded(f"{node.title}{PATH}{title}") in self._seen for title in below):
            return False
        if 2 * sum(folded(title) in self._seen for title in below) > len(below):
            return True
        own = items_of(node) if id(node) in self._tops else 0
        return holds_nearly_all(node, self._items - own)

    # --- rule 5 ---

    def _is_catalogue(self, node: Node) -> bool:
        if self._profile.catalogue:
            return folded(node.title) == folded(self._profile.catalogue)
        if not _CATALOGUE.fullmatch(node.title.strip(" *")):
            return False
        return self._announced > may_be_announced(node)

    def _catalogue(self, node: Node) -> None:
        """Repeats what follows: shown in full, listed as nothing. `#n` marks tell which section an item is in."""
        self._sections.append(self._shown(node, node.title, node.everything()))
        for group in node.children:
            for mark in self._mark.finditer(plain(group.everything())):
                self._marks.setdefault(self._text_of(mark), group.title)

    def _mark_of(self, title: str) -> str:
        """The mark a title bears; without one of its own kind the number it begins with."""
        if marks := list(self._mark.finditer(title)):
            return self._text_of(marks[-1])
        number = None if self._profile.item_mark else item_number(title)
        return "" if number is None else str(number)

    def _text_of(self, mark: re.Match[str]) -> str:
        """What tells marks apart: the group of the expression if it has one."""
        return str(mark[1] if self._mark.groups else mark[0])

    def _marked(self, node: Node) -> None:
        title = self._marks[self._mark_of(node.title)]
        if not self._sections or self._sections[-1].title != title:
            self._sections.append(RawSection(title, (), None))
        self._sections[-1].add(_heading_item(node))

    def _shown(self, node: Node, title: str, blocks: Sequence[Block]) -> RawSection:
        """A section that is read in full and lists nothing."""
        inlines = heading_inlines(node.heading.inlines)
        return RawSection(title, inlines, node.heading.level, list(blocks))

    # --- rules 2, 6 and 7 ---

    def _section(self, node: Node, title: str) -> RawSection:
        if folded(node.title) in self._boilerplate:
            return self._shown(node, title, _as_boilerplate(node.everything()))
        section = RawSection(title, heading_inlines(node.heading.inlines), node.heading.level)
        if folded(node.title) in self._prose:
            section.items = [RawItem(node.title, "prose", (), list(node.everything()))]
            return section
        blocks = list(fence_as_text(node.blocks)) if is_abstract(node.title) else node.blocks
        found = linked_list(blocks) if node.children else shape(blocks, self._usual)
        found = _linked_enough(found, self._profile)
        if found is not None:
            section.lead = list(found.lead)
            section.items = _items(found, self._profile)
            section.tail = list(found.tail)
        elif node.children or not has_content(blocks):
            section.lead = list(blocks)
        else:
            section.items = [RawItem(node.title, "prose", (), list(blocks))]
        if node.children:
            section.add(*map(_heading_item, node.children))
        return section


def _as_boilerplate(blocks: Sequence[Block]) -> list[Block]:
    return [
        replace(block, role="boilerplate")
        if isinstance(block, Paragraph | List | Quote) and block.role is None
        else block
        for block in blocks
    ]


def _is_prose(blocks: Sequence[Block]) -> bool:
    return any(isinstance(block, Paragraph) for block in blocks) and shape(blocks) is None
