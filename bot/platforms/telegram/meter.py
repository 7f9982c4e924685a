"""What does a message take of Telegram's budgets? Counted in the payload (telegram.md §2)."""

from typing import Final

from bot.platforms.base import Budget, Message
from bot.platforms.telegram.entities import units
from bot.platforms.telegram.readback import CAPTION, ENTITIES, ENTITY_BYTES, RAW_BYTES, TEXT, readback
from bot.platforms.telegram.rich_readback import BLOCKS, DEPTH, MEDIA, RICH, html_of
from bot.platforms.telegram.rich_readback import TEXT as MARKUP

BUDGETS: Final = (("entities", ENTITIES), ("entity_bytes", ENTITY_BYTES), ("raw_bytes", RAW_BYTES))
RICH_BUDGETS: Final = (("blocks", BLOCKS), ("depth", DEPTH), ("media", MEDIA))


def meter(message: Message) -> tuple[Budget, ...]:
    """A caption has a budget of its own; a rich message is measured in its markup."""
    counts = readback(message).counts
    if message.method == RICH:
        head: Budget = ("markup", units(html_of(message)), MARKUP)
        return (head, *((name, counts[name], limit) for name, limit in RICH_BUDGETS))
    is_text = "text" in message.payload
    head = ("units", counts["units"], TEXT) if is_text else ("caption", counts["units"], CAPTION)
    return (head, *((name, counts[name], limit) for name, limit in BUDGETS))
