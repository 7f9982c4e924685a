"""Which marks of emphasis belong together? The library's pairing of `*` and `_`, held to what is written.

Where the rule of three passes over an opening, the library still takes that one, and with it as many signs behind the
closing mark as the opening is longer: the first signs of a code span, a link or a tag.
"""

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import Delimiter, DelimiterProcessor


class Emphasis(DelimiterProcessor):
    """`*em*`, `**strong**`, `_em_`, `__strong__`."""

    def __init__(self, markdown: Markdown) -> None:
        super().__init__("*", "strong,em", markdown)
        self.add("_", "strong,em", smart=True)
        self._data = ""
        self._around: list[tuple[int, int]] = []  # the outermost regions so far, in their order

    def handleMatch(  # type: ignore[override]  # noqa: N802  the library's name; its stubs are loose
        self,
        m: re.Match[str],
        data: str,
    ) -> tuple[Element | None, int | None, int | None]:
        if not self.regions:
            self._data = data
            self._around.clear()
        return super().handleMatch(m, data)

    def add_region(self, delim: Delimiter, a: int, b: int, c: int, d: int, size: int) -> None:
        """A region opens at `a` to `b` and closes at `c` to `d`, with `size` signs each."""
        left = self._signs_from(c, delim.token)
        if size > left:
            while delim.stack and (delim.stack[-1][-1] != left or self.rule_of_3(delim.stack[-1][-2], left)):
                delim.stack.pop()
            if not delim.stack:
                return
            _, b, *_ = delim.stack.pop()
            a, d, size = b - left, c + left, left
        if self._is_free(a, d):
            super().add_region(delim, a, b, c, d, size)

    def _signs_from(self, start: int, token: str) -> int:
        end = start
        while self._data.startswith(token, end):
            end += 1
        return end - start

    def _is_free(self, start: int, end: int) -> bool:
        """Whether a region stands beside or around all others; then it counts as one of them."""
        within = len(self._around)
        while within and self._around[within - 1][0] >= start:
            within -= 1
        if within and self._around[within - 1][1] > start:
            return False
        self._around[within:] = [(start, end)]
        return True
