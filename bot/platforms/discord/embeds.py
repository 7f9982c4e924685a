"""How does a planned message look as embeds? The same full text, packed by the 6,000 rule, one picture an embed."""

from collections.abc import Sequence
from typing import Any

from bot.platforms.discord.attachments import Attachments
from bot.platforms.discord.components import ACCENT
from bot.platforms.discord.controls import Row
from bot.platforms.discord.pack import Limits, Segment, pictures_fit, texts_of, units16

ROWS = 5  # of a message without the V2 flag


def text_limit(limits: Limits) -> int:
    """How long the description of one embed becomes, so that a correction mark still fits."""
    return limits.embed_text - limits.reserve


def fits(parts: Sequence[Segment], limits: Limits) -> bool:
    """Whether the message keeps every budget, with the reserve for a correction mark."""
    lengths = [units16(text) for text in texts_of(parts)]
    return (
        sum(lengths) + limits.reserve <= limits.embed_characters
        and all(length <= text_limit(limits) for length in lengths)
        and len(_plan(parts)) <= limits.embeds
        and pictures_fit(parts, limits)
    )


def compose(
    parts: Sequence[Segment], rows: Sequence[Row], attachments: Attachments, *, is_accented: bool
) -> dict[str, Any]:
    """The fields of the payload that show the message."""
    embeds: list[dict[str, Any]] = []
    for text, shown in _plan(parts):
        embed: dict[str, Any] = {"description": text} if text else {}
        if is_accented:
            embed["color"] = ACCENT
        if shown is not None:
            embed["image"] = {"url": attachments.add(shown)}
        embeds.append(embed)
    return {"embeds": embeds, "components": list(rows)}


def _plan(parts: Sequence[Segment]) -> list[tuple[str, Any]]:
    """Each embed's text and picture: the first picture of a gallery stands under the text before it."""
    found: list[tuple[str, Any]] = []
    for part in parts:
        match part:
            case str():
                found.append((part, None))
            case None:
                continue
            case _:
                for shown in part:
                    if found and found[-1][1] is None:
                        found[-1] = (found[-1][0], shown)
                    else:
                        found.append(("", shown))
    return found
