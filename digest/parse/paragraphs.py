"""How is a run of text lines written for Python-Markdown? Tables apart, brackets bounded, pseudo-tags kept as text."""

import re
from collections.abc import Iterator

from digest.parse import signs
from digest.parse.notes import Notes
from digest.parse.tags import hide_brackets

MAX_OPEN = 32  # more unclosed marks in one paragraph are no link but an attack: the parser is quadratic there
MAX_MARKS = 5_000  # and so many marks of emphasis in one are none either: it is written anew for each

_DELIMITERS = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_DEFINITION = re.compile(
    r"\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:\s*(<[^<>]*>|[^\s<]\S*)(?:\s+(\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*$"
)
_HIDDEN = re.compile(
    r"(?P<code>(?<![`\\])(`+)(?!`).+?(?<!`)\2(?!`))|(?P<tick>(?<!\\)`+)"
    r"|(?<!\\)<!--.*?-->|(?<!\\)<(?P<name>script|style)\b[^>]*>.*?</(?P=name)\s*>",
    re.DOTALL | re.IGNORECASE,
)
_SCRIPT = re.compile(r"<(?=/?(?:script|style)\b)", re.IGNORECASE)
_LONG_RUN = re.compile(r"(?:\*{8,}|_{8,}|~{8,})")
_LONG_RUNS = ("*" * 8, "_" * 8, "~" * 8)
_EMPTY = re.compile(r"\n(?:[ ]*\n)+")
_EMPHASIS = re.compile(r"\*+|_+|~~+")
_TARGETS = re.compile(r"(\]\()|\)")
_COMMENTS = re.compile(r"(<!--)|-->")
_BACKTICKS = re.compile(r"`+")
_LEADING = re.compile(r"(?m)^(?=#)")
# at the head of a paragraph too long for a list's number, inside it no list at all
_NUMBER = re.compile(r"(?m)\A(\d{10,})\.(?= )|(?<=\n)(\d+)\.(?= )")
_LINE_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\\n")
_CELL_EDGE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)|\\.|(\|)")


def fold_definitions(lines: list[str]) -> tuple[list[str], list[tuple[str, tuple[str, str | None]]]]:
    """References defined at the head of a paragraph (elsewhere they are text, as in CommonMark), and the rest."""
    found: list[tuple[str, tuple[str, str | None]]] = []
    for index, line in enumerate(lines):
        definition = _DEFINITION.match(line) if line.startswith("[") else None
        if definition is None:
            return lines[index:], found
        target = definition[2].removeprefix("<").removesuffix(">")
        title = definition[3][1:-1] if definition[3] else None
        found.append((reference_label(definition[1]), (target, title)))
    return [], found


def reference_label(label: str) -> str:
    """The spelling in which Python-Markdown looks a reference up."""
    return " ".join(label.split()).lower()


class Paragraphs:
    """Rewrites runs of text lines."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def blocks(self, lines: list[str], number: int) -> Iterator[tuple[str, list[str]]]:
        """The blocks a run of lines holds: paragraphs, and tables that may follow them without a blank line."""
        start = next(
            (
                at - 1
                for at in range(1, len(lines))
                if "-" in lines[at] and _is_table(lines[at - 1], lines[at])
            ),
            len(lines),
        )
        if start:
            yield "paragraph", self.inline("\n".join(lines[:start]), number).split("\n")
        if start < len(lines):
            rows = [self.inline(line.strip(), number + start + at) for at, line in enumerate(lines[start:])]
            yield "table", _widened(rows)

    def inline(self, text: str, number: int) -> str:
        """Text in which only what CommonMark and our rules call markup is left to be found."""
        crowded, unclosed = _is_crowded(text), not _is_bounded(text)
        if not (crowded or unclosed):
            text = _HIDDEN.sub(_kept, text) if "`" in text or "<" in text else text
        else:
            if crowded:
                self._notes.warn("markup_crowded", line=number, limit=MAX_MARKS)
            if unclosed:
                self._notes.warn("markup_unclosed", line=number, limit=MAX_OPEN)
            text = signs.plain_marks(text).replace("[", signs.BRACKET).replace("<", signs.LESS)
        # every question below is asked only where its answer may be yes: most paragraphs hold none of this
        if "<" in text:
            text = hide_brackets(_SCRIPT.sub(signs.LESS, text), signs.LESS)
        if any(run in text for run in _LONG_RUNS):
            text = _LONG_RUN.sub(lambda found: signs.plain_marks(found[0]), text)
        if "\n" in text:
            text = _LINE_ESCAPE.sub(r"\1  \n", text)
        if "#" in text:
            text = _LEADING.sub(r"\\", text)
        if ". " in text:
            text = _NUMBER.sub(lambda found: rf"{found[1] or found[2]}\.", text)
        # a comment left an empty line: the paragraph goes on after it
        return (_EMPTY.sub("\n", text) if "\n" in text else text).strip("\n ")


def _kept(found: re.Match[str]) -> str:
    """Code as it is, backticks without partner as characters; a comment or script still parts what it stood between."""
    return found["code"] or signs.plain_marks(found["tick"] or signs.NOTHING)


def _is_crowded(text: str) -> bool:
    return sum(map(text.count, "*_~")) > MAX_MARKS and len(_EMPHASIS.findall(text)) > MAX_MARKS


def _is_bounded(text: str) -> bool:
    """Whether no kind of mark is opened so often without being closed that parsing would not end."""
    # few signs cannot be too many openings
    return (
        (text.count("[") <= MAX_OPEN or _unclosed(text) <= MAX_OPEN)
        and (sum(map(text.count, "*_~")) <= MAX_OPEN or _nested_marks(text) <= MAX_OPEN)
        and (text.count("](") <= MAX_OPEN or _left_open(_TARGETS, text) <= MAX_OPEN)
        and (text.count("<!--") <= MAX_OPEN or _left_open(_COMMENTS, text) <= MAX_OPEN)
        and (text.count("`") <= MAX_OPEN or len({*map(len, _BACKTICKS.findall(text))}) <= MAX_OPEN)
        and (text.count("<") <= MAX_OPEN or len(_SCRIPT.findall(text)) <= MAX_OPEN)
    )


def _nested_marks(text: str) -> int:
    """How deep marks of emphasis may nest: opening ones stand before, closing ones after a word."""
    depth = deepest = 0
    for found in _EMPHASIS.finditer(text):
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        opens, closes = bool(after.strip()), bool(before.strip())
        if opens and not closes:
            depth += 1
            deepest = max(deepest, depth)
        elif closes and not opens and depth:
            depth -= 1
    return deepest


def _left_open(signs: re.Pattern[str], text: str) -> int:
    """How many openings (the group) are never closed: what closes before them does not count."""
    depth = 0
    for found in signs.finditer(text):
        depth = depth + 1 if found[1] else max(0, depth - 1)
    return depth


def _unclosed(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        if sign == "[":
            depth += 1
            deepest = max(deepest, depth)
        elif sign == "]" and depth:
            depth -= 1
    return deepest


def cells(line: str) -> list[str]:
    """The cells of a row: bars that are escaped or inside code do not part them."""
    line = line.strip().removeprefix("|")
    parts, start = [], 0
    for found in _CELL_EDGE.finditer(line):
        if found[2]:
            parts.append(line[start : found.start()].strip())
            start = found.end()
    last = line[start:].strip()
    return [*parts, last] if last or not parts else parts


def _is_table(head: str, delimiters: str) -> bool:
    return (
        "|" in head
        and bool(_DELIMITERS.match(delimiters.strip()))
        and len(cells(head)) == len(cells(delimiters))
    )


def _widened(rows: list[str]) -> list[str]:
    """A table whose head has as many cells as its widest row: cells beyond the head would be dropped."""
    split = [cells(row) for row in rows]
    width = max(len(row) for row in split)
    for row, filling in zip(split, ["", "---", *[""] * len(split)], strict=False):
        row.extend([filling] * (width - len(row)))
    return [f"| {' | '.join(row)} |" for row in split]
