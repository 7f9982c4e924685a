"""Does each place get an issue as it asked for it: how much, pictures where, with or without the overview?"""

import pytest

from bot.platforms.base import Form, Message
from bot.platforms.telegram.render import render
from digest.audience import ChannelSettings
from digest.page import Page
from tests.contract.delivery.floor import Floor, Scripted, build
from tests.contract.delivery.test_dispatch import push


class Telegram(Scripted):
    """Renders as Telegram does, and remembers the forms it was asked for."""

    forms: list[Form]

    def render(self, page: Page, form: Form) -> tuple[Message, ...]:
        self.forms.append(form)
        return render(page, form)


@pytest.fixture
async def floor_of_telegram(floor: Floor) -> Floor:
    platform = Telegram()
    platform.forms = []
    return await build(floor.store, platform, floor.clock)


async def wanting(floor: Floor, address: str, looks: ChannelSettings) -> None:
    channel = await floor.subscriber(address, kind="group")
    await floor.store.audience.set_settings(channel.id, looks)


async def test_each_place_gets_its_own_density(floor_of_telegram: Floor) -> None:
    """Titles alone, with a sentence, or everything; who said nothing gets everything."""
    floor = floor_of_telegram
    await wanting(floor, "-1", ChannelSettings(density="headlines"))
    await wanting(floor, "-2", ChannelSettings(density="brief"))
    await wanting(floor, "-3", ChannelSettings(density="full"))
    await floor.subscriber("-4", kind="group")
    campaign = await push(floor, await floor.issue(1))
    await floor.sweep()
    assert await floor.states(campaign) == {"SENT": 4}
    sent = dict(floor.platform.accepted)
    texts = dict(zip((place for place, _ in floor.platform.accepted), floor.platform.texts, strict=True))
    assert len(sent) == 4
    assert "Models item 1.0" in texts["telegram:-1"]
    assert "Text of it." not in texts["telegram:-1"]
    assert "Text of it." in texts["telegram:-2"]
    assert "Models 2 · Chips 2" in texts["telegram:-3"]
    assert texts["telegram:-3"] == texts["telegram:-4"]


async def test_pictures_and_overview_are_asked_for_as_the_place_has_them(floor_of_telegram: Floor) -> None:
    """What differs in any of them is a rendition of its own; what does not is shared."""
    floor = floor_of_telegram
    await wanting(floor, "-1", ChannelSettings(overview="never"))
    await wanting(floor, "-2", ChannelSettings(images="cover"))
    await wanting(floor, "-3", ChannelSettings(images="cover"))
    await push(floor, await floor.issue(1))
    await floor.sweep()
    assert isinstance(floor.platform, Telegram)
    assert [(form.images, form.overview) for form in floor.platform.forms] == [
        ("under_item", "never"),
        ("cover", "auto"),
    ]
    assert len(floor.platform.accepted) == 3
