"""Does a file that is sent reach the handlers, whole and no larger than wanted? Over the wire of the strict server."""

from dataclasses import replace

import pytest

from bot.platforms.telegram.files import DOWNLOAD
from digest.errors import Refused, Temporary
from digest.page import Action, Ask, Reply
from handlers.ports import IncomingFile
from tests.contract.telegram.stage import GROUP, READER, Scene, heard_next, until
from tests.contract.telegram.test_walk import move_in
from tests.contract.uploading import publisher_of

TEXT = "# 周知 第 13 期\n\n## 模型\n\n### 甲公司发布模型\n\n正文。\n".encode()


async def sent(
    scene: Scene, content: bytes = TEXT, name: str = "第13期.md", **fields: object
) -> IncomingFile:
    heard = await heard_next(scene, lambda: scene.fake.people.send_file(READER, content, name))
    (file,) = heard.files
    return file


async def test_a_document_reaches_the_handlers(scene: Scene) -> None:
    """Name, size and bytes as they were sent; the caption is its words; nothing is fetched before it is read."""
    async with scene.running():
        heard = await heard_next(
            scene, lambda: scene.fake.people.send_file(READER, TEXT, "第13期.md", caption="新的一期")
        )
        assert (heard.kind, heard.text) == ("text", "新的一期")
        (file,) = heard.files
        assert (file.name, file.size) == ("第13期.md", len(TEXT))
        assert not [one for one in scene.fake.log.entries if one.method == "getFile"]
        assert await file.read(1_000_000) == TEXT
    assert scene.fake.findings == []


async def test_a_caption_can_be_the_command(scene: Scene) -> None:
    """`/upload` below a file is the command with that file."""
    async with scene.running():
        scene.platform._me = type(scene.platform._me)(scene.platform._me.id, "bot", frozenset({"upload"}))
        heard = await heard_next(
            scene, lambda: scene.fake.people.send_file(READER, TEXT, "a.md", caption="/upload")
        )
    assert (heard.kind, heard.route, len(heard.files)) == ("command", "upload", 1)


async def test_a_file_is_no_answer_to_a_question(scene: Scene) -> None:
    """Whoever was asked for words and sends a file did something else."""
    scene.front.script = lambda _: Reply(ask=Ask("搜什么？", "千问", Action("search")))
    async with scene.running():
        await heard_next(scene, lambda: scene.fake.people.say(READER, "/search"))
        await until(lambda: scene.fake.messages(READER))
        heard = await heard_next(
            scene, lambda: scene.fake.people.send_file(READER, TEXT, "a.md", caption="千问")
        )
    assert (heard.kind, heard.route, len(heard.files)) == ("text", "", 1)


async def test_in_company_a_file_is_no_upload(scene: Scene) -> None:
    """Only a private chat is a place for files."""
    scene.fake.people.chat(GROUP, members={READER: "administrator"})
    async with scene.running():
        heard = await heard_next(
            scene,
            lambda: scene.fake.people.send_file(
                GROUP, TEXT, "a.md", user_id=READER, caption="/help@zhouzhi_test_bot"
            ),
        )
    assert heard.files == ()


async def test_what_is_too_large_is_not_fetched(scene: Scene) -> None:
    """By its own word before anything is asked; over the server's limit with the server's word."""
    async with scene.running():
        file = await sent(scene, b"x" * 2_000)
        with pytest.raises(Refused, match=r"upload\.too_large"):
            await file.read(1_000)
        assert not [one for one in scene.fake.log.entries if one.method == "getFile"]
        large = await sent(scene, b"x" * 20_000_001, "a.zip")
        with pytest.raises(Refused, match=r"upload\.too_large"):
            await large.read(50_000_000)
    assert DOWNLOAD == 20 << 20


async def test_more_than_was_said_is_counted(scene: Scene) -> None:
    """The size in the message is a claim; the limit holds for what comes."""
    async with scene.running():
        file = await sent(scene, b"x" * 1_000)
        files = scene.fake.world.state.files
        files.update({key: replace(one, content=b"x" * 500_000) for key, one in files.items()})
        with pytest.raises(Refused, match=r"upload\.too_large"):
            await file.read(10_000)


async def test_a_file_that_is_gone_can_be_sent_again(scene: Scene) -> None:
    """The server knows it no more, or will not hand it out."""
    async with scene.running():
        file = await sent(scene)
        scene.fake.world.state.files.clear()
        with pytest.raises(Temporary, match=r"upload\.unreachable"):
            await file.read(1_000)
        other = await sent(scene)
        scene.fake.is_revoked = True
        with pytest.raises(Temporary, match=r"upload\.unreachable"):
            await other.read(1_000)


async def test_a_curator_uploads_looks_and_takes(scene: Scene, tmp_path) -> None:
    """The whole way through the real house: file, look, preview, tap, stored; each message strictly checked."""
    house = await move_in(scene)
    house.publisher = publisher_of(scene.store, tmp_path, {"telegram": scene.platform})
    async with scene.running():
        scene.fake.people.send_file(READER, TEXT, "第13期.md")
        await until(lambda: scene.fake.messages(READER))
        (look,) = scene.fake.messages(READER)
        assert "甲公司" not in look["text"]
        assert "1 栏目 · 1 条" in look["text"]
        scene.fake.people.press(READER, look["message_id"], label="预览")
        await until(lambda: len(scene.fake.messages(READER)) == 3)
        _, whole, question = scene.fake.messages(READER)
        assert "甲公司发布模型" in whole["text"]
        assert len(await scene.store.issues.lines()) == 2
        scene.fake.people.press(READER, question["message_id"], label="收下")
        await until(lambda: "已收下" in scene.fake.messages(READER)[-1]["text"])
    assert (await scene.store.issues.by_key("13", "weekly")).issue.title == "周知 第 13 期"
    assert scene.fake.findings == []


async def test_a_reader_who_sends_a_file_gets_help(scene: Scene) -> None:
    """Kindly, and without a word of who may."""
    await move_in(scene)
    scene.fake.people.private(777)
    async with scene.running():
        scene.fake.people.send_file(777, TEXT, "a.md")
        await until(lambda: scene.fake.messages(777))
    assert "/latest" in scene.fake.messages(777)[0]["text"]
    assert "upload" not in scene.fake.messages(777)[0]["text"]
