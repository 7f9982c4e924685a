"""What does a person do and see, on each platform, while the bot runs in another process? He types, presses and reads."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from handlers.texts import Texts, texts_for
from tests.e2e.running import Running
from tests.fakes.discord import FakeDiscord, components, texts
from tests.fakes.discord.state import Channel, Message, User
from tests.fakes.telegram import FakeTelegram

BUTTON = 2
QUIET_S = 0.4  # what belongs to an answer and comes later than this is found by the next look at the screen
_TICK = re.compile("^[✅⬜] ")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True)
class Seen:
    """A message of the bot as it stands on the screen. `labels`: what can be pressed; `marks`: the words in bold."""

    id: int
    text: str
    labels: tuple[str, ...]
    marks: tuple[str, ...]
    is_edit: bool = False


class Hands(ABC):
    """One person in one chat. Every act gives what is new or changed on the screen, oldest first."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.texts: Texts = texts_for("zh-Hans")

    @abstractmethod
    def screen(self) -> list[Seen]:
        """All that stands before this person."""

    @abstractmethod
    async def type(self, command: str, words: str) -> None: ...

    @abstractmethod
    async def touch(self, message: Seen, label: str) -> None: ...

    async def say(self, command: str, words: str = "", *, answers: int = 1) -> list[Seen]:
        return await self._act(lambda: self.type(command, words), answers)

    async def press(self, key: str, *, answers: int = 1, **arguments: Any) -> list[Seen]:
        """Press the button that is called so in this person's language."""
        return await self.press_label(self.texts(key, **arguments), answers=answers)

    async def press_label(self, label: str, *, answers: int = 1) -> list[Seen]:
        """Press what is labelled so, or begins so, on the newest message that has it; ticks do not matter."""
        for message in reversed(self.screen()):
            for matches in (label.__eq__, lambda shown: shown.startswith(label)):
                if found := next((one for one in message.labels if matches(unticked(one))), None):
                    return await self._act(lambda: self.touch(message, found), answers)  # noqa: B023  awaited at once
        raise LookupError(f"no {label!r} among {[message.labels for message in self.screen()]}")

    async def turned(self, key: str, **arguments: Any) -> Seen:
        """Press what must change its own message and write no other one."""
        return _alone(await self.press(key, **arguments), is_edit=True)

    async def turned_by(self, label: str) -> Seen:
        return _alone(await self.press_label(label), is_edit=True)

    async def asked(self, command: str, words: str = "") -> Seen:
        """A command that one new message answers."""
        return _alone(await self.say(command, words), is_edit=False)

    async def _act(self, act: Callable[[], Awaitable[None]], answers: int) -> list[Seen]:
        before = {message.id: message for message in self.screen()}

        def fresh() -> list[Seen]:
            return [
                Seen(one.id, one.text, one.labels, one.marks, one.id in before)
                for one in self.screen()
                if before.get(one.id) != one
            ]

        await act()
        await self.running.until(lambda: len(fresh()) >= answers, 30)
        await asyncio.sleep(QUIET_S)
        return fresh()


class TelegramHands(Hands):
    """In a private chat."""

    def __init__(self, running: Running, fake: FakeTelegram, chat: int) -> None:
        super().__init__(running)
        self._fake = fake
        self._chat = chat

    def screen(self) -> list[Seen]:
        return [_telegram(body) for body in self._fake.messages(self._chat)]

    async def type(self, command: str, words: str) -> None:
        self._fake.people.say(self._chat, f"/{command} {words}".rstrip())

    async def touch(self, message: Seen, label: str) -> None:
        shown = self._fake.stored(self._chat, message.id).body
        data = next(button["callback_data"] for button in _keys(shown) if button["text"] == label)
        query = self._fake.people.press(self._chat, message.id, data)
        await self.running.until(lambda: query in self._fake.world.answers, 30)


class DiscordHands(Hands):
    """In a channel of a server, as one of its admins."""

    def __init__(self, running: Running, fake: FakeDiscord, channel: Channel, user: User) -> None:
        super().__init__(running)
        self._fake = fake
        self._channel = channel
        self._user = user

    def screen(self) -> list[Seen]:
        return [
            _discord(message)
            for message in self._fake.state.messages.values()
            if message.channel == self._channel.id and not message.is_deleted and not _is_passing(message)
        ]

    async def type(self, command: str, words: str) -> None:
        options = {"query": words} if words else {}
        await self._fake.people.slash(
            self._channel, command, options, user=self._user, is_admin=True, patience=30
        )

    async def touch(self, message: Seen, label: str) -> None:
        people, shown = self._fake.people, self._fake.state.messages[message.id]
        part, value = next((part, value) for words, part, value in _controls(shown) if words == label)
        if value is None:
            await people.press(shown, part["custom_id"], user=self._user, is_admin=True, patience=30)
        else:
            ticked = {one["value"] for one in part["options"] if one.get("default")}
            # a choice of several tells all that is ticked then; of one, what is picked
            values = sorted(ticked ^ {value}) if part["max_values"] > 1 else [value]
            await people.select(shown, part["custom_id"], values, user=self._user, is_admin=True, patience=30)


def unticked(label: str) -> str:
    """A line of a choice as it is called, whether or not it is on."""
    return _TICK.sub("", label)


def _alone(seen: list[Seen], *, is_edit: bool) -> Seen:
    (one,) = seen
    assert one.is_edit == is_edit, one
    return one


def _telegram(body: dict[str, Any]) -> Seen:
    text = body.get("text") or body.get("caption") or ""
    coded = text.encode("utf-16-le")  # entities count the units of UTF-16
    marks = [
        coded[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in (*body.get("entities", ()), *body.get("caption_entities", ()))
        if one["type"] == "bold"
    ]
    labels = [button["text"] for button in _keys(body) if "callback_data" in button]
    return Seen(body["message_id"], text, tuple(labels), tuple(marks))


def _keys(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (button for row in body.get("reply_markup", {}).get("inline_keyboard", ()) for button in row)


def _is_passing(message: Message) -> bool:
    """Discord has no toast: a bare sentence that this person alone sees until he looks away."""
    return message.is_ephemeral and not message.is_v2 and not message.files


def _discord(message: Message) -> Seen:
    written = texts(message)
    text = re.sub(r"\*\*|\\", "", written)
    return Seen(
        message.id,
        text,
        tuple(label for label, _, _ in _controls(message)),
        tuple(_BOLD.findall(written)),
    )


def _controls(message: Message) -> Iterable[tuple[str, dict[str, Any], str | None]]:
    """Label, component and, for a line of a select, its value."""
    for part in components(message):
        if part.get("disabled") or "custom_id" not in part:
            continue
        if part["type"] == BUTTON:
            yield part["label"], part, None
        for option in part.get("options", ()):
            yield option["label"], part, option["value"]
