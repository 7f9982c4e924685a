"""What can a person do on any platform, and what does he see? `Chat` is what the cases speak to; a `Driver` carries it out."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from digest.audience import PlatformName
from tests.contract.platforms.installation import Installation, until

Person = Literal["reader", "curator"]
OVER = ("draft", "finished", "cancelled")


@dataclass(frozen=True, slots=True)
class Control:
    """Something to press: a button, or one line of a select. `data` is what a press sends, `part` what it belongs to."""

    label: str
    data: str
    part: Any = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A message of the bot as it stands on the screen now. `question` is set where words are asked for."""

    id: int
    text: str
    controls: tuple[Control, ...] = ()
    question: Any = None
    pictures: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What one act brought: a new message, a changed one (`is_edit`), or a word in passing (`is_passing`)."""

    text: str
    buttons: tuple[str, ...] = ()
    is_edit: bool = False
    is_passing: bool = False
    pictures: int = 0
    files: tuple[str, ...] = ()


@dataclass(slots=True)
class Act:
    """What the platform told besides messages: words in passing, and questions that are no message (a modal)."""

    passing: list[str] = field(default_factory=list)
    asked: list[Standing] = field(default_factory=list)


class Driver(Protocol):
    """One platform from a person's side. Every act returns when the bot has done all that it does about it."""

    name: PlatformName
    home: Installation
    is_one_person: bool  # the curator is the reader, in one chat

    @property
    def findings(self) -> Sequence[str]:
        """Rules of the platform that were broken; empty at the end of every case."""
        ...

    async def open(self) -> None:
        """Start the bot and come near it; again after `close`."""
        ...

    async def close(self) -> None: ...

    async def screen(self) -> Sequence[Standing]:
        """The bot's messages before this person, oldest first."""
        ...

    async def type(self, words: str) -> Act: ...

    async def hand_over(self, name: str, content: bytes) -> Act:
        """Send a file as this platform's people do."""
        ...

    async def touch(self, message: Standing, control: Control) -> Act: ...

    async def answer(self, question: Standing, words: str) -> Act: ...

    async def forge(self, message: Standing, data: str) -> Act:
        """Press what a button of an older version, or a stranger's client, would send."""
        ...

    async def become(self, person: Person) -> None: ...

    def dangers(self) -> Sequence[str]:
        """What of the messages so far would call somebody, or run, instead of being read."""
        ...


class Chat:
    """One person's chat with the bot."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.person: Person = "reader"
        self.answers: list[Shown] = []
        self._open: Standing | None = None

    @property
    def platform(self) -> PlatformName:
        return self.driver.name

    @property
    def home(self) -> Installation:
        return self.driver.home

    @property
    def text(self) -> str:
        """All words of the newest answer."""
        return "\n".join(one.text for one in self.answers)

    @property
    def is_edited_in_place(self) -> bool:
        """Whether the last act changed the message it was done to and wrote no new one."""
        lasting = [one for one in self.answers if not one.is_passing]
        return len(lasting) == 1 and lasting[0].is_edit

    async def say(self, words: str) -> list[Shown]:
        return await self._see(lambda: self.driver.type(words))

    async def hand_over(self, name: str, content: bytes) -> list[Shown]:
        return await self._see(lambda: self.driver.hand_over(name, content))

    async def press(self, label: str) -> list[Shown]:
        """Press what is labelled so, on the newest message that has it."""
        message, control = await self.find(label)
        return await self._see(lambda: self.driver.touch(message, control))

    async def press_twice(self, label: str) -> list[Shown]:
        """An impatient finger: the second press leaves before the first is answered."""
        message, control = await self.find(label)

        async def both() -> Act:
            first, second = await asyncio.gather(
                self.driver.touch(message, control), self.driver.touch(message, control)
            )
            return Act(first.passing + second.passing, first.asked + second.asked)

        return await self._see(both)

    async def forge(self, data: str, message: Standing | None = None) -> list[Shown]:
        """Press a button that the message (the newest one) does not have, or no more."""
        message = message or (await self.driver.screen())[-1]
        return await self._see(lambda: self.driver.forge(message, data))

    async def answer(self, words: str) -> list[Shown]:
        """Answer the newest question."""
        question = self._open
        if question is None:
            question = next(one for one in reversed(await self.driver.screen()) if one.question is not None)
        return await self._see(lambda: self.driver.answer(question, words))

    async def standing(self) -> list[str]:
        """The words of every message that stands here now, oldest first."""
        return [one.text for one in await self.driver.screen()]

    async def become(self, person: Person) -> None:
        await self.driver.become(person)
        self.person = person

    async def restart(self) -> None:
        """The process ends in good order and another one starts on the same files."""
        await self.driver.close()
        await self.driver.open()

    async def sent(self) -> None:
        """Wait until every campaign that was started has come to its end, and its report is shown."""
        bot = self.home.bot

        async def is_over() -> bool:
            return all(one.state in OVER for one in await bot.store.deliveries.campaigns(limit=50))

        await until(is_over)
        await bot.progress.update()

    async def find(self, label: str) -> tuple[Standing, Control]:
        """The whole label goes before its beginning, and that before any part of it."""
        screen = await self.driver.screen()
        fits: tuple[Callable[[str], bool], ...] = (
            lambda shown: shown == label,
            lambda shown: shown.startswith(f"{label} "),
            lambda shown: label in shown,
        )
        for message in reversed(screen):
            for is_fitting in fits:
                for control in message.controls:
                    if is_fitting(control.label):
                        return message, control
        labels = [control.label for message in screen[-3:] for control in message.controls]
        raise LookupError(f"nothing is labelled {label!r}; there are {labels}")

    async def _see(self, act: "Callable[[], Any]") -> list[Shown]:
        """What changed on the screen through an act."""
        before = {one.id: one for one in await self.driver.screen()}
        done: Act = await act()
        after = await self.driver.screen()
        changed = [one for one in after if before.get(one.id) != one]
        self._open = done.asked[-1] if done.asked else None
        self.answers = [
            *(_shown(one, is_edit=one.id in before) for one in changed),
            *(_shown(one) for one in done.asked),
            *(Shown(words, is_passing=True) for words in done.passing),
        ]
        return self.answers


def _shown(one: Standing, *, is_edit: bool = False) -> Shown:
    labels = tuple(control.label for control in one.controls)
    return Shown(one.text, labels, is_edit, pictures=one.pictures, files=one.files)
