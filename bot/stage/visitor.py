"""What happens when a visitor types or presses in one of the looks? Events as the platforms' own, replies by their rules."""

from dataclasses import dataclass, replace

from bot.platforms.base import Form, Front, Incoming, Message, Pace
from bot.platforms.telegram.bodies import TEXTS
from bot.platforms.telegram.rich import offers_plain
from bot.stage.discord_look import ephemeral
from bot.stage.look import Look
from bot.stage.world import World
from digest.audience import ChannelKind, Place
from digest.errors import Refused
from digest.page import Action, Ask, Page, Reply

LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits at the demo. `native_id` is his id on the platform, `is_admin` whether he runs the demo's channels."""

    native_id: str
    name: str
    language: str
    is_admin: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """One chat of a look."""

    place: Place
    kind: ChannelKind
    name: str

    @property
    def is_private(self) -> bool:
        return self.kind == "private"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the page learns at once: a passing word, or a question asked in a dialogue."""

    toast: str = ""
    ask: Ask | None = None


class Visitor:
    """Carries a person's doings to the handlers and their replies into the world."""

    def __init__(self, look: Look, world: World, front: Front, pace: Pace) -> None:
        self._look = look
        self._world = world
        self._front = front
        self._pace = pace

    async def types(self, person: Person, scene: Scene, text: str, answers: Action | None = None) -> Heard:
        """A command, words, or the answer to a question."""
        text = text.strip()[:LONGEST]
        if not text:
            raise Refused("web.request", part="text")
        viewer = "" if scene.is_private or self._look.name == "telegram" else person.native_id
        self._world.said(scene.place, person.name, text, viewer)
        incoming = self._incoming(person, scene)
        if answers is not None:
            incoming = replace(
                incoming, kind="answer", route=answers.route, arguments=answers.arguments, text=text
            )
        elif text.startswith("/"):
            head, _, rest = text.partition(" ")
            route = head[1:].partition("@")[0].casefold()
            incoming = replace(incoming, kind="command", route=route, text=rest.strip())
        else:
            incoming = replace(incoming, kind="text", text=text)
        return await self._carry_out(person, scene, await self._front.answer(incoming), None)

    async def presses(self, person: Person, scene: Scene, data: str, message_id: int) -> Heard:
        """A button or an option."""
        pressed = self._look.pressed(data)
        if pressed.action is None:
            return Heard(pressed.toast)
        incoming = replace(
            self._incoming(person, scene),
            kind="action",
            route=pressed.action.route,
            arguments=pressed.action.arguments,
        )
        return await self._carry_out(person, scene, await self._front.answer(incoming), message_id)

    async def returns(self, person: Person, scene: Scene) -> None:
        """The bot was let in again: the platform says so by itself."""
        await self._front.answer(replace(self._incoming(person, scene), kind="joined"))

    def _incoming(self, person: Person, scene: Scene) -> Incoming:
        return Incoming(
            platform=self._look.name,
            kind="text",
            place=scene.place,
            channel_kind=scene.kind,
            native_id=person.native_id,
            person=person.name,
            language=person.language,
            is_place_admin=person.is_admin,
        )

    async def _carry_out(self, person: Person, scene: Scene, reply: Reply, pressed: int | None) -> Heard:
        viewer = self._viewer(person, scene, reply)
        shown: int | None = None
        for index, page in enumerate(reply.pages):
            replaced = (
                pressed if index == 0 and reply.replaces and self._may_replace(scene, pressed) else None
            )
            message_id = await self._show(scene, page, viewer, replaced)
            shown = message_id if index == 0 else shown
        for file in reply.files:
            self._world.hand_over(scene.place, file, viewer)
        if reply.watch is not None and shown is not None:
            await self._front.watching(reply.watch, scene.place, shown)
        question = self._look.question(reply.ask) if reply.ask is not None else None
        if question is not None:
            await self._put(scene, question, viewer)
            return Heard(reply.toast or "")
        return Heard(reply.toast or "", reply.ask)

    def _viewer(self, person: Person, scene: Scene, reply: Reply) -> str:
        """In a Discord server answers are for the one who asked."""
        is_server = self._look.name == "discord" and not scene.is_private
        return person.native_id if is_server and reply.is_private else ""

    def _may_replace(self, scene: Scene, pressed: int | None) -> bool:
        """A public post is never turned into somebody's own answer."""
        if pressed is None:
            return False
        bubble = self._world.find(scene.place, pressed)
        return bubble is not None and (
            scene.is_private or bool(bubble.viewer) or self._look.name == "telegram"
        )

    async def _show(self, scene: Scene, page: Page, viewer: str, replaced: int | None) -> int | None:
        shown: int | None = None
        is_rich = self._look.name == "telegram" and offers_plain(page)
        form = Form("private", "rich" if is_rich else "classic", bot=self._look.username)
        for number, message in enumerate(self._look.render(page, form)):
            if number == 0 and replaced is not None and self._is_text(scene, replaced, message):
                async with self._pace.slot(scene.place, "reply"):
                    self._world.edit(self._look, scene.place, replaced, self._dressed(message, viewer))
                shown = replaced
                continue
            message_id = await self._put(scene, message, viewer)
            shown = message_id if shown is None else shown
        return shown

    def _is_text(self, scene: Scene, replaced: int, message: Message) -> bool:
        """Telegram turns no picture into a text."""
        if self._look.name != "telegram":
            return True
        old = self._world.find(scene.place, replaced)
        return old is not None and {old.method, message.method} <= set(TEXTS)

    async def _put(self, scene: Scene, message: Message, viewer: str) -> int:
        dressed = self._dressed(message, viewer)
        problems = self._look.check(dressed)
        if problems:
            raise Refused("web.request", part=problems[0])
        async with self._pace.slot(scene.place, "reply", message.count):
            return self._world.deliver(self._look, scene.place, dressed, viewer=viewer)[0]

    def _dressed(self, message: Message, viewer: str) -> Message:
        return ephemeral(message) if viewer and self._look.name == "discord" else message
