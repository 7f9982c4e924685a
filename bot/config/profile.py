"""How does a curator settle what the reading rules cannot know? The key `profile` of a series (content.md §4)."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from bot.config.fields import STRICT
from digest.profile import Kind, Profile, TitleFrom

MAX_MARK = 100


def _mark(value: str) -> str:
    if not value:
        return value
    try:
        found = re.compile(value)
    except re.error as error:
        raise ValueError(f"no pattern {value!r} ({error}); write one such as '#\\d+'") from None
    if found.groups > 1:
        raise ValueError(
            f"the pattern {value!r} has several groups; at most one may say what tells marks apart"
        )
    if found.fullmatch(""):
        raise ValueError(f"the pattern {value!r} fits everything; write one such as '#\\d+'")
    return value


def _title(value: str) -> str:
    if not value.strip():
        raise ValueError("an empty title; write the section's title as it stands in the issues")
    return value


Title = Annotated[str, AfterValidator(_title)]
HeadingLevel = Annotated[int, Field(ge=1, le=6)]


class ProfileTable(BaseModel):
    """Every key is optional; `zhouzhi check` says which one would settle what it was unsure of."""

    model_config = STRICT

    sections: list[Title] = []
    """Titles of all sections; any other heading as high is an item of the section before it."""
    item_levels: list[HeadingLevel] = []
    """Levels of headings that are items, such as `[1, 2]`; a section has no prose right under its heading."""
    prose_sections: list[Title] = []
    """Sections that are one text, though their paragraphs look like items."""
    items_need_link: bool = False
    """`true`: a section whose would-be items mostly carry no link is one text."""
    kind: Kind = "digest"
    """`digest`, or `article` when an issue is one long text."""
    boilerplate: list[Title] = []
    """Sections that are shown in full but not listed as items: sponsors, imprint, audio edition."""
    catalogue: str = ""
    """Title of the section that only repeats what follows."""
    item_mark: Annotated[str, Field(max_length=MAX_MARK), AfterValidator(_mark)] = ""
    """Regular expression of the marks by which the catalogue names items, such as `#\\d+`."""
    issue_level: HeadingLevel | None = None
    """Heading level at which the next issue of the same file begins."""
    title_from: TitleFrom | None = None
    """Names items without a title: `first_strong`, `first_link` or `first_sentence`."""

    def profile(self) -> Profile:
        return Profile(
            sections=tuple(self.sections),
            item_levels=tuple(self.item_levels),
            prose_sections=tuple(self.prose_sections),
            items_need_link=self.items_need_link,
            kind=self.kind,
            boilerplate=tuple(self.boilerplate),
            catalogue=self.catalogue,
            item_mark=self.item_mark,
            issue_level=self.issue_level,
            title_from=self.title_from,
        )
