"""Is a role woken where it opted in, once an issue, and by the issues it asked for?"""

from dataclasses import dataclass, replace
from typing import Any

from bot.platforms.base import Form, Message
from bot.platforms.discord.render import render
from digest.audience import Place
from digest.page import Page
from storage.deliveries import Order
from storage.store import Store
from tests.contract.delivery.floor import Floor, Scripted, SetClock, build

ALL, CHIPS = "111111111111111111", "222222222222222222"


@dataclass
class Discord(Scripted):
    """Renders as Discord does."""

    name: str = "discord"  # type: ignore[assignment]  # one of its names

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        return render(page, form)


async def served(store: Store, address: str, **settings: Any) -> Floor:
    floor = await build(store, Discord(), SetClock())
    channel = await store.audience.channel(Place("discord", address), "text")
    await store.audience.set_settings(channel.id, replace(channel.settings, **settings))
    return floor


async def send(floor: Floor, issue: int, address: str, n: int, **order: Any) -> str:
    floor.platform.texts.clear()
    wanted = Order(f"b-{issue}-{n}", "broadcast", issue, places=(Place("discord", address),), **order)
    await floor.store.deliveries.open(wanted, floor.clock.now())
    await floor.sweep()
    return "".join(floor.platform.texts)


async def test_a_role_is_woken_once_an_issue(floor):
    """Sent again on purpose, the issue wakes nobody a second time; nobody is woken who did not opt in."""
    floor = await served(floor.store, "7", role=ALL)
    issue = await floor.issue(1)
    assert f"'content': '<@&{ALL}>'" in await send(floor, issue, "7", 1)
    again = await send(floor, issue, "7", 2, again="all")
    assert "Weekly 1" in again
    assert ALL not in again
    assert ALL in await send(floor, await floor.issue(2), "7", 1)


async def test_a_categorys_role_is_woken_by_issues_that_hold_it(floor):
    """Without a section of it the issue comes without a mention."""
    floor = await served(floor.store, "7", roles=(("chips", CHIPS),))
    assert CHIPS in await send(floor, await floor.issue(1), "7", 1)
    assert CHIPS not in await send(floor, await floor.issue(2, sections=("Models",)), "7", 1)


async def test_embeds_are_for_servers_that_ask_for_them(floor):
    """The dress is the channel's own."""
    floor = await served(floor.store, "7", style="embeds")
    assert "'embeds':" in await send(floor, await floor.issue(1), "7", 1)
