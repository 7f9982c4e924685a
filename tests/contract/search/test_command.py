"""What does a person see who types /search? Titles, hits, pages, and what to try when nothing is found."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from digest.audience import Channel, Place, Reader
from digest.document import Mark, plain, walk
from digest.errors import NotFound
from digest.page import Action, Button, Reply
from handlers.context import make_context
from handlers.request import Request
from handlers.search import search, turn
from storage.store import Store
from tests.contract.search.archive import NOW, made, save
from tests.unit.words.hostile import HOSTILE


class _Clock:
    def now(self):
        return NOW


def request(**what: Any) -> Request:
    private = Channel(1, Place("telegram", "1"), "private", reader_id=1)
    return replace(Request("search", "telegram", Reader(1), private, "reader"), **what)


def context(store: Store, language: str = "zh-Hans"):
    return make_context(
        Reader(1),
        store=store,
        clock=_Clock(),
        language=language,
        time_zone="Asia/Shanghai",
        series={},
        schedules={},
        bots={},
    )


async def types(store: Store, text: str, language: str = "zh-Hans", **what: Any) -> Reply:
    return await search(request(text=text, **what), context(store, language))


async def presses(store: Store, action: Action | None) -> Reply:
    assert action is not None
    decoded = Action.decode(action.encode())
    return await turn(request(arguments=decoded.arguments, pressed=True, kind="action"), context(store))


def words(reply: Reply) -> str:
    return "\n".join(plain(passage.blocks) for page in reply.pages for passage in page.passages)


def buttons(reply: Reply) -> dict[str, Button]:
    return {button.label: button for page in reply.pages for row in page.rows for button in row}


def marks(reply: Reply) -> list[str]:
    blocks = [block for page in reply.pages for passage in page.passages for block in passage.blocks]
    return [plain((node,)) for node in walk(blocks) if isinstance(node, Mark)]


@pytest.fixture
async def full(store: Store) -> Store:
    """Twelve items about a model and one about something else."""
    items = [
        (f"千问模型 {n}", f"千問的第 {n} 次发布。" + "没有关系的话。" * 20, f"https://a.example/{n}")
        for n in range(12)
    ]
    await save(
        store, made("7", date(2026, 2, 9), [*items, ("别的", "Anthropic 一句。", "https://b.example/1")])
    )
    return store


async def test_hits_are_counted_numbered_and_marked(full: Store) -> None:
    """The title counts, each hit says where it stands, the words are marked in whatever spelling they stand."""
    reply = await types(full, "千问")
    shown = words(reply).splitlines()
    assert shown[0] == "「千问」找到 12 条"
    assert shown[1].startswith("1. 千问模型")
    assert shown[1].endswith(" — 第 7 期 · 新闻")
    assert len(shown) == 1 + 2 * 5
    assert {"千问", "千問"} == set(marks(reply))
    assert all(len(line) <= 82 for line in shown[2::2])
    assert [button.label for button in reply.pages[0].rows[0]] == ["1", "2", "3", "4", "5"]
    assert all(button.action and button.action.route == "item" for button in reply.pages[0].rows[0])
    assert len(reply.pages) == 1


async def test_pages_turn_forth_and_back(full: Store) -> None:
    """The pager leads through all hits in place; its ends keep their place, and a page too far is the last."""
    first = await types(full, "千问")
    assert [button.label for button in first.pages[0].rows[1]] == ["·", "1/3", "›"]
    second = await presses(full, buttons(first)["›"].action)
    assert second.replaces
    assert list(buttons(second))[:5] == ["6", "7", "8", "9", "10"]
    third = await presses(full, buttons(second)["›"].action)
    assert [button.label for button in third.pages[0].rows[1]] == ["‹", "3/3", "·"]
    token = buttons(first)["›"].action
    assert token is not None
    beyond = await presses(full, Action("search", (token.arguments[0], "99999999999")))
    assert words(beyond) == words(first)
    assert words(await presses(full, Action("search", (token.arguments[0], "150")))) == words(third)
    assert words(await presses(full, Action("search", (token.arguments[0],)))) == words(first)


async def test_groups_get_shorter_snippets(full: Store) -> None:
    """In company a hit takes less room; a Discord server shows it to one person, so it stays as long."""
    group = Channel(2, Place("telegram", "-1"), "group")
    server = Channel(3, Place("discord", "5"), "text")
    assert all(len(line) <= 42 for line in words(await types(full, "千问", channel=group)).splitlines()[2::2])
    shown = words(await types(full, "千问", channel=server, platform="discord")).splitlines()
    assert any(len(line) > 42 for line in shown[2::2])


async def test_english_speaks_of_one_and_many(full: Store) -> None:
    """The same answer in English, with its plural."""
    assert words(await types(full, "别的", "en")).splitlines()[0] == "1 result for “别的”"
    assert words(await types(full, "千问", "en")).splitlines()[0] == "12 results for “千问”"


async def test_near_hits_say_so(full: Store) -> None:
    """A repaired word is named, and what it stands for is marked."""
    reply = await types(full, "Anthropc")
    assert words(reply).splitlines()[0] == "没有完全一样的，最接近的 1 条（按「anthropic」找的）："
    assert marks(reply) == ["Anthropic"]


async def test_a_suggestion_can_be_pressed(full: Store) -> None:
    """A wrong character suggests the right one, and its button finds it."""
    reply = await types(full, "千文")
    assert words(reply).startswith("没找到「千文」。是不是：千问")
    assert words(await presses(full, buttons(reply)["搜「千问」"].action)).startswith("「千问」找到 12 条")


async def test_nothing_offers_to_drop_the_filters(full: Store) -> None:
    """A filter that leaves nothing can be dropped by one press; without filters only the sections are offered."""
    reply = await types(full, "千问 from:2019 to:2019")
    assert words(reply) == "没找到「千问 from:2019 to:2019」。少写几个字，或去掉筛选。"
    assert words(await presses(full, buttons(reply)["去掉筛选"].action)).startswith("「千问」找到 12 条")
    reply = await types(full, "龘龘龘")
    assert words(reply) == "没找到「龘龘龘」。少写几个字试试。"
    assert list(buttons(reply)) == ["看栏目"]


async def test_an_unknown_section_offers_those_there_are(full: Store) -> None:
    """The sections are named, and each button searches in it for the same words."""
    reply = await types(full, "section:论文 千问")
    assert words(reply) == "没有「论文」栏目。有：新闻。"
    found = await presses(full, buttons(reply)["新闻"].action)
    assert "找到 12 条" in words(found)


async def test_filters_alone_browse_and_turned_dates_are_said(full: Store) -> None:
    """Only filters list everything newest first; dates the wrong way round are searched the right way."""
    assert words(await types(full, "section:新闻")).splitlines()[0] == "13 条，从新到旧"
    shown = words(await types(full, "from:2026-03 to:2026-01 别的")).splitlines()
    assert shown[0] == "日期反了，已按 1月1日—3月31日 查。"
    assert shown[1] == "「from:2026-03 to:2026-01 别的」找到 1 条"


@pytest.mark.parametrize("typed", ["", "  \u3000", "。。。", "section:"])
async def test_nothing_typed_asks(full: Store, typed: str) -> None:
    """Without a word the next thing typed is searched for; the example names a section that exists."""
    reply = await types(full, typed)
    assert reply.ask is not None
    assert reply.ask.prompt == "想找什么？"
    assert reply.ask.placeholder == "比如：千问 section:新闻"
    answered = await turn(request(text="别的", kind="action"), context(full))
    assert words(answered).startswith("「别的」找到 1 条")


async def test_only_exclusions_and_too_long_are_answered(full: Store) -> None:
    """What cannot be searched gets a sentence and a next step."""
    assert words(await types(full, "-招聘")) == "还要一个要找的词，比如 /search 千问 -招聘。"
    reply = await types(full, "千" * 257)
    assert words(reply) == "太长了，留下关键的几个词。"
    assert buttons(reply)


async def test_a_dead_token_is_not_found(full: Store) -> None:
    """A button whose phrase is gone is told as dead, not as an empty result."""
    with pytest.raises(NotFound):
        await presses(full, Action("search", ("nope", "1")))


async def test_an_empty_house_answers(store: Store) -> None:
    """Before anything is published a search still ends in a button."""
    assert (await types(store, "section:论文 千问")).pages[0].rows
    assert (await types(store, "千问")).pages[0].rows
    ask = (await types(store, "")).ask
    assert ask is not None
    assert ask.placeholder == "比如：千问"


async def test_whatever_is_typed_is_answered(full: Store) -> None:
    """Hostile words get a page with a button, or a question; no answer shows them as anything but text."""
    for typed in HOSTILE:
        reply = await types(full, typed)
        assert reply.ask is not None or any(page.rows for page in reply.pages), typed
        assert len(reply.pages) <= 1
