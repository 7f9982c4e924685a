"""Does the bot come back? Every way the gateway can die, and pushes that never notice."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from digest.delivery import Sent
from tests.contract.discord.stage import Scene, parcel, playing, say
from tests.fakes.discord import FakeDiscord, Fault, texts


async def is_answered(scene: Scene) -> None:
    scene.front.lines["latest"] = say("第 13 期")
    said = await scene.fake.people.slash(scene.text, "latest")
    assert "第 13 期" in texts(scene.fake.replies(said)[0])


@pytest.fixture
async def scene(fake: FakeDiscord) -> AsyncIterator[Scene]:
    async with playing(fake) as built:
        yield built


async def test_a_gateway_that_is_down_at_the_start_is_waited_for(scene: Scene) -> None:
    """The library dies of it; the supervisor does not, and pushes go out meanwhile."""
    scene.fake.gateway.mode = "refuse"
    scene.running = asyncio.create_task(scene.platform.run())
    await scene.until(lambda: scene.platform.status.state == "down")
    assert isinstance(await scene.platform.send(parcel(scene, scene.text)), Sent)
    scene.fake.gateway.mode = "normal"
    await scene.until(lambda: scene.platform.status.state == "up")
    await is_answered(scene)


async def test_a_server_that_is_away_at_the_start_is_waited_for(scene: Scene) -> None:
    """Neither REST nor gateway: down, not off, and up as soon as it is there."""
    await scene.fake.stop()
    scene.running = asyncio.create_task(scene.platform.run())
    await scene.until(lambda: scene.platform.status.state == "down")
    await scene.fake.start()
    await scene.until(lambda: scene.platform.status.state == "up")
    await scene.until(lambda: scene.platform.username == "周知")


@pytest.mark.parametrize("code", [4004, 4013, 4014])
async def test_what_only_a_person_can_help_turns_it_off(scene: Scene, code: int) -> None:
    """No further try is made, `run` ends, the status says why."""
    await scene.start()
    await scene.fake.gateway.close(code)
    assert scene.running is not None
    await asyncio.wait_for(scene.running, 10)
    assert scene.platform.status.state == "off"
    assert str(code) in scene.platform.status.reason
    assert scene.fake.gateway.identifies == 1


async def test_a_wrong_token_turns_it_off(fake: FakeDiscord) -> None:
    """Refused at login."""
    async with playing(fake, token="wrong") as scene:
        await asyncio.wait_for(scene.platform.run(), 10)
        assert scene.platform.status.state == "off"


async def test_a_close_that_loses_the_session_is_a_fresh_start(scene: Scene) -> None:
    """4010 and its like raise out of the library: a fresh client identifies anew."""
    await scene.start()
    await scene.fake.gateway.close(4011)
    await scene.until(lambda: scene.fake.gateway.identifies == 2)
    await scene.until(lambda: scene.platform.status.state == "up")
    await is_answered(scene)


async def test_a_malformed_event_costs_a_reconnect_and_no_more(scene: Scene) -> None:
    """It ends the library's loop; the supervisor starts another, and the next command is answered."""
    await scene.start()
    await scene.fake.gateway.malformed()
    await scene.until(lambda: scene.fake.gateway.identifies == 2)
    await scene.until(lambda: scene.platform.status.state == "up" and bool(scene.fake.gateway.live))
    await is_answered(scene)


@pytest.mark.parametrize("what", ["op 7", "4009", "op 9"])
async def test_a_session_is_resumed_without_identifying(scene: Scene, what: str) -> None:
    """Op 7, 4009 and a resumable op 9: nothing is lost, no IDENTIFY is spent."""
    await scene.start()
    gateway = scene.fake.gateway
    match what:
        case "op 7":
            await gateway.reconnect()
        case "4009":
            await gateway.close(4009)
        case _:
            await gateway.invalidate(is_resumable=True)
    await scene.until(lambda: gateway.resumes == 1)
    await scene.until(lambda: scene.platform.status.state == "up")
    await is_answered(scene)
    assert gateway.identifies == 1


async def test_a_session_that_is_invalid_is_identified_anew(scene: Scene) -> None:
    """Op 9 false: the library itself waits five seconds and identifies."""
    await scene.start()
    await scene.fake.gateway.invalidate(is_resumable=False)
    await scene.until(lambda: scene.fake.gateway.identifies == 2)
    await is_answered(scene)


async def test_a_server_that_goes_away_and_comes_back(scene: Scene) -> None:
    """The whole server restarts: commands come back by themselves."""
    await scene.start()
    await scene.fake.stop()
    await scene.until(lambda: scene.platform.status.state == "down")
    await scene.fake.start()
    await scene.until(lambda: scene.platform.status.state == "up" and bool(scene.fake.gateway.live))
    await is_answered(scene)


async def test_a_gateway_that_only_throws_out_is_not_stormed(scene: Scene) -> None:
    """Resuming has no pause of its own in the library: after ten times within a minute the supervisor's pause counts."""
    await scene.start()
    gateway = scene.fake.gateway
    for number in range(10):

        def is_back(number: int = number) -> bool:
            return gateway.resumes == number and bool(gateway.live)

        await scene.until(is_back)
        await gateway.reconnect()
    await scene.until(lambda: scene.fake.gateway.identifies == 2)


async def test_the_end_lets_a_reply_be_given(scene: Scene) -> None:
    """Stopped while a handler works: the person still gets the answer."""
    await scene.start()
    scene.front.pause_s = 0.3
    scene.front.lines["latest"] = say("第 13 期")
    said = await scene.fake.people.slash(scene.text, "latest", patience=None)
    await scene.until(lambda: bool(scene.front.heard))
    await scene.stop()
    assert "第 13 期" in texts(scene.fake.replies(said)[0])
    assert scene.platform.status.state == "down"


async def test_errors_of_rest_never_end_the_gateway(scene: Scene, hasty: None) -> None:
    """One connection may fall without the other."""
    await scene.start()
    scene.fake.faults.add(Fault("503", method="POST", path="/messages", times=3))
    for number in range(3):
        await scene.platform.send(parcel(scene, scene.text, key=f"K{number}"))
    assert scene.platform.status.state == "up"
    assert scene.fake.gateway.identifies == 1
