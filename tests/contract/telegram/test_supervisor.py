"""Does the platform come back? Outages, refused tokens, other pollers, broken updates; and the token stays secret."""

import asyncio
import io
import logging
from typing import Any

import structlog

from bot.platforms.telegram.menus import Menu, house_menus
from digest.audience import Place
from digest.page import Reply
from tests.contract.telegram.stage import READER, Scene, build, message, said, until
from tests.fakes.telegram import FakeTelegram


async def test_a_server_that_is_down_at_the_start_is_waited_for(scene: Scene):
    """Down with a reason, then up by itself; a person's words are answered then."""
    scene.front.script = lambda _: Reply((said("在"),))
    await scene.fake.close_port()
    task = asyncio.create_task(scene.platform.run())
    await until(lambda: scene.platform.status.state == "down")
    assert "Connect" in scene.platform.status.reason
    await scene.fake.open_port()
    await until(lambda: scene.platform.status.state == "up")
    scene.fake.people.say(READER, "/latest")
    await until(lambda: scene.fake.messages(READER))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_an_outage_in_between_is_survived(scene: Scene):
    """Polls fail for a while: down, then up again, and no update is lost."""
    async with scene.running():
        await scene.fake.close_port()
        await until(lambda: scene.platform.status.state == "down")
        scene.fake.people.say(READER, "/latest")
        await scene.fake.open_port()
        await until(lambda: scene.front.heard)
        assert scene.platform.status.state == "up"
    assert len(scene.front.heard) == 1


async def test_errors_of_the_server_are_patient(scene: Scene):
    """5xx, 429 and half answers to a poll are no reason to give up."""
    for kind in ("error_before", "retry_after", "truncated", "lose_answer", "missing"):
        scene.fake.faults.add(kind, method="getUpdates", seconds=0)
    async with scene.running():
        scene.fake.people.say(READER, "/latest")
        await until(lambda: scene.front.heard)
        await until(lambda: all(fault.struck for fault in scene.fake.faults.faults))
    assert len(scene.front.heard) == 1


async def test_a_refused_token_is_off_and_asks_no_more(scene: Scene):
    """401 on getMe: off, one call, and the run ends by itself."""
    scene.fake.is_revoked = True
    await scene.platform.run()
    assert scene.platform.status.state == "off"
    assert scene.platform.status.reason == "token refused: Unauthorized"
    assert len(scene.fake.log.calls("getMe")) == 1


async def test_a_token_revoked_later_is_off_too(scene: Scene):
    """401 on a poll ends it; nothing polls on."""
    task = asyncio.create_task(scene.platform.run())
    await until(lambda: scene.platform.status.state == "up")
    scene.fake.is_revoked = True
    scene.fake.world.updates.put(message={})
    await asyncio.wait_for(task, 5)
    assert scene.platform.status.state == "off"
    calls = len(scene.fake.log.entries)
    await asyncio.sleep(0.1)
    assert len(scene.fake.log.entries) == calls


async def test_another_poller_wins(scene: Scene, fake: FakeTelegram, store):
    """The older one is told 409: it stops polling, says so, and does not cut the younger one off."""
    first = asyncio.create_task(scene.platform.run())
    await until(lambda: fake.world.updates.polls)
    younger = build(fake, store)
    async with younger.running():
        await asyncio.wait_for(first, 5)
        assert scene.platform.status.state == "off"
        assert "another process" in scene.platform.status.reason
        await asyncio.sleep(0.1)
        assert younger.platform.status.state == "up"
        fake.people.say(READER, "/latest")
        await until(lambda: younger.front.heard)


async def test_a_webhook_of_another_life_is_taken_down(scene: Scene):
    """Polling begins by deleting the webhook, keeping what waits."""
    scene.fake.world.updates.webhook = "https://example.org/hook"
    scene.fake.people.say(READER, "/latest")
    async with scene.running():
        await until(lambda: scene.front.heard)
    assert scene.fake.world.updates.webhook == ""


async def test_a_broken_update_costs_only_itself(scene: Scene):
    """What cannot be read, or makes a handler raise, is passed over; the next one is handled."""

    def answer(incoming):
        if incoming.route == "issue":
            raise RuntimeError("a handler breaks its promise")
        return Reply()

    scene.front.script = answer
    updates: tuple[dict[str, Any], ...] = (
        {"message": {"message_id": "seven", "date": "never", "chat": 5}},
        {"callback_query": {"id": "1"}},
        {"nothing_we_know": {}},
        {},
    )
    for broken in updates:
        scene.fake.world.updates.put_raw(broken)
    async with scene.running():
        scene.fake.people.say(READER, "/issue")
        scene.fake.people.say(READER, "/latest")
        await until(lambda: any(one.route == "latest" for one in scene.front.heard))
        assert scene.platform.status.state == "up"
    assert scene.fake.world.updates.pending == []


async def test_the_same_update_is_handled_once(scene: Scene):
    """A repeated id is known; a lower id after a quiet week is not mistaken for an old one."""
    async with scene.running():
        scene.fake.people.say(READER, "/latest")
        await until(lambda: scene.front.heard)
        again = {
            "update_id": 700_000_001,
            "message": scene.fake.messages(READER, own=False)[0],
        }
        await until(lambda: not scene.fake.world.updates.pending)
        scene.fake.world.updates.put_raw(again)
        await until(lambda: not scene.fake.world.updates.pending)
        scene.fake.world.updates.jump(55)
        scene.fake.people.say(READER, "/help")
        await until(lambda: len(scene.front.heard) == 2)
    assert [one.route for one in scene.front.heard] == ["latest", "help"]


async def test_what_was_handled_is_confirmed_at_the_end(scene: Scene, fake: FakeTelegram, store):
    """A restart does not hear it again; replies under way are finished first."""
    scene.front.delay_s = 0.2
    scene.front.script = lambda _: Reply((said("好"),))
    async with scene.running():
        scene.fake.people.say(READER, "/latest")
        await until(lambda: scene.front.heard)
    assert len(fake.messages(READER)) == 1
    assert fake.world.updates.pending == []
    assert scene.platform.status.state == "down"
    again = build(fake, store)
    async with again.running():
        await asyncio.sleep(0.05)
    assert again.front.heard == []


async def test_one_person_waiting_holds_nobody_up(scene: Scene):
    """Updates are handled side by side."""
    scene.front.delay_s = 0.3
    for n in range(20):
        scene.fake.people.private(1_000 + n)
    loop = asyncio.get_running_loop()
    async with scene.running():
        begun = loop.time()
        for n in range(20):
            scene.fake.people.say(1_000 + n, "/latest")
        await until(lambda: len(scene.front.heard) == 20)
        assert loop.time() - begun < 2


async def test_menus_are_written_once_for_every_scope_and_language(scene: Scene):
    """Three scopes in three languages, a curator's own chat; not again while nothing changed."""
    kept: list[str] = []

    async def remember(digest: str) -> None:
        kept.append(digest)

    async def known() -> str | None:
        return kept[-1] if kept else None

    menus = house_menus({Place("telegram", str(READER)): "publisher", Place("discord", "5"): "editor"})
    scene.platform._menus = menus
    scene.platform._known_menus, scene.platform._remember_menus = known, remember
    for _ in range(2):
        async with scene.running():
            await until(lambda: kept)
    assert len(scene.fake.log.calls("setMyCommands")) == len(menus) == 12
    commands = scene.fake.world.state.commands
    private = {one["command"] for one in commands[('{"type": "all_private_chats"}', "zh")]}
    company = {one["command"] for one in commands[('{"type": "all_group_chats"}', "en")]}
    curator = {one["command"] for one in commands[('{"chat_id": 101, "type": "chat"}', "")]}
    assert company == {"latest", "search", "help"}
    assert "broadcast" in curator - private


async def test_a_menu_that_is_refused_is_no_obstacle(scene: Scene):
    """The platform is up, the other menus are written, and the next start tries again."""
    scope = (("type", "chat"), ("chat_id", 999))
    scene.platform._menus = (
        Menu(scope, "", (("help", "帮助"),)),
        Menu((("type", "default"),), "", (("help", "帮助"),)),
    )
    async with scene.running():
        await until(lambda: len(scene.fake.world.state.commands) == 1)
        assert scene.platform.status.state == "up"
    assert scene.platform._menus_digest is None


async def test_the_token_is_never_written(fake: FakeTelegram, store):
    """Whatever fails, no log line and no status holds the token: outages, refusals, broken updates."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        try:
            scene = build(fake, store)
            fake.faults.add("lose_answer", method="getUpdates")
            fake.faults.add("lose_answer", method="sendMessage")
            fake.faults.add("missing", method="getUpdates", nth=2)
            async with scene.running():
                fake.world.updates.put_raw({"message": {}})
                await scene.platform.send(scene.parcel(message()))
                await fake.close_port()
                await until(lambda: scene.platform.status.state == "down")
                reasons = scene.platform.status.reason
                await scene.platform.send(scene.parcel(message()))
                await fake.open_port()
                await until(lambda: scene.platform.status.state == "up")
            fake.is_revoked = True
            await scene.platform.run()
        finally:
            logging.getLogger().removeHandler(handler)
            logging.getLogger().setLevel(logging.WARNING)
    written = (
        stream.getvalue()
        + repr(lines)
        + reasons
        + repr(scene.platform.status)
        + repr(scene.platform._settings)
    )
    assert fake.token not in written
    assert lines
