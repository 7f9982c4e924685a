"""What fits into one Telegram message? Every number of telegram.md §2 that a packer must keep."""

from dataclasses import dataclass
from typing import NamedTuple

from bot.platforms.telegram.entities import Styled, entity_bytes, units


@dataclass(frozen=True, slots=True)
class Limits:
    """Lengths in UTF-16 units, weights in bytes. The reserve is kept free in every text for a correction's mark."""

    text: int = 4096
    caption: int = 1024
    entities: int = 100
    entity_bytes: int = 9500
    raw_bytes: int = 32_768
    reserved_units: int = 64
    reserved_entities: int = 2
    album: int = 10
    buttons: int = 100
    row: int = 8
    label: int = 64
    photo_bytes: int = 10_000_000
    file_bytes: int = 50_000_000
    photo_sides: int = 10_000  # width + height in pixels
    photo_ratio: int = 20

    @property
    def room(self) -> "Size":
        """What one text may take."""
        return Size(
            self.text - self.reserved_units,
            self.entities - self.reserved_entities,
            self.entity_bytes,
            self.raw_bytes,
        )

    @property
    def caption_room(self) -> "Size":
        """What one caption may take: all of it, a mark that does not fit is left out (experience.md §6)."""
        return Size(self.caption, self.entities, self.entity_bytes, self.raw_bytes)


class Size(NamedTuple):
    """What a text takes of each budget."""

    units: int
    entities: int
    entity_bytes: int
    raw_bytes: int

    def is_within(self, room: "Size") -> bool:
        return all(taken <= limit for taken, limit in zip(self, room, strict=True))


def size(styled: Styled) -> Size:
    """Measured on the exact payload."""
    entities = styled.entities()
    return Size(
        units(styled.text),
        len(entities),
        entity_bytes(entities),
        len(styled.text.encode()),
    )
