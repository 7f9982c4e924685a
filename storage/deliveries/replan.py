"""What becomes of a delivery whose form cannot be had? Its waiting parts are planned anew, in the transaction that says so.

Each rendition of a form that not everybody can take has one beside it that everybody can (`Variant.instead`), frozen
before any row was planned. So nothing is rendered here, and a crash leaves either the old plan or the new one.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, and_, delete, select, update
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.delivery import PartRow, State, Variant, going_on
from storage.deliveries import renditions
from storage.deliveries.states import DEAD, PENDING
from storage.delivery_schema import campaign, part_row, rendition
from storage.types import AnyRow


def replan(connection: Connection, row: PartRow, channel_id: int) -> None:
    """Put the other form in the place of this part and of those after it; what was sent stays as it is.

    A part of which there is no other form becomes a dead letter, and those after it with it. Nothing happens when the
    row is not waiting any more.
    """
    this = and_(part_row.c.campaign_id == row.campaign_id, part_row.c.channel_id == channel_id)
    rows = connection.execute(select(part_row).where(this).order_by(part_row.c.part)).all()
    waiting = [one for one in rows if one.part >= row.part]
    if not waiting or waiting[0].state != State.PENDING or waiting[0].rendition_id != row.rendition_id:
        return
    other = _other(connection, rows, row)
    if other is None:
        later = and_(this, part_row.c.part >= row.part, part_row.c.state == PENDING)
        connection.execute(update(part_row).where(later).values(state=DEAD))
        return
    connection.execute(delete(part_row).where(this, part_row.c.part >= row.part))
    planned = [
        {**_columns(waiting, index), "part": number, "rendition_id": other[0]}
        for index, number in enumerate(other[1])
    ]
    if planned:
        connection.execute(insert(part_row), planned)
    change = len(planned) - len(waiting)
    connection.execute(
        update(campaign)
        .where(campaign.c.id == row.campaign_id, campaign.c.planned.is_not(None))
        .values(planned=campaign.c.planned + change)
    )


def _columns(waiting: Sequence[AnyRow], index: int) -> dict[str, object]:
    """A new row stands as the old one in its place did; those beyond stand as the last one did."""
    old = waiting[min(index, len(waiting) - 1)]
    kept = ("campaign_id", "channel_id", "platform", "state", "due", "attempts")
    return {name: getattr(old, name) for name in kept} | {"is_plain": False}


def _other(connection: Connection, rows: Sequence[AnyRow], row: PartRow) -> tuple[int, list[int]] | None:
    """The rendition to send instead and its parts' numbers; None when there is no such form."""
    found = connection.execute(select(rendition).where(rendition.c.id == row.rendition_id)).one()
    fields = ("revision", "platform", "form", "density", "language", "selection", "options")
    instead = Variant(**{name: getattr(found, name) for name in fields}).instead
    other_id = None if instead is None else renditions.find(connection, instead)
    if instead is None or other_id is None:
        return None
    other = renditions.parts_of(connection, other_id)
    sent = sum(one.part < row.part for one in rows)
    if not sent:
        return other_id, [one.n for one in other]
    mine = renditions.parts_of(connection, row.rendition_id)
    alike = 0  # a cover in front is the same in both forms
    while alike < min(sent, len(other)) and mine[alike].sha == other[alike].sha:
        alike += 1
    items = [one.items for one in mine]
    start = max(alike, going_on(items[:sent], items[sent:], [one.items for one in other]))
    # the numbers of what was sent are taken, so the rest of the other form is frozen under the numbers that follow
    rest = [replace(one, n=sent + number) for number, one in enumerate(other[start:], 1)]
    variant = replace(instead, options=f"{instead.options};after={sent}")
    return renditions.freeze(connection, variant, rest), [one.n for one in rest]
