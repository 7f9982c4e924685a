"""How does a person use the web? A browser's requests: words and presses are posted, the chat is read as a stream."""

import io
import json
import secrets
from collections.abc import Sequence
from typing import Any

import aiohttp

from bot.platforms.base import Message
from bot.platforms.web.readback import readback
from digest.audience import PlatformName
from tests.contract.platforms.driver import Act, Control, Person, Standing
from tests.contract.platforms.installation import Installation

TABLE = """
[web]
port = 0
"""


class WebDriver:
    """The one chat that `run` serves. Its person becomes a curator by the configuration, so the bot is started anew."""

    name: PlatformName = "web"
    is_one_person = True

    def __init__(self, home: Installation) -> None:
        self.home = home
        self._session: aiohttp.ClientSession
        self._is_begun = False
        self._is_curator = False

    @property
    def findings(self) -> Sequence[str]:
        return []

    async def open(self) -> None:
        self.home.configure(TABLE, "web:me" if self._is_curator else "")
        await self.home.start(self.name)
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        async with self._session.get(self._door.address) as page:
            assert page.status == 200

    async def close(self) -> None:
        await self._session.close()
        await self.home.stop()

    async def become(self, person: Person) -> None:
        """He stays who he is; once a curator he may do what a reader may."""
        if person == "curator" and not self._is_curator:
            self._is_curator = True
            await self.close()
            await self.open()

    async def screen(self) -> Sequence[Standing]:
        return [_standing(body) for body in await self._messages() if body["author"] == "bot"]

    async def type(self, words: str) -> Act:
        return await self._say(kind="text", text=words)

    async def hand_over(self, name: str, content: bytes) -> Act:
        about = {"id": secrets.token_hex(8), "language": "zh-CN", "name": name}
        return await self._post("file", params=about, data=io.BytesIO(content))

    async def touch(self, message: Standing, control: Control) -> Act:
        return await self.forge(message, control.data)

    async def forge(self, message: Standing, data: str) -> Act:
        return await self._say(kind="action", action=data, message=message.id)

    async def answer(self, question: Standing, words: str) -> Act:
        return await self._say(kind="answer", action=question.question, text=words)

    def dangers(self) -> Sequence[str]:
        return self._dangers

    _dangers: Sequence[str] = ()

    @property
    def _door(self) -> Any:
        platform: Any = self.home.bot.platforms[self.name]
        return platform.server.door

    async def _messages(self) -> list[dict[str, Any]]:
        """The chat as a page sees it that is opened now: of the newest messages only the last one carries an id."""
        if not self._is_begun:
            return []
        found: list[dict[str, Any]] = []
        url = f"{self._door.origin}/chat/me/events"
        is_last = False
        async with self._session.get(url) as stream:
            assert stream.status == 200
            async for raw in stream.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                is_last = is_last or name == "id"
                if name == "data":
                    found.append(json.loads(value))
                    if is_last:
                        break
        self._dangers = [body["html"] for body in found if "<script" in body.get("html", "").lower()]
        return found

    async def _say(self, **what: Any) -> Act:
        body = {"id": secrets.token_hex(8), "language": "zh-CN", **what}
        return await self._post("say", json=body)

    async def _post(self, what: str, **content: Any) -> Act:
        """Answered when everything that was to be said is in the chat."""
        self._is_begun = True
        url, headers = f"{self._door.origin}/chat/me/{what}", {"Origin": self._door.origin}
        async with self._session.post(url, headers=headers, **content) as response:
            assert response.status == 200, await response.text()
            toast = (await response.json())["toast"]
        return Act([toast] if toast else [])


def _standing(body: dict[str, Any]) -> Standing:
    payload = {"html": "", "rows": [], "choices": [], **body}
    buttons = [button for row in payload["rows"] for button in row if button["action"]]
    controls = [Control(button["label"], button["action"]) for button in buttons]
    for choice in payload["choices"]:
        for option in choice["options"]:
            ticked = "✅ " if option["is_on"] else ""
            controls.append(Control(f"{ticked}{option['label']}", option["action"]))
    ask = body.get("ask")
    read = readback(Message("append", payload))
    files = tuple(file["name"] for file in body.get("files", ()))
    question = ask["action"] if ask else None
    return Standing(body["id"], read.text, tuple(controls), question, len(read.images), files)
