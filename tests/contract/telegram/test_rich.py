"""Rich messages before the strict server: pushed, edited, missed, refused, shown in talk, and the way back."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.platforms.base import Form, Message
from bot.platforms.telegram.render import render
from bot.platforms.telegram.richness import LACKING, RichMessages
from digest.audience import Place
from digest.delivery import Rejected, Sent, Unavailable, Unsupported
from digest.document import Image
from digest.page import Action, Button, Page, Reply
from tests.contract.telegram.stage import GROUP, NEWS, READER, Scene, heard_next, message, said, until
from tests.fakes.telegram.rich import plain_of
from tests.unit.platforms.samples import item, picture, section

HERE = Place("telegram", str(READER))
BACK = ((Button("看不到？换普通版", Action("plain", ("1",))),),)
PAGE = replace(said("周知 第 12 期"), rows=BACK)


def rich(words: str = "周知 第 12 期", **more) -> Message:
    return Message("sendRichMessage", {"rich_message": {"html": f"<p>{words}</p>"}, **more})


@dataclass
class HandClock:
    at: datetime = datetime(2026, 11, 24, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Notes:
    """What is remembered over restarts."""

    kept: str | None = None
    read: int = 0
    clock: HandClock = field(default_factory=HandClock)

    async def known(self) -> str | None:
        self.read += 1
        return self.kept

    async def remember(self, value: str) -> None:
        self.kept = value

    def room(self, scene: Scene) -> RichMessages:
        """A process that has just begun."""
        platform = scene.platform
        return RichMessages(platform._sender, platform._api, self.clock, self.known, self.remember)


async def test_a_rich_push_is_one_message(scene: Scene):
    """The frozen bytes leave as they are; the server reads the HTML as sections that unfold."""
    page = Page((section("模型", count=2), item(1), item(2)), rows=BACK)
    (frozen,) = render(page, Form("private", "rich"))
    outcome = await scene.platform.send(scene.parcel(frozen, f"{GROUP}:7", is_silent=True))
    (stored,) = scene.fake.messages(GROUP)
    assert outcome == Sent((stored["message_id"],))
    (details,) = stored["rich_message"]["blocks"]
    assert (details["type"], details["is_open"]) == ("details", True)
    assert plain_of(details["blocks"]) == "1. 标题 1\n2. 标题 2"
    assert stored["reply_markup"]["inline_keyboard"][1][0]["callback_data"] == "plain:1"
    assert stored["message_thread_id"] == 7
    assert (GROUP, stored["message_id"]) in scene.fake.world.silent


async def test_pictures_by_address_are_in_it(scene: Scene):
    """The server sees a collage of photos."""
    sources = {f"https://p.example.org/{n}.png": picture(n) for n in (1, 2)}
    page = Page((item(1, *map(Image, sources)),), pictures=sources)
    (frozen,) = render(page, Form("public", "rich"))
    assert isinstance(await scene.platform.send(scene.parcel(frozen, NEWS)), Sent)
    blocks = scene.fake.messages(NEWS)[0]["rich_message"]["blocks"]
    assert [block["type"] for block in blocks] == ["heading", "collage"]
    assert len(blocks[1]["blocks"]) == 2


async def test_a_missing_method_is_asked_for_once_a_day(scene: Scene):
    """404: getMe says the token is good, so it is the method; noted, over restarts, for a day."""
    scene.fake.world.has_rich = False
    notes = Notes()
    room = notes.room(scene)
    assert await room.style("rich") == "rich"
    assert await room.send(HERE, rich()) == Unsupported(LACKING)
    assert [entry.method for entry in scene.fake.log.entries] == ["sendRichMessage", "getMe"]
    assert await room.send(HERE, rich()) == Unsupported(LACKING)
    again = notes.room(scene)
    assert await again.style("rich") == "classic"
    assert await again.style("classic") == "classic"
    assert await again.send(HERE, rich()) == Unsupported(LACKING)
    assert len(scene.fake.log.calls("sendRichMessage")) == 1
    assert notes.read == 2
    notes.clock.at += timedelta(hours=25)
    scene.fake.world.has_rich = True
    assert isinstance(await again.send(HERE, rich()), Sent)
    assert await notes.room(scene).style("rich") == "rich"


async def test_what_was_noted_and_cannot_be_read_costs_one_call(scene: Scene):
    """As good as nothing."""
    assert isinstance(await Notes("yesterday").room(scene).send(HERE, rich()), Sent)


async def test_a_note_that_cannot_be_kept_costs_nobody_his_issue(scene: Scene):
    """The answer stands; this process knows, the next one asks once more."""
    scene.fake.world.has_rich = False

    async def fail(_value: str) -> None:
        raise OSError("disk full")

    platform = scene.platform
    room = RichMessages(platform._sender, platform._api, HandClock(), None, fail)
    assert await room.send(HERE, rich()) == Unsupported(LACKING)
    assert await room.style("rich") == "classic"


async def test_a_token_that_is_gone_is_no_missing_method(scene: Scene):
    """404 to the method and to getMe: the token; to getMe no answer: tried again later. Neither is noted."""
    notes = Notes()
    room = notes.room(scene)
    scene.fake.faults.add("missing", method="sendRichMessage", times=0)
    scene.fake.faults.add("refuse", method="getMe", status=404, description="Not Found")
    outcome = await room.send(HERE, rich())
    assert outcome == Unavailable("Not Found", "token")
    scene.fake.faults.add("error_before", method="getMe")
    outcome = await room.send(HERE, rich())
    assert isinstance(outcome, Unavailable)
    assert outcome.scope == "network"
    scene.fake.faults.add("lose_answer", method="getMe")
    assert isinstance(await room.send(HERE, rich()), Unavailable)
    assert notes.kept is None
    scene.fake.is_revoked = True
    assert await room.send(HERE, rich()) == Unavailable("Unauthorized", "token")


async def test_a_refused_content_is_tried_once(scene: Scene):
    """It goes on in the classic form; the next reader of the same is not tried, another content is."""
    refusal = {"status": 400, "description": "Bad Request: RICH_MESSAGE_INVALID"}
    scene.fake.faults.add("refuse", method="sendRichMessage", **refusal)
    outcome = await scene.platform.send(scene.parcel(rich("坏")))
    assert outcome == Unsupported("Bad Request: RICH_MESSAGE_INVALID", is_refused=True)
    outcome = await scene.platform.send(scene.parcel(rich("坏"), NEWS))
    assert outcome == Unsupported("Bad Request: RICH_MESSAGE_INVALID")
    assert len(scene.fake.log.calls("sendRichMessage")) == 1
    assert isinstance(await scene.platform.send(scene.parcel(rich("好"))), Sent)


async def test_a_chat_that_takes_no_rich_messages_may_take_others(scene: Scene):
    """A right that lacks for this kind is no reason to suspend; one that lacks for all is."""
    scene.fake.chat(GROUP).muted.add("rich")
    outcome = await scene.platform.send(scene.parcel(rich(), GROUP))
    assert isinstance(outcome, Unsupported)
    assert "the rich message" in outcome.reason
    assert isinstance(await scene.platform.send(scene.parcel(rich(), NEWS)), Sent)
    scene.fake.chat(NEWS).standing = "no_rights"
    assert isinstance(await scene.platform.send(scene.parcel(rich(), NEWS)), Rejected)


async def test_edits_go_either_way(scene: Scene):
    """Rich by rich, rich by text, text by rich; the same once more is as good as changed."""
    await scene.platform.send(scene.parcel(rich("旧")))
    (stored,) = scene.fake.messages(READER)
    message_id = stored["message_id"]
    for one in (rich("新"), rich("新"), message("字"), rich("又")):
        assert await scene.platform.edit(HERE, message_id, one) == Sent((message_id,))
        (stored,) = scene.fake.messages(READER)
        assert ("text" in stored) != ("rich_message" in stored)
    assert plain_of(stored["rich_message"]["blocks"]) == "又"


async def test_talk_shows_a_page_rich_when_it_holds_the_way_back(scene: Scene):
    """And the press on that puts the plain form in its place, with the word that says so."""
    scene.front.script = lambda incoming: (
        Reply((said("周知 第 12 期"),), toast="以后用普通版") if incoming.route == "plain" else Reply((PAGE,))
    )
    async with scene.running():
        await heard_next(scene, lambda: scene.fake.people.say(READER, "/latest"))
        await until(lambda: scene.fake.messages(READER))
        (shown,) = scene.fake.messages(READER)
        assert plain_of(shown["rich_message"]["blocks"]) == "周知 第 12 期"
        await heard_next(scene, lambda: scene.fake.people.press(READER, shown["message_id"], "plain:1"))
        await until(lambda: "text" in scene.fake.messages(READER)[0])
    (shown,) = scene.fake.messages(READER)
    assert shown["text"] == "周知 第 12 期"
    assert "rich_message" not in shown
    assert "reply_markup" not in shown


def standing(scene: Scene, count: int) -> bool:
    """Whether so many messages of the bot stand in the reader's chat."""
    return len(scene.fake.messages(READER)) == count


async def test_talk_falls_back_without_a_word(scene: Scene):
    """On a server without it the page comes in the classic form, its way back left out; the next one at once."""
    scene.fake.world.has_rich = False
    scene.front.script = lambda _: Reply((PAGE,))
    async with scene.running():
        for count in (1, 2):
            await heard_next(scene, lambda: scene.fake.people.say(READER, "/latest"))
            await until(partial(standing, scene, count))
    for shown in scene.fake.messages(READER):
        assert shown["text"] == "周知 第 12 期"
        assert "reply_markup" not in shown
    assert len(scene.fake.log.calls("sendRichMessage")) == 1


async def test_talk_goes_on_classic_when_the_content_is_refused(scene: Scene):
    """The person gets the words either way."""
    scene.fake.faults.add(
        "refuse", method="sendRichMessage", status=400, description="Bad Request: bad blocks"
    )
    scene.front.script = lambda _: Reply((PAGE,))
    async with scene.running():
        await heard_next(scene, lambda: scene.fake.people.say(READER, "/latest"))
        await until(lambda: scene.fake.messages(READER))
    assert scene.fake.messages(READER)[0]["text"] == "周知 第 12 期"
