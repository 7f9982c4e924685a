"""Is a file of several issues shown issue by issue and taken by one tap? Where the series' profile cuts it."""

from dataclasses import replace

import pytest

from digest.profile import Profile
from storage.store import Store
from tests.contract.handlers.house import SERIES, Person, actions, lines, words
from tests.contract.handlers.uploading import file, keys, labels, packed
from tests.contract.telegram.stage import png

SEVERAL = """\
# 周知 第 3 期

## 芯片

### 丙

三。

### 丁

三之二。

# 周知 第 2 期

## 芯片

### 乙

二。

# 周知 第 1 期

## 芯片

### 甲

一。
"""


@pytest.fixture
def archivist(editor: Person) -> Person:
    """The editor of a series whose files hold several issues."""
    assert editor.publisher is not None
    editor.series["weekly"] = replace(SERIES["weekly"], profile=Profile(issue_level=1))
    editor.publisher._series = editor.series  # type: ignore[attr-defined]  # the same installation, with a profile
    return editor


async def test_each_issue_of_a_file_has_its_line(archivist: Person, store: Store) -> None:
    """How many there are, what each is and would become; nothing is stored by looking, one tap stores them all."""
    before = await keys(store)
    await archivist.hands_over(file(SEVERAL[: SEVERAL.index("# 周知 第 2 期")].replace("三。", "旧。")))
    await archivist.presses("收下")
    once = await keys(store)
    said = words(await archivist.hands_over(file(SEVERAL)))
    assert "这个文件里有 3 期" in said
    assert "新 2 · 新修订 1" in said
    assert "1. 周知 第 3 期 · 2 条 — 新修订（改 1 条 · 增 0 · 删 0）" in said
    assert "2. 周知 第 2 期 · 1 条 — 新" in said
    assert "3. 周知 第 1 期 · 1 条 — 新" in said
    assert labels(archivist) == ["✅ 全部收下（3 期）", "✖ 不要", "1", "2", "3"]
    assert await keys(store) == once
    said = words(await archivist.presses("收下"))
    assert "已收下：第 2 期、第 1 期。还没有推送。" in said
    assert "新修订：第 3 期" in said
    assert await keys(store) == sorted([*before, "1", "2", "3"])
    assert list(await store.deliveries.campaigns()) == []
    assert labels(archivist) == ["📣 广播第 2 期", "往期"]


async def test_each_issue_of_a_file_is_shown_whole(archivist: Person, store: Store) -> None:
    """Its own facts, its own preview with its own pictures, the way back, and the one tap for all."""
    before = await keys(store)
    text = SEVERAL.replace("二。", "二。\n\n![图](a.png)")
    await archivist.hands_over(file(packed(issue_md=text.encode(), a_png=png(8, 8)), "三期.zip"))
    said = words(await archivist.presses("2"))
    assert "周知 第 2 期" in said
    assert "1 栏目 · 1 条 · 0 链接 · 1 图" in said
    assert "Telegram 2 条消息" in said
    reply = await archivist.presses("预览")
    whole, question = reply.pages
    assert "二。" in words(replace(reply, pages=(whole,)))
    assert "三。" not in words(replace(reply, pages=(whole,)))
    assert "a.png" in whole.pictures
    assert "3 期里的第 2 期" in words(replace(reply, pages=(question,)))
    assert "这个文件里有 3 期" in words(await archivist.presses("全部 3 期"))
    assert await keys(store) == before
    await archivist.presses("收下")
    assert (await store.issues.by_key("2", "weekly")).pictures.keys() == {"a.png"}


async def test_what_is_the_same_or_held_is_said_of_each(archivist: Person, store: Store) -> None:
    """A second time there is nothing to take; a draft is named as one."""
    held = SEVERAL.replace("# 周知 第 3 期", "---\ndraft: true\n---\n# 周知 第 3 期")
    assert "1. 周知 第 3 期 · 2 条 — 新 · 草稿" in words(await archivist.hands_over(file(held)))
    said = words(await archivist.presses("收下"))
    assert "第 3 期（草稿）" in said
    assert "📣 广播第 2 期" in labels(archivist)
    assert (await store.issues.by_key("3", "weekly")).state == "held"
    said = words(await archivist.hands_over(file(held)))
    assert "没有变化 3" in said
    assert not any("收下" in label for label in labels(archivist))


async def test_one_that_cannot_be_taken_stops_no_other(archivist: Person, store: Store) -> None:
    """The second of two with one number is named with its line before and after the tap."""
    twice = SEVERAL.replace("第 1 期", "第 3 期")
    said = words(await archivist.hands_over(file(twice)))
    assert "新 2 · 不能收 1" in said
    assert "3. 第 21 行起 — 不能收：" in said
    assert "✅ 全部收下（2 期）" in labels(archivist)
    assert "改期号" in words(await archivist.presses("3"))
    await archivist.presses("全部 3 期")
    said = words(await archivist.presses("收下"))
    assert "已收下：第 3 期、第 2 期" in said
    assert "不能收：第 21 行起。" in said
    assert "改期号" not in words(await archivist.presses("看不能收的"))
    assert "是同一期" in words(archivist.shown)
    source = await store.issues.source((await store.issues.by_key("3", "weekly")).id)
    assert "三之二" in source.decode()


async def test_many_issues_are_turned_through(archivist: Person, store: Store) -> None:
    """Five a page; one tap takes what stands on all of them, and each is named."""
    text = "".join(f"# 周知 第 {n} 期\n\n## 芯片\n\n### 条 {n}\n\n文。\n\n" for n in range(212, 200, -1))
    said = words(await archivist.hands_over(file(text)))
    assert "这个文件里有 12 期" in said
    assert "第 208 期" in said
    assert "第 207 期" not in said
    said = words(await archivist.presses("›"))
    assert "6. 周知 第 207 期" in said
    said = words(await archivist.presses("收下"))
    for n in range(201, 213):
        assert f"第 {n} 期" in said
    assert "212" in await keys(store)


async def test_a_reply_about_a_file_is_short(archivist: Person) -> None:
    """Four lines besides the title and the issues' own lines; more problems are turned through."""
    text = "# 周知 第 7 期\n\n## 芯片\n\n### 甲\n\n" + "".join(f"![图](p{n}.png)\n\n" for n in range(9))
    reply = await archivist.hands_over(file(text))
    assert lines(reply.pages[0]) <= 5
    assert "p0.png" in words(reply)
    reply = await archivist.presses("⚠ 10 处")
    assert lines(reply.pages[0]) == 4
    assert "p2.png" in words(reply)
    assert "p3.png" in words(await archivist.presses("›"))
    assert "周知 第 7 期" in words(await archivist.presses("⬅"))
    await archivist.presses("收下")
    reply = await archivist.hands_over(file(SEVERAL + text))
    assert lines(reply.pages[0]) <= 4 + 5


async def test_too_many_issues_are_refused_with_the_figure(archivist: Person, store: Store) -> None:
    """A file that is cut into thousands is not worked through in a chat."""
    before = await keys(store)
    said = words(await archivist.hands_over(file("# 周\n" * 501)))
    assert "501 期" in said
    assert "最多 500 期" in said
    assert await keys(store) == before


async def test_its_buttons_fit(archivist: Person) -> None:
    """64 bytes on every page of it, with the longest series key, the last issue and the last page there may be."""
    await archivist.hands_over(file(SEVERAL.replace("一。", "![图](a.png)\n\n" * 9)))
    for label in ("3", "⚠ 2 处", "⬅ 返回", "⬅ 全部 3 期"):
        await archivist.sends(dict(actions(archivist.shown))[label])
        for _, action in actions(archivist.shown):
            longest = action.encode().replace("weekly", "k" * 32)
            spare = len("500") - 1 + len("99") - 1
            assert len(longest) + spare <= 64
