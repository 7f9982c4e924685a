"""How is a platform played? Real renderer, real rules, simulated transport: what it is given is the exact payload."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.platforms.base import Form, Message, Parcel, Status, Style
from bot.stage.faults import Faults
from bot.stage.look import Look
from bot.stage.mortal import Mortal
from bot.stage.world import World
from digest.audience import Place, PlatformName
from digest.calendar import Clock
from digest.delivery import Outcome, Rejected, Sent, Unavailable, Unknown
from digest.page import Page

TRIP_S: Final = 0.06  # one way to the platform; long enough that a death finds messages under way


@dataclass(frozen=True, slots=True)
class Wires:
    """What one look is played with. `killed`: the process is to die now."""

    look: Look
    world: World
    faults: Faults
    killed: Callable[[], None]
    trip_s: float = TRIP_S


class StagePlatform:
    """One platform in one life of the bot; a `bot.platforms.base.Platform`."""

    def __init__(self, wires: Wires, life: Mortal, clock: Clock) -> None:
        self.name: PlatformName = wires.look.name
        self.username = wires.look.username
        self._wires = wires
        self._life = life
        self._clock = clock
        self._status = Status("starting")

    @property
    def status(self) -> Status:
        return self._status

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        return self._wires.look.render(page, form)

    async def style(self, wanted: Style) -> Style:
        return wanted if self.name == "telegram" else "classic"

    async def send(self, parcel: Parcel) -> Outcome:
        """There, and back with the answer; a death on the way leaves the message where it had got to."""
        wires, place = self._wires, parcel.channel.place
        message = wires.look.plain(parcel.message) if parcel.is_plain else parcel.message
        await self._travel()
        refused = wires.faults.before(place, is_private=parcel.channel.is_private)
        if refused is not None:
            await self._travel()
            return refused
        problems = wires.look.check(message)
        if problems:
            await self._travel()
            return Rejected("content", problems[0])
        ids = wires.world.deliver(wires.look, place, message, parcel.key)
        if wires.faults.takes("killed"):
            wires.killed()
        if wires.faults.takes("lost_answer"):
            await self._travel()
            return Unknown("the answer did not come in time")
        await self._travel()
        return Sent(ids)

    async def close(self) -> None:
        """Nothing is held open."""

    async def edit(self, place: Place, message_id: int, message: Message) -> Outcome:
        await self._travel()
        if "outage" in self._wires.faults.on:
            return Unavailable("connection refused")
        problems = self._wires.look.check(message)
        if problems:
            return Rejected("content", problems[0])
        if not self._wires.world.edit(self._wires.look, place, message_id, message):
            return Rejected("content", "message to edit not found")
        return Sent((message_id,))

    async def run(self) -> None:
        """What people do comes through `bot.stage.visitor`; here the platform is only up."""
        self._turn("up")
        try:
            await asyncio.Event().wait()
        finally:
            self._turn("down")

    def _turn(self, state: Any) -> None:
        self._status = Status(state, "", self._clock.now())

    async def _travel(self) -> None:
        """Raises CancelledError when the process died meanwhile: nobody is there to hear the answer."""
        self._life.live()
        if self._wires.trip_s:
            await asyncio.sleep(self._wires.trip_s)
        self._life.live()
