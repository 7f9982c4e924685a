"""Does a curator's file become an issue when he says so, and not before? Real store, real reading, real renderers."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.publishing import Publishing
from digest.errors import Refused, Temporary
from digest.issue import Series
from handlers.ports import IncomingFile
from storage.store import Store
from tests.contract.handlers.house import NOW, Person, actions, somebody, words
from tests.contract.handlers.uploading import TEXT, Clock, file, is_private, keys, labels, packed, waiting
from tests.contract.telegram.stage import png


async def test_a_file_is_shown_and_not_stored(editor: Person, store: Store, folder: Path) -> None:
    """What was recognised, how many messages on each platform, what is missing with its line, and two buttons."""
    before = await keys(store)
    reply = await editor.hands_over(file())
    said = words(reply)
    assert "周知 第 13 期" in said
    assert "《周知周刊》 · 第 13 期 · 11月24日" in said
    assert "2 栏目 · 2 条 · 3 链接 · 1 图（缺 1）" in said
    assert "Telegram 1 条消息 · Discord 1 条消息" in said
    assert "第 14 行" in said
    assert "a.png" in said
    assert labels(editor) == ["✅ 收下", "✖ 不要", "👀 预览"]
    assert await keys(store) == before
    (kept,) = waiting(folder)
    assert is_private(kept)
    assert is_private(kept.parent)


async def test_taking_it_stores_it_and_pushes_nothing(editor: Person, store: Store) -> None:
    """The confirming tap imports it silently and offers the broadcast; a second tap changes nothing."""
    await editor.hands_over(file())
    looked = editor.shown
    reply = await editor.presses("收下")
    assert "已收下：周知 第 13 期" in words(reply)
    stored = await store.issues.by_key("13", "weekly")
    assert await store.issues.source(stored.id) == TEXT.encode()
    assert list(await store.deliveries.campaigns()) == []
    assert labels(editor) == ["📣 广播", "看这一期"]
    await editor.presses("广播")
    assert "周知 第 13 期" in words(editor.shown)
    editor.shown = looked
    assert "已经收下了" in words(await editor.presses("收下"))


async def test_discarding_forgets_the_bytes(editor: Person, store: Store, folder: Path) -> None:
    """Nothing stays, and a later tap on the old button says so."""
    await editor.hands_over(file())
    looked = editor.shown
    assert "没有收" in words(await editor.presses("不要"))
    assert list(waiting(folder)) == []
    editor.shown = looked
    assert "24 小时" in words(await editor.presses("收下"))
    assert "13" not in await keys(store)


async def test_after_a_day_it_is_forgotten(
    editor: Person, publishing: Publishing, clock: Clock, folder: Path
) -> None:
    """The waiting bytes are gone after 24 hours, from the buttons at once and from the disk with the clock."""
    await editor.hands_over(file())
    looked = editor.shown
    clock.at = NOW + timedelta(hours=23, minutes=59)
    await publishing.sweep()
    assert "收下这一期吗" in words(await editor.presses("预览"))
    clock.at = NOW + timedelta(hours=24)
    editor.shown = looked
    assert "请再发一次" in words(await editor.presses("收下"))
    await publishing.sweep()
    assert list(waiting(folder)) == []


async def test_the_preview_is_the_whole_issue(editor: Person, store: Store) -> None:
    """Every word before anything is stored; its items open nothing, the question stands below."""
    before = await keys(store)
    await editor.hands_over(file(packed(issue_md=TEXT.encode(), a_png=png(8, 8)), "十三.zip"))
    reply = await editor.presses("预览")
    whole, question = reply.pages
    said = words(replace(reply, pages=(whole,)))
    for line in ("导语。", "甲公司发布模型", "乙公司的芯片", "另一篇"):
        assert line in said
    assert "a.png" in whole.pictures
    assert not whole.offered()
    assert all(passage.action is None for passage in whole.passages)
    assert [button.label for row in question.rows for button in row] == ["✅ 收下", "✖ 不要"]
    assert not reply.replaces
    assert await keys(store) == before
    await editor.presses("收下")
    assert (await store.issues.by_key("13", "weekly")).pictures.keys() == {"a.png"}


async def test_a_known_key_is_a_new_revision_and_said_before(editor: Person, store: Store) -> None:
    """Before the tap: that there is one, and how many items differ. After it: one issue, new words."""
    await editor.hands_over(file())
    await editor.presses("收下")
    changed = TEXT.replace("[原文](https://example.org/a)", "改了。") + "\n### 丙公司也做芯片\n\n正文。\n"
    said = words(await editor.hands_over(file(changed)))
    assert "第 13 期已经有了" in said
    assert "新修订" in said
    assert "改 1 条 · 增 1 · 删 0" in said
    assert "新修订" in words(await editor.presses("收下"))
    stored = await store.issues.by_key("13", "weekly")
    assert await store.issues.source(stored.id) == changed.encode()
    assert (await keys(store)).count("13") == 1


async def test_the_same_again_has_nothing_to_take(editor: Person) -> None:
    """Nothing changed: the way to the issue is all that is offered."""
    await editor.hands_over(file())
    await editor.presses("收下")
    assert "没有变化" in words(await editor.hands_over(file()))
    assert labels(editor) == ["看这一期"]


async def test_several_series_are_asked_for(editor: Person, store: Store) -> None:
    """The series is chosen by a button before anything else is said."""
    daily = Series("daily", "每日速递")
    editor.series["daily"] = daily
    assert editor.publisher is not None
    editor.publisher._series = editor.series  # type: ignore[attr-defined]  # the same installation, one series more
    reply = await editor.hands_over(file())
    assert "哪个刊" in words(reply)
    assert labels(editor)[:2] == ["✖ 不要", "周知周刊"]
    assert "《每日速递》" in words(await editor.presses("每日速递"))
    await editor.presses("收下")
    assert (await store.issues.by_key("13", "daily")).issue.series == "daily"


async def test_a_reader_is_not_told_of_the_desk(reader: Person, publishing: Publishing, folder: Path) -> None:
    """His file is passed over kindly: words with it are answered, without any he gets help. Nothing is kept."""
    reader.publisher = publishing
    assert "/latest" in words(await reader.hands_over(file()))
    assert "模型消息" in words(await reader.hands_over(file(), "模型消息"))
    assert "编者" in words(await reader.types("/upload"))
    assert list(waiting(folder)) == []


@pytest.mark.parametrize(("platform", "word"), [("telegram", ".zip"), ("discord", "/upload"), ("web", "📎")])
async def test_without_a_file_he_is_told_what_to_send(store: Store, platform: str, word: str) -> None:
    """Each platform has its own way to send one."""
    person = await somebody(store, platform=platform, role="editor")  # type: ignore[arg-type]  # from the table above
    person.publisher = object()  # type: ignore[assignment]  # not asked for anything
    assert word in words(await person.types("/upload"))


REFUSED = {
    "another kind": (file(b"x", "a.docx"), "只收 .md"),
    "a name that leads elsewhere": (file(TEXT, "a\0.md"), "文件名不能用"),
    "too large by its own word": (file(TEXT, size=3 * 1024 * 1024), "这个 .md 太大，最多 2 MiB"),
    "too large in truth": (file(b"x" * (2 * 1024 * 1024 + 1), size=10), "拆成几个文件"),
    "a large archive": (file(b"PK", "a.zip", size=51 * 1024 * 1024), "文件太大，最多 50 MiB"),
    "another kind, and large": (file(b"PK", "a.docx", size=51 * 1024 * 1024), "只收 .md"),
    "over what an issue may have": (file(b"# a\n" + b"x " * 2**19), "1025 KiB"),
    "no UTF-8": (file(b"# a\n\xff\xfe"), "UTF-8"),
    "nothing in it": (file(b" \n"), "不能收"),
    "no zip": (file(b"PK", "a.zip"), "打不开"),
    "no issue in it": (file(packed(a_png=b"x"), "a.zip"), "没有 .md"),
    "two issues in it": (file(packed(a_md=b"# a", b_md=b"# b"), "a.zip"), "a.md, b.md"),
    "a path outside": (file(packed(**{"../../passwd_md": b"# a"}), "a.zip"), "不安全的路径"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_cannot_be_taken_is_refused_with_its_cure(
    editor: Person, store: Store, folder: Path, what: str
) -> None:
    """A sentence with what to do; no button to take it, and nothing stored."""
    before = await keys(store)
    sent, sentence = REFUSED[what]
    said = words(await editor.hands_over(sent))
    assert sentence in said
    assert "✅ 收下" not in labels(editor)
    assert await keys(store) == before
    assert not list(folder.parent.rglob("*passwd*"))


async def test_a_file_that_cannot_be_fetched_is_asked_for_again(editor: Person) -> None:
    """The platform's trouble is no fault of the file."""

    async def read(_limit: int) -> bytes:
        raise Temporary("upload.unreachable")

    said = words(await editor.hands_over(IncomingFile("a.md", 10, read)))
    assert "请再发一次" in said


async def test_a_draft_is_taken_and_stays_hidden(editor: Person, store: Store) -> None:
    """`draft: true` is said before the tap, and no broadcast is offered after it."""
    said = words(await editor.hands_over(file(TEXT.replace("---\n#", "draft: true\n---\n#"))))
    assert "草稿" in said
    await editor.presses("收下")
    assert "📣 广播" not in labels(editor)
    assert (await store.issues.by_key("13", "weekly")).state == "held"


async def test_the_cause_is_named_before_what_follows_from_it(editor: Person) -> None:
    """Broken front matter, so no date: its line stands first."""
    said = words(await editor.hands_over(file(TEXT.replace("date: ", "date: [")))).splitlines()
    assert said[-1].startswith("⚠ 第 3 行：文件头的元数据读不懂")


async def test_two_curators_send_the_same(editor: Person, store: Store, publishing: Publishing) -> None:
    """At once, each with his own buttons: what one discards the other may still take."""
    other = await somebody(store, name="@bo", role="editor")
    other.publisher = publishing
    await asyncio.gather(*(one.hands_over(file()) for one in (editor, other) * 4))
    await editor.presses("不要")
    assert "已收下" in words(await other.presses("收下"))


async def test_a_button_of_an_upload_fits(editor: Person) -> None:
    """64 bytes with the longest series key there may be."""
    await editor.hands_over(file())
    for _, action in actions(editor.shown):
        assert len(action.encode()) - len("weekly") + 32 <= 64


@pytest.mark.parametrize("address", ["", "0", "!", "zzzzzzzzzzz", "../../x"])
async def test_an_address_nobody_wrote_finds_nothing(publishing: Publishing, address: str) -> None:
    """What a button may carry names a waiting file or nothing."""
    with pytest.raises(Refused, match=r"upload\.expired"):
        await publishing.look(address, "weekly")
    await publishing.drop(address)


async def test_half_a_folder_after_a_crash_is_swept(publishing: Publishing, folder: Path) -> None:
    """What a kill left behind is no waiting file and goes with the next sweep."""
    (folder / "new-crashed").mkdir(parents=True)
    await publishing.sweep()
    assert list(waiting(folder)) == []
