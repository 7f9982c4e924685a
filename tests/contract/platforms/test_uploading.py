"""Is publishing from the chat the same everywhere? Sent, looked at, taken, and in no reader's way before."""

import io
import zipfile

from tests.contract.platforms.driver import Chat
from tests.contract.telegram.stage import png

TEXT = """\
# 周知周刊 第 99 期

## 模型与能力

### 甲公司发布模型

正文。[原文](https://example.org/a)

![图](图/a.png)
"""


SEVERAL = """\
# 周知周刊 第 98 期

## 模型与能力

### 乙公司发布模型

正文。![图](图/a.png)

# 周知周刊 第 97 期

## 模型与能力

### 丙公司发布模型

正文。
"""


def packed(text: str = TEXT, *others: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in others:
            archive.writestr(name, text)
        archive.writestr("周刊/issue.md", text)
        archive.writestr("周刊/图/a.png", png(8, 8))
    return made.getvalue()


async def test_a_zip_is_looked_at_and_taken(chat: Chat) -> None:
    """Series asked for, what was recognised, size, preview with its picture; stored by the tap alone, pushed by none."""
    store = chat.home.bot.store
    before = len(await store.issues.lines(visible=False))
    await chat.become("curator")
    store = chat.home.bot.store
    await chat.hand_over("第99期.zip", packed())
    assert "哪个刊" in chat.text
    await chat.press("周知周刊")
    assert chat.is_edited_in_place
    assert "1 栏目 · 1 条 · 1 链接 · 1 图" in chat.text
    assert "条消息" in chat.text
    await chat.press("预览")
    assert "甲公司发布模型" in chat.text
    assert sum(one.pictures for one in chat.answers) == 1
    assert "收下这一期吗" in chat.answers[-1].text
    assert len(await store.issues.lines(visible=False)) == before
    await chat.press_twice("收下")
    assert "周知周刊 第 99 期" in chat.text
    assert len(await store.issues.lines(visible=False)) == before + 1
    assert await store.deliveries.campaigns(limit=5) == []
    await chat.press("看这一期")
    assert "周知周刊 第 99 期" in chat.text


async def test_a_file_of_several_issues_is_taken_by_one_tap(chat: Chat) -> None:
    """Each has its line and its preview, by buttons that outlive a restart; one press stores them all, pushing none."""
    chat.home.read_weekly_by("{ issue_level = 1 }")
    await chat.become("curator")
    await chat.restart()
    before = await chat.home.bot.store.issues.lines(visible=False)
    await chat.hand_over("两期.zip", packed(SEVERAL))
    await chat.press("周知周刊")
    assert "这个文件里有 2 期" in chat.text
    for line in ("1. 周知周刊 第 98 期 · 1 条 — 新", "2. 周知周刊 第 97 期 · 1 条 — 新"):
        assert line in chat.text
    await chat.restart()
    await chat.press("1")
    assert chat.is_edited_in_place
    assert "1 栏目 · 1 条 · 0 链接 · 1 图" in chat.text
    await chat.press("预览")
    assert "乙公司发布模型" in chat.text
    assert "丙公司发布模型" not in chat.text
    assert sum(one.pictures for one in chat.answers) == 1
    await chat.press("⬅ 全部 2 期")
    store = chat.home.bot.store
    assert await store.issues.lines(visible=False) == before
    await chat.press_twice("✅ 全部收下（2 期）")
    assert "第 98 期、第 97 期" in chat.text
    assert len(await store.issues.lines(visible=False)) == len(before) + 2
    assert await store.deliveries.campaigns(limit=5) == []
    await chat.press("📣 广播第 98 期")
    assert "周知周刊 第 98 期" in chat.text


async def test_the_buttons_work_after_a_restart(chat: Chat) -> None:
    """What waits lies on disk: another process takes it."""
    await chat.become("curator")
    await chat.hand_over("第99期.md", TEXT.encode())
    await chat.press("周知周刊")
    await chat.restart()
    await chat.press("收下")
    assert "已收下" in chat.text
    assert (await chat.home.bot.store.issues.by_key("99", "weekly")).issue.number == 99


async def test_what_cannot_be_taken_says_why(chat: Chat) -> None:
    """Another kind of file, and one that is no text: a sentence, and nothing to press for it."""
    await chat.become("curator")
    await chat.hand_over("a.docx", b"PK")
    assert "只收 .md" in chat.text
    await chat.hand_over("a.md", b"# a\n\xff")
    await chat.press("周知周刊")
    assert "UTF-8" in chat.text
    assert not [label for one in chat.answers for label in one.buttons if "收下" in label]


BAD = {
    "empty.md": (b"", "没有内容"),
    "large.md": (b"# A\n\n" + b"x " * 2**19, "超过 1024 KiB"),
    "larger.md": (b"x" * (2**21 + 1), "拆成几个文件"),
    "gb18030.md": ("# 周知\n\n中文".encode("gb18030"), "UTF-8"),
    "two.zip": (packed(TEXT, "周刊/README.md"), "只留下这一期的 .md"),
    "broken.zip": (b"PK", "重新打包"),
}


async def test_what_is_broken_is_told_with_its_cure(chat: Chat) -> None:
    """A sentence that says what to do, in four lines, with a button, and none that would take it."""
    await chat.become("curator")
    store = chat.home.bot.store
    before = await store.issues.lines(visible=False)
    for name, (content, sentence) in BAD.items():
        await chat.hand_over(name, content)
        if "哪个刊" in chat.text:
            await chat.press("周知周刊")
        assert sentence in chat.text, name
        assert len(chat.text.splitlines()) <= 4, name
        labels = [label for one in chat.answers for label in one.buttons]
        assert labels, name
        assert not [label for label in labels if "收下" in label], name
    assert await store.issues.lines(visible=False) == before


async def test_what_is_doubtful_says_so_before_it_is_taken(chat: Chat) -> None:
    """A number that is there, a draft, a day to come, broken front matter: each by its own sentence."""
    await chat.become("curator")
    body = "# 周知周刊{}\n\n## 模型与能力\n\n### 甲\n\n正文。\n"
    doubtful = {
        body.format(" 第 3 期"): "第 3 期已经有了",
        "---\nnumber: 91\ndraft: true\n---\n" + body.format(""): "草稿",
        "---\nnumber: 92\ndate: 2031-01-02\n---\n" + body.format(""): "2031年1月2日",
        "---\ntitle: [a\n---\n" + body.format(" 第 93 期"): "文件头的元数据读不懂",
    }
    for text, sentence in doubtful.items():
        await chat.hand_over("issue.md", text.encode())
        await chat.press("周知周刊")
        assert sentence in chat.text, sentence
        assert len(chat.text.splitlines()) <= 5, sentence
        assert chat.answers[-1].buttons
