"""Who calls the fake as any client would? A few lines around aiohttp, and the small bodies these tests send."""

from typing import Any

import aiohttp

from tests.contract.telegram.stage import READER
from tests.fakes.telegram import TOKEN, FakeTelegram

KEY = {"text": "x", "callback_data": "x"}
TEXT: dict[str, Any] = {"chat_id": READER, "text": "x"}


class Caller:
    """Calls the fake as any client would."""

    def __init__(self, fake: FakeTelegram, session: aiohttp.ClientSession) -> None:
        self.fake = fake
        self.session = session

    async def __call__(self, method: str, token: str = TOKEN, **parameters: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.fake.base}/bot{token}/{method}", json=parameters) as response:
            body: dict[str, Any] = await response.json()
            assert body["ok"] == (response.status == 200)
            return body

    async def ok(self, method: str, **parameters: Any) -> Any:
        body = await self(method, **parameters)
        assert body["ok"], body
        return body["result"]


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


def expect_findings(fake: FakeTelegram, *beginnings: str) -> None:
    """These and no others; taken from the list, which must be empty at the end."""
    assert len(fake.findings) == len(beginnings), "\n".join(fake.findings)
    for finding, beginning in zip(fake.findings, beginnings, strict=True):
        assert beginning in finding
    fake.findings.clear()
