"""Do those who asked for rich messages get them, and everybody the issue, whatever their server can do?"""

from dataclasses import dataclass, replace

import pytest

from bot.platforms.base import Form, Message, Parcel, Style
from bot.platforms.telegram.render import render
from digest.delivery import Rejected, State, Unsupported
from digest.page import Page
from storage.deliveries import Order
from tests.contract.delivery.floor import Scripted, build
from tests.contract.delivery.test_dispatch import push

RICH = "sendRichMessage"


@dataclass
class Telegram(Scripted):
    """Renders as Telegram does; whether the server has rich messages is known or finds itself out by sending."""

    offered: Style = "rich"
    has_rich: bool = True

    async def style(self, wanted: Style) -> Style:
        return wanted if self.offered == "rich" else "classic"

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        return render(page, form)

    async def send(self, parcel: Parcel):
        if parcel.message.method == RICH and not self.has_rich:
            return Unsupported("404 Not Found: method not found")
        return await super().send(parcel)


@pytest.fixture
async def rich(floor):
    floor = await build(floor.store, Telegram(), floor.clock)
    channel = await floor.subscriber("1")
    await floor.store.audience.set_settings(channel.id, replace(channel.settings, style="rich"))
    await floor.subscriber("2")
    return floor


async def test_who_asked_for_it_gets_one_rich_message(rich):
    """The other one the classic form; only the rich one carries the way back."""
    campaign = await push(rich, await rich.issue(1))
    await rich.sweep()
    assert await rich.states(campaign) == {"SENT": 2}
    first, second = rich.platform.texts
    assert "'html': '<h1>" in first
    assert "'plain:" in first
    assert "'text':" in second
    assert "'plain:" not in second


async def test_a_server_without_it_costs_nobody_anything(rich):
    """The delivery is planned anew; nothing is counted, lost or doubled."""
    rich.platform.has_rich = False
    campaign = await push(rich, await rich.issue(1))
    for _ in range(2):
        await rich.sweep()
        rich.clock.move(seconds=1)
    assert await rich.states(campaign) == {"SENT": 2}
    assert [place for place, _ in rich.platform.accepted].count("telegram:1") == 1
    assert not any("html" in text for text in rich.platform.texts)
    rows = await rich.store.deliveries.rows(campaign, [State.SENT])
    assert [row.attempts for row, _, _ in rows] == [0, 0]


async def test_a_server_known_to_lack_it_is_not_asked(rich):
    """The classic form is planned from the start."""
    rich.platform.offered = "classic"
    rich.platform.script = lambda parcel: pytest.fail("asked") if parcel.message.method == RICH else None
    campaign = await push(rich, await rich.issue(1))
    await rich.sweep()
    assert await rich.states(campaign) == {"SENT": 2}


async def test_a_refused_content_goes_on_classic_and_then_plain(rich):
    """Rich, classic, plain: each refusal counts, the words arrive."""
    tried: list[tuple[str, bool]] = []

    def script(parcel: Parcel):
        if parcel.channel.place.address != "1":
            return None
        tried.append((parcel.message.method, parcel.is_plain))
        if parcel.message.method == RICH:
            return Unsupported("too many blocks", is_refused=True)
        return None if parcel.is_plain else Rejected("content", "can't parse entities", is_markup=True)

    rich.platform.script = script
    campaign = await push(rich, await rich.issue(1))
    for _ in range(3):  # a part that is not its place's turn waits, by this standing clock
        await rich.sweep()
        rich.clock.move(seconds=1)
    assert tried == [(RICH, False), ("sendMessage", False), ("sendMessage", True)]
    assert await rich.states(campaign) == {"SENT": 2}


async def test_the_same_variant_is_frozen_once_in_both_forms(rich):
    """A second reader of the same costs no rendering more; the classic one is shared with those who never asked."""
    issue = await rich.issue(1)
    await push(rich, issue)
    await rich.sweep()
    made: list[Form] = []

    def counting(page: Page, form: Form) -> tuple[Message, ...]:
        made.append(form)
        return render(page, form)

    rich.platform.render = counting
    third = await rich.subscriber("3")
    await rich.store.audience.set_settings(third.id, replace(third.settings, style="rich"))
    await rich.store.deliveries.open(Order("weekly/1@broadcast-1", "broadcast", issue), rich.clock.now())
    await rich.sweep()
    assert made == []
    assert len(rich.platform.texts) == 3
