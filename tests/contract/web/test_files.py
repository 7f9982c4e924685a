"""Does a file that is dropped on the page reach the handlers, from curators alone and no larger than wanted?"""

import io

import pytest

from bot.platforms.web import files
from bot.platforms.web.files import LARGEST
from digest.errors import Refused
from tests.contract.web.test_chat import bodies

TEXT = "# 周知 第 13 期\n".encode()


async def send(browser, content=TEXT, chat="desk", **query):
    about = {"id": "request-1", "name": "第13期.md", "language": "zh-CN", **query}
    async with browser.session.post(
        browser.url(f"/chat/{chat}/file"),
        params=about,
        data=io.BytesIO(content),
        headers={"Origin": browser.door.origin},
    ) as answer:
        return answer.status


async def test_a_file_is_heard_and_answered(browser, front):
    """Its name stands in the chat, the answer after it; the handlers read its bytes."""
    assert await send(browser) == 200
    said, answered = bodies(await browser.events(2, chat="desk"))
    assert (said["author"], said["text"]) == ("person", "📎 第13期.md")
    assert answered["author"] == "bot"
    (heard,) = front.heard
    assert (heard.kind, heard.native_id, heard.person, heard.language) == ("text", "desk", "Mei", "zh-CN")
    (file,) = heard.files
    assert (file.name, file.size, await file.read(1_000)) == ("第13期.md", len(TEXT), TEXT)
    with pytest.raises(Refused, match=r"upload\.too_large"):
        await file.read(5)


async def test_the_same_request_twice_is_one(browser, store):
    """A browser that lost the answer sends again: nothing is said twice."""
    assert [await send(browser) for _ in range(2)] == [200, 200]
    assert len(await store.chats.latest("desk")) == 2


async def test_who_is_no_curator_sends_none(browser, front):
    """Nothing is read or kept, and the page offers no button for it."""
    assert await send(browser, chat="me") == 403
    assert front.heard == []
    async with browser.get("/chats") as answer:
        chats = (await answer.json())["chats"]
    assert {one["chat"]: one["takes_files"] for one in chats} == {"me": False, "desk": True}


async def test_without_the_key_or_from_elsewhere_nothing_comes_in(stranger, browser, front):
    """The door stands before files as before words."""
    async with stranger.session.post(
        stranger.url("/chat/desk/file"), data=TEXT, headers={"Origin": "http://evil.example"}
    ) as answer:
        assert answer.status == 403
    assert front.heard == []


async def test_a_file_without_end_is_cut_off(browser, front, monkeypatch):
    """By the length it tells, and by what comes where it tells none."""
    monkeypatch.setattr(files, "LARGEST", 1_000)
    assert LARGEST == 50 * 1024 * 1024
    assert await send(browser, b"x" * 1_001) == 413

    async def stream():
        for _ in range(10):
            yield b"x" * 200

    async with browser.session.post(
        browser.url("/chat/desk/file"),
        params={"id": "request-2", "name": "a.md"},
        data=stream(),
        headers={"Origin": browser.door.origin},
    ) as answer:
        assert answer.status == 413
    assert front.heard == []


@pytest.mark.parametrize("key", ["", "short", "x" * 65])
async def test_a_request_names_itself(browser, front, key):
    """Without a name it could not be told from its repetition."""
    assert await send(browser, id=key) == 400
    assert front.heard == []
