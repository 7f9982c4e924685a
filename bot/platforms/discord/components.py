"""How does a planned message look as Components V2? One container, its rows of buttons under it."""

from collections.abc import Sequence
from typing import Any

from bot.platforms.discord.attachments import Attachments
from bot.platforms.discord.controls import Row, size
from bot.platforms.discord.pack import Limits, Segment, pictures_fit, texts_of, units16

IS_COMPONENTS_V2 = 1 << 15
CONTAINER, TEXT, GALLERY, LINE = 17, 10, 12, 14
ACCENT = 0x2F6FDE


def fits(parts: Sequence[Segment], row_components: int, limits: Limits) -> bool:
    """Whether the message keeps every budget, with the reserve for a correction mark."""
    texts = texts_of(parts)
    characters = sum(units16(text) for text in texts)
    # a mark may be Chinese, three bytes a character
    bytes_ = sum(len(text.encode()) for text in texts) + limits.bytes_a_text * len(texts) + 3 * limits.reserve
    return (
        characters + limits.reserve <= limits.characters
        and bytes_ <= limits.bytes
        and 1 + len(parts) + row_components <= limits.components
        and pictures_fit(parts, limits)
    )


def compose(
    parts: Sequence[Segment], rows: Sequence[Row], attachments: Attachments, *, is_accented: bool
) -> dict[str, Any]:
    """The fields of the payload that show the message."""
    components: list[dict[str, Any]] = []
    if parts:
        container: dict[str, Any] = {
            "type": CONTAINER,
            "components": [_component(part, attachments) for part in parts],
        }
        if is_accented:
            container["accent_color"] = ACCENT
        components.append(container)
    return {"flags": IS_COMPONENTS_V2, "components": [*components, *rows]}


def row_components(rows: Sequence[Row]) -> int:
    return sum(size(row) for row in rows)


def _component(part: Segment, attachments: Attachments) -> dict[str, Any]:
    match part:
        case str():
            return {"type": TEXT, "content": part}
        case None:
            return {"type": LINE, "divider": True, "spacing": 1}
        case _:
            items = []
            for shown in part:
                item: dict[str, Any] = {"media": {"url": attachments.add(shown)}}
                if shown.description:
                    item["description"] = attachments.alt(shown)
                items.append(item)
            return {"type": GALLERY, "items": items}
