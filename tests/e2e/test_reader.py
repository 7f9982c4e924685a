"""Does everything a reader is promised work in the process that its user runs, on both platforms, from typed words alone?"""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.texts import texts_for
from tests.e2e.hands import DiscordHands, Hands, Seen, TelegramHands, unticked
from tests.e2e.running import Installation, coming_minute
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.telegram import FakeTelegram
from tests.shared import DAILY, WEEKLY, need_corpus

READER = 101
TICK_S = 0.3
WORD = "蒸馏"
FREQUENT = "模型"
HITS_A_PAGE = 5

CONFIG = """\
language = "zh-Hans"
time_zone = "UTC"

[[series]]
key = "daily"
title = "日报"
push = {{ days = "daily", at = "{at:%H:%M}", zone = "UTC" }}
sources = [{{ kind = "folder", path = "issues/daily" }}]

[[series]]
key = "weekly"
title = "周刊"
push = {{ days = "daily", at = "{at:%H:%M}", zone = "UTC" }}
sources = [{{ kind = "folder", path = "issues/weekly" }}]

[categories]
shared = {shared}

[delivery]
tick_s = {tick_s}

[telegram]
api_base = "{telegram.base}"

[discord]
token = "{discord.token}"
api_base = "{discord.api_base}"
gateway_url = "{discord.gateway_url}"
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a real issue, as somebody wrote down by hand what is in it."""

    title: str
    items: tuple[str, ...]


def sections_of(source: Path) -> list[Section]:
    expected = json.loads(need_corpus(source).with_suffix(".expected.json").read_text("utf-8"))
    return [
        Section(one["title"], tuple(item["title"] for item in one["items"])) for one in expected["sections"]
    ]


def titles_of(sections: Sequence[Section]) -> list[str]:
    return [title for section in sections for title in section.items]


def holding(word: str, source: Path) -> list[str]:
    """The titles of the items whose own words hold the word: each reaches to the next title or heading."""
    text, titles = source.read_text("utf-8"), titles_of(sections_of(source))
    starts = [text.index(title) for title in titles]
    ends = [*starts[1:], len(text)]
    return [
        title
        for title, start, end in zip(titles, starts, ends, strict=True)
        if word in re.split(r"(?m)^#", text[start:end])[0]
    ]


@pytest.fixture
def daily():
    return sections_of(DAILY)


@pytest.fixture
def weekly():
    return sections_of(WEEKLY)


@pytest.mark.corpus
@pytest.mark.timeout(300)
async def test_a_reader_subscribes_reads_and_is_sent_what_he_chose(tmp_path, daily, weekly):
    """Two categories in a private chat of Telegram, everything in a channel of Discord; one push; reading on each."""
    bots = Installation(tmp_path)
    bots.publish(DAILY, "daily")
    bots.publish(WEEKLY, "weekly")
    async with FakeTelegram() as telegram, FakeDiscord() as discord:
        telegram.people.private(READER)
        channel = discord.state.channel(discord.state.guild())
        at = coming_minute(25)
        shared = json.dumps([daily[0].title, weekly[1].title], ensure_ascii=False)
        bots.write(CONFIG.format(at=at, shared=shared, tick_s=TICK_S, telegram=telegram, discord=discord))
        async with bots.bot(ZHOUZHI_TELEGRAM__TOKEN=telegram.token) as running:
            reader = TelegramHands(running, telegram, READER)
            admin = DiscordHands(running, discord, channel, discord.state.user("阿梅"))
            await running.until(lambda: "telegram.up" in bots.log and "commands_registered" in bots.log)
            await chooses_two(reader, (daily[0].title, weekly[3].title))
            await takes_all(admin)
            assert datetime.now(UTC) < at, "the machine was too slow: the push came before the subscriptions"

            before = {hands: standing(hands) for hands in (reader, admin)}
            await running.until(lambda: bots.rows("SELECT state FROM campaign") == [("finished",)] * 2, 150)
            pushed = {
                hands: [one for one in hands.screen() if one.id not in before[hands]] for hands in before
            }
            chosen = [daily[0], weekly[1], weekly[3]]
            brings(pushed[reader], chosen, [one for one in (*daily, *weekly) if one not in chosen])
            brings(pushed[admin], [*daily, *weekly], [])
            assert bots.rows("SELECT DISTINCT state FROM part_row") == [(2,)]

            await asyncio.sleep(10 * TICK_S)
            for hands in (reader, admin):
                assert standing(hands) == before[hands] | {one.id for one in pushed[hands]}
                await reads(hands, daily)
                await searches(hands)
                await sets_the_language(hands)
            assert bots.rows("SELECT state FROM campaign") == [("finished",)] * 2
    assert telegram.findings == []
    assert discord.findings == []
    assert {entry.status for entry in telegram.log.calls() if entry.method != "getUpdates"} == {200}
    assert [call for call in discord.log if (call.status or 500) >= 400] == []
    assert [line for line in bots.log.splitlines() if "level=error" in line or "Traceback" in line] == []


def standing(hands: Hands) -> set[int]:
    return {one.id for one in hands.screen()}


async def chooses_two(reader: Hands, names: tuple[str, str]) -> None:
    """From /start to the welcome, which holds what he will be sent; /subscriptions then names both."""
    await reader.asked("start")
    await reader.turned("button.pick_categories")
    for name in names:
        await reader.turned_by(name)
    done, welcome = await reader.press("button.done", answers=2)
    for name in names:
        assert name in done.text
    assert welcome.text
    listed = await reader.asked("subscriptions")
    assert {unticked(label) for label in listed.labels if label.startswith("✅")} == set(names)


async def takes_all(admin: Hands) -> None:
    """An admin of a server takes everything for the channel he is in."""
    await admin.asked("subscribe")
    await admin.turned("button.all")
    await admin.turned("button.done")
    listed = await admin.asked("subscriptions")
    assert admin.texts("subscribe.state_all") in listed.text


def brings(pushed: list[Seen], wanted: Sequence[Section], unwanted: Sequence[Section]) -> None:
    """Every wanted title, none of the others, and nothing twice."""
    words = "\n".join(one.text for one in pushed)
    assert [one.title for one in wanted if one.title not in words] == []
    assert [title for title in titles_of(wanted) if title not in words] == []
    assert [one.title for one in unwanted if one.title in words] == []
    assert [title for title in titles_of(unwanted) if title in words] == []
    texts = [one.text for one in pushed if one.text]
    assert len(texts) == len(set(texts))


async def reads(hands: Hands, daily: Sequence[Section]) -> None:
    """The newest issue at a glance; then a section, its items one by one, and back, all in one message."""
    cover = await hands.asked("latest")
    assert [title for title in titles_of(daily) if title not in cover.text] == []
    await hands.asked("sections")
    section = daily[1]
    first = len(daily[0].items) + 1
    name = hands.texts("contents.option", name=section.title, n=len(section.items))
    opened = await hands.turned_by(name)
    assert [title for title in section.items if title not in opened.text] == []
    card = await hands.turned_by(f"{first}")
    assert section.items[0] in card.text
    assert section.items[1] not in card.text
    following = await hands.turned("button.next")
    assert section.items[1] in following.text
    back = await hands.turned("button.previous")
    assert back.text == card.text
    again = await hands.turned("button.section")
    assert again.text == opened.text
    every = await hands.turned("button.sections")
    assert {opened.id, card.id, following.id, back.id, again.id} == {every.id}


async def searches(hands: Hands) -> None:
    """The items that hold a word, with the word marked; a frequent one is paged in place until all are shown."""
    found = await hands.asked("search", WORD)
    wanted = [*holding(WORD, DAILY), *holding(WORD, WEEKLY)]
    assert hands.texts.count("search.found", len(wanted), query=WORD) in found.text
    assert [title for title in wanted if title not in found.text] == []
    assert found.marks.count(WORD) >= len(wanted)
    (card,) = await hands.press_label("1")
    assert not card.is_edit
    assert WORD in card.text

    page = await hands.asked("search", FREQUENT)
    shown = hits(page)
    while any(label.startswith("›") for label in page.labels):
        turned = await hands.turned_by("›")
        assert turned.id == page.id
        page = turned
        shown += hits(page)
    assert [number for number, _ in shown] == list(range(1, len(shown) + 1))
    assert hands.texts.count("search.found", len(shown), query=FREQUENT) in page.text
    assert len(shown) > HITS_A_PAGE
    for title in (*holding(FREQUENT, DAILY), *holding(FREQUENT, WEEKLY)):
        assert any(part in title for _, part in shown), title


def hits(page: Seen) -> list[tuple[int, str]]:
    """Number and title of each hit; long titles are cut."""
    found = re.findall(r"(?m)^(\d+)\. (.+) — ", page.text)
    return [(int(number), title.strip("…")) for number, title in found]


async def sets_the_language(hands: Hands) -> None:
    """English is chosen in the settings: they and the next answer are English; and back."""
    for tag in ("en", "zh-Hans"):
        settings = await hands.asked("settings")
        await hands.turned("button.language")
        hands.texts = texts_for(tag)
        changed = await hands.turned(f"language.{tag}")
        assert changed.id == settings.id
        assert hands.texts("button.language") in changed.labels
        answer = await hands.asked("latest")
        assert hands.texts("button.one_by_one") in answer.labels
