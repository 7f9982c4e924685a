"""How does the demo run? The whole bot on a stage: its lives one after the other on one store, its deaths, its resets."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from bot.app import Bot, Outlet, token_name
from bot.delivery.dispatcher import Window
from bot.delivery.pace import Pacer, Rates
from bot.platforms.base import Pictures
from bot.platforms.web.client import WebPlatform, WebSettings
from bot.platforms.web.door import Door
from bot.platforms.web.server import Server
from bot.stage.clock import AcceleratedClock
from bot.stage.discord_look import DiscordLook
from bot.stage.faults import Faults
from bot.stage.look import Look
from bot.stage.mortal import Mortal
from bot.stage.platform import TRIP_S, StagePlatform, Wires
from bot.stage.scenery import CURATOR, PEOPLE, Scenery
from bot.stage.seats import seat, speak
from bot.stage.telegram_look import TelegramLook
from bot.stage.visitor import Visitor
from bot.stage.world import World
from digest.calendar import next_slot
from storage.store import Store, furnished, open_store

# Discord's memory of a nonce, made as long as the fastest clock can make two minutes (delivery.md §6)
NONCE_S: Final = 110 * 3600
RATES: Final[Mapping[str, Rates]] = {
    "telegram": Rates(30, 1, 20),
    "discord": Rates(45, 0, 0),
    "web": Rates(1_000, 0, 0),
}
DEAD_S: Final = 2.0  # how long a killed process stays away
APPROACH: Final = timedelta(seconds=2)  # a jump lands so long before the push
OVERTURE: Final = timedelta(seconds=4)  # and the first look so long before the first one
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Coming:
    """A push to come."""

    series: str
    at: datetime


@dataclass(slots=True)
class Life:
    """One life of the bot."""

    bot: Bot
    mortal: Mortal
    web: WebPlatform
    visitors: Mapping[str, Visitor]
    pacers: Mapping[str, Pacer]
    task: "asyncio.Task[None] | None" = None


class Silent(Server):
    """A server nobody can reach: `demo --once` opens no port."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__(Door("127.0.0.1"), 0, pictures)

    async def open(self) -> None:
        """Nothing is opened."""


class Play:
    """Owns the store, the world and the present life.

    `server` is set before it begins; without one nobody looks on and no port is opened (`demo --once`).
    """

    def __init__(
        self,
        folder: Path,
        *,
        examples: Path,
        language: str,
        names: Mapping[str, str],
        trip_s: float = TRIP_S,
        rates: Mapping[str, Rates] = RATES,
    ) -> None:
        self._folder = folder
        self._examples = examples
        self._trip_s = trip_s
        self._rates = rates
        self.language = language
        self.names = names
        self.round = 0  # counts resets, so that a page knows that everything is new
        self.deaths = 0
        self._scene_anew()
        self.server: Server | None = None
        self._dying: asyncio.Task[None] | None = None

    def _scene_anew(self) -> None:
        self.scenery = Scenery(self._folder / f"round-{self.round}", self._examples)
        self.clock = AcceleratedClock(self.scenery.begins_at)
        self._is_open = False
        self.world = World(self.clock)
        self.looks: dict[str, Look] = {"telegram": TelegramLook(), "discord": DiscordLook()}
        self.faults: dict[str, Faults] = {
            name: Faults(self.clock, look.name) for name, look in self.looks.items()
        }

    # --- beginning and end

    async def begin(self) -> None:
        """Open the store, be born, subscribe the audience. The clock stands."""
        self.scenery.configuration.data.mkdir(parents=True, exist_ok=True)
        self.store: Store = await open_store(self.scenery.configuration.database_url)
        self.life = self._born()
        await self.life.bot.prepare()
        await seat(self.store, tuple(self.life.bot.series), self.language, self.clock.now())

    async def speak(self, language: str) -> None:
        """Everybody speaks this language from now on."""
        self.language = language
        await speak(self.store, language, self.clock.now())

    def start(self) -> None:
        """Let the present life run."""
        tick_s = self.scenery.configuration.settings.delivery.tick_s
        self.life.task = asyncio.create_task(self.life.bot.run(tick_s=tick_s))

    async def end(self) -> None:
        """Stop in good order."""
        if self._dying is not None:
            self._dying.cancel()
            await asyncio.gather(self._dying, return_exceptions=True)
            self._dying = None
        await self._stop(self.life)
        await self.store.close()

    async def reset(self) -> None:
        """Everything anew: store, world, clock, audience."""
        await self.end()
        self.round += 1
        self._scene_anew()
        await self.begin()
        self.start()
        self.world.bell.ring()

    async def _stop(self, life: Life) -> None:
        if life.task is not None:
            life.task.cancel()
            with suppress(asyncio.CancelledError):
                await life.task
        await life.bot.close()  # a life that was prepared and never ran has its parser all the same

    # --- lives

    def _born(self) -> Life:
        mortal = Mortal(self.store.database)
        lock = self.scenery.configuration.data / "zhouzhi.db.lock"
        bot = Bot(self.scenery.configuration, furnished(mortal), self.clock, lock=lock)
        visitors: dict[str, Visitor] = {}
        pacers: dict[str, Pacer] = {}
        for name, look in self.looks.items():
            wires = Wires(look, self.world, self.faults[name], self._strike, self._trip_s)
            pacers[name] = Pacer(self._rates[name], self.clock.pace)
            platform = StagePlatform(wires, mortal, self.clock)
            bot.add(Outlet(platform, pacers[name], self._window(look), token_name(f"stage {name}")))
            visitors[name] = Visitor(look, self.world, bot.house, pacers[name])
        web = self._web(bot)
        pacers["web"] = Pacer(self._rates["web"], self.clock.pace)
        bot.add(Outlet(web, pacers["web"], Window(in_flight=16), token_name("stage web")))
        return Life(bot, mortal, web, visitors, pacers)

    def _window(self, look: Look) -> Window:
        policy = self.scenery.configuration.settings.delivery.unknown
        return Window(policy="hold", repeats_s=NONCE_S) if look.knows_keys else Window(policy=policy)

    def _web(self, bot: Bot) -> WebPlatform:
        roles = {PEOPLE["web"][CURATOR]: "publisher"}
        return WebPlatform(
            WebSettings(people=dict(self.names), roles=roles),  # type: ignore[arg-type]  # publisher is a role
            front=bot.house,
            pictures=bot.cellar,
            chats=bot.store.chats,
            clock=self.clock,
            server=self.server or Silent(bot.cellar),
        )

    def _strike(self) -> None:
        """The process dies at this very instant; another is born a little later."""
        self.life.mortal.die()
        self.deaths += 1
        self._dying = asyncio.create_task(self._die_and_be_reborn(self.life))

    def kill(self) -> None:
        """Kill the present life, whatever it is doing. A dead one is not killed again."""
        if not self.life.mortal.is_dead:
            self._strike()

    async def _die_and_be_reborn(self, life: Life) -> None:
        if life.task is not None:
            life.task.cancel()
            await asyncio.gather(life.task, return_exceptions=True)
        self.world.bell.ring()
        await asyncio.sleep(DEAD_S if self._trip_s else 0)
        self.life = self._born()
        await self.life.bot.prepare()
        self.start()
        self.world.bell.ring()

    async def reborn(self) -> None:
        """Wait until a killed process is back."""
        if self._dying is not None:
            await self._dying

    # --- time

    def curtain(self) -> None:
        """Somebody looks: the clock begins, a few seconds before the first push. Once a round."""
        if not self._is_open:
            self._is_open = True
            self.clock.jump(self.scenery.first_push - OVERTURE)
            self.clock.run(1)
            self.world.bell.ring()

    async def coming(self) -> Coming | None:
        """The next push of any series."""
        now = self.clock.now()
        found = [
            Coming(stored.series, slot.at)
            for stored in await self.store.schedules.all()
            if (slot := next_slot(stored.schedule, now)) is not None
        ]
        return min(found, key=lambda one: one.at, default=None)

    async def jump_to_push(self) -> None:
        """To a moment before the next push; what has appeared by then is read first."""
        self._is_open = True
        coming = await self.coming()
        if coming is None:
            return
        await self.publish(coming.at)
        self.clock.jump(max(self.clock.now(), coming.at - APPROACH))
        self.clock.run(1)
        self.world.bell.ring()

    def skip(self, hours: float) -> None:
        """Let time pass."""
        self.clock.jump(self.clock.now() + timedelta(hours=hours))
        self.life.bot.wake()
        self.world.bell.ring()

    async def publish(self, at: datetime) -> None:
        """Let the samples of the days until then appear, and read them as the folder's watch would."""
        if self.scenery.release(at):
            for series, source in self.life.bot.intake.sources():
                await self.life.bot.intake.sync(source, series)
