"""What is to be published to the followers of announcement channels? A queue: an issue once a channel, for ever.

An issue's head message is queued in the transaction that records its last part as sent. Publishing twice is publishing
once (the platform says so), so no intent is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.audience import Place
from digest.delivery import PartRow, State
from storage.channels import settings_from
from storage.delivery_schema import campaign, crosspost, part_row
from storage.engine import Database
from storage.schema import channel
from storage.types import AnyRow

PUSHES = ("push", "broadcast")
CrosspostState = Literal["waiting", "done", "refused"]


@dataclass(frozen=True, slots=True)
class Crosspost:
    """One head message on its way to the followers. `attempts`: how often it failed for no stated limit."""

    issue_id: int
    channel_id: int
    place: Place
    message_id: int
    attempts: int


class CrosspostsRoom:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, platform: str, limit: int = 50) -> Sequence[Crosspost]:
        """What waits and may go, the longest waiting first."""
        statement = (
            select(crosspost, channel.c.platform, channel.c.address)
            .join(channel, channel.c.id == crosspost.c.channel_id)
            .where(
                crosspost.c.state == "waiting",
                crosspost.c.due <= now,
                channel.c.platform == platform,
                channel.c.state != "gone",
            )
            .order_by(crosspost.c.due)
            .limit(limit)
        )
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [
            Crosspost(
                row.issue_id, row.channel_id, Place(row.platform, row.address), row.message_id, row.attempts
            )
            for row in rows
        ]

    async def record(
        self, one: Crosspost, state: CrosspostState, due: datetime, *, attempts: int, reason: str = ""
    ) -> None:
        """How a try ended; what is done stays done."""
        this = and_(crosspost.c.issue_id == one.issue_id, crosspost.c.channel_id == one.channel_id)
        values = {"state": state, "due": due, "attempts": attempts, "reason": reason}
        statement = update(crosspost).where(this, crosspost.c.state != "done").values(values)
        await self._database.write(lambda connection: connection.execute(statement))


def queue(connection: Connection, row: PartRow, channel_id: int, who: AnyRow) -> None:
    """Queue the head message when the last part of a delivery is out and its channel opted in."""
    if who.kind != "announcement" or not settings_from(who.settings).crosspost:
        return
    mine = and_(part_row.c.campaign_id == row.campaign_id, part_row.c.channel_id == channel_id)
    parts = connection.execute(
        select(part_row.c.state, part_row.c.message_id).where(mine).order_by(part_row.c.part)
    ).all()
    if not parts or any(part.state != State.SENT for part in parts) or parts[0].message_id is None:
        return
    opened = connection.execute(select(campaign).where(campaign.c.id == row.campaign_id)).one()
    if opened.kind not in PUSHES:
        return
    fresh: dict[str, Any] = {
        "issue_id": opened.issue_id,
        "channel_id": channel_id,
        "campaign_id": row.campaign_id,
        "message_id": parts[0].message_id,
        "state": "waiting",
        "due": row.due,
        "attempts": 0,
        "reason": "",
    }
    connection.execute(insert(crosspost).values(fresh).on_conflict_do_nothing())


def counted(connection: Connection, campaign_id: int) -> dict[str, int]:
    """How many of a campaign's head messages wait, are published, or were refused."""
    statement = (
        select(crosspost.c.state, func.count())
        .where(crosspost.c.campaign_id == campaign_id)
        .group_by(crosspost.c.state)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def refused(connection: Connection, campaign_id: int, now: datetime) -> int:
    """Let what was refused wait again; how many."""
    this = and_(crosspost.c.campaign_id == campaign_id, crosspost.c.state == "refused")
    return connection.execute(update(crosspost).where(this).values(state="waiting", due=now)).rowcount
