"""Are publishers asked about a new category in their private chats, each once, whatever happens on the way?"""

from dataclasses import replace
from datetime import date

import pytest

from bot.delivery.pace import Pacer, Rates
from bot.notices import Notices
from digest.audience import Place
from digest.delivery import Gone, RetryAfter, Unavailable, Unknown
from handlers.address import short
from storage.deliveries import Order
from storage.store import Store, open_store
from tests.contract.delivery.floor import Scripted
from tests.contract.storage.making import NOW, an_issue, save

WEN, LAN, DEE = Place("telegram", "1"), Place("telegram", "2"), Place("discord", "3")


@pytest.fixture
async def store():
    opened = await open_store("sqlite+aiosqlite://")
    await save(opened, an_issue())
    yield opened
    await opened.close()


async def talks(store: Store, person: Place, chat: str, language: str | None = None) -> None:
    """The person spoke to the bot, so that his private chat is known."""
    reader = await store.audience.reader(person.platform, person.address, now=NOW, language=language)
    await store.audience.channel(Place(person.platform, chat), "private", reader_id=reader.id)


async def brings(store: Store, number: int, *titles: str) -> None:
    """An issue with new section titles."""
    one = an_issue(number, date(2026, 3, number))
    new = [replace(one.sections[1], key=slug, category=slug, title=slug, items=()) for slug in titles]
    await store.issues.save(
        replace(one, sections=(*one.sections, *new)),
        b"x",
        revision=f"r{number}",
        base="",
        pictures={},
        now=NOW,
        offered=set(titles),
    )


def notices(store: Store, *platforms: Scripted, publishers: tuple[Place, ...] = (WEN, LAN, DEE)) -> Notices:
    return Notices(store, {one.name: one for one in platforms}, publishers, "en")


PACE = Pacer(Rates(1_000, 0, 0))


async def test_each_publisher_is_asked_once(store):
    """In his own private chat and language, on his platform, and not again after a restart."""
    await talks(store, WEN, "1", "zh-Hans")
    await talks(store, LAN, "2")
    await talks(store, DEE, "dm-of-3")
    await brings(store, 2, "law")
    telegram, discord = Scripted(), Scripted(name="discord")
    first = notices(store, telegram, discord)
    await first.tell("telegram", PACE)
    await notices(store, telegram, discord).tell("telegram", PACE)
    await first.tell("discord", PACE)
    await first.tell("discord", PACE)
    assert [place for place, _ in telegram.accepted] == ["telegram:1", "telegram:2"]
    assert [place for place, _ in discord.accepted] == ["discord:dm-of-3"]
    assert "新栏目：law" in telegram.texts[0]
    assert "has a new section: law" in telegram.texts[1]
    assert "Weekly 2" in telegram.texts[1]
    assert await store.categories.offers() == []


async def test_several_are_one_message(store):
    """Of one issue, which is named, or of many that came together."""
    await talks(store, WEN, "1")
    telegram = Scripted()
    await brings(store, 2, "law", "chips")
    await notices(store, telegram).tell("telegram", PACE)
    assert "“Weekly 2” has 2 new sections" in telegram.texts[0]
    for number in range(3, 29):
        await brings(store, number, f"topic-{number}")
    await notices(store, telegram).tell("telegram", PACE)
    assert "20 new issues have 20 new sections" in telegram.texts[1]
    assert "6 new issues have 6 new sections" in telegram.texts[2]
    assert len(telegram.accepted) == 3
    assert len({key for _, key in telegram.accepted}) == 3
    assert all(len(key) <= 25 for _, key in telegram.accepted)
    assert await store.categories.offers() == []


async def test_whoever_never_spoke_is_asked_when_he_does(store):
    """A bot cannot begin a chat: the offer waits, and closes when the one who can be reached has it."""
    await brings(store, 2, "law")
    telegram = Scripted()
    asking = notices(store, telegram)
    await asking.tell("telegram", PACE)
    assert telegram.accepted == []
    assert len(await store.categories.offers()) == 1
    await talks(store, LAN, "2")
    await asking.tell("telegram", PACE)
    assert [place for place, _ in telegram.accepted] == ["telegram:2"]
    assert await store.categories.offers() == []


@pytest.mark.parametrize("outcome", [RetryAfter(1), Unavailable("no network")])
async def test_what_surely_did_not_leave_is_tried_again(store, outcome):
    """With the same key, so that a platform that knows keys cannot double it."""
    await talks(store, WEN, "1")
    await brings(store, 2, "law")
    tried = []

    def script(parcel):
        tried.append(parcel.key)
        return outcome if len(tried) == 1 else None

    telegram = Scripted(script=script)
    asking = notices(store, telegram)
    await asking.tell("telegram", PACE)
    assert len(await store.categories.offers()) == 1
    await asking.tell("telegram", PACE)
    assert [place for place, _ in telegram.accepted] == ["telegram:1"]
    assert tried[0] == tried[1]
    assert await store.categories.offers() == []


@pytest.mark.parametrize("outcome", [Unknown("lost"), Gone("blocked")])
async def test_what_may_be_out_or_can_never_be_is_not_repeated(store, outcome):
    """A question asked twice is worse than one not asked."""
    await talks(store, WEN, "1")
    await brings(store, 2, "law")
    tried = []

    def script(parcel):
        tried.append(parcel.key)
        return outcome

    telegram = Scripted(script=script)
    asking = notices(store, telegram)
    await asking.tell("telegram", PACE)
    await asking.tell("telegram", PACE)
    assert len(tried) == 1


async def test_what_was_decided_elsewhere_is_not_asked(store):
    """One publisher pressed before the other platform's turn came."""
    await talks(store, WEN, "1")
    await talks(store, DEE, "dm")
    await brings(store, 2, "law")
    telegram, discord = Scripted(), Scripted(name="discord")
    asking = notices(store, telegram, discord)
    await asking.tell("telegram", PACE)
    [offer] = await store.categories.offers()
    known = {one.slug: one_id for one_id, one in await store.issues.categories()}
    await store.categories.merge(offer.category_id, known["models"])
    await asking.tell("discord", PACE)
    assert (len(telegram.accepted), discord.accepted) == (1, [])


async def test_nobody_is_asked_where_nobody_is_named(store):
    """Without publishers the offer waits for some to be named."""
    await brings(store, 2, "law")
    await notices(store, Scripted(), publishers=()).tell("telegram", PACE)
    assert len(await store.categories.offers()) == 1


async def test_a_push_missed_for_too_long_asks_each_publisher_once(store):
    """The draft of a stale slot: the question with both ways on, in each publisher's language, not again in later rounds."""
    await talks(store, WEN, "1", "zh-Hans")
    await talks(store, LAN, "2")
    telegram = Scripted()
    late, _ = await store.deliveries.open(Order("late", "push", 1, is_draft=True), NOW)
    await store.deliveries.open(Order("desk", "broadcast", 1, is_draft=True), NOW)
    asking = notices(store, telegram)
    await asking.tell("telegram", PACE)
    await asking.tell("telegram", PACE)
    assert [place for place, _ in telegram.accepted] == ["telegram:1", "telegram:2"]
    assert "错过太久" in telegram.texts[0]
    assert "was missed for too long" in telegram.texts[1]
    for route in ("broadcast_send", "broadcast_cancel"):
        assert f"{route}:{short(late.id)}" in telegram.texts[0]
