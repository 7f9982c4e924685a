"""A file with a new section title arrives: is the curator asked on his platform, and does one press settle it?"""

from pathlib import Path

import pytest

from bot.sources.folder import FolderSource
from tests.contract.platforms.driver import Chat

TEXT = """\
---
date: 2026-11-19
---
# 周知周刊 9

## 模型发布与能力

### 甲

甲的事。

## 模型与能力

### 乙

乙的事。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to be read from."""
    made = tmp_path / "more"
    made.mkdir()
    return made


async def arrives(chat: Chat, folder: Path) -> None:
    """A folder that was read before gets a file; the notices' round that follows has the token's own pace."""
    bot = chat.home.bot
    source, series = FolderSource(folder, ("*.md",)), bot.series["weekly"]
    await bot.intake.sync(source, series)
    (folder / "weekly-9.md").write_text(TEXT, "utf-8")
    [told] = await bot.intake.sync(source, series)
    assert told.result == "added"
    [outlet] = bot.outlets
    await bot.notices.tell(chat.platform, outlet.pacer)
    await bot.notices.tell(chat.platform, outlet.pacer)


async def test_a_new_section_is_merged_by_one_press(chat: Chat, folder: Path) -> None:
    """One message, the likeliest category named in it; pressed, the sections stand together and nobody is asked again."""
    await chat.become("curator")
    await chat.say("/help")
    before = await chat.standing()
    await arrives(chat, folder)
    [offer] = (await chat.standing())[len(before) :]
    assert "「周知周刊 9」有一个新栏目：模型发布与能力。" in offer
    await chat.press("并入 模型与能力")
    assert chat.is_edited_in_place
    assert "「模型发布与能力」已并入「模型与能力」" in chat.text
    store = chat.home.bot.store
    stored = await store.issues.by_key("weekly/9")
    assert [one.category for one in stored.issue.sections] == ["models", "models"]
    assert await store.categories.offers() == []


async def test_no_reader_is_asked(chat: Chat, folder: Path) -> None:
    """It is a curator's question; what a reader forges is refused."""
    await chat.say("/help")
    if chat.driver.is_one_person:
        return
    before = await chat.standing()
    await arrives(chat, folder)
    assert await chat.standing() == before
    await chat.forge("merge_into:1:2")
    assert "这是编者的命令。" in chat.text
