"""Whom does a broadcast reach? What a curator chose, as an order, and the places it would be sent to."""

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from digest.audience import PlatformName, Subscription, wants
from digest.base62 import decode
from digest.delivery import CampaignKind, CampaignState
from digest.errors import NotFound, Temporary
from handlers.address import short
from handlers.desk.estimate import Audience
from handlers.request import Context, Request

if TYPE_CHECKING:
    from storage.deliveries import Campaign, Order
    from storage.issues import StoredIssue

ALL, ONLY_ME, ONE_CHANNEL = "a", "m", "c"
PLATFORMS: dict[str, PlatformName] = {"t": "telegram", "d": "discord", "w": "web"}
TRIES = 5  # curators who press in the same instant
AGAIN, SILENT = "a", "s"  # flags of the check: to those who have it too; without a sound
ACTIVE: tuple[CampaignState, ...] = ("fanning", "running", "paused")


async def broadcast_order(
    stored: "StoredIssue", scope: str, flags: str, request: Request, context: Context
) -> "Order":
    """The order of a scope: `a` all, `t` `d` `w` one platform, `m` only me, `c…` one channel."""
    # SQLAlchemy is behind this import; `zhouzhi check` reads texts and must not pay for it
    from storage.deliveries import Order  # noqa: PLC0415

    kind: CampaignKind = "preview" if scope == ONLY_ME else "broadcast"
    order = Order(
        idem=await _idem(stored, kind, context),
        kind=kind,
        issue_id=stored.id,
        again="all" if AGAIN in flags or kind == "preview" else "lack",
        is_silent=SILENT in flags,
        is_draft=kind == "broadcast",
        opened_by=request.person,
    )
    if scope == ONLY_ME:
        return replace(order, places=(request.channel.place,))
    if scope in PLATFORMS:
        return replace(order, platforms=(PLATFORMS[scope],))
    if scope.startswith(ONE_CHANNEL):
        channel = await context.store.audience.get(decode(scope[1:]))
        return replace(order, places=(channel.place,))
    if scope != ALL:
        raise NotFound("link.dead")
    return order


async def _idem(stored: "StoredIssue", kind: CampaignKind, context: Context) -> str:
    ordinal = await context.store.deliveries.next_ordinal(stored.id, kind)
    return f"{stored.issue.series}/{stored.issue.key}@{kind}-{ordinal}"


async def opened(order: "Order", stored: "StoredIssue", context: Context) -> "Campaign":
    """The campaign of this order. Another curator's, opened under the same number in the same instant, is not ours."""
    for _ in range(TRIES):
        campaign, is_new = await context.store.deliveries.open(order, context.now)
        if is_new:
            return campaign
        order = replace(order, idem=await _idem(stored, order.kind, context))
    raise Temporary(
        "database.unavailable", reason="campaign numbers are taken faster than they are asked for"
    )


def channel_scope(channel_id: int) -> str:
    return ONE_CHANNEL + short(channel_id)


async def draft(order: "Order", stored: "StoredIssue", context: Context) -> "Campaign":
    """A fresh draft of this order, since a draft reaches only who was there when it was opened; a former one ends."""
    for lying in await context.store.deliveries.campaigns(states=("draft",), limit=100):
        is_same = (
            lying.issue_id == order.issue_id
            and lying.kind == order.kind
            and lying.places == order.places
            and lying.platforms == order.platforms
            and lying.opened_by == order.opened_by
        )
        if is_same:
            await context.store.deliveries.set_state(lying.id, "cancelled", context.now)
    return await opened(order, stored, context)


async def reached(campaign: "Campaign", stored: "StoredIssue", context: Context) -> Audience:
    """The places this campaign would be sent to, by the same question the fan-out asks."""
    readers: Counter[PlatformName] = Counter()
    channels: Counter[PlatformName] = Counter()
    no_match = 0
    at = campaign
    while found := await context.store.deliveries.fan_candidates(at):
        for planned in found:
            wish = Subscription(planned.channel.id, stored.issue.series, planned.categories)
            is_whole = (
                planned.categories is None and not stored.issue.items
            )  # a lone essay goes to who wants all
            if not is_whole and not wants(wish, stored.issue):
                no_match += 1
            elif planned.channel.is_private:
                readers[planned.channel.place.platform] += 1
            else:
                channels[planned.channel.place.platform] += 1
        last = max(planned.channel.id for planned in found)
        if last <= at.fan_cursor:
            break
        at = replace(at, fan_cursor=last)
    return Audience(readers, channels, no_match)


async def having(campaign: "Campaign", stored: "StoredIssue", context: Context) -> int:
    """How many of the places it is for have the issue already, so that it leaves them out."""
    lacking = await reached(campaign, stored, context)
    everybody = await reached(replace(campaign, again="all"), stored, context)
    return everybody.total - lacking.total


async def under_way(campaign: "Campaign", context: Context) -> "Campaign | None":
    """Another campaign that is sending this issue to the same platforms just now."""
    for other in await context.store.deliveries.campaigns(states=ACTIVE, limit=100):
        is_other = other.id != campaign.id and other.issue_id == campaign.issue_id
        meets = other.places is None and (
            other.platforms is None
            or campaign.platforms is None
            or set(other.platforms) & set(campaign.platforms)
        )
        if is_other and other.kind in ("push", "broadcast") and meets:
            return other
    return None
