"""Which blocks stand in a prepared text? The library's block parser, without asking and without moving in vain.

The library takes the first of a list of waiting blocks and so moves all others, for each of a hundred thousand blocks;
and it asks every kind of block in turn, also those whose signs stand nowhere in it.
"""

from collections import deque
from typing import Any, Final, SupportsIndex
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import OListProcessor
from markdown.extensions.sane_lists import SaneOListProcessor, SaneUListProcessor

# what must stand in a block before a processor can take it; more are asked about it than these would be wrong for
_SIGNS: Final = {
    "code": ("    ",),
    "indent": ("    ",),
    "table": ("|",),
    "hashheader": ("#",),
    "setextheader": ("\n=", "\n-"),
    "hr": ("-", "_", "*"),
    "olist": (". ",),
    "ulist": ("- ", "* ", "+ "),
    "quote": (">",),
}


class Blocks(BlockParser):
    """Reads blocks from a queue."""

    def __init__(self, markdown: Markdown) -> None:
        super().__init__(markdown)
        self.blockprocessors = markdown.parser.blockprocessors
        signs = {self.blockprocessors[name]: given for name, given in _SIGNS.items()}
        self._asked = [(signs.get(processor), processor) for processor in self.blockprocessors]
        for processor in self.blockprocessors:
            processor.parser = self

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802  the library's name
        waiting: Any = _Queue(blocks)
        while waiting:
            self._next(parent, waiting)

    def _next(self, parent: Element, waiting: Any) -> None:
        block = waiting[0]
        for signs, processor in self._asked:
            if signs is not None and not any(sign in block for sign in signs):
                continue
            if processor.test(parent, block) and processor.run(parent, waiting) is not False:
                return


class _Queue(deque[str]):
    """The library's way of taking and giving back the first, in constant time."""

    def pop(self, index: SupportsIndex = 0) -> str:
        assert index == 0
        return self.popleft()

    def insert(self, index: SupportsIndex, value: str) -> None:
        assert index == 0
        self.appendleft(value)


class _Entries(OListProcessor):
    """Parts the entries of a list, without writing an entry anew for each of its lines."""

    def get_items(self, block: str) -> list[str]:
        entries: list[list[str]] = []
        for line in block.split("\n"):
            if found := self.CHILD_RE.match(line):
                if not entries:
                    self.STARTSWITH = found[1].rstrip(".")  # type: ignore[misc]  # the library keeps it so
                entries.append([found[3]])
            elif self.INDENT_RE.match(line) and not entries[-1][0].startswith(" " * self.tab_length):
                entries.append([line])
            else:
                entries[-1].append(line)
        return ["\n".join(entry) for entry in entries]


class Numbers(_Entries, SaneOListProcessor):
    """Lists whose entries are counted."""


class Bullets(_Entries, SaneUListProcessor):
    """Lists whose entries are not."""
