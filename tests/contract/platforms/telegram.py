"""How does a person use Telegram? Messages and callback queries of the strict fake server."""

from collections.abc import Sequence
from typing import Any

from digest.audience import PlatformName
from tests.contract.platforms.driver import Act, Control, Person, Standing
from tests.contract.platforms.installation import Installation, until
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.rich import plain_of

READER, CURATOR = 101, 102
TABLE = """
[telegram]
token = "{fake.token}"
api_base = "{fake.base}"
"""


class TelegramDriver:
    """A private chat. The bot's own count of the updates it has dealt with tells when an act is over."""

    name: PlatformName = "telegram"
    is_one_person = False

    def __init__(self, home: Installation, fake: FakeTelegram) -> None:
        self.home = home
        self._fake = fake
        self._chat = READER
        self._done = self._dealt = 0
        fake.people.private(READER, "小林")
        fake.people.private(CURATOR, "阿梅")
        home.configure(TABLE.format(fake=fake), f"telegram:{CURATOR}")

    @property
    def findings(self) -> Sequence[str]:
        return self._fake.findings

    @property
    def fake(self) -> FakeTelegram:
        """The server this chat is on."""
        return self._fake

    async def open(self) -> None:
        await self.home.start(self.name)
        platform: Any = self.home.bot.platforms[self.name]
        react = platform._react

        async def counted(update: Any) -> None:
            try:
                await react(update)
            finally:
                self._dealt += 1

        platform._react = counted

    async def close(self) -> None:
        await self.home.stop()

    async def become(self, person: Person) -> None:
        self._chat = READER if person == "reader" else CURATOR

    async def screen(self) -> Sequence[Standing]:
        return [_standing(body) for body in self._fake.messages(self._chat)]

    async def type(self, words: str) -> Act:
        return await self._act(lambda: self._fake.people.say(self._chat, words))

    async def hand_over(self, name: str, content: bytes) -> Act:
        return await self._act(lambda: self._fake.people.send_file(self._chat, content, name))

    async def touch(self, message: Standing, control: Control) -> Act:
        return await self.forge(message, control.data)

    async def forge(self, message: Standing, data: str) -> Act:
        queries: list[str] = []
        await self._act(lambda: queries.append(self._fake.people.press(self._chat, message.id, data)))
        words = self._fake.world.answers[queries[0]]
        return Act([words] if words else [])

    async def answer(self, question: Standing, words: str) -> Act:
        return await self._act(lambda: self._fake.people.say(self._chat, words, reply_to=question.id))

    def dangers(self) -> Sequence[str]:
        """Nobody is named by his id; a name somebody typed himself is his own."""
        return [
            f"{entity}"
            for chat in (READER, CURATOR)
            for body in self._fake.messages(chat)
            for entity in (*body.get("entities", ()), *body.get("caption_entities", ()))
            if entity["type"] == "text_mention"
        ]

    async def _act(self, act: Any) -> Act:
        self._done += 1
        act()
        await until(lambda: self._dealt >= self._done)
        return Act()


def _standing(body: dict[str, Any]) -> Standing:
    rows = body.get("reply_markup", {}).get("inline_keyboard", ())
    controls = [
        Control(button["text"], button["callback_data"])
        for row in rows
        for button in row
        if "callback_data" in button
    ]
    asks = any("ask=" in entity.get("url", "") for entity in body.get("entities", ()))
    rich = plain_of(body["rich_message"]["blocks"]) if "rich_message" in body else ""
    text = body.get("text") or body.get("caption") or rich
    files = (body["document"]["file_name"],) if "document" in body else ()
    return Standing(body["message_id"], text, tuple(controls), asks or None, int("photo" in body), files)
