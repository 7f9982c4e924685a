"""Can a reader find his way through issues, sections and items, and is no way a dead end?"""

from dataclasses import replace
from datetime import date

import pytest

from digest.page import Action, Reply
from handlers.address import short
from storage.store import Store
from tests.contract.handlers.house import Person, actions, add, buttons, issue, lines, somebody, words


def leads_on(reply: Reply) -> bool:
    return bool(reply.pages) and any(True for _ in actions(reply))


async def test_latest_shows_titles_and_sections(reader: Person) -> None:
    """/latest is one page with every title, the counts and a button for every section."""
    reply = await reader.types("/latest")
    assert len(reply.pages) == 1
    assert "周知 第 12 期 · 11月17日" in words(reply)
    assert "4 条 · 2 栏目" in words(reply)
    assert "模型消息 3" in words(reply)
    assert [label for label, _ in actions(reply)][-2:] == ["模型与能力 (3)", "芯片 (1)"]


async def test_from_the_cover_to_an_item_and_on(reader: Person) -> None:
    """Section, item, next item, back to the section: each press leads on, in place."""
    await reader.types("/latest")
    section = await reader.presses("模型与能力")
    assert "2. 模型消息 2" in words(section) or "模型消息 2" in words(section)
    view = await reader.presses("2")
    assert "模型消息 2" in words(view)
    assert "第二句话" in words(view)
    assert "2/4" in [button.label for button in buttons(view)]
    after = await reader.presses("下一条")
    assert "模型消息 3" in words(after)
    assert after.replaces
    assert "模型与能力" in words(await reader.presses("⬅ 栏目"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("最新", "周知 第 12 期"),
        ("往期", "往期（共 2 期）"),
        ("搜索 芯片", "芯片"),
        ("芯片消息", "芯片消息"),
        ("开始 芯片", "芯片"),
    ],
)
async def test_bare_words(reader: Person, typed: str, said: str) -> None:
    """An alias runs its command, anything else is searched for: no message goes unanswered."""
    assert said in words(await reader.types(typed))


async def test_an_address_finds_its_item(reader: Person) -> None:
    """A pasted link looks its item up."""
    assert "芯片消息" in words(await reader.types("https://example.org/c1"))


async def test_the_first_item_has_no_previous(reader: Person) -> None:
    """A missing end of the pager keeps its place and does nothing."""
    await reader.types("/latest")
    view = await reader.presses("逐条读")
    first, *_ = view.pages[0].rows[0]
    assert first.action is None
    assert "上一条" not in first.label


async def test_pictures_are_apart_where_a_text_cannot_become_an_album(store: Store, reader: Person) -> None:
    """On Telegram a button sends the pictures as new messages; on Discord they stand in the item."""
    await reader.types("/latest")
    await reader.presses("逐条读")
    sent = await reader.presses("🖼 1 张图")
    assert not sent.replaces
    assert "a.png" in sent.pages[0].pictures
    other = await somebody(store, platform="discord")
    await other.types("/latest")
    view = await other.presses("逐条读")
    assert not [label for label, _ in actions(view) if "🖼" in label]


async def test_the_item_of_a_push_is_a_new_message(store: Store, reader: Person) -> None:
    """Pressing a number under a push leaves the push alone and sends the item with its origin."""
    stored = await store.issues.latest()
    assert stored is not None
    card = await reader.sends(Action("item", (short(stored.item_ids["c1"]),)))
    assert not card.replaces
    assert "周知 第 12 期 · 芯片 · 11月17日" in words(card)


@pytest.mark.parametrize(
    "typed", ["/issue 11", "/issue 第11期", "/issue 2026-11-10", "/issue 11-10", "11", "期 11"]
)
async def test_an_issue_by_number_or_date(reader: Person, typed: str) -> None:
    """Number, date and bare words find the same issue."""
    assert "第 11 期" in words(await reader.types(typed))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/issue 99", "没有第 99 期。最新是第 12 期。"),
        ("/issue 2026-11-19", "11月19日没有出刊。最近的是 11月17日 第 12 期。"),
        ("/issue 千问", "写数字或日期"),
        ("/sections 99", "没有这一期"),
        ("/latset", "最接近的是 /latest"),
        ("/xyzzy", "没有 /xyzzy 这个命令。"),
        ("/start n_zzzz", "这一期已经不在了"),
        ("/start hello", "这个链接已失效"),
        ("/help nothing", "没有 /nothing 这个命令。"),
        ("/broadcast", "这是编者的命令。"),
        ("x" * 300, "太长了"),
    ],
)
async def test_what_is_not_there_is_said_with_a_way_on(reader: Person, typed: str, said: str) -> None:
    """Every refusal is a sentence of at most four lines with a button."""
    reply = await reader.types(typed)
    assert said in words(reply)
    assert leads_on(reply)
    assert lines(reply.pages[0]) <= 4


async def test_a_dead_button_shows_the_latest(reader: Person) -> None:
    """An item that is gone, an unreadable address and an unknown action all end at the latest issue."""
    for action in (
        Action("item", ("zzz",)),
        Action("item", ("!",)),
        Action("view"),
        Action("retired", ("1",)),
    ):
        reply = await reader.sends(action)
        assert "这条已经不在了，给你最新一期。" in words(reply)
        assert "第 12 期" in words(reply)
        assert not reply.replaces


async def test_back_issues_are_paged(store: Store, reader: Person) -> None:
    """Six issues a page; the arrows stay in place and a page too far is the last."""
    for number in range(1, 9):
        await add(store, issue(number, date(2026, 8, number)))
    first = await reader.types("/issues")
    assert "往期（共 10 期）" in words(first)
    assert len(first.pages[0].rows) == 7
    assert not first.replaces
    second = await reader.presses("›")
    assert second.replaces
    assert len(second.pages[0].rows) == 5
    assert [row[0].label for row in (await reader.sends(Action("issues", ("99",)))).pages[0].rows] == [
        row[0].label for row in second.pages[0].rows
    ]


async def test_a_retracted_issue_says_so(store: Store, reader: Person) -> None:
    """A recalled issue is named as such, typed or pressed, and its items are gone."""
    stored = await store.issues.latest()
    assert stored is not None
    await store.issues.set_state(stored.id, "retracted")
    assert "第 12 期已撤回。" in words(await reader.types("/issue 12"))
    assert "第 12 期已撤回。" in words(await reader.sends(Action("issue", (short(stored.id),))))
    assert "这条已经不在了" in words(await reader.sends(Action("item", (short(stored.item_ids["c1"]),))))


async def test_nothing_published_yet(bare: Store) -> None:
    """Without an issue every reading command says so and offers to be told."""
    person = await somebody(bare)
    for typed in ("/latest", "/issues", "/sections", "/issue 3", "/issue 11-10"):
        reply = await person.types(typed)
        assert "第一期还没发布" in words(reply)
        assert leads_on(reply)


async def test_a_section_that_a_correction_took_away(store: Store, reader: Person) -> None:
    """An old section button shows the sections there are now."""
    before = await store.issues.latest()
    assert before is not None
    gone = short(before.section_ids["chips"])
    changed = replace(before.issue, sections=before.issue.sections[:1])
    await add(store, changed, revision="second")
    reply = await reader.sends(Action("section", (short(before.id), gone)))
    assert "这个栏目改动后不在了" in words(reply)
    assert leads_on(reply)


async def test_company_gets_the_way_to_read_alone(store: Store) -> None:
    """In a group the cover carries a link into the private chat."""
    person = await somebody(store, kind="group")
    reply = await person.types("/latest")
    assert any((button.url or "").startswith("https://t.me/zz_bot?start=n_") for button in buttons(reply))


@pytest.mark.parametrize("typed", ["/help", "/help search"])
async def test_help_is_short(reader: Person, curator: Person, typed: str) -> None:
    """Help fits four lines, for curators too, and only they see the desk."""
    for person in (reader, curator):
        reply = await person.types(typed)
        assert lines(reply.pages[0]) <= 4
        assert leads_on(reply)
    assert "/broadcast" in words(await curator.types("/help"))
    assert "/broadcast" not in words(await reader.types("/help"))


async def test_a_broken_handler_becomes_a_sentence(reader: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks, the person gets a sentence and a way to try again, never an exception."""

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(type(reader.store.issues), "latest", broken)
    reply = await reader.types("/latest")
    assert "出了点问题" in words(reply)
    assert [label for label, _ in actions(reply)] == ["再试"]
