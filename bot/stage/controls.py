"""What can a visitor turn and break? The clock, the faults and their cures, the language, the whole beginning anew."""

from collections.abc import Mapping
from typing import Any, Final

from bot.stage.faults import FAULTS, Fault
from bot.stage.play import Play
from bot.stage.scenery import SCENES, person
from digest.delivery import State
from digest.errors import Refused
from handlers.texts import LANGUAGES, texts_for

LONGEST_SKIP_H: Final = 24 * 14


class Controls:
    """Carries out the page's controls. Every method raises Refused("web.request") for what makes no sense."""

    def __init__(self, play: Play) -> None:
        self._play = play

    async def turn(self, wanted: Mapping[str, Any]) -> None:
        """`do` names the control, the rest are its arguments."""
        match wanted.get("do"):
            case "clock":
                self._play.clock.run(_whole(wanted, "factor"))
                self._play.world.bell.ring()
            case "jump":
                await self._play.jump_to_push()
            case "skip":
                hours = _whole(wanted, "hours")
                if not 0 < hours <= LONGEST_SKIP_H:
                    raise Refused("web.request", part="hours")
                self._play.skip(hours)
            case "fault":
                await self._fault(wanted)
            case "retry":
                await self._retry(_whole(wanted, "campaign"))
            case "settle":
                await self._settle(wanted)
            case "language":
                await self._language(str(wanted.get("language")))
            case "reset":
                await self._play.reset()
            case other:
                raise Refused("web.request", part=f"do={other!r}")

    async def _fault(self, wanted: Mapping[str, Any]) -> None:
        play, look, fault = self._play, str(wanted.get("look")), wanted.get("fault")
        if look not in play.faults or fault not in FAULTS:
            raise Refused("web.request", part="fault")
        which: Fault = fault
        if wanted.get("on"):
            play.faults[look].break_(which)
        else:
            play.faults[look].mend(which)
            if which == "forbidden":
                await self._let_in_again(look)
        play.life.bot.wake()
        play.world.bell.ring()

    async def _let_in_again(self, look: str) -> None:
        """A platform tells the bot itself when it gets its rights back."""
        play = self._play
        scene = SCENES[f"{look}-channel"]
        texts = texts_for(play.language)
        who = person(scene.place.platform, "curator", texts("demo.role_curator"), play.language)
        await play.life.visitors[look].returns(who, scene)

    async def _retry(self, campaign_id: int) -> None:
        """What failed goes again, never what was sent; a finished campaign that has work again runs again."""
        play = self._play
        now = play.clock.now()
        count = await play.store.deliveries.retry(campaign_id, now)
        found = await play.store.deliveries.campaign(campaign_id)
        if count and found.state == "finished":
            await play.store.deliveries.set_state(campaign_id, "running", now)
        play.life.bot.wake()
        play.world.bell.ring()

    async def _settle(self, wanted: Mapping[str, Any]) -> None:
        """A person says what became of a part in doubt."""
        play = self._play
        campaign_id, channel_id, part = (_whole(wanted, name) for name in ("campaign", "channel", "part"))
        becomes = State.SENT if wanted.get("arrived") else State.PENDING
        for row, _, _ in await play.store.deliveries.rows(campaign_id, (State.UNKNOWN,)):
            if (row.channel_id, row.part) == (channel_id, part):
                await play.store.deliveries.settle(row, becomes, play.clock.now())
        play.life.bot.wake()
        play.world.bell.ring()

    async def _language(self, language: str) -> None:
        if language not in LANGUAGES:
            raise Refused("web.request", part="language")
        await self._play.speak(language)
        self._play.world.bell.ring()


def _whole(wanted: Mapping[str, Any], name: str) -> int:
    value = wanted.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused("web.request", part=name)
    return value
