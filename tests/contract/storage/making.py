"""Issues, subscribers and campaigns to test storage with."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Dialect, insert
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from digest.audience import Channel, ChannelKind, Place, Subscription
from digest.delivery import Outcome, Variant, decide
from digest.document import Link, Text, paragraph
from digest.issue import Issue, Item, Section
from storage import schema
from storage.deliveries import Campaign, Claim, FrozenPart, Order, Result
from storage.issues import Saved
from storage.leases import Lease
from storage.store import Store

POSTGRESQL: Dialect = PGDialect()
SQLITE: Dialect = SQLiteDialect()
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def an_item(key: str, title: str, words: str = "some words", href: str = "") -> Item:
    link = (Link(href, (Text("source"),)),) if href else ()
    return Item(key, title, "heading", (Text(title), *link), (paragraph(words),))


def an_issue(number: int = 1, on: date | None = date(2026, 3, 2), series: str = "weekly") -> Issue:
    """Two sections of two items each."""
    models = (an_item("models/a", "Alpha", "quartz model"), an_item("models/b", "Beta", "feldspar model"))
    tools = (
        an_item("tools/c", "Gamma", "mica tool", "https://e.org/c"),
        an_item("tools/d", "Delta", "gneiss tool"),
    )
    return Issue(
        series=series,
        key=str(number),
        titles=(f"Weekly {number}",),
        headings=((Text(f"Weekly {number}"),),),
        number=number,
        published_on=on,
        date_from=None if on is None else "front matter",
        language="en",
        intro=(paragraph("Hello."),),
        sections=(
            Section("models", "Models", (Text("Models"),), 2, "models", (), models),
            Section("tools", "Tools", (Text("Tools"),), 2, "tools", (), tools),
        ),
    )


def without(issue: Issue, key: str) -> Issue:
    return replace(
        issue,
        sections=tuple(
            replace(section, items=tuple(item for item in section.items if item.key != key))
            for section in issue.sections
        ),
    )


async def save(
    store: Store,
    issue: Issue,
    revision: str = "r1",
    now: datetime = NOW,
    held: str | None = None,
    version: int = 1,
) -> Saved:
    return await store.issues.save(
        issue,
        f"source of {revision}".encode(),
        revision=f"{issue.key}-{revision}",
        base="/issues",
        pictures={},
        now=now,
        held=held,
        parser_version=version,
    )


async def subscribers(store: Store, count: int, kind: ChannelKind = "private") -> list[Channel]:
    """`count` Telegram channels that want everything of the weekly at once."""
    made = []
    for n in range(1, count + 1):
        channel = await store.audience.channel(Place("telegram", str(n)), kind)
        await store.audience.subscribe(Subscription(channel.id, "weekly"))
        made.append(channel)
    return made


async def crowd(store: Store, count: int) -> None:
    """Many subscribers in one transaction."""
    base = {
        "platform": "telegram",
        "kind": "private",
        "state": "active",
        "settings": "{}",
        "is_paused": False,
    }
    people = [{**base, "id": n, "address": str(n)} for n in range(1, count + 1)]
    wishes = [
        {"channel_id": n, "series": "weekly", "density": "full", "options": "{}"} for n in range(1, count + 1)
    ]

    def write(connection: Connection) -> None:
        connection.execute(insert(schema.channel), people)
        connection.execute(insert(schema.subscription), wishes)

    await store.database.write(write)


def frozen(n: int, count: int = 1) -> FrozenPart:
    return FrozenPart(n, "sendMessage", f'"text":"part {n}"}}', (), count, (f"item {n}",), f"sha {n}")


async def rendition(
    store: Store,
    parts: int = 2,
    platform: str = "telegram",
    revision: str = "1-r1",
    form: str = "private",
) -> int:
    variant = Variant(revision, platform, form, "full", "en", f"all of {parts}", "images=auto")
    return await store.deliveries.freeze(variant, [frozen(n) for n in range(1, parts + 1)])


async def fan(
    store: Store,
    campaign: Campaign,
    parts: int = 2,
    now: datetime = NOW,
    limit: int = 10_000,
    form: str = "private",
) -> Campaign:
    """Fan a campaign out to the end, as the dispatcher does."""
    await rendition(store, parts)
    rendition_id = await rendition(store, parts, form=form)
    while campaign.state == "fanning":
        found = await store.deliveries.fan_candidates(campaign, limit)
        campaign = await store.deliveries.fan_chunk(
            campaign,
            [(one.channel.id, rendition_id, parts) for one in found],
            cursor=found[-1].channel.id if found else campaign.fan_max,
            no_match=0,
            already=0,
            now=now,
        )
    return campaign


async def pushed(store: Store, channels: int = 3, parts: int = 2) -> Campaign:
    """A running broadcast of one issue to so many subscribers."""
    saved = await save(store, an_issue())
    await subscribers(store, channels)
    campaign, _ = await store.deliveries.open(Order("weekly/1@broadcast-1", "broadcast", saved.issue_id), NOW)
    return await fan(store, campaign, parts)


async def lease(store: Store, owner: str = "me", name: str = "telegram") -> Lease:
    taken = await store.leases.take(name, owner, 60, by_force=True)
    assert taken is not None
    return taken


async def claim(
    store: Store, held: Lease, k: int = 100, done: Sequence[Result] = (), now: datetime = LATER
) -> Sequence[Claim]:
    return await store.deliveries.turn(held, done, k, now, ("telegram",))


def result(claimed: Claim, outcome: Outcome, at: datetime = LATER) -> Result:
    return Result(decide(claimed.row, outcome, at), outcome, at)
