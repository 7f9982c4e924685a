"""What does a curator say about the shape of his issues that the rules cannot know? content.md §4; every key is optional."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["digest", "article"]
TitleFrom = Literal["first_strong", "first_link", "first_sentence"]


@dataclass(frozen=True, slots=True)
class Profile:
    """Reading hints of one series. Titles are compared without case, blanks, emoji and punctuation."""

    sections: tuple[str, ...] = ()  # the titles of all sections; any other heading of their level is an item
    item_levels: tuple[
        int, ...
    ] = ()  # heading levels at which items stand; a section has no prose right under it
    prose_sections: tuple[str, ...] = ()  # one item each, whatever their paragraphs look like
    items_need_link: bool = False  # paragraphs, entries and rows are items where half of them carry a link
    kind: Kind = "digest"  # an article is one item from its first word to its last
    boilerplate: tuple[str, ...] = ()  # sections shown in full but not listed as items
    catalogue: str = ""  # title of the section that only repeats what follows
    item_mark: str = ""  # regular expression of the mark by which a catalogue names its items
    issue_level: int | None = None  # heading level at which the next issue of the same file begins
    title_from: TitleFrom | None = None  # what names an item that has no title of its own


NO_PROFILE = Profile()
