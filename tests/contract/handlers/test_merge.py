"""Can a curator merge a new section's category with one press, and is every one of those buttons alive?"""

from dataclasses import replace
from datetime import date

import pytest

from digest.audience import Subscription
from digest.document import Text
from digest.issue import Section
from digest.page import Action, Reply
from handlers.address import short
from handlers.desk.merge import offer_page
from handlers.texts import LANGUAGES, texts_for
from storage.store import Store
from tests.contract.handlers.house import (
    NOW,
    SERIES,
    Person,
    actions,
    issue,
    item,
    somebody,
    words,
)


@pytest.fixture
async def born(store: Store) -> int:
    """Issue 13 brings a section nobody named: 产品&模型发布."""
    return await brought(store, "产品&模型发布", 13)


async def brought(store: Store, title: str, number: int, *, slug: str = "") -> int:
    one = issue(number, date(2026, 11, 18))
    new = Section("new", title, (Text(title),), 2, slug or title, (), (item("n1", "新条目"),))
    await store.issues.save(
        replace(one, sections=(*one.sections, new)),
        b"x",
        revision=f"r{number}",
        base="",
        pictures={},
        now=NOW,
        offered={slug or title},
    )
    return next(
        category_id for category_id, one in await store.issues.categories() if one.slug == (slug or title)
    )


async def shown(store: Store, person: Person, *category_ids: int) -> Reply:
    """The offer on the person's screen, as the notice shows it."""
    known = await store.issues.categories()
    offered = [(one_id, one) for one_id, one in known if one_id in category_ids]
    page = offer_page(texts_for("zh-Hans"), offered, known, ["周知 第 13 期"])
    person.shown = Reply((page,))
    return person.shown


async def test_the_likeliest_is_offered_by_name(store: Store, curator: Person, born: int) -> None:
    """The name most alike stands first, then the others, then keeping it."""
    reply = await shown(store, curator, born)
    assert "「周知 第 13 期」有一个新栏目：产品&模型发布。" in words(reply)
    assert [label for label, _ in actions(reply)] == ["并入 模型与能力", "并入 芯片", "保持独立"]


async def test_one_press_merges(store: Store, curator: Person, reader: Person, born: int) -> None:
    """The section is the target's at once, a reader's pick follows, and the offer is closed."""
    await store.audience.subscribe(Subscription(reader.channel.id, "weekly", frozenset({"产品&模型发布"})))
    await shown(store, curator, born)
    reply = await curator.presses("并入 模型与能力")
    assert "「产品&模型发布」已并入「模型与能力」" in words(reply)
    latest = await store.issues.latest()
    assert latest is not None
    assert [one.category for one in latest.issue.sections] == ["models", "chips", "models"]
    [wish] = await store.audience.subscriptions(reader.channel.id)
    assert wish.categories == frozenset({"models"})
    assert await store.categories.offers() == []
    assert await store.deliveries.campaigns() == []
    listed = await reader.types("/subscriptions")
    assert not any("产品" in label for label, _ in actions(listed))


async def test_pressing_again_or_later_says_how_it_is(store: Store, curator: Person, born: int) -> None:
    """A double press, and the other buttons of the old message, find it merged."""
    offer = await shown(store, curator, born)
    await curator.presses("并入 模型与能力")
    for _, action in actions(offer):
        if action.route != "merge_keep":
            assert "已经并入别的分类" in words(await curator.sends(action))
    for route in ("merge", "merge_choices"):
        assert "已经并入别的分类" in words(await curator.sends(Action(route, (short(born), "1"))))


async def test_keeping_it_asks_nobody_again(store: Store, curator: Person, born: int) -> None:
    """It stays a category of its own."""
    await shown(store, curator, born)
    assert "保持独立" in words(await curator.presses("保持独立"))
    assert await store.categories.offers() == []
    assert "产品&模型发布" in {one.name for _, one in await store.issues.categories()}


async def test_all_targets_in_pages(store: Store, curator: Person, born: int) -> None:
    """With many categories the rest is a list of pages, never the category itself."""
    for n in range(25):
        await brought(store, f"专题{n}", 20 + n)
    await shown(store, curator, born)
    first = await curator.presses("并入别的")
    second = await curator.presses("›")
    names = [
        label for reply in (first, second) for label, action in actions(reply) if action.route == "merge_into"
    ]
    assert sorted(names) == sorted(["模型与能力", "芯片", *(f"专题{n}" for n in range(25))])
    assert "已并入「专题" in words(await curator.presses("专题"))


async def test_several_new_ones_are_one_list(store: Store, curator: Person, born: int) -> None:
    """One message for one issue; each opens its question below, so that the list stays."""
    other = await brought(store, "法规", 14, slug="law")
    reply = await shown(store, curator, born, other)
    assert "有 2 个新栏目" in words(reply)
    question = await curator.presses("法规")
    assert not question.replaces
    assert "「法规」并入哪一类？" in words(question)


async def test_a_target_that_is_gone_asks_anew(store: Store, curator: Person, born: int) -> None:
    """The target was itself merged meanwhile: choose again."""
    other = await brought(store, "法规", 14, slug="law")
    known = {one.slug: one_id for one_id, one in await store.issues.categories()}
    await store.categories.merge(other, known["chips"])
    reply = await curator.sends(Action("merge_into", (short(born), short(other))))
    assert "并入哪一类" in words(reply)
    assert born in {one_id for one_id, _ in await store.issues.categories()}


@pytest.mark.parametrize("role", ["reader", "editor"])
async def test_only_publishers_decide(store: Store, born: int, role) -> None:
    """Whoever got hold of such a button changes nothing by it."""
    person = await somebody(store, name="@x", role=role)
    known = {one.slug: one_id for one_id, one in await store.issues.categories()}
    await person.sends(Action("merge_into", (short(born), short(known["models"]))))
    assert born in {one_id for one_id, _ in await store.issues.categories()}


async def test_the_configuration_wins(store: Store, born: int) -> None:
    """Aliases of the file stand before those of the desk."""
    known = {one.slug: one_id for one_id, one in await store.issues.categories()}
    await store.categories.merge(born, known["models"])
    aliases = (*SERIES["weekly"].aliases, *await store.categories.aliases())
    assert [slug for slug, _ in aliases] == ["chips", "models"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_button_leads_on(store: Store, curator: Person, born: int, language: str) -> None:
    """In every language everything that can be pressed is answered."""
    await store.audience.set_reader(replace(curator.reader, language=language))
    waiting = [action for _, action in actions(await shown(store, curator, born))]
    seen: set[str] = set()
    while waiting:
        action = waiting.pop()
        if action.encode() in seen or not action.route.startswith("merge"):
            continue
        seen.add(action.encode())
        reply = await curator.sends(action)
        assert texts_for(language)("common.failed") not in words(reply), action
        assert any(True for _ in actions(reply)), action
        waiting += [action for _, action in actions(reply)]
    assert {one.split(":")[0] for one in seen} >= {"merge_into", "merge_keep"}
