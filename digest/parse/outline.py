"""How are the headings of a text nested? An outline by relative levels, with the blocks between."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from digest.document import Block, Heading, Inline, Strong, Text, plain, walk
from digest.document import Node as AnyNode

_TARGET = re.compile(r"\]\([^)]*\)|<[^>]*>")


@dataclass(slots=True)
class Node:
    """A heading with the blocks up to the next one, and the deeper headings under it."""

    heading: Heading
    blocks: list[Block] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def title(self) -> str:
        return title_of(self.heading.inlines)

    def everything(self) -> tuple[Block, ...]:
        """The blocks under the heading with the deeper headings among them, in reading order."""
        return (
            *self.blocks,
            *(block for child in self.children for block in (child.heading, *child.everything())),
        )


def level_as_written(heading: Heading) -> int:
    return heading.level


def outline(
    blocks: Sequence[Block], level_of: Callable[[Heading], int] = level_as_written
) -> tuple[list[Block], list[Node]]:
    """Blocks before the first heading, and the headings without a shallower one before them.

    `level_of` says how deep a heading is meant to stand where a profile knows better than its signs.
    """
    before: list[Block] = []
    roots: list[Node] = []
    open_nodes: list[tuple[int, Node]] = []
    for block in blocks:
        if isinstance(block, Heading):
            node, level = Node(block), level_of(block)
            while open_nodes and open_nodes[-1][0] >= level:
                open_nodes.pop()
            (open_nodes[-1][1].children if open_nodes else roots).append(node)
            open_nodes.append((level, node))
        elif open_nodes:
            open_nodes[-1][1].blocks.append(block)
        else:
            before.append(block)
    return before, roots


def heading_inlines(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """A heading's inlines; bold around all of it is formatting only."""
    while len(inlines) == 1 and isinstance(inlines[0], Strong):
        inlines = inlines[0].inlines
    return inlines


def title_of(inlines: tuple[Inline, ...]) -> str:
    """A heading as plain text on one line."""
    return " ".join(plain(inlines).split())


def first_words(nodes: Iterable[AnyNode]) -> str:
    """The first run of letters without any markup, as the source has it."""
    run = next((node for node in walk(nodes) if isinstance(node, Text) and node.text.strip()), None)
    return run.text.strip() if run is not None else ""


def without_targets(line: str) -> str:
    """The line of a heading as it is written, without the addresses and tags its reader does not see."""
    return _TARGET.sub("", line)


@lru_cache(maxsize=4_096)  # one title is asked about many times while an issue is read
def folded(title: str) -> str:
    """A title by which it is recognised in other issues and in a profile: letters and digits alone."""
    whole = unicodedata.normalize("NFKC", title).casefold()
    return "".join(sign for sign in whole if sign.isalnum()) or "".join(whole.split())
