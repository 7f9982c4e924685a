"""How is a source written so that Python-Markdown reads what CommonMark's authors meant?

One walk over the lines, container by container: entries of lists and quotes are taken out, walked the same way, and put
back with four columns a step and blank lines between blocks. No word is removed; comments, scripts and definitions of
references are none. Cures of content.md §5.2: classes 1, 2, 6 to 10, 12, 15.
"""

import re
from dataclasses import dataclass, field

from digest.document import CodeBlock
from digest.parse import signs
from digest.parse.notes import Notes
from digest.parse.paragraphs import Paragraphs, fold_definitions
from digest.parse.source import MAX_NESTING

Line = tuple[int, str]  # its number in the file, its text with tabs as spaces

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,}) *([^\s`]*)")
_RULE = re.compile(r" {0,3}([-_*])(?: *\1){2,} *$")
_QUOTE = re.compile(r" {0,3}> ?")
_ENTRY = re.compile(r"( {0,3})([-*+]|[0-9]{1,9}[.)])(?:( +)(.*)|$)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?: +(.*?))?(?: +#+)? *$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+) *$")
_ASIDE = re.compile(r" {0,3}<(!--|pre|script|style)(?=[\s>]|(?<=--))", re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w#+.-]+")
_SIGNS = frozenset("<`~-_*+>#0123456789")  # what a block may begin with that is no paragraph
_UNDERLINES = frozenset("=-")


class TooDeep(Exception):
    """Quotes and lists nested beyond the bound."""


class TooMany(Exception):
    """More blocks than are taken."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


@dataclass(slots=True)
class Prepared:
    """The rewritten text; what is kept aside (raw HTML, fences) by its number; references by their folded label.

    `count` is how many blocks there are to be read, the rows of tables among them.
    """

    text: str
    aside: list[str | CodeBlock] = field(default_factory=list)
    references: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    count: int = 0


def prepare(text: str, notes: Notes, first_line: int = 1) -> Prepared:
    """Rewrite a text. Raises TooDeep over MAX_NESTING levels."""
    lines = [(number, line.expandtabs(4)) for number, line in enumerate(text.split("\n"), first_line)]
    prepared = Prepared("")
    prepared.text = "\n".join(_Walk(notes, prepared).flow(lines, 0))
    return prepared


class _Output:
    """Rewritten lines, and what kind of block the last ones are."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self.lines: list[str] = []
        self.kind = ""
        self.unclosed: set[str] = set()  # what was searched to the end of the container in vain

    def block(self, kind: str, lines: list[str]) -> None:
        self._prepared.count += len(lines) if kind == "table" else 1
        if self.lines and self.lines[-1]:
            self.lines.append("")
        if kind == self.kind == "quote" or (kind == "code" and self.kind == "list"):
            # without anything between, the parser makes one of the two
            self.lines += [signs.NOTHING, ""]
        self.lines += lines
        self.kind = kind


class _Walk:
    def __init__(self, notes: Notes, prepared: Prepared) -> None:
        self._notes = notes
        self._prepared = prepared
        self._paragraphs = Paragraphs(notes)

    def flow(self, lines: list[Line], depth: int) -> list[str]:
        """The lines of one container, rewritten."""
        if depth > MAX_NESTING:
            raise TooDeep
        out = _Output(self._prepared)
        index = 0
        while index < len(lines):
            index = self._block(lines, index, out, depth)
        return out.lines

    def _block(self, lines: list[Line], index: int, out: _Output, depth: int) -> int:
        number, line = lines[index]
        if not line.strip():
            return index + 1
        if line.startswith("    "):
            return self._indented_code(lines, index, out)
        if line.lstrip(" ")[0] not in _SIGNS:
            return self._paragraph(lines, index, out)
        if found := _ASIDE.match(line):
            after = self._aside(lines, index, out, found[1].lower())
            if after is not None:
                return after
        if found := _FENCE.match(line):
            after = self._fence(lines, index, out, found)
            if after is not None:
                return after
            self._notes.warn("fence_unclosed", line=number)
        if _RULE.match(line):
            out.block("rule", ["---"])
            return index + 1
        if _QUOTE.match(line):
            return self._quote(lines, index, out, depth)
        if _ENTRY.match(line):
            return self._list(lines, index, out, depth)
        if found := _HEADING.match(line):
            self._heading(found[1], found[2] or "", number, out)
            return index + 1
        return self._paragraph(lines, index, out)

    # --- leaves ---

    def _indented_code(self, lines: list[Line], index: int, out: _Output) -> int:
        end = index
        while end < len(lines) and (not lines[end][1].strip() or lines[end][1].startswith("    ")):
            end += 1
        code = [line for _, line in lines[index:end]]
        while not code[-1].strip():
            code.pop()
        # an empty line would make another block of the rest, and the parser joins them one by one
        out.block(
            "code", [f"    {signs.hidden_code(line[4:]) if line.strip() else signs.NOTHING}" for line in code]
        )
        return end

    def _aside(self, lines: list[Line], index: int, out: _Output, name: str) -> int | None:
        """A comment, script or style is left out; `<pre>` is kept aside for the reader of HTML. None when unclosed."""
        closing = "-->" if name == "!--" else f"</{name}>"
        if closing in out.unclosed:
            return None
        for end in range(index, len(lines)):
            start = lines[index][1].find("<") + 4 if end == index and name == "!--" else 0
            place = lines[end][1].lower().find(closing, start)
            if place < 0:
                continue
            place += len(closing)
            if name == "pre":
                inside = [line for _, line in lines[index:end]] + [lines[end][1][:place]]
                self._put_aside("\n".join(inside), "raw", out)
            rest = lines[end][1][place:]
            if rest.strip():
                lines[end] = (lines[end][0], rest.lstrip())
                return end
            out.kind = out.kind if out.kind != "quote" else ""
            return end + 1
        out.unclosed.add(closing)
        return None

    def _fence(self, lines: list[Line], index: int, out: _Output, found: re.Match[str]) -> int | None:
        fence = found[1]
        if any(fence[: length + 1] in out.unclosed for length in range(2, min(len(fence), 64))):
            return None
        end = _fence_end(lines, index, fence)
        if end is None:
            out.unclosed.add(fence)
            return None
        indent = len(lines[index][1]) - len(lines[index][1].lstrip(" "))
        code = [line[min(indent, len(line) - len(line.lstrip(" "))) :] for _, line in lines[index + 1 : end]]
        language = found[2] if _LANGUAGE.fullmatch(found[2]) else ""
        self._put_aside(CodeBlock("\n".join(code), language), "fence", out)
        return end + 1

    def _put_aside(self, piece: str | CodeBlock, kind: str, out: _Output) -> None:
        self._prepared.aside.append(piece)
        out.block(kind, [f"{signs.RAW_FROM}{len(self._prepared.aside) - 1}{signs.RAW_TO}"])

    def _heading(self, marks: str, text: str, number: int, out: _Output) -> None:
        prepared = self._paragraphs.inline(text.strip(), number).replace("\n", " ")
        # Python-Markdown takes closing marks without a space before them: `C#` would lose its sign
        if prepared.endswith("#"):
            prepared = f"{prepared[:-1]}\\#"
        out.block("heading", [f"{marks} {prepared}".rstrip()])

    def _paragraph(self, lines: list[Line], index: int, out: _Output) -> int:
        number = lines[index][0]
        end = index + 1
        while end < len(lines):
            line = lines[end][1]
            if line.lstrip(" ")[:1] in _UNDERLINES and (underline := _UNDERLINE.match(line)):
                text = " ".join(line.strip() for _, line in lines[index:end])
                self._heading("#" if underline[1][0] == "=" else "##", text, number, out)
                return end + 1
            if not line.strip() or _interrupts(line):
                break
            end += 1
        texts = [line.lstrip() for _, line in lines[index:end]]
        texts[-1] = texts[-1].rstrip()
        rest, found = fold_definitions(texts)
        for label, target in found:
            self._prepared.references.setdefault(label, target)
        if rest:
            for kind, block in self._paragraphs.blocks(rest, number + len(texts) - len(rest)):
                out.block(kind, block)
        return end

    # --- containers ---

    def _quote(self, lines: list[Line], index: int, out: _Output, depth: int) -> int:
        inside: list[Line] = []
        end = index
        while end < len(lines):
            number, line = lines[end]
            if found := _QUOTE.match(line):
                inside.append((number, line[found.end() :]))
            elif inside and _is_lazy(inside[-1][1], line):
                inside.append((number, line.lstrip()))
            else:
                break
            end += 1
        rewritten = self.flow(inside, depth + 1)
        out.block("quote", [f"> {line}" if line else ">" for line in rewritten] or [f"> {signs.NOTHING}"])
        return end

    def _list(self, lines: list[Line], index: int, out: _Output, depth: int) -> int:
        block: list[str] = []
        ordered = lines[index][1].lstrip()[0].isdigit()
        while index < len(lines):
            found = _ENTRY.match(lines[index][1])
            if found is None or _RULE.match(lines[index][1]) or found[2][0].isdigit() != ordered:
                break
            inside, end = _entry(lines, index, found)
            marker = f"{found[2][:-1]}. " if ordered else "- "
            flowed = self.flow(inside, depth + 1)
            self._prepared.count += not flowed  # an entry without text is one too
            entry = self._marked(marker, flowed)
            block += entry
            blanks = end
            while blanks < len(lines) and not lines[blanks][1].strip():
                blanks += 1
            if "" in entry or (blanks > end and blanks < len(lines) and _ENTRY.match(lines[blanks][1])):
                block.append("")  # an entry of several blocks would swallow the next one
            index = blanks
        while block and not block[-1]:
            block.pop()
        kind = "numbers" if ordered else "list"
        out.block("list" if out.kind != kind else kind, block)
        return index

    def _marked(self, marker: str, inside: list[str]) -> list[str]:
        if not inside:
            return [f"{marker}{signs.NOTHING}"]
        first = inside[0]
        is_text = not re.match(r"[->#`]|\d+\. | {4}", first) and not first.startswith((signs.RAW_FROM, "|"))
        if not is_text:
            inside = [signs.NOTHING, "", *inside]
        head, *rest = inside
        return [marker + head, *(f"    {line}" if line else "" for line in rest)]


def _entry(lines: list[Line], index: int, found: re.Match[str]) -> tuple[list[Line], int]:
    """The lines inside the entry that begins at `index`, and where they end."""
    number = lines[index][0]
    spaces, content = len(found[3] or ""), found[4] or ""
    width = len(found[1]) + len(found[2])
    column = width + (1 if not content or spaces > 4 else spaces)
    inside: list[Line] = [(number, " " * max(0, spaces - 1) + content if spaces > 4 else content)]
    fence = _opened(inside[0][1], "")
    end = index + 1
    while end < len(lines):
        number, line = lines[end]
        blank = not line.strip()
        if blank or line.startswith(" " * column):
            text = line[column:]
        elif not fence and _is_lazy(inside[-1][1], line):
            text = line.lstrip()
        else:
            break
        fence = _opened(text, fence)
        inside.append((number, text))
        end += 1
    while len(inside) > 1 and not inside[-1][1].strip():
        inside.pop()
        end -= 1
    return inside, end


def _opened(line: str, fence: str) -> str:
    """The fence that is open after this line, given the one before it."""
    if fence:
        is_closing = re.match(rf" {{0,3}}{fence[0]}{{{len(fence)},}} *$", line)
        return "" if is_closing else fence
    found = _FENCE.match(line)
    return found[1] if found else ""


def _fence_end(lines: list[Line], index: int, fence: str) -> int | None:
    closing = re.compile(rf" {{0,3}}{fence[0]}{{{len(fence)},}} *$")
    return next((end for end in range(index + 1, len(lines)) if closing.match(lines[end][1])), None)


def _is_lazy(before: str, line: str) -> bool:
    """Whether a line that is not indented still belongs to the paragraph before it."""
    return bool(before.strip() and line.strip()) and not (
        _starts(line)
        or _ENTRY.match(line)
        or _UNDERLINE.match(line)
        or _RULE.match(before)
        or _HEADING.match(before)
        or _FENCE.match(before)
    )


def _starts(line: str) -> bool:
    """Whether a block begins here that needs no empty line before it, lists apart."""
    match line.lstrip(" ")[:1]:
        case ">":
            return bool(_QUOTE.match(line))
        case "#":
            return bool(_HEADING.match(line))
        case "-" | "*" | "_":
            return bool(_RULE.match(line))
        case "`" | "~":
            return bool(_FENCE.match(line))
        case "<":
            return bool(_ASIDE.match(line))
        case _:
            return False


def _interrupts(line: str) -> bool:
    """Whether a line ends the paragraph before it: a list does when it has text and begins at 1 (CommonMark)."""
    if _starts(line):
        return True
    found = _ENTRY.match(line)
    return bool(found and found[4] and (not found[2][0].isdigit() or found[2][:-1] == "1"))
