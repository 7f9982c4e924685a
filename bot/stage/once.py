"""What does the demo show without a page? One push as both looks see it, a few replies, a broadcast up to its report."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from bot.delivery.pace import Rates
from bot.stage.look import Look
from bot.stage.play import Play
from bot.stage.scenery import CURATOR, READER, SCENES, person
from bot.stage.world import Bubble
from digest.base62 import encode
from digest.errors import Temporary
from handlers.texts import Texts, texts_for
from storage.deliveries import Report

PATIENCE_S: Final = 10.0
LOOK_S: Final = 0.05
# nobody is at the other end, so nobody's limits are kept: the pace is what the page shows
UNHURRIED: Final = {name: Rates(1_000, 0, 0) for name in ("telegram", "discord", "web")}
ASKED: Final = ("/latest", "/search 千问", "/subscriptions")
SETTLED: Final = ("finished", "cancelled")


async def once(folder: Path, examples: Path, language: str) -> AsyncIterator[str]:
    """The lines to print; the last one is `planned N = sent N`, with another sign where they differ."""
    texts = texts_for(language)
    names = {role: texts(f"demo.role_{role}") for role in (READER, CURATOR)}
    play = Play(folder, examples=examples, language=language, names=names, trip_s=0, rates=UNHURRIED)
    await play.begin()
    play.start()
    try:
        async for line in _shown(play, texts):
            yield line
    finally:
        await play.end()


async def _shown(play: Play, texts: Texts) -> AsyncIterator[str]:
    play.clock.jump(play.scenery.first_push)
    play.clock.run(1)
    push = await _until_settled(play, "push")
    for name, look in play.looks.items():
        scene = SCENES[f"{name}-reader"]
        bubbles = [one for one in play.world.bubbles(scene.place) if one.message is not None]
        yield f"=== {texts('demo.once_push', platform=name)} ==="
        for part, bubble in enumerate(bubbles, 1):
            yield _headed(look, bubble, part, len(bubbles))
    for asked in ASKED:
        for name in play.looks:
            yield f"=== {name} · {asked} ==="
            for line in await _asked(play, name, READER, asked):
                yield line
    async for line in _broadcast(play, push, texts):
        yield line
    yield await _sums(play, push)


async def _asked(play: Play, name: str, role: str, text: str) -> list[str]:
    scene = SCENES[f"{name}-{role}"]
    before = play.world.seq
    who = person(scene.place.platform, role, play.names[role], play.language)
    await play.life.visitors[name].types(who, scene, text)
    return [_words(play.looks[name], one) for one in play.world.after(before) if one.message is not None]


async def _broadcast(play: Play, push: Report, texts: Texts) -> AsyncIterator[str]:
    """The curator presses what is on his screen: an issue nobody has yet, everybody, check, send."""
    name = "telegram"
    desk = Desk(play, name)
    yield f"=== {name} · /broadcast ==="
    for line in await _asked(play, name, CURATOR, "/broadcast"):
        yield line
    yield await desk.press("broadcast_issues")
    yield await desk.press("broadcast_to", but=f"broadcast_to:{encode(push.campaign.issue_id)}")
    yield await desk.press("broadcast_preview")
    await _until_settled(play, "preview")
    yield await desk.press("broadcast_check")
    yield await desk.press("broadcast_send")
    await _until_settled(play, "broadcast")
    await play.life.bot.progress.update()
    yield f"=== {texts('demo.once_report')} ==="
    yield desk.screen()


class Desk:
    """The curator's screen: the message that is edited through all steps."""

    def __init__(self, play: Play, name: str) -> None:
        self._play = play
        self._name = name
        self._scene = SCENES[f"{name}-{CURATOR}"]
        self._message = 0

    async def press(self, route: str, *, but: str = "") -> str:
        """Press the first button that leads to this route, and is not `but`; returns what the screen shows then."""
        bubble, data = self._button(route, but)
        self._message = bubble.id
        who = person(self._scene.place.platform, CURATOR, self._play.names[CURATOR], self._play.language)
        await self._play.life.visitors[self._name].presses(who, self._scene, data, bubble.id)
        return self.screen()

    def screen(self) -> str:
        bubble = self._play.world.find(self._scene.place, self._message)
        return _words(self._play.looks[self._name], bubble) if bubble else ""

    def _button(self, route: str, but: str) -> tuple[Bubble, str]:
        """On the newest message that has one. Raises Temporary when none has."""
        for bubble in reversed(list(self._play.world.bubbles(self._scene.place))):
            for row in bubble.drawn.get("keyboard", ()):
                for data in (str(button["data"]) for button in row):
                    if data.partition(":")[0] == route and data != but:
                        return bubble, data
        raise Temporary("demo.no_button", route=route)


async def _until_settled(play: Play, kind: str) -> Report:
    """The newest campaign of this kind, at rest. Raises Temporary."""

    async def found() -> Report | None:
        for campaign in await play.store.deliveries.campaigns(limit=20):
            if campaign.kind == kind and campaign.state in SETTLED:
                return await play.store.deliveries.report(campaign.id)
        return None

    try:
        async with asyncio.timeout(PATIENCE_S):
            while (report := await found()) is None:  # noqa: ASYNC110  the ledger rings no bell
                await asyncio.sleep(LOOK_S)
            return report
    except TimeoutError:
        raise Temporary("demo.not_settled", kind=kind) from None


async def _sums(play: Play, push: Report) -> str:
    """Over everything that was sent."""
    planned = sent = 0
    for campaign in await play.store.deliveries.campaigns(limit=20):
        if campaign.state in SETTLED and campaign.planned is not None:
            report = await play.store.deliveries.report(campaign.id)
            planned += campaign.planned
            sent += report.rows.sent
    assert push.campaign.planned is not None
    return f"planned {planned} {'=' if planned == sent else '≠'} sent {sent}"


def _headed(look: Look, bubble: Bubble, part: int, parts: int) -> str:
    meter = "  ".join(f"{budget} {used}/{limit}" for budget, used, limit in bubble.meter)
    return f"--- {part}/{parts} · {bubble.method} · {meter}\n{_words(look, bubble)}"


def _words(look: Look, bubble: Bubble) -> str:
    """What is seen of a bubble, pictures counted, its buttons as `[label]`."""
    assert bubble.message is not None
    back = look.readback(bubble.message)
    lines = [back.text] if back.text else []
    lines += ["🖼 " * len(back.images)] if back.images else []
    lines += [" ".join(f"[{label}]" for label in row) for row in _labels(bubble.drawn)]
    return "\n".join(lines)


def _labels(drawn: Any) -> list[list[str]]:
    rows = [[button["label"] for button in row] for row in drawn.get("keyboard", ())]
    parts = [part for part in drawn.get("components", ()) if part["type"] == "row"]
    return rows + [[_label(one) for one in part["children"]] for part in parts]


def _label(part: Any) -> str:
    if part["type"] == "select":
        return f"{part['prompt']} ▾ {len(part['options'])}"
    return str(part["label"])
