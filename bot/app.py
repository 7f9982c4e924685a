"""How does it all fit together? Everything is built here, started in one TaskGroup, and stopped in any case."""

import asyncio
import hashlib
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from bot.config import Configuration, SeriesEntry
from bot.covers import Covers
from bot.delivery.campaign import FanOut
from bot.delivery.crossposts import Crossposter
from bot.delivery.dispatcher import Dispatcher, Window
from bot.delivery.opening import Opener, SeriesRule
from bot.delivery.pace import Pacer
from bot.delivery.progress import ProgressKeeper
from bot.delivery.renditions import Renditions
from bot.delivery.sender import DatabaseLock, Holder, owner_name
from bot.enrol import enrol, wished
from bot.equipment import lacking
from bot.fetch import Fetcher
from bot.front import House
from bot.intake import Intake
from bot.library import Library
from bot.media.cellar import Cellar
from bot.notices import Notices
from bot.parsing import ParseWorker
from bot.platforms.base import Crossposts, Platform
from bot.publishing import Publishing
from bot.schedule import run_clock
from bot.server.hooks import Hooks
from bot.server.listening import Listener
from bot.sources import leftovers
from bot.sources.build import configured
from bot.upkeep import Upkeep
from digest.audience import Place, Role
from digest.calendar import Clock
from digest.errors import Superseded
from digest.issue import Series
from handlers.texts import texts_for
from storage.leases import Lease
from storage.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outlet:
    """One platform with what it is sent through. `token`: a hash that names the lease, never the token itself."""

    platform: Platform
    pacer: Pacer
    window: Window
    token: str


class Bot:
    """The running bot. Platforms are added by `bot.outlets` for `run`, by the stage for the demo."""

    def __init__(
        self,
        configuration: Configuration,
        store: Store,
        clock: Clock,
        *,
        lock: Path | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        settings = configuration.settings
        self.configuration = configuration
        self.store = store
        self.clock = clock
        self.cellar = Cellar(configuration.data / "media")
        self.series: dict[str, Series] = settings.known_series()
        self.house = House(
            store,
            clock,
            language=settings.language,
            time_zone=settings.time_zone,
            series=self.series,
            schedules=settings.schedules(),
            curators=curators(configuration),
            wake=self.wake,
        )
        self._parser = ParseWorker(
            deadline_s=settings.parsing.deadline_s,
            memory_mib=settings.parsing.memory_mib,
            limits=settings.parsing.limits(),
        )
        fetcher = fetcher or Fetcher(clock)
        self.library = Library(store, self.cellar, clock, self._parser.parse, fetcher)
        self.upkeep = Upkeep(store, self.library, clock, self._parser.parse)
        self.opener = Opener(store, clock, rules(settings.series), self.wake)
        sources = configured(configuration, fetcher, clock)
        self.intake = Intake(self.library, self.opener, clock, self.series, sources)
        self.platforms: dict[str, Platform] = {}
        self.house.platforms = self.platforms
        self.publishing = Publishing(
            store,
            self.library,
            self.cellar,
            clock,
            configuration.data / "uploads",
            series=self.series,
            platforms=self.platforms,
            language=settings.language,
            time_zone=settings.time_zone,
        )
        self.house.publisher = self.publishing
        self.hooks = self._hooks()
        covers = Covers(settings.series, self.cellar.keep)
        renditions = Renditions(store, settings.language, ZoneInfo(settings.time_zone), covers)
        self.fan_out = FanOut(store, self.platforms, renditions, clock)
        self.progress = ProgressKeeper(store, self.platforms, settings.language)
        publishers = [Place.parse(value) for value in settings.desk.publishers]
        self.notices = Notices(store, self.platforms, publishers, settings.language)
        self.outlets: list[Outlet] = []
        self.dispatchers: dict[str, Dispatcher] = {}
        self.holders: dict[str, Holder] = {}
        self._lock = DatabaseLock(lock)
        self._owner = owner_name()

    def add(self, outlet: Outlet) -> None:
        """Take a platform on; before `run`."""
        name = outlet.platform.name
        self.outlets.append(outlet)
        self.platforms[name] = outlet.platform
        self.dispatchers[name] = Dispatcher(
            self.store, outlet.platform, outlet.pacer, self.clock, outlet.window, self.fan_out.run
        )
        self.holders[name] = Holder(
            self.store.leases,
            f"{name}:{outlet.token}",
            self._owner,
            self.configuration.settings.delivery.lease_s,
            self._lock,
        )

    def wake(self) -> None:
        for dispatcher in self.dispatchers.values():
            dispatcher.wake()

    async def prepare(self) -> None:
        """Schedules and `[[channels]]` as configured; then every source is read once, silently."""
        now = self.clock.now()
        settings = self.configuration.settings
        for lack in await asyncio.to_thread(lambda: [*lacking(settings)]):
            log.warning(lack.key.removeprefix("check."), what=lack.what)
        schedules = {
            key: await self.store.schedules.set_default(key, value, now)
            for key, value in settings.schedules().items()
        }
        for entry in settings.channels:
            await enrol(self.store, wished(entry), schedules, now)
        await self.store.search.ensure()
        sources = [source for _, source in self.intake.sources()]
        await asyncio.to_thread(leftovers.sweep, self.configuration.data, sources, now)
        for series, source in self.intake.sources():
            await self.intake.sync(source, series)
        await self.upkeep.run(self.series)

    def _hooks(self) -> Listener | None:
        """Who may push by HTTP; nobody without a secret."""
        table = self.configuration.settings.hooks
        if not table.is_on:
            return None
        texts = texts_for(self.configuration.settings.language)
        hooks = Hooks(self.intake, self.store.notes, self.clock, texts, table.signing_secret)
        return Listener("hooks", hooks.application(), table.listen, table.port)

    async def tick(self) -> None:
        """What the clock wakes: embargoes that end, slots that have come."""
        zones = {key: series.zone for key, series in self.series.items()}
        await self.opener.published(await self.store.issues.release(self.clock.now(), zones))
        await self.opener.tick()
        await self.publishing.sweep()

    async def run(self, *, tick_s: float | None = None) -> None:
        """Everything, until cancelled. One platform's trouble never reaches the others."""
        every = tick_s or self.configuration.settings.delivery.tick_s
        try:
            async with asyncio.TaskGroup() as group:
                for outlet in self.outlets:
                    group.create_task(self._serve(outlet))
                for series, source in self.intake.sources():
                    group.create_task(self.intake.watch(series, source))
                group.create_task(run_clock(self.tick, every))
                group.create_task(self.progress.run())
                if self.hooks is not None:
                    group.create_task(self.hooks.run())
        finally:
            await self.close()

    async def close(self) -> None:
        """Let the parser, the platforms' connections and the lock go."""
        await asyncio.to_thread(self._parser.close)
        for platform in self.platforms.values():
            await platform.close()
        self._lock.give_back()

    async def _serve(self, outlet: Outlet) -> None:
        """Send and receive in a token's name for as long as its lease is ours."""
        name = outlet.platform.name

        async def work(lease: Lease) -> None:
            sending = asyncio.create_task(self._keep_sending(name, lease))
            receiving = asyncio.create_task(outlet.platform.run())
            others = [asyncio.create_task(self.notices.run(name, outlet.pacer))]
            if isinstance(outlet.platform, Crossposts):
                crossposter = Crossposter(self.store, outlet.platform, self.clock)
                others.append(asyncio.create_task(crossposter.run()))
            try:
                await asyncio.gather(sending, receiving, *others)
            finally:
                for task in (receiving, sending, *others):
                    # told once: a second time would cut off the answers that are being finished
                    if not task.cancelling():
                        task.cancel()
                await asyncio.gather(receiving, sending, *others, return_exceptions=True)

        await self.holders[name].run(work)

    async def send_only(self, name: str) -> None:
        """Send what is in the ledger for one platform, without receiving anything; until cancelled."""
        await self.holders[name].run(self.dispatchers[name].run)

    async def _keep_sending(self, name: str, lease: Lease) -> None:
        """The dispatcher, started again when storage failed under it; a lost lease ends it."""
        pause = 1.0
        while True:
            try:
                await self.dispatchers[name].run(lease)
            except Superseded:
                raise
            except Exception:
                log.exception("dispatcher.failed", platform=name, again_in_s=pause)
                await asyncio.sleep(pause)
                pause = min(60, pause * 2)


def curators(configuration: Configuration) -> Mapping[Place, Role]:
    """Who may broadcast, by the person's id on his platform."""
    desk = configuration.settings.desk
    editors: dict[Place, Role] = {Place.parse(value): "editor" for value in desk.editors}
    return {**editors, **{Place.parse(value): "publisher" for value in desk.publishers}}


def rules(entries: list[SeriesEntry]) -> dict[str, SeriesRule]:
    return {entry.key: SeriesRule(entry.push == "on_publish", entry.push_backlog) for entry in entries}


def token_name(secret: str) -> str:
    """A name for a token that does not tell it."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


async def until_signal(work: "asyncio.Task[None]", on_hangup: Callable[[], None] | None = None) -> None:
    """Let the work run until SIGINT or SIGTERM, then stop it in good order; SIGHUP asks `on_hangup`."""
    loop = asyncio.get_running_loop()
    handlers: dict[int, Callable[[], object]] = {signal.SIGINT: work.cancel, signal.SIGTERM: work.cancel}
    if on_hangup is not None:
        handlers[signal.SIGHUP] = on_hangup
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        with suppress(asyncio.CancelledError):
            await work
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)
