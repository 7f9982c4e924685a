"""How is it said how much room an issue takes? The fullest message beside its limits, pictures, parted items."""

from typing import TYPE_CHECKING, Final

from handlers.request import Context, Request
from handlers.texts import Texts

if TYPE_CHECKING:
    from storage.issues import StoredIssue

SAID: Final = ("units", "caption", "entities", "entity_bytes", "characters", "bytes", "components")
BYTES: Final = ("entity_bytes", "bytes")  # said in kilobytes


def lines(stored: "StoredIssue", request: Request, context: Context) -> list[str]:
    """At most three; none where nothing can be measured."""
    if context.meter is None:
        return []
    texts = context.texts
    taken = context.meter.measure(stored, request.platform, texts=texts, today=context.today)
    budgets = " · ".join(
        texts(f"desk.meter_{name}", used=_figure(texts, name, used), limit=_figure(texts, name, limit))
        for name, used, limit in taken.budgets
        if name in SAID
    )
    said = [texts("desk.meter", part=taken.part, parts=taken.parts, budgets=budgets)] if budgets else []
    key = "desk.meter_items_split" if taken.split_count else "desk.meter_items"
    pictures, split = texts.number(taken.picture_count), texts.number(taken.split_count)
    said.append(texts(key, pictures=pictures, split=split))
    if taken.messages is not None and taken.cover_messages is not None:
        under, cover = texts.number(taken.messages), texts.number(taken.cover_messages)
        said.append(texts("desk.meter_pictures", under=under, cover=cover))
    return said


def _figure(texts: Texts, name: str, figure: int) -> str:
    return f"{figure / 1000:.1f}" if name in BYTES else texts.number(figure)
