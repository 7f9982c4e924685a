"""How does a person use Discord? Slash commands, buttons, selects and modals of the strict fake server."""

from collections.abc import Sequence
from typing import Any

import handlers
from bot.platforms.discord.readback import components_of, texts_of, visible
from digest.audience import PlatformName
from tests.contract.platforms.driver import Act, Control, Person, Standing
from tests.contract.platforms.installation import Installation, until
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.state import Interaction, Message

BUTTON, GALLERY = 2, 12
LONGEST = 6_000  # characters of an option: Discord's client takes no more
TABLE = """
[discord]
token = "{fake.token}"
api_base = "{fake.api_base}"
gateway_url = "{fake.gateway_url}"
cdn_base = "{fake.cdn_base}"
"""


class DiscordDriver:
    """A direct message channel."""

    name: PlatformName = "discord"
    is_one_person = False

    def __init__(self, home: Installation, fake: FakeDiscord) -> None:
        self.home = home
        self._fake = fake
        fake.state.channel(fake.state.guild())
        self._people = {name: fake.state.user(name) for name in ("reader", "curator")}
        self._channels = {name: fake.state.direct(user) for name, user in self._people.items()}
        self._channel = self._channels["reader"]
        home.configure(TABLE.format(fake=fake), f"discord:{self._people['curator'].id}")

    @property
    def findings(self) -> Sequence[str]:
        return self._fake.findings

    async def open(self) -> None:
        await self.home.start(self.name)

    async def close(self) -> None:
        await self.home.stop()

    async def become(self, person: Person) -> None:
        self._channel = self._channels[person]

    async def screen(self) -> Sequence[Standing]:
        return [
            _standing(message)
            for message in self._fake.state.messages.values()
            if message.channel == self._channel.id and not message.is_deleted and not _is_passing(message)
        ]

    async def type(self, words: str) -> Act:
        """`/name value` with the value in the command's option; an option that must be given is given a space."""
        name, _, rest = words.removeprefix("/").partition(" ")
        arguments = next(
            (one.arguments for one in handlers.ROUTES if one.kind == "command" and one.name == name), ()
        )
        options = {}
        if arguments and (rest or arguments[0].is_required):
            options = {arguments[0].name: (rest or " ")[:LONGEST]}
        return await self._done(await self._fake.people.slash(self._channel, name, options))

    async def hand_over(self, name: str, content: bytes) -> Act:
        files = {"file": (name, content)}
        return await self._done(await self._fake.people.slash(self._channel, "upload", files=files))

    async def touch(self, message: Standing, control: Control) -> Act:
        part, people = control.part, self._fake.people
        shown = self._fake.state.messages[message.id]
        if part["type"] == BUTTON:
            return await self._done(await people.press(shown, control.data))
        chosen = {control.data}
        if part.get("max_values", 1) > 1:  # a choice with ticks tells all of them
            chosen ^= {option["value"] for option in part["options"] if option.get("default")}
        return await self._done(await people.select(shown, part["custom_id"], sorted(chosen)))

    async def forge(self, message: Standing, data: str) -> Act:
        shown = self._fake.state.messages[message.id]
        part = {"type": BUTTON, "custom_id": data}
        return await self._done(await self._fake.people._touch(shown, part, {}, None, False, 10))

    async def answer(self, question: Standing, words: str) -> Act:
        return await self._done(await self._fake.people.submit(question.question, words))

    def dangers(self) -> Sequence[str]:
        """Messages that do not forbid to call anybody."""
        return [
            f"{message.body}"
            for message in self._fake.state.messages.values()
            if message.body.get("allowed_mentions", {}).get("parse") != []
        ]

    async def _done(self, interaction: Interaction) -> Act:
        platform: Any = self.home.bot.platforms[self.name]
        await until(lambda: not platform._tasks)  # followups come after the first answer
        act = Act([_words(message) for message in self._fake.replies(interaction) if _is_passing(message)])
        if interaction.modal is not None:
            words = [interaction.modal["title"], *_labels(interaction.modal)]
            act.asked.append(Standing(-interaction.id, "\n".join(words), (), interaction))
        return act


def _is_passing(message: Message) -> bool:
    """Discord has no toast: a bare sentence that this person alone sees until he looks away."""
    return message.is_ephemeral and not message.is_v2 and not message.files


def _words(message: Message) -> str:
    return "\n".join(visible(written)[0] for written in texts_of(message.shown))


def _standing(message: Message) -> Standing:
    pictures = sum(len(part["items"]) for part in components_of(message.shown) if part["type"] == GALLERY)
    shown = {item["media"]["url"] for part in components_of(message.shown) for item in part.get("items", ())}
    files = tuple(name for name in message.files if f"attachment://{name}" not in shown)
    return Standing(message.id, _words(message), tuple(_controls(message)), None, pictures, files)


def _controls(message: Message) -> list[Control]:
    found = []
    for part in components_of(message.shown):
        if part.get("disabled") or "custom_id" not in part:
            continue
        if part["type"] == BUTTON:
            found.append(Control(part["label"], part["custom_id"], part))
        for option in part.get("options", ()):
            ticked = "✅ " if option.get("default") else ""
            found.append(Control(f"{ticked}{option['label']}", option["value"], part))
    return found


def _labels(modal: dict[str, Any]) -> list[str]:
    found = []
    for part in components_of(modal):
        inner = part.get("component", part)
        found += [one for one in (part.get("label"), inner.get("label"), inner.get("placeholder")) if one]
    return found
