"""Is everything said once, shown in order, and resumed after a lost connection?"""

import asyncio
import json

import pytest

from bot.platforms.base import Form, Parcel
from bot.platforms.web.client import WebPlatform
from bot.platforms.web.door import Door
from bot.platforms.web.server import Server
from digest.audience import Channel, Place
from digest.delivery import Rejected, Sent
from digest.page import Reply
from tests.contract.web.conftest import ASK, FILE, NEXT, Clock, say

ME = Place("web", "me")
CHANNEL = Channel(1, ME, "private")


def parcel(words, key="KEY1"):
    (message,) = WebPlatform.render(None, say(words), Form())  # type: ignore[arg-type]  # it reads no state
    return Parcel(CHANNEL, message, key)


def bodies(events):
    return [json.loads(data) for _, data in events]


async def test_a_part_arrives_exactly_once(platform, store):
    """However often a part is sent, the chat has one message, and every answer names it."""
    outcomes = [await platform.send(parcel("hello")) for _ in range(3)]
    other = await platform.send(parcel("again", "KEY2"))
    assert isinstance(outcomes[0], Sent)
    assert outcomes == [outcomes[0]] * 3
    assert other != outcomes[0]
    assert len(await store.chats.latest("me")) == 2


async def test_a_second_life_recognises_the_key(platform, store, front):
    """The key is kept in storage: a bot that was killed after sending does not double."""
    first = await platform.send(parcel("hello"))
    reborn = WebPlatform(
        platform._settings, front=front, pictures=platform.server._pictures, chats=store.chats, clock=Clock()
    )
    assert await reborn.send(parcel("hello")) == first
    assert len(await store.chats.latest("me")) == 1


async def test_typing_is_heard_and_answered(browser, front):
    """What is typed stands in the chat, its answer after it; the handlers hear who it was."""
    status, answer = await browser.say({"kind": "text", "text": "/latest", "language": "en-GB"})
    assert (status, answer) == (200, {"toast": None})
    said, answered = bodies(await browser.events(2))
    assert (said["author"], said["text"]) == ("person", "/latest")
    assert answered["author"] == "bot"
    assert "heard /latest" in answered["html"]
    (heard,) = front.heard
    assert (heard.kind, heard.native_id, heard.person, heard.language) == ("text", "me", "Lan", "en-GB")


async def test_the_same_request_twice_is_one(browser, store):
    """A browser that lost the answer asks again: nothing is said twice."""
    what = {"id": "request-1", "kind": "text", "text": "/latest"}
    for _ in range(2):
        async with browser.post("/chat/me/say", what) as answer:
            assert answer.status == 200
    assert len(await store.chats.latest("me")) == 2


async def test_a_press_edits_its_message_in_place(browser, front, store):
    """The pressed message changes; its number stays, and no new one appears."""
    front.replies["first"] = Reply((say("page 1", NEXT),))
    front.replies["turn"] = Reply((say("page 2"),), toast="turned")
    await browser.say({"kind": "text", "text": "first"})
    _, shown = bodies(await browser.events(2))
    assert shown["rows"][0][0]["action"] == "turn:2"
    status, answer = await browser.say({"kind": "action", "action": "turn:2", "message": shown["id"]})
    assert (status, answer["toast"]) == (200, "turned")
    latest = await store.chats.latest("me")
    assert [message.id for message in latest][-1] == shown["id"]
    assert "page 2" in latest[-1].body["html"]
    assert front.heard[-1].arguments == ("2",)


async def test_a_press_on_a_message_that_is_gone_answers_anew(browser, front, store):
    """A button of a message nobody has any more still answers."""
    status, _ = await browser.say({"kind": "action", "action": "turn:2", "message": 999})
    assert status == 200
    assert len(await store.chats.latest("me")) == 1


async def test_a_question_gives_its_box_to_the_answer(browser, front):
    """The page learns what is asked; the answer comes back with the question's address."""
    front.replies["which"] = Reply(ask=ASK)
    await browser.say({"kind": "text", "text": "which"})
    _, question = bodies(await browser.events(2))
    assert question["ask"] == {"prompt": "Which one?", "placeholder": "for example: 12", "action": "ask:7"}
    assert "Which one?" in question["html"]
    await browser.say({"kind": "answer", "text": "twelve", "action": question["ask"]["action"]})
    assert (front.heard[-1].kind, front.heard[-1].route, front.heard[-1].arguments) == (
        "answer",
        "ask",
        ("7",),
    )
    assert front.heard[-1].text == "twelve"


async def test_a_file_is_handed_over_as_an_attachment(browser, front):
    """Its bytes come from storage on demand, are saved and never opened within our origin."""
    front.replies["csv"] = Reply(files=(FILE,))
    await browser.say({"kind": "text", "text": "csv"})
    _, message = bodies(await browser.events(2))
    assert "content" not in json.dumps(message)
    async with browser.get(message["files"][0]["href"]) as answer:
        assert await answer.read() == FILE.content
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.content_type == "application/octet-stream"


async def test_progress_is_watched_by_its_message(browser, front, store, platform):
    """The message that shows a campaign can be edited from outside; one that is not there is refused."""
    front.replies["go"] = Reply((say("0 of 3"),), watch=4)
    await browser.say({"kind": "text", "text": "go"})
    ((campaign, place, message_id),) = front.watched
    assert (campaign, place) == (4, ME)
    (message,) = platform.render(say("3 of 3"), Form())
    assert await platform.edit(place, message_id, message) == Sent((message_id,))
    assert isinstance(await platform.edit(place, 999, message), Rejected)
    kept = await store.chats.get("me", message_id)
    assert kept is not None
    assert "3 of 3" in kept.body["html"]


async def test_a_lost_connection_goes_on_where_it_was(browser, platform):
    """With the last id only what came after is sent, edits included and nothing twice."""
    for number in range(3):
        await platform.send(parcel(f"message {number}", f"KEY{number}"))
    first = await browser.events(3)
    last = first[-1][0]
    assert [event[0] for event in first[:2]] == [None, None]  # cut off before the end, it begins anew
    sent = await platform.send(parcel("message 3", "KEY3"))
    (changed,) = platform.render(say("message 1, corrected"), Form())
    await platform.edit(ME, json.loads(first[1][1])["id"], changed)
    after = await browser.events(2, last=last)
    assert [json.loads(data)["id"] for _, data in after] == [sent.ids[0], json.loads(first[1][1])["id"]]
    assert "corrected" in after[1][1]
    assert int(after[0][0]) == int(last) + 1
    assert int(after[1][0]) == int(last) + 2


async def test_chats_do_not_mix(browser, platform):
    """What is said in one chat is not seen in another."""
    await browser.say({"kind": "text", "text": "mine"})
    await browser.say({"kind": "text", "text": "theirs"}, chat="desk")
    assert [body.get("text") for body in bodies(await browser.events(2))] == ["mine", None]
    assert [body.get("text") for body in bodies(await browser.events(2, chat="desk"))] == ["theirs", None]


@pytest.mark.parametrize(("chat", "sees"), [("me", False), ("desk", True)])
async def test_commands_are_completed_by_role(browser, chat, sees):
    """Curators are offered their commands, readers do not learn of them; arguments are completed by the front."""
    async with browser.get(f"/chat/{chat}/complete?typed=/") as answer:
        labels = [one["label"] for one in (await answer.json())["found"]]
    assert "/latest" in labels
    assert ("/broadcast" in labels) is sees
    async with browser.get(f"/chat/{chat}/complete?typed=/search qwen") as answer:
        found = (await answer.json())["found"]
    assert found == [{"label": "search category qwen", "about": "", "value": "/search value"}]


async def test_a_taken_port_switches_the_platform_off(platform, store, front):
    """`run` does not take the other platforms along: the status says what a person has to do."""
    settings = type(platform._settings)(port=platform.server.door.port)
    second = WebPlatform(
        settings, front=front, pictures=platform.server._pictures, chats=store.chats, clock=Clock()
    )
    await second.run()
    assert second.status.state == "off"
    assert f"Port {platform.server.door.port} is in use" in second.status.reason
    assert "[web]" in second.status.reason


async def test_a_guest_does_not_open_its_hosts_server(platform, store, front):
    """A server that belongs to somebody else stays closed once its owner has closed it."""
    host = Server(Door("127.0.0.1"), 0, platform.server._pictures)
    guest = WebPlatform(
        platform._settings,
        front=front,
        pictures=platform.server._pictures,
        chats=store.chats,
        clock=Clock(),
        server=host,
    )
    running = asyncio.create_task(guest.run())
    while guest.status.state != "up":
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not host.is_open
