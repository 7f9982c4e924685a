"""What should the curator hear about a file? Problems are gathered here while it is read, with their lines."""

from collections.abc import Sequence

from digest.issue import Problem
from digest.parse.outline import folded, without_targets

MAX_OF_A_KIND = 50  # a file with thousands of empty sections is told so fifty times


class Notes:
    """The problems of one file; the same one on the same line is told once."""

    def __init__(self, text: str = "") -> None:
        self._text = text  # in which lines are looked for
        self._body = 1
        self._alone: dict[str, int] | None = None  # the first line of each, once somebody asks
        self._headings: dict[str, list[int]] | None = None  # the lines of each, by its folded title
        self._from: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._problems: dict[tuple[object, ...], Problem] = {}

    def read(self, text: str) -> None:
        """The text whose lines are meant, once it is known."""
        self._text = text
        self._alone = None
        self._headings = None

    def warn(self, code: str, *, line: int = 0, near: str = "", **arguments: str | int) -> None:
        """Note something to look at. `near` is a piece of the source by which its line is found."""
        if self._counts.get(code, 0) < MAX_OF_A_KIND:  # looking for a line nobody is told takes time
            self.add_warning(code, line or self.line_of(near), arguments)

    def add_warning(self, code: str, line: int, arguments: dict[str, str | int]) -> None:
        """Note something to look at on a known line; after many of a kind the rest go without saying."""
        if self._counts.get(code, 0) < MAX_OF_A_KIND:
            self._counts[code] = self._counts.get(code, 0) + 1
            self._add(Problem("warning", code, line, arguments))

    def refuse(self, code: str, *, line: int = 0, **arguments: str | int) -> None:
        """Note why the file cannot be taken."""
        self._add(Problem("error", code, line, arguments))

    def line_of(self, near: str) -> int:
        """The line a piece of text stands on, the next one when asked again; 0 when it is not there as written."""
        if not near:
            return 0
        position = self._text.find(near, self._from.get(near, 0))
        if position < 0:
            position = self._text.find(near)
        if position < 0:
            return 0
        self._from[near] = position + 1
        return self._text.count("\n", 0, position) + 1

    def begin_body(self, line: int) -> None:
        """The line on which the text begins behind its front matter."""
        self._body = line

    def line_in_body(self, near: str) -> int:
        """The first line of the text, front matter aside, that holds a piece of it; 0 when none does."""
        lines = self._text.split("\n")
        body = enumerate(lines[self._body - 1 :], self._body)
        return next((at for at, line in body if near and near in line), 0)

    def line_of_only(self, near: str) -> int:
        """The line of a piece of text that stands only once; 0 when it could be meant elsewhere too."""
        return self.line_of(near) if near and self._text.count(near) == 1 else 0

    def line_alone(self, *spellings: str) -> int:
        """The first line of the text that is one of these and nothing else; 0 when none is."""
        if self._alone is None:
            lines = self._text.split("\n")
            # the first of the same lines is written last
            self._alone = {line.strip(): at for at, line in reversed(list(enumerate(lines, 1)))}
        return min((self._alone[one] for one in spellings if one in self._alone), default=0)

    def line_of_heading(self, title: str) -> int:
        """The line of a heading, however it is written; 0 when it is not in the text."""
        return next(iter(self._lines_of_heading(title)), 0) or self.line_of(title)

    def last_line_of_heading(self, title: str) -> int:
        """The line on which a heading stands last; 0 when it is not written as one."""
        lines = self._lines_of_heading(title)
        return lines[-1] if lines else 0

    def _lines_of_heading(self, title: str) -> Sequence[int]:
        if self._headings is None:
            self._headings = {}
            for number, line in enumerate(self._text.split("\n"), 1):
                if line.lstrip().startswith("#"):
                    self._headings.setdefault(folded(without_targets(line)), []).append(number)
        return self._headings.get(folded(title), ())

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._problems.values(), key=lambda problem: problem.line))

    @property
    def has_error(self) -> bool:
        return any(problem.level == "error" for problem in self._problems.values())

    def _add(self, problem: Problem) -> None:
        self._problems.setdefault((problem.code, problem.line, *problem.arguments.items()), problem)
