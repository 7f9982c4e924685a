"""What does a message take of Discord's budgets? Counted in the payload (discord.md §2)."""

from typing import Final

from bot.platforms.base import Budget, Message
from bot.platforms.discord.check import V2
from bot.platforms.discord.readback import content_of, readback

LAYOUT: Final = (("characters", 4_000), ("bytes", 10_170), ("components", 40))
EMBEDS, EMBED_CHARACTERS, CONTENT = 10, 6_000, 2_000


def meter(message: Message) -> tuple[Budget, ...]:
    """A layout of components, embeds and bare content are measured differently."""
    payload, counts = content_of(message.payload), readback(message).counts
    if payload.get("flags", 0) & V2:
        return tuple((name, counts[name], limit) for name, limit in LAYOUT)
    if embeds := payload.get("embeds"):
        return (("characters", counts["characters"], EMBED_CHARACTERS), ("embeds", len(embeds), EMBEDS))
    return (("characters", counts["characters"], CONTENT),)
