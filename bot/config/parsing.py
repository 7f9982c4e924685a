"""How much may one issue take? The table `[parsing]` (content.md §5.4, §8)."""

from typing import Annotated

from pydantic import BaseModel, Field

from bot.config.fields import STRICT
from digest.parse.source import Limits


class ParsingTable(BaseModel):
    """What is over a bound is refused, never cut."""

    model_config = STRICT

    deadline_s: Annotated[float, Field(gt=0, le=600)] = 10
    """Seconds one file may take to be parsed."""
    memory_mib: Annotated[int, Field(ge=128)] = 512
    """Memory of the process that parses, in MiB, where the system can limit it."""
    max_kib: Annotated[int, Field(ge=1, le=2048)] = 1024
    """Size of one file in KiB."""
    max_images: Annotated[int, Field(ge=1)] = 500
    """Pictures of one issue."""
    max_items: Annotated[int, Field(ge=1)] = 2000
    """Items of one issue."""
    max_front_matter_kib: Annotated[int, Field(ge=1)] = 16
    """Size of the front matter in KiB."""
    max_blocks: Annotated[int, Field(ge=1)] = 30000
    """Paragraphs, headings, quotes, lists, code blocks and table rows of one issue."""

    def limits(self) -> Limits:
        return Limits(
            max_kib=self.max_kib,
            max_images=self.max_images,
            max_items=self.max_items,
            max_front_matter_kib=self.max_front_matter_kib,
            max_blocks=self.max_blocks,
        )
