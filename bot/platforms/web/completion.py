"""What may stand in the box? Commands after `/`, then what completes the command's argument."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.platforms.base import Front
from digest.audience import PlatformName, Role
from handlers.table import menu
from handlers.texts import language_for, texts_for

MOST: Final = 25
# which of a command's arguments is completed, where it is not the category
COMPLETES: Final = {"latest": "series", "issue": "n", "sections": "issue", "broadcast": "issue"}


async def completions(
    front: Front, platform: PlatformName, typed: str, language: str | None, role: Role
) -> Sequence[Mapping[str, str]]:
    """`label` is shown, `about` says more, `value` is what the box becomes. Curators are offered their commands."""
    head, space, rest = typed.partition(" ")
    if not head.startswith("/"):
        return []
    if not space:
        texts = texts_for(language_for(language))
        return [
            {"label": f"/{name}", "about": about, "value": f"/{name}"}
            for name, about in menu(texts, role)
            if name.startswith(head[1:].casefold())
        ]
    option = COMPLETES.get(head[1:], "category")
    found = await front.complete(platform, head[1:], option, rest.strip())
    return [{"label": label, "about": "", "value": f"{head} {value}"} for label, value in found[:MOST]]
