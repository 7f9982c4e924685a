"""Which marks stand inside of a paragraph? The library's patterns, asked in its order, in time that grows with the text.

The library writes the whole paragraph anew for every mark it finds and moves its waiting list for every element, so a
thousand code spans in one paragraph cost a thousand copies of it. What is found and in which order is the same here.
"""

import re
from collections import deque
from collections.abc import Sequence
from typing import Final, cast
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import BacktickInlineProcessor, DelimiterProcessor, InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, INLINE_PLACEHOLDER, INLINE_PLACEHOLDER_RE, STX, AtomicString, Registry
from pymdownx.delimiterprocessor import DelimiterProcessor as Deletions

# what must stand in a text before a pattern can find anything
_FIRST_SIGNS: Final = {
    "backtick": "`",
    "escape": "\\",
    "reference": "[",
    "link": "[",
    "image_link": "![",
    "image_reference": "![",
    "short_reference": "[",
    "short_image_ref": "![",
    "autolink": "<",
    "automail": "<",
    "linebreak": "  \n",
    "html": "<",
    "bare": "://",
    "entity": "&",
    "delimiter": "~",
}
_ANY_SIGN: Final = re.compile(r"[`\\\[<&~*_]|://|  \n")
_SIGN: Final = re.compile(rf"{STX}(\d+){ETX}")
_TICKS: Final = re.compile(r"`+")
_REFERENCES: Final = ("reference", "short_reference", "image_reference", "short_image_ref")
# they look back over the mark they found before, so it must have been replaced; paragraphs.MAX_MARKS bounds them
_LOOKING_BACK: Final = ("em_strong", "delimiter")


class Ticks(BacktickInlineProcessor):
    """Code spans: as the library's, but escaped backslashes before one are left to the next pattern."""

    def __init__(self) -> None:
        super().__init__(r"(?<!\\)(?:\\\\)*(`)")

    def handleMatch(  # type: ignore[override]  # noqa: N802  the library's name; its stubs are loose
        self,
        m: re.Match[str],
        data: str,
    ) -> tuple[Element | None, int, int]:
        opening = _TICKS.match(data, m.start(1))
        assert opening is not None
        begin = opening.start()
        start, found = self.find_code_spans(begin, data)  # type: ignore[misc]  # its stubs know no pair
        if found is None:
            return None, begin, start
        element = Element(self.tag)
        element.text = AtomicString(_escaped(data[start:found].strip()))
        return element, begin, found + (start - begin)


def _escaped(code: str) -> str:
    return code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped_code(code: str) -> str:
    """Code as written: the library escapes it for HTML."""
    return code.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def unescaped(text: str, before: str = "") -> str:
    """Text with the signs that stood behind a backslash, each after `before`."""
    return _SIGN.sub(lambda found: before + chr(int(found[1])), text) if STX in text else text


class Spans(Treeprocessor):
    """Finds the marks in the texts of a tree of blocks."""

    def __init__(self, markdown: Markdown) -> None:
        super().__init__(markdown)
        patterns = cast(
            "Registry[InlineProcessor]", markdown.inlinePatterns
        )  # every one is of the newer kind
        signs = {patterns[name]: sign for name, sign in _FIRST_SIGNS.items()}
        references = {patterns[name] for name in _REFERENCES}
        self._looking_back = {patterns[name] for name in _LOOKING_BACK}
        self._all = [(at, pattern, signs.get(pattern, "")) for at, pattern in enumerate(patterns)]
        self._unreferenced = [each for each in self._all if each[1] not in references]
        self._asked: Sequence[tuple[int, InlineProcessor, str]] = self._all
        self._ancestors: list[str] = []
        self._waiting: deque[tuple[Element, list[str]]] = deque()
        self.stashed_nodes: dict[str, Element | str] = {}  # the patterns look in here
        self._sources: dict[str, str] = {}  # what each of them was made of

    def run(self, root: Element) -> None:
        self._asked = self._all if self.md.references else self._unreferenced
        self.stashed_nodes = {}
        self._sources = {}
        self._waiting.append((root, []))
        while self._waiting:
            element, ancestors = self._waiting.popleft()
            self._ancestors = [*ancestors, element.tag]
            self._element(element)

    def _element(self, element: Element) -> None:
        """The texts of an element's children; what stood behind a child becomes its neighbours."""
        children = deque(element)
        done: list[Element] = []
        found: list[tuple[Element, list[Element]]] = []
        while children:
            child = children.popleft()
            done.append(child)
            if child.text and not isinstance(child.text, AtomicString):
                self._ancestors.append(child.tag)
                child.text, inside = self._placed(self._marked(child.text))
                self._waiting.extend((one, self._ancestors[:]) for one in inside)
                self._ancestors.pop()
                if inside:
                    found.append((child, inside))
            if child.tail:
                child.tail, after = self._placed(self._marked(child.tail))
                children.extendleft(reversed(after))
            if len(child):
                self._waiting.append((child, self._ancestors[:]))
        if len(done) != len(element):
            element[:] = done
        for child, inside in found:
            child[0:0] = inside

    # --- marks become places ---

    def _marked(self, text: str, after: int = -1) -> str:
        """The text with a place for each mark that the patterns behind `after` find."""
        if isinstance(text, AtomicString) or not _ANY_SIGN.search(text):
            return text
        for at, pattern, sign in self._asked:
            if at > after and sign in text:
                text = self._asked_of(pattern, at, text)
        return text

    def _asked_of(self, pattern: InlineProcessor, at: int, text: str) -> str:
        if any(tag in self._ancestors for tag in pattern.ANCESTOR_EXCLUDES):
            return text
        pieces: list[str] = []
        done = start = moved = 0
        while (mark := _next(pattern, text, start)) is not None:
            node, begin, start = mark
            if node is None:
                continue
            place = self._place(node, at, text[begin:start])
            pieces += (text[done:begin], place)
            done = start
            if pattern in self._looking_back:
                text = "".join((*pieces, text[start:]))
                moved += begin + len(place) - start
                pieces, done, start = [], 0, begin + len(place)
                if found := _found_with_it(pattern):
                    start = found + moved
                else:
                    moved = 0
        return "".join((*pieces, text[done:])) if pieces else text

    def _place(self, node: Element | str, at: int, source: str) -> str:
        if isinstance(node, Element) and not isinstance(node.text, AtomicString):
            for part in (node, *node):
                if part.text:
                    self._ancestors.append(part.tag)
                    part.text = self._marked(part.text, at)
                    self._ancestors.pop()
                if part.tail:
                    part.tail = self._marked(part.tail, at - 1)
        number = f"{len(self.stashed_nodes):04d}"
        self.stashed_nodes[number] = node
        self._sources[number] = source
        return INLINE_PLACEHOLDER % number

    # --- what a pattern may ask of places that stand in what it found ---

    def source(self, text: str) -> str:
        """What its author wrote."""
        if STX not in text:
            return text
        text = INLINE_PLACEHOLDER_RE.sub(lambda place: self.source(self._sources[place[1]]), text)
        return unescaped(text, "\\")

    def target(self, text: str) -> str:
        """An address: a backslash frees the sign behind it, all other marks are signs themselves."""
        if STX not in text:
            return text

        def written(place: re.Match[str]) -> str:
            node = self.stashed_nodes[place[1]]
            return node if isinstance(node, str) else self.source(self._sources[place[1]])

        return INLINE_PLACEHOLDER_RE.sub(written, text)

    def words(self, text: str) -> str:
        """The words alone, as a picture is called."""
        if STX not in text:
            return text
        return INLINE_PLACEHOLDER_RE.sub(lambda place: self._words_of(self.stashed_nodes[place[1]]), text)

    def _words_of(self, node: Element | str) -> str:
        if isinstance(node, str):
            return node
        if node.tag == "img":
            return node.get("alt", "")
        inside = "".join((node.text or "", *(self._words_of(one) + (one.tail or "") for one in node)))
        return unescaped_code(inside) if node.tag == "code" else self.words(inside)

    # --- places become elements ---

    def _placed(self, text: str) -> tuple[str, list[Element]]:
        """What stands before the first element, and the elements, each with what stands behind it as its tail."""
        if STX not in text:
            return text, []
        elements: list[Element] = []
        pieces: list[str] = []
        lead = ""
        start = 0

        def end() -> str:
            joined = "".join(pieces)
            pieces.clear()
            return joined

        for place in INLINE_PLACEHOLDER_RE.finditer(text):
            node = self.stashed_nodes.get(place[1])
            if node is None:
                continue
            pieces.append(text[start : place.start()])
            start = place.end()
            if isinstance(node, str):
                pieces.append(node)
                continue
            if elements:
                elements[-1].tail = end()
            else:
                lead = end()
            self._fill(node)
            elements.append(node)
        pieces.append(text[start:])
        if elements:
            elements[-1].tail = end()
        else:
            lead = end()
        return (AtomicString(lead) if isinstance(text, AtomicString) else lead), elements

    def _fill(self, node: Element) -> None:
        """The places inside of an element that was one itself."""
        children: list[Element] = []
        for child in node:
            children.append(child)
            if child.tail and STX in child.tail:
                child.tail, after = self._placed(child.tail)
                children += after
            if child.text and STX in child.text:
                child.text, inside = self._placed(child.text)
                child[0:0] = inside
        if len(children) != len(node):
            node[:] = children
        if node.text and STX in node.text:
            node.text, inside = self._placed(node.text)
            node[0:0] = inside


def _found_with_it(pattern: InlineProcessor) -> int:
    """Where the next mark begins that was found together with the last one, in the text of that time; 0 if none.

    The library would take the next sign that looks like one for it, and cut the text elsewhere.
    """
    if isinstance(pattern, DelimiterProcessor | Deletions) and pattern.regions:
        pattern.cache_pos = pattern.regions[pattern.cache_index][0]
        return pattern.cache_pos
    return 0


def _next(pattern: InlineProcessor, text: str, start: int) -> tuple[Element | str | None, int, int] | None:
    """The next mark: its element, text or nothing, where it begins and ends."""
    for match in pattern.getCompiledRegExp().finditer(text, start):
        node, begin, end = pattern.handleMatch(match, text)
        if begin is not None and end is not None:
            return node, begin, end
    return None
