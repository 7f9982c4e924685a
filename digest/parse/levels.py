"""How deep are headings meant to stand, where a profile names the sections? Their signs (`##`) say otherwise at times."""

from collections.abc import Callable, Sequence

from digest.document import Block, Heading
from digest.parse.outline import folded, level_as_written, title_of
from digest.profile import Profile


def meant_levels(blocks: Sequence[Block], profile: Profile) -> Callable[[Heading], int]:
    """How deep headings are meant to stand when the profile names the sections.

    A named one is a section wherever it stands; another that is as high is an item, unless it stands over named ones.
    """
    named = folded_titles(profile.sections)
    headings = [block for block in blocks if isinstance(block, Heading)]
    levels = [heading.level for heading in headings if _is_in(heading, named)]
    if not levels:
        return level_as_written
    section_level = min(levels)
    meant: dict[int, int] = {}
    has_begun = False
    for at, heading in enumerate(headings):
        if _is_in(heading, named):
            meant[id(heading)], has_begun = section_level, True
        elif has_begun and heading.level <= section_level and not _stands_over(headings[at:], named):
            meant[id(heading)] = section_level + 1
    return lambda heading: meant.get(id(heading), heading.level)


def _stands_over(headings: Sequence[Heading], named: frozenset[str]) -> bool:
    """Whether the next heading is a named section below the first one."""
    return len(headings) > 1 and headings[1].level > headings[0].level and _is_in(headings[1], named)


def _is_in(heading: Heading, named: frozenset[str]) -> bool:
    return folded(title_of(heading.inlines)) in named


def folded_titles(titles: Sequence[str]) -> frozenset[str]:
    return frozenset(folded(title) for title in titles)
