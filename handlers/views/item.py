"""What does one item look like? The view that is paged in place, and its pictures sent apart."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from digest.document import (
    Block,
    Del,
    Details,
    Em,
    Heading,
    Image,
    Inline,
    Link,
    List,
    Mark,
    Paragraph,
    Quote,
    Strong,
    Table,
    Text,
)
from digest.issue import Item, item_label
from digest.page import Action, Button, Page, Passage
from handlers.address import short
from handlers.texts import Texts
from handlers.views.buttons import BLANK

if TYPE_CHECKING:
    from storage.issues import StoredIssue, StoredItem


def item_blocks(item: Item) -> tuple[Block, ...]:
    """Every word of the item; its title is among the blocks when it has no heading of its own."""
    return (Heading(2, item.heading), *item.blocks) if item.heading else item.blocks


def view_page(found: "StoredItem", *, texts: Texts, are_pictures_apart: bool) -> Page:
    """The item with the ways to its neighbours.

    `are_pictures_apart`: the pictures are left out behind a button, since a text message that is edited in place
    cannot become an album on Telegram.
    """
    stored, item = found.issue, found.item
    blocks = item_blocks(item)
    known = [image for image in item.images if image.src in stored.pictures]
    rows = [_turn(found, texts)]
    if are_pictures_apart and known:
        blocks = without_pictures(blocks, frozenset(image.src for image in known))
        label = texts.count("item.pictures", len(known))
        rows.append((Button(label, Action("pictures", (short(found.item_id),))),))
    section = (short(stored.id), short(stored.section_ids[found.section.key]))
    rows.append((Button(texts("button.section"), Action("section", section)),))
    return Page(
        (Passage("item", blocks or titled(item), key=item.key, label=item_label(item)),),
        rows=tuple(rows),
        pictures=stored.pictures,
        language=texts.language,
        title=item_label(item),
    )


def pictures_page(found: "StoredItem", *, texts: Texts) -> Page | None:
    """The item's pictures under its title; None when it has none."""
    images = found.item.images
    if not images:
        return None
    blocks = (*titled(found.item), *images)
    return Page(
        (Passage("item", blocks, key=found.item.key, label=item_label(found.item)),),
        pictures=found.issue.pictures,
        language=texts.language,
        title=item_label(found.item),
    )


def titled(item: Item) -> tuple[Block, ...]:
    return (Paragraph((Strong((Text(item_label(item)),)),)),)


def _turn(found: "StoredItem", texts: Texts) -> tuple[Button, ...]:
    place = texts("item.place", n=found.position, count=found.count)
    older, newer = _neighbour(found.issue, found.position - 1), _neighbour(found.issue, found.position + 1)
    return (
        Button(texts("button.previous"), older) if older else BLANK,
        Button(f"{found.position}/{found.count}", toast=place, name=place),
        Button(texts("button.next"), newer, style="primary") if newer else BLANK,
    )


def _neighbour(stored: "StoredIssue", position: int) -> Action | None:
    items = stored.issue.items
    if not 1 <= position <= len(items):
        return None
    return Action("view", (short(stored.item_ids[items[position - 1].key]),))


def without_pictures(blocks: tuple[Block, ...], sources: Collection[str]) -> tuple[Block, ...]:
    """The blocks without the pictures of these sources; what held nothing else goes with them."""
    kept = (_block(block, sources) for block in blocks)
    return tuple(block for block in kept if block is not None)


def _block(block: Block, sources: Collection[str]) -> Block | None:
    match block:
        case Image(src=src):
            return None if src in sources else block
        case Paragraph() | Heading():
            inlines = _inlines(block.inlines, sources)
            return replace(block, inlines=inlines) if inlines else None
        case List():
            entries = (without_pictures(entry, sources) for entry in block.entries)
            left = tuple(entry for entry in entries if entry)
            return replace(block, entries=left) if left else None
        case Quote():
            inside = without_pictures(block.blocks, sources)
            return replace(block, blocks=inside) if inside else None
        case Details():
            return replace(block, blocks=without_pictures(block.blocks, sources))
        case Table():
            cells = tuple(tuple(_inlines(cell, sources) for cell in row) for row in block.rows)
            return replace(block, rows=cells)
        case _:
            return block


def _inlines(inlines: tuple[Inline, ...], sources: Collection[str]) -> tuple[Inline, ...]:
    kept: list[Inline] = []
    for inline in inlines:
        match inline:
            case Image(src=src) if src in sources:
                continue
            case Strong() | Em() | Del() | Mark() | Link():
                inside = _inlines(inline.inlines, sources)
                if inside or not inline.inlines:
                    kept.append(replace(inline, inlines=inside))
            case _:
                kept.append(inline)
    blank = all(isinstance(inline, Text) and not inline.text.strip() for inline in kept)
    return () if blank else tuple(kept)
