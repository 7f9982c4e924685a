"""`zhouzhi send`: opens a campaign, nothing more; who holds the token sends it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from bot import logs
from bot.app import Bot, curators
from bot.cli.campaigns import figures, issue_name, print_report
from bot.cli.language import words
from bot.cli.opened import cellar, find, lock_path, opened
from bot.cli.output import OK, console, emit, stderr
from bot.cli.values import Usage
from bot.cli.values import place as read_place
from bot.clock import SystemClock
from bot.config import Configuration
from bot.covers import Covers
from bot.delivery.campaign import FanOut
from bot.delivery.plan import plan
from bot.delivery.renditions import Renditions
from bot.enrol import guessed_kind
from bot.outlets import add_configured
from bot.preview import PurePlatform
from digest.audience import Channel, Place, PlatformName
from digest.delivery import CampaignKind
from digest.errors import NotFound, Refused
from storage.deliveries import Campaign, Order, Report
from storage.issues import StoredIssue
from storage.store import Store

OPEN = ("draft", "fanning", "running", "paused")
LOOK_S = 0.3  # how often a waiting command looks at its campaign


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line, checked."""

    stored: StoredIssue
    kind: CampaignKind
    places: tuple[Place, ...] | None
    again: Literal["lack", "all"] | None
    is_silent: bool
    send_at: datetime | None


async def send(
    issue: str,
    *,
    to: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    all: bool = False,  # noqa: A002  the flag is called --all
    again: Literal["lack", "all"] | None = None,
    dry_run: bool = False,
    silent: bool = False,
    at: str | None = None,
    wait: bool = False,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Open a campaign that sends an issue.

    Parameters
    ----------
    issue
        The stored issue, by its key or series/key.
    to
        Places such as telegram:-100123 or discord:456. A curator's own private chat gets a test send.
    all
        To every subscriber of the series.
    again
        After a finished campaign: to those who lack the issue, or with --again=all to everybody.
    dry_run
        Only print the plan.
    silent
        Without a notification.
    at
        Not now but at this time, such as 2026-11-30T08:30 (in the configured zone).
    wait
        Send here when no other process does, and stay until the campaign rests.
    config
        The TOML file (default: zhouzhi.toml here).
    json
        One JSON object.
    """
    async with opened(config) as (configuration, store):
        wish = await _wish(configuration, store, issue, to or (), all, again, silent, at)
        now = datetime.now(UTC)
        if dry_run:
            report = await plan(
                store,
                _fan_out(configuration, store),
                wish.stored,
                await _order(store, wish),
                now,
                await _strangers(store, wish),
            )
            await _tell_left_out(configuration, store, wish)
            _say(report, f"{wish.stored.issue.series}/{wish.stored.issue.key}", json=json)
            return OK
        await _tell_left_out(configuration, store, wish)
        campaign, is_new = await _open(store, wish, now, json=json)
        if wait:
            await _wait(configuration, store, campaign)
        report = await store.deliveries.report(campaign.id)
        _say(report, await issue_name(store, campaign.issue_id), json=json)
        if not wait and not json:
            console.print(words()("cli.queued" if is_new else "cli.already_queued", campaign=campaign.id))
        return OK


async def _wish(
    configuration: Configuration,
    store: Store,
    issue: str,
    to: Sequence[str],
    is_all: bool,
    again: Literal["lack", "all"] | None,
    is_silent: bool,
    at: str | None,
) -> Wish:
    if bool(to) == is_all:
        raise Usage("send.whom")
    stored = await find(store, issue)
    places = tuple(read_place(value) for value in to) or None
    for place in places or ():
        if place.platform not in _configured(configuration):
            raise Refused("send.platform_off", place=str(place), platform=place.platform)
    own = curators(configuration)
    is_test = places is not None and all(place in own for place in places)
    return Wish(
        stored, "preview" if is_test else "broadcast", places, again, is_silent, _time(configuration, at)
    )


def _time(configuration: Configuration, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise NotFound("date.unreadable", value=value, example="2026-11-30T08:30") from None
    zone = ZoneInfo(configuration.settings.time_zone)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


async def _order(store: Store, wish: Wish) -> Order:
    ordinal = await store.deliveries.next_ordinal(wish.stored.id, wish.kind)
    issue = wish.stored.issue
    return Order(
        f"{issue.series}/{issue.key}@{wish.kind}-{ordinal}",
        wish.kind,
        wish.stored.id,
        places=wish.places,
        again=wish.again or ("all" if wish.kind == "preview" else "lack"),
        is_silent=wish.is_silent,
        is_draft=wish.send_at is not None,
        opened_by="zhouzhi send",
        send_at=wish.send_at,
    )


async def _open(store: Store, wish: Wish, now: datetime, *, json: bool) -> tuple[Campaign, bool]:
    """The campaign of this very command: an open one is gone on with, a finished one is refused with its report."""
    await _enrol_places(store, wish)
    before = [
        one
        for one in await store.deliveries.campaigns(limit=1_000)
        if one.issue_id == wish.stored.id and one.kind == wish.kind and one.places == wish.places
    ]
    going_on = next((one for one in before if one.state in OPEN), None)
    if going_on is not None:
        return going_on, False
    if before and wish.again is None and wish.kind != "preview":
        if not json:
            report = await store.deliveries.report(before[0].id)
            print_report(report, await issue_name(store, wish.stored.id))
        raise Refused("send.before", campaign=before[0].id)
    return await store.deliveries.open(await _order(store, wish), now)


async def _strangers(store: Store, wish: Wish) -> list[Channel]:
    """Places that would become channels by this order."""
    unknown = [place for place in wish.places or () if await store.audience.find(place) is None]
    return [Channel(-number, place, guessed_kind(place)) for number, place in enumerate(unknown, 1)]


async def _tell_left_out(configuration: Configuration, store: Store, wish: Wish) -> None:
    """Subscribers on a platform that is not configured are left out of the plan, which is said."""
    if wish.places is not None:
        return
    configured = _configured(configuration)
    lines = await store.audience.lines(wish.stored.issue.series)
    left_out = Counter(line.channel.place.platform for line in lines)
    for platform, count in sorted(left_out.items()):
        if platform not in configured:
            stderr.print(words()("cli.platform_off", platform=platform, n=count))


def _configured(configuration: Configuration) -> set[str]:
    settings = configuration.settings
    tables = {"telegram": settings.telegram, "discord": settings.discord, "web": settings.web}
    return {name for name, table in tables.items() if table is not None}


async def _enrol_places(store: Store, wish: Wish) -> None:
    """A named place that nobody subscribed is sent to all the same; it becomes a channel, not a subscriber."""
    for place in wish.places or ():
        if await store.audience.find(place) is None:
            await store.audience.channel(place, guessed_kind(place))


def _fan_out(configuration: Configuration, store: Store) -> FanOut:
    settings = configuration.settings
    name = settings.telegram.username if settings.telegram else ""
    platforms = {
        one: PurePlatform(one, name or None if one == "telegram" else None)
        for one in get_args(PlatformName)
        if one in _configured(configuration)
    }
    covers = Covers(settings.series, cellar(configuration).keep)
    renditions = Renditions(store, settings.language, ZoneInfo(settings.time_zone), covers)
    return FanOut(store, platforms, renditions, SystemClock())


async def _wait(configuration: Configuration, store: Store, campaign: Campaign) -> None:
    """Be the dispatcher where nobody else is; only watch where another process holds the token."""
    logs.set_up(configuration.secrets())
    bot = Bot(configuration, store, SystemClock(), lock=lock_path(configuration))
    add_configured(bot)
    sending = [asyncio.create_task(bot.send_only(name)) for name in bot.platforms]
    try:
        while (await store.deliveries.campaign(campaign.id)).state not in ("finished", "cancelled", "paused"):
            for task in sending:
                if task.done():
                    task.result()
            await asyncio.sleep(LOOK_S)
    finally:
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        await bot.close()


def _say(report: Report, name: str, *, json: bool) -> None:
    if json:
        emit(figures(report, name))
    else:
        print_report(report, name)
        console.print(
            words()("cli.estimate", messages=report.messages, seconds=figures(report, name)["estimate_s"])
        )
