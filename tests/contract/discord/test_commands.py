"""Are slash commands registered when they changed, and is a failing registration harmless?"""

import asyncio

from bot.platforms.discord.commands import digest_of, house_commands, order_of
from tests.contract.discord.stage import Scene, playing, say
from tests.fakes.discord import FakeDiscord, Fault, texts


class Memory:
    """What one start tells the next."""

    def __init__(self) -> None:
        self.digest: str | None = None

    async def known(self) -> str | None:
        return self.digest

    async def remember(self, digest: str) -> None:
        self.digest = digest


async def settled(scene: Scene) -> None:
    await scene.start()
    assert scene.platform._syncing is not None
    await asyncio.wait_for(scene.platform._syncing, 10)


def puts(fake: FakeDiscord) -> int:
    return len(fake.log.of("PUT", "/commands"))


async def test_the_commands_of_the_house_satisfy_discord(fake: FakeDiscord) -> None:
    """Everything made of ROUTES passes the specification and its rules, and stands registered."""
    async with playing(fake, commands=house_commands()) as scene:
        await settled(scene)
    stored = {command["name"]: command for command in fake.state.commands[None]}
    assert stored["search"]["options"][0]["autocomplete"]
    assert stored["search"]["name_localizations"] == {"zh-CN": "搜索", "zh-TW": "搜尋"}
    assert stored["broadcast"]["default_member_permissions"] == "32"
    assert stored["broadcast"]["contexts"] == [1]
    assert stored["latest"]["contexts"] == [0, 1, 2]
    assert stored["subscribe"]["contexts"] == [0, 1]


async def test_they_are_registered_only_when_they_changed(fake: FakeDiscord) -> None:
    """A second start registers nothing; a change does; `never` and `always` are obeyed."""
    memory = Memory()
    more = {"known_commands": memory.known, "remember_commands": memory.remember}
    commands = house_commands()
    for listed, mode, expected in (
        (commands, "changed", 1),
        (commands, "changed", 1),
        (commands[:-1], "changed", 2),
        (commands, "never", 2),
        (commands[:-1], "always", 3),
    ):
        async with playing(fake, commands=listed, sync_commands=mode, **more) as scene:
            await settled(scene)
        assert puts(fake) == expected
    assert memory.digest == digest_of(commands[:-1], None)


async def test_a_failing_registration_is_tried_again_and_stops_nothing(fake: FakeDiscord) -> None:
    """An error, a page of a proxy, an answer without ids: meanwhile people are answered."""
    fake.faults.add(Fault("503", method="PUT"))
    fake.faults.add(Fault("html", method="PUT"))
    fake.faults.add(Fault("no ids", method="PUT"))
    memory = Memory()
    async with playing(fake, commands=house_commands(), remember_commands=memory.remember) as scene:
        await scene.start()
        scene.front.lines["latest"] = say("好")
        said = await fake.people.slash(scene.text, "latest")
        assert texts(fake.replies(said)[0]) == "好"
        await scene.until(lambda: memory.digest is not None)
    assert puts(fake) == 4


async def test_a_guild_gets_commands_of_its_own(fake: FakeDiscord) -> None:
    """For development: registered in one server, without what belongs to global ones."""
    guild = next(iter(fake.state.guilds))
    async with playing(fake, commands=house_commands(), guild=guild) as scene:
        await settled(scene)
    assert None not in fake.state.commands
    assert all("contexts" not in command for command in fake.state.commands[guild])


async def test_options_are_joined_in_their_declared_order(fake: FakeDiscord) -> None:
    """Whatever order they were filled in."""
    command = {
        "type": 1,
        "name": "export",
        "description": "x",
        "options": [
            {"type": 3, "name": "issue", "description": "x"},
            {"type": 3, "name": "form", "description": "x"},
        ],
    }
    assert order_of([command]) == {"export": ("issue", "form")}
    async with playing(fake, commands=[command]) as scene:
        await scene.start()
        await fake.people.slash(scene.text, "export", {"form": "epub", "issue": " 12 "})
        assert scene.front.heard[0].text == "12 epub"
