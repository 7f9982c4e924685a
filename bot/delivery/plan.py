"""What would a campaign do? The plan of a dry run: who gets what, how many messages; no campaign is opened."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.delivery.campaign import FanOut
from digest.audience import Channel
from digest.delivery import Tally
from storage.deliveries import Campaign, Order, Planned, Report
from storage.issues import StoredIssue
from storage.store import Store

EVERYONE = 2**62  # an id no channel has: the whole table is looked at


async def plan(
    store: Store,
    fan_out: FanOut,
    stored: StoredIssue,
    order: Order,
    now: datetime,
    strangers: Sequence[Channel] = (),
) -> Report:
    """The report the campaign would begin with, every part row pending.

    `strangers` are places of the order that are no channels yet and would become ones, under ids no channel has.
    """
    campaign = Campaign(
        id=0,
        idem=order.idem,
        kind=order.kind,
        issue_id=order.issue_id,
        revision=stored.revision,
        state="draft",
        schedule_id=order.schedule_id,
        slot=order.slot,
        places=order.places,
        platforms=order.platforms,
        again=order.again,
        is_silent=order.is_silent,
        opened_by=order.opened_by,
        opened_at=now,
        finished_at=None,
        send_at=order.send_at,
        planned=None,
        excluded_sent=0,
        excluded_no_match=0,
        fan_cursor=0,
        fan_max=EVERYONE,
    )
    rows = messages = places = excluded = 0
    channels: dict[str, int] = {}
    waiting = [[Planned(one, None, None) for one in strangers]] if strangers else []
    while True:
        planned = waiting.pop() if waiting else await store.deliveries.fan_candidates(campaign)
        if not planned:
            break
        wishes, no_match = await fan_out.rows(campaign, stored, planned, now)
        excluded += no_match
        by_id = {one.channel.id: one.channel for one in planned}
        for channel_id, rendition_id, parts in wishes:
            rows += parts
            places += 1
            messages += sum(part.count for part in await store.deliveries.parts(rendition_id))
            name = by_id[channel_id].place.platform
            channels[name] = channels.get(name, 0) + 1
        campaign = replace(campaign, fan_cursor=max(campaign.fan_cursor, planned[-1].channel.id))
    sent = max(0, await _subscribed(store, stored, order) - places - excluded)
    campaign = replace(campaign, planned=rows, excluded_no_match=excluded, excluded_sent=sent)
    return Report(campaign, Tally(pending=rows), Tally(pending=places), messages, channels, {})


async def _subscribed(store: Store, stored: StoredIssue, order: Order) -> int:
    """How many places the order is meant for, those included that have the issue already."""
    lines = await store.audience.lines(stored.issue.series)
    return sum(
        line.channel.state == "active"
        and (order.places is None or line.channel.place in order.places)
        and (order.platforms is None or line.channel.place.platform in order.platforms)
        for line in lines
    )
