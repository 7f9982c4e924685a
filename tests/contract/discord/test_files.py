"""Does a file that is attached reach the handlers, whole, from the CDN alone? Over sockets against the strict fake."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.front import House
from bot.platforms.discord.commands import house_commands
from digest.audience import Place
from digest.errors import Refused, Temporary
from handlers.ports import IncomingFile
from storage.store import Store, open_store
from tests.contract.discord.stage import Scene, playing
from tests.contract.handlers.house import MONDAYS, SERIES, StoppedClock, add, issue
from tests.contract.uploading import publisher_of
from tests.fakes.discord import FakeDiscord, components, texts
from tests.fakes.discord.state import Channel, Message

TEXT = "# 周知 第 13 期\n\n## 模型\n\n### 甲公司发布模型\n\n正文。\n".encode()


def direct(scene: Scene) -> Channel:
    return next(one for one in scene.fake.state.channels.values() if one.kind == "direct")


async def attached(scene: Scene, content: bytes = TEXT, name: str = "第 13 期.md") -> IncomingFile:
    await scene.fake.people.slash(direct(scene), "upload", files={"file": (name, content)})
    (file,) = scene.front.heard[-1].files
    return file


async def test_an_attachment_reaches_the_handlers(live: Scene) -> None:
    """Name, size and bytes as they were sent; its id is no typed word."""
    file = await attached(live)
    heard = live.front.heard[-1]
    assert (heard.kind, heard.route, heard.text) == ("command", "upload", "")
    assert (file.name, file.size) == ("第 13 期.md", len(TEXT))
    assert await file.read(1_000_000) == TEXT


async def test_without_a_file_there_is_none(live: Scene) -> None:
    """The option may be left out."""
    await live.fake.people.slash(direct(live), "upload")
    assert live.front.heard[-1].files == ()


async def test_what_is_too_large_is_not_fetched(live: Scene) -> None:
    """By its own word at once; and counted where the word was wrong."""
    file = await attached(live, b"x" * 2_000)
    with pytest.raises(Refused, match=r"upload\.too_large"):
        await file.read(1_000)
    (path,) = live.fake.state.attachments
    live.fake.state.attachments[path] = b"x" * 5_000_000
    with pytest.raises(Refused, match=r"upload\.too_large"):
        await file.read(10_000)


async def test_a_file_that_is_gone_can_be_sent_again(live: Scene) -> None:
    """The CDN's addresses end with the day."""
    file = await attached(live)
    live.fake.state.attachments.clear()
    with pytest.raises(Temporary, match=r"upload\.unreachable"):
        await file.read(1_000)


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:9/cdn", "https://evil.example", "file:///etc", "", "http://[broken"]
)
async def test_no_other_address_is_asked(live: Scene, base: str) -> None:
    """An address that is not the CDN's is not followed, whoever wrote it."""
    live.fake.state.cdn_base = base
    file = await attached(live)
    with pytest.raises(Temporary, match=r"upload\.unreachable"):
        await file.read(1_000)


async def test_a_cdn_out_of_reach_is_no_failure_of_the_bot(fake: FakeDiscord) -> None:
    """Nothing listens there: try again later."""
    async with playing(fake, cdn_base="http://127.0.0.1:9") as scene:
        await scene.start()
        fake.state.cdn_base = "http://127.0.0.1:9"
        file = await attached(scene)
        with pytest.raises(Temporary, match=r"upload\.unreachable"):
            await file.read(1_000)


def test_the_command_takes_a_file() -> None:
    """One optional attachment, in private with the bot alone."""
    (command,) = (one for one in house_commands() if one["name"] == "upload")
    (option,) = command["options"]
    assert (option["type"], option["name"], option["required"]) == (11, "file", False)
    assert "autocomplete" not in option
    assert command["contexts"] == [1]


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    opened = await open_store("sqlite+aiosqlite://")
    yield opened
    await opened.close()


def labelled(message: Message, label: str) -> str:
    return next(str(part["custom_id"]) for part in components(message) if label in str(part.get("label", "")))


async def test_a_curator_uploads_looks_and_takes(fake: FakeDiscord, store: Store, tmp_path: Path) -> None:
    """The whole way through the real house: command, look, preview, tap, stored; each call strictly checked."""
    async with playing(fake, commands=house_commands()) as scene:
        await add(store, issue(12, date(2026, 11, 23)))
        house = House(
            store,
            StoppedClock(),
            language="zh-Hans",
            time_zone="Asia/Shanghai",
            series=SERIES,
            schedules={"weekly": MONDAYS},
            curators={Place("discord", str(user.id)): "editor" for user in fake.state.users.values()},
        )
        house.platforms = {"discord": scene.platform}
        house.publisher = publisher_of(store, tmp_path, house.platforms)
        for part in (scene.platform, scene.platform._replier):
            part._front = house
        await scene.start()
        said = await fake.people.slash(direct(scene), "upload", files={"file": ("第13期.md", TEXT)})
        (look,) = fake.replies(said)
        assert "1 栏目 · 1 条" in texts(look)
        shown = await fake.people.press(look, labelled(look, "预览"))
        await fake.until(lambda: len(shown.messages) == 2)
        whole, question = fake.replies(shown)
        assert "甲公司发布模型" in texts(whole)
        assert len(await store.issues.lines()) == 1
        await fake.people.press(question, labelled(question, "收下"))
        await fake.until(lambda: "已收下" in texts(question))
    assert (await store.issues.by_key("13", "weekly")).issue.title == "周知 第 13 期"
