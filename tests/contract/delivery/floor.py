"""What do the delivery tests stand on? A real store, a real dispatcher, and a platform that answers as it is told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.delivery.campaign import FanOut
from bot.delivery.dispatcher import Dispatcher, Window
from bot.delivery.opening import Opener, SeriesRule
from bot.delivery.pace import Pacer, Rates
from bot.delivery.renditions import Renditions
from bot.platforms.base import Form, Message, Parcel, Status
from bot.platforms.web.render import render
from digest.audience import Place, PlatformName, Subscription
from digest.delivery import Outcome, Sent, State
from digest.issue import Series
from digest.page import Page
from digest.parse import parse
from storage.leases import Lease
from storage.store import Store

START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
SERIES = Series("weekly", "Weekly", "UTC")


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Scripted:
    """A platform that keeps what it was sent and answers by `script` (default: sent)."""

    name: PlatformName = "telegram"
    username: str | None = "bot"
    script: Callable[[Parcel], Outcome | None] = lambda _: None
    accepted: list[tuple[str, str]] = field(default_factory=list)  # (place, key)
    texts: list[str] = field(default_factory=list)
    ids: count = field(default_factory=lambda: count(1))
    status: Status = field(default_factory=lambda: Status("up"))

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        return render(page, form)

    async def send(self, parcel: Parcel) -> Outcome:
        told = self.script(parcel)
        if told is not None and not isinstance(told, Sent):
            return told
        self.accepted.append((str(parcel.channel.place), parcel.key))
        self.texts.append(str(parcel.message.payload))
        return told or Sent((next(self.ids),))

    async def edit(self, place: Place, message_id: int, message: Message) -> Outcome:
        return Sent((message_id,))

    async def run(self) -> None:
        return

    async def close(self) -> None:
        return


@dataclass
class Floor:
    """Everything together; `sweep()` sends until nothing moves."""

    store: Store
    clock: SetClock
    platform: Scripted
    fan_out: FanOut
    dispatcher: Dispatcher
    opener: Opener
    lease: Lease

    async def issue(self, number: int, sections=("Models", "Chips"), items=2) -> int:
        text = f"# Weekly {number}\n\n" + "\n\n".join(
            f"## {name}\n\n"
            + "\n\n".join(f"### {name} item {number}.{n}\n\nText of it." for n in range(items))
            for name in sections
        )
        on = date(2026, 3, 1) + timedelta(days=number)
        reading = parse(text.encode(), series=SERIES, name=f"weekly-{number}.md", published_on=on)
        assert reading.issue is not None
        saved = await self.store.issues.save(
            reading.issue, text.encode(), revision=f"r{number}", base=".", pictures={}, now=self.clock.now()
        )
        return saved.issue_id

    async def subscriber(self, address: str, categories=None, kind="private", schedule_id=None):
        channel = await self.store.audience.channel(Place("telegram", address), kind)
        wanted = None if categories is None else frozenset(categories)
        await self.store.audience.subscribe(
            Subscription(channel.id, "weekly", wanted, schedule_id=schedule_id)
        )
        return channel

    async def sweep(self, turns: int = 4) -> None:
        """Turn until nothing is under way; waits that are due later stay."""
        for _ in range(turns):
            await self.dispatcher.turn(self.lease)
            while not self.dispatcher.is_idle:
                await self.dispatcher.settle_sends()
                await self.dispatcher.turn(self.lease)

    async def again(self) -> "Floor":
        """The same store after a crash: a new process with a new fence."""
        await self.store.leases.release(self.lease)
        return await build(self.store, self.platform, self.clock)

    async def states(self, campaign_id: int) -> dict[str, int]:
        report = await self.store.deliveries.report(campaign_id)
        assert report.rows.total == (report.campaign.planned or report.rows.total)
        return {state.name: n for state in State if (n := getattr(report.rows, state.name.lower()))}


async def build(store: Store, platform: Scripted, clock: SetClock, window: Window | None = None) -> Floor:
    lease = await store.leases.take("telegram:t", f"test-{clock.now()}-{id(platform)}", 60, by_force=True)
    assert lease is not None
    fan_out = FanOut(store, {platform.name: platform}, Renditions(store, "en", ZoneInfo("UTC")), clock)
    # wide limits: pace has tests of its own
    pacer = Pacer(replace(Rates(10_000, 0, 0)))
    dispatcher = Dispatcher(store, platform, pacer, clock, window or Window(), fan_out.run)
    opener = Opener(store, clock, {"weekly": SeriesRule()}, dispatcher.wake)
    return Floor(store, clock, platform, fan_out, dispatcher, opener, lease)
