"""What stands next to each other? Phrases: Chinese characters one by one and Latin atoms, as they follow in a text."""

from collections.abc import Iterable
from dataclasses import dataclass

from digest.words.folding import fold
from digest.words.tokens import Run, is_chinese, pairs, runs, stem

GAP = ""  # between two Chinese runs: their characters do not make a pair


@dataclass(frozen=True, slots=True)
class Phrase:
    """Elements that must follow one another. `is_word`: one Latin word, found in its other forms too.

    `is_prefix`: the last element may go on.
    """

    elements: tuple[str, ...]
    is_word: bool = False
    is_prefix: bool = False

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens that follow one another in the index where this phrase stands in the text."""
        found: list[str] = []
        chinese: list[str] = []
        for element in self.elements:
            if is_chinese(element):
                chinese.append(element)
                continue
            found += _closed(chinese)
            chinese = []
            if element != GAP:
                found.append(element)
        return (*found, *pairs("".join(chinese)))

    @property
    def forms(self) -> tuple[str, ...]:
        """The tokens that each stand for a single word: itself and its stem. Empty for what is no single word."""
        if not self.is_word:
            return ()
        return tuple(dict.fromkeys((self.elements[0], stem(self.elements[0]))))

    @property
    def is_lone_character(self) -> bool:
        return len(self.elements) == 1 and is_chinese(self.elements[0])

    @property
    def is_open(self) -> bool:
        """Is the last token only a beginning? A lone Chinese character begins pairs."""
        last = self.elements[-1]
        alone = len(self.elements) == 1 or not is_chinese(self.elements[-2])
        return self.is_prefix or (is_chinese(last) and alone)

    @property
    def text(self) -> str:
        """To be read by people: Latin atoms apart, Chinese characters together."""
        written = ""
        for element in self.elements:
            if written and element and not (is_chinese(element) and is_chinese(written[-1])):
                written += " "
            written += element
        return written


def _closed(chinese: list[str]) -> tuple[str, ...]:
    """The tokens of a Chinese run that ends here: the last character stands alone too."""
    if not chinese:
        return ()
    return (*pairs("".join(chinese)), chinese[-1]) if len(chinese) > 1 else (chinese[0],)


def elements_of(found: Iterable[Run]) -> tuple[str, ...]:
    """The elements of runs that follow one another."""
    elements: list[str] = []
    after_chinese = False
    for run in found:
        if run.is_chinese and after_chinese:
            elements.append(GAP)
        elements += [atom.text for atom in run.atoms]
        after_chinese = run.is_chinese
    return tuple(elements)


def elements(text: str) -> tuple[str, ...]:
    """The elements of a source text."""
    return elements_of(runs(fold(text)))
