"""The door to campaigns, renditions and the ledger: each method is one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well

from digest.audience import Channel, Place
from digest.delivery import CampaignKind, CampaignState, PartRow, State, Variant
from digest.errors import Superseded
from storage.deliveries import campaigns, fan, record, renditions, reports, turn
from storage.deliveries.values import Campaign, Claim, FrozenPart, Order, Planned, Report, Result
from storage.delivery_schema import watch
from storage.engine import Database
from storage.leases import Lease


class DeliveriesRoom:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._parts: renditions.Parts = {}

    async def open(self, order: Order, now: datetime) -> tuple[Campaign, bool]:
        """Insert or find by `idem`, or by (schedule, slot); the bool tells whether it is new. `fanning`, or `draft`.

        Raises NotFound("issue.gone"), and Refused("desk.not_published") unless it is a preview.
        """
        return await self._database.write(lambda connection: campaigns.open_campaign(connection, order, now))

    async def campaign(self, campaign_id: int) -> Campaign:
        """Raises NotFound("campaign.unknown")."""
        return await self._database.read(lambda connection: campaigns.find(connection, campaign_id))

    async def campaigns(
        self, *, states: Sequence[CampaignState] | None = None, limit: int = 50
    ) -> Sequence[Campaign]:
        """Newest first."""
        statement = campaigns.listed(states, limit)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [campaigns.campaign_of(row) for row in rows]

    async def next_ordinal(self, issue_id: int, kind: CampaignKind) -> int:
        """The n of the next `…@broadcast-n`."""
        return await self._database.read(
            lambda connection: campaigns.next_ordinal(connection, issue_id, kind)
        )

    async def set_state(self, campaign_id: int, state: CampaignState, now: datetime) -> bool:
        """False when the present state does not allow it (delivery.md §3). Cancelling cancels its pending rows too.

        A paused campaign asked to run goes on where its cursor stands; only `finish` ends one.
        """
        return await self._database.write(
            lambda connection: campaigns.set_state(connection, campaign_id, state, now)
        )

    async def freeze(self, variant: Variant, parts: Sequence[FrozenPart]) -> int:
        """Store a rendition once; returns its id (the existing one's when the variant is there)."""
        return await self._database.write(lambda connection: renditions.freeze(connection, variant, parts))

    async def rendition(self, variant: Variant) -> int | None:
        return await self._database.read(lambda connection: renditions.find(connection, variant))

    async def parts(self, rendition_id: int) -> Sequence[FrozenPart]:
        return await self._database.read(lambda connection: renditions.parts_of(connection, rendition_id))

    async def fan_candidates(self, campaign: Campaign, limit: int = 10_000) -> Sequence[Planned]:
        """The next channels after the campaign's cursor, by keyset, that are there, wanted and lack the issue.

        Those left out because they have it are counted in `excluded_sent` by `fan_chunk`. A suspended channel is tried
        again with each campaign, so it is among them.
        """
        return await self._database.read(lambda connection: fan.candidates(connection, campaign, limit))

    async def fan_chunk(
        self,
        campaign: Campaign,
        rows: Sequence[tuple[int, int, int]],
        *,
        cursor: int,
        no_match: int,
        already: int,
        now: datetime,
    ) -> Campaign:
        """Insert (channel_id, rendition_id, part count) and move the cursor in one transaction; replays are swallowed.

        When the cursor reaches `fan_max`, the campaign becomes `running` and `planned` is written. `already` adds to
        what is counted here of channels that have the issue.
        """

        def write(connection: Connection) -> Campaign:
            return fan.chunk(
                connection, campaign, rows, cursor=cursor, no_match=no_match, already=already, now=now
            )

        return await self._database.write(write)

    async def turn(
        self, lease: Lease, done: Sequence[Result], k: int, now: datetime, platforms: Sequence[str]
    ) -> Sequence[Claim]:
        """One transaction: record results, then claim up to `k` due rows as `sending` (storage.md §2). Raises Superseded.

        Guards of a claim: campaign fanning or running; channel active and not parked; all earlier parts sent; no other
        row of the channel in flight. Replies of a moved channel rewrite its address here. `Gone` and `Rejected
        (permission)` put the channel to sleep and take its later parts along; `Unsupported` plans the delivery anew in
        the form that everybody can take. Of a superseded writer only proofs (`Sent`) are kept, then Superseded is raised.
        """

        def write(connection: Connection) -> Sequence[Claim] | None:
            if turn.holds(connection, lease) is None:
                record.record(connection, lease, done, proofs_only=True)
                return None
            record.record(connection, lease, done)
            return turn.claim(connection, lease, k, now, platforms, self._parts)

        return _unless_superseded(await self._database.write(write), lease)

    async def recover(self, lease: Lease, now: datetime) -> Sequence[Claim]:
        """Rows left `sending` under a fence no lease carries any more become `unknown`, attempts counted; returns them.

        Raises Superseded.
        """

        def write(connection: Connection) -> Sequence[Claim] | None:
            if turn.holds(connection, lease) is None:
                return None
            rows = connection.execute(turn.OLD_INTENTS).all()
            doubtful = turn.claims(connection, rows, self._parts)
            record.keep_doubts(connection, [claim.row for claim in doubtful], now)
            return doubtful

        return _unless_superseded(await self._database.write(write), lease)

    async def unknown(self, limit: int = 1_000) -> Sequence[Claim]:
        """Rows in doubt, at most `limit` of them."""

        def read(connection: Connection) -> Sequence[Claim]:
            rows = connection.execute(turn.IN_DOUBT, {"p_limit": limit}).all()
            return turn.claims(connection, rows, self._parts)

        return await self._database.read(read)

    async def settle(
        self, row: PartRow, state: State, now: datetime, message_ids: Sequence[int] = ()
    ) -> bool:
        """Close an unknown row: sent, pending (due at `now`) or dead. False when it was not unknown any more.

        A finished campaign that has work again becomes running.
        """
        return await self._database.write(
            lambda connection: record.settle(connection, row, state, now, message_ids)
        )

    async def finish(self, now: datetime, probe: timedelta = timedelta(0)) -> Sequence[Campaign]:
        """Campaigns whose rows all rest become `finished`; returns them.

        A row in doubt rests when its intent is older than `probe`, the time a prober may be busy with it; a part behind
        a doubt rests with it.
        """
        if not await self._database.read(lambda connection: campaigns.resting(connection, now, probe)):
            return []  # asked on every turn: what changes nothing must not wait for the writer's place
        return await self._database.write(lambda connection: campaigns.finish(connection, now, probe))

    async def report(self, campaign_id: int) -> Report:
        """Raises NotFound("campaign.unknown")."""
        return await self._database.read(lambda connection: reports.report(connection, campaign_id))

    async def retry(self, campaign_id: int, now: datetime) -> int:
        """`dead`, `suspended` and (channel back) `gone` rows become pending; returns how many."""
        return await self._database.write(lambda connection: campaigns.retry(connection, campaign_id, now))

    async def rows(
        self,
        campaign_id: int,
        states: Sequence[State] | None = None,
        limit: int = 1_000,
        *,
        doubted: bool = False,
    ) -> Sequence[tuple[PartRow, Channel, str]]:
        """Part rows with their channel and the last reason said; with `doubted` those whose fate was unknown for a time."""
        return await self._database.read(
            lambda connection: reports.rows(connection, campaign_id, states, limit, doubted=doubted)
        )

    async def history(self, channel_id: int, limit: int = 10) -> Sequence[int]:
        """Ids of the issues this channel has had by push or broadcast, newest first."""
        return await self._database.read(lambda connection: reports.history(connection, channel_id, limit))

    async def has(self, channel_id: int, issue_id: int) -> bool:
        return await self._database.read(lambda connection: reports.has(connection, channel_id, issue_id))

    async def unseen(self, channel_ids: Sequence[int], series: str, than: int) -> Mapping[int, int]:
        """For each channel: visible issues of the series that appeared since its last push, besides issue `than`.

        A channel that never had one is left out.
        """
        return await self._database.read(
            lambda connection: reports.unseen(connection, channel_ids, series, than)
        )

    async def watch(self, campaign_id: int, place: Place, message_id: int) -> None:
        """Show the campaign's progress by editing this message."""
        row = insert(watch).values(
            campaign_id=campaign_id, platform=place.platform, address=place.address, message_id=message_id
        )
        statement = row.on_conflict_do_update(
            index_elements=["campaign_id", "platform", "address"],
            set_={"message_id": row.excluded.message_id},
        )
        await self._database.write(lambda connection: connection.execute(statement))

    async def watched(self) -> Sequence[tuple[int, Place, int]]:
        statement = select(watch).order_by(watch.c.campaign_id, watch.c.platform, watch.c.address)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return [(row.campaign_id, Place(row.platform, row.address), row.message_id) for row in rows]

    async def unwatch(self, campaign_id: int) -> None:
        statement = delete(watch).where(watch.c.campaign_id == campaign_id)
        await self._database.write(lambda connection: connection.execute(statement))

    async def open_rows(self) -> Mapping[str, int]:
        """Platform -> rows pending, sending or unknown."""
        return await self._database.read(reports.open_rows)


def _unless_superseded(claims: Sequence[Claim] | None, lease: Lease) -> Sequence[Claim]:
    """Raised after the commit: what was kept stays kept."""
    if claims is None:
        raise Superseded("lease.superseded", name=lease.name)
    return claims
