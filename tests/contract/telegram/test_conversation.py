"""Is a person answered? Commands, presses, questions and files over real sockets, in private and in company."""

import asyncio
from functools import partial

import pytest

from digest.audience import Place
from digest.page import Action, Ask, Button, File, Reply
from tests.contract.telegram.stage import ADMIN, BASIC, GROUP, NEWS, READER, Scene, heard_next, said, until
from tests.fakes.telegram import USERNAME, button

MORE = Button("更多", Action("more", ("3f",)))


async def test_a_command_is_heard_with_its_words_and_answered(scene: Scene):
    """`/search 千问` reaches the handlers as a command with its text, and the answer stands in the chat."""
    scene.front.script = lambda incoming: Reply((said(f"找到：{incoming.text}", (MORE,)),))
    async with scene.running():
        scene.fake.people.say(READER, "/search 千问")
        await until(lambda: scene.fake.messages(READER))
    (heard,) = scene.front.heard
    assert (heard.kind, heard.route, heard.text) == ("command", "search", "千问")
    assert (heard.place, heard.channel_kind) == (Place("telegram", "101"), "private")
    assert (heard.native_id, heard.person, heard.language) == ("101", "小林", "zh-hans")
    assert heard.is_place_admin
    (answer,) = scene.fake.messages(READER)
    assert answer["text"] == "找到：千问"
    assert button(answer, "更多")["callback_data"] == "more:3f"
    assert scene.pace.slots == [(Place("telegram", "101"), "reply", 1)]


async def test_a_deep_link_arrives_as_start_with_its_payload(scene: Scene):
    """`?start=i_3f` is the command start with the payload as text."""
    async with scene.running():
        scene.fake.people.say(READER, "/start i_3f")
        await until(lambda: scene.front.heard)
    assert (scene.front.heard[0].route, scene.front.heard[0].text) == ("start", "i_3f")


async def test_bare_words_in_private_are_text(scene: Scene):
    """No message in a private chat goes unanswered: words are text, a sticker asks for help."""
    async with scene.running():
        scene.fake.people.say(READER, "千问 开源")
        scene.fake.people.say(READER, None, dice={"emoji": "🎲", "value": 3})
        await until(lambda: len(scene.front.heard) == 2)
    assert [(one.kind, one.text or one.route) for one in scene.front.heard] == [
        ("text", "千问 开源"),
        ("command", "help"),
    ]


async def test_a_press_edits_its_message_and_says_its_toast(scene: Scene):
    """A press is answered with its toast, and the page takes the place of the pressed message."""
    pages = {"latest": said("第 12 期", (MORE,)), "more": said("第 12 期，全文")}
    scene.front.script = lambda incoming: Reply(
        (pages[incoming.route],), toast="好了" if incoming.kind == "action" else None
    )
    async with scene.running():
        scene.fake.people.say(READER, "/latest")
        await until(lambda: scene.fake.messages(READER))
        query = scene.fake.people.press(READER, 2, label="更多")
        await until(lambda: scene.fake.messages(READER)[0]["text"] == "第 12 期，全文")
        await until(lambda: query in scene.fake.world.answers)
    assert len(scene.fake.messages(READER)) == 1
    assert scene.fake.world.answers[query] == "好了"
    assert (scene.front.heard[1].kind, scene.front.heard[1].arguments) == ("action", ("3f",))


async def test_a_press_may_ask_for_a_new_message(scene: Scene):
    """`replaces=False` leaves the pressed message as it is."""
    scene.front.script = lambda incoming: Reply((said(incoming.route, (MORE,)),), replaces=False)
    async with scene.running():
        scene.fake.people.say(READER, "/latest")
        await until(lambda: scene.fake.messages(READER))
        scene.fake.people.press(READER, 2, label="更多")
        await until(lambda: len(scene.fake.messages(READER)) == 2)
    assert [one["text"] for one in scene.fake.messages(READER)] == ["latest", "more"]


async def test_a_press_under_a_picture_is_answered_by_a_new_message(scene: Scene):
    """A picture has no text to edit: the answer comes below."""
    body = {"caption": "图", "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}
    markup = {"inline_keyboard": [[{"text": "更多", "callback_data": "more:3f"}]]}
    state = scene.fake.world.state
    shown = state.keep(scene.fake.chat(READER), {**body, "reply_markup": markup}, 0, is_own=True)
    scene.front.script = lambda _: Reply((said("卡片"),))
    async with scene.running():
        scene.fake.people.press(READER, shown["message_id"], label="更多")
        await until(lambda: len(scene.fake.messages(READER)) == 2)
    assert scene.fake.messages(READER)[1]["text"] == "卡片"


async def test_a_button_of_a_message_the_bot_cannot_see_still_works(scene: Scene):
    """Everything needed is in the data: an inaccessible message is no obstacle."""
    scene.front.script = lambda incoming: Reply((said(incoming.route),))
    async with scene.running():
        scene.fake.people.press(READER, 77, "more:3f", inaccessible=True)
        await until(lambda: scene.fake.messages(READER))
    assert scene.front.heard[0].arguments == ("3f",)
    assert scene.fake.messages(READER)[0]["text"] == "more"


@pytest.mark.parametrize(("data", "toast"), [("noop", ""), ("noop:还有 12:30 的一期", "还有 12:30 的一期")])
async def test_an_inert_button_says_its_word_without_a_handler(scene: Scene, data, toast):
    """`noop` is answered at once; everything after the first colon is its toast."""
    async with scene.running():
        query = scene.fake.people.press(READER, 5, data)
        await until(lambda: query in scene.fake.world.answers)
    assert scene.fake.world.answers[query] == toast
    assert scene.front.heard == []


async def test_a_slow_handler_does_not_keep_the_button_waiting(scene: Scene, fake, store):
    """After two seconds the press is answered without its toast, which then comes as a message."""
    scene.platform._replier._toast_wait_s = 0.05
    scene.front.delay_s = 0.3
    scene.front.script = lambda _: Reply(toast="已记下")
    async with scene.running():
        query = scene.fake.people.press(READER, 5, "save:3f")
        await until(lambda: query in scene.fake.world.answers)
        assert scene.fake.world.answers[query] == ""
        await until(lambda: scene.fake.messages(READER))
    assert scene.fake.messages(READER)[0]["text"] == "已记下"


async def test_a_question_is_answered_by_a_reply_after_any_restart(scene: Scene, fake, store):
    """The action stands in the question itself: another process understands the reply."""
    ask = Ask("搜什么？", "千问 开源", Action("search", ("all",)))
    scene.front.script = lambda incoming: Reply(ask=ask) if incoming.kind == "command" else Reply()
    async with scene.running():
        scene.fake.people.say(READER, "/search")
        await until(lambda: scene.fake.messages(READER))
    (question,) = scene.fake.messages(READER)
    assert question["text"] == "搜什么？ ✏️"
    assert question["entities"][0]["url"] == f"https://t.me/{USERNAME}?ask=search%3Aall"
    scene.platform._questions.take(str(READER))  # what memory a restart loses
    async with scene.running():
        scene.fake.people.say(READER, "千问", reply_to=question["message_id"])
        await until(lambda: len(scene.front.heard) == 2)
    answer = scene.front.heard[1]
    assert (answer.kind, answer.route, answer.arguments, answer.text) == (
        "answer",
        "search",
        ("all",),
        "千问",
    )


async def test_in_private_the_next_words_answer_the_question(scene: Scene):
    """Some clients drop the reply: the next words count all the same, but only once, and a command ends it."""
    ask = Ask("搜什么？", "", Action("search"))
    scene.front.script = lambda incoming: Reply(ask=ask) if incoming.route == "search" else Reply()
    async with scene.running():
        for words in ("/search", "千问"):
            await heard_next(scene, partial(scene.fake.people.say, READER, words))
            await asyncio.sleep(0.05)
        # the answer's own route asked again; a command closes that question
        for words in ("/help", "开源"):
            await heard_next(scene, partial(scene.fake.people.say, READER, words))
    assert [one.kind for one in scene.front.heard] == ["command", "answer", "command", "text"]


async def test_a_question_somebody_else_wrote_is_not_believed(scene: Scene):
    """Only questions of the bot itself carry actions."""
    link = {"type": "text_link", "offset": 0, "length": 1, "url": f"https://t.me/{USERNAME}?ask=stop"}
    async with scene.running():
        forged = scene.fake.people.say(READER, "✏ 假的", entities=[link])
        forged["entities"] = [link]
        scene.fake.people.say(READER, "好", reply_to=forged["message_id"])
        await until(lambda: len(scene.front.heard) == 2)
    assert [one.kind for one in scene.front.heard] == ["text", "text"]


async def test_files_and_progress_follow_the_page(scene: Scene):
    """Files are handed over as documents; the watched message is the page's first one."""
    file = File("周知-12.md", "# 第 12 期".encode(), "text/markdown")
    scene.front.script = lambda _: Reply((said("导出"),), files=(file,), watch=9)
    async with scene.running():
        scene.fake.people.say(READER, "/export")
        await until(lambda: scene.front.watched)
    page, document = scene.fake.messages(READER)
    assert document["document"]["file_name"] == "周知-12.md"
    assert scene.fake.world.state.files[document["document"]["file_id"]].content == file.content
    assert scene.front.watched == [(9, Place("telegram", "101"), page["message_id"])]


async def test_company_is_quiet(scene: Scene):
    """In a group: known commands, whatever is addressed to the bot, replies and mentions; silence for all else."""
    state, chat = scene.fake.world.state, scene.fake.chat(GROUP)
    own = state.keep(chat, {"from": scene.fake.world.author, "text": "第 12 期"}, 0, is_own=True)
    people = scene.fake.people
    async with scene.running():
        for words in ("早", "/unknown", "/latest@other_bot", f"a{USERNAME}"):
            people.say(GROUP, words, user_id=READER)
        people.say(GROUP, "/latest", user_id=READER)
        people.say(GROUP, f"/unknown@{USERNAME} x", user_id=READER)
        people.say(GROUP, f"@{USERNAME} 千问", user_id=READER)
        people.say(GROUP, "再说说", user_id=READER, reply_to=own["message_id"])
        people.say(GROUP, None, user_id=READER, new_chat_title="新名")
        people.say(GROUP, "/help", user_id=READER)
        await until(lambda: any(one.route == "help" for one in scene.front.heard))
    heard = sorted((one.kind, one.route, one.text) for one in scene.front.heard)
    assert heard == [
        ("command", "help", ""),
        ("command", "latest", ""),
        ("command", "unknown", "x"),
        ("text", "", "再说说"),
        ("text", "", "千问"),
    ]


async def test_who_decides_in_company(scene: Scene):
    """Admins are looked up once a minute, an anonymous admin and a channel's author speak for the place."""
    people = scene.fake.people
    async with scene.running():
        for user in (READER, ADMIN, ADMIN):
            await heard_next(scene, partial(people.say, GROUP, "/settings", user_id=user))
        people.say(GROUP, "/settings", as_chat=True)
        people.say(NEWS, "/subscribe 模型")
        people.say(NEWS, "一条普通的消息")
        await until(lambda: len(scene.front.heard) == 5)
    assert [one.is_place_admin for one in scene.front.heard] == [False, True, True, True, True]
    anonymous, post = scene.front.heard[3:]
    assert (anonymous.native_id, anonymous.person) == (str(GROUP), "读报组")
    assert (post.channel_kind, post.text, post.native_id) == ("channel", "模型", str(NEWS))
    assert len(scene.fake.log.calls("getChatMember")) == 2


async def test_a_topic_is_a_place_and_the_answer_goes_there(scene: Scene):
    """A command in a forum topic is answered in that topic, as a reply to who asked."""
    scene.front.script = lambda _: Reply((said("第 12 期"),))
    async with scene.running():
        asked = scene.fake.people.say(GROUP, "/latest", user_id=READER, topic=7)
        await until(lambda: scene.fake.messages(GROUP))
    assert scene.front.heard[0].place == Place("telegram", f"{GROUP}:7")
    assert scene.front.heard[0].channel_kind == "topic"
    (answer,) = scene.fake.messages(GROUP)
    assert answer["message_thread_id"] == 7
    assert answer["reply_to_message"]["message_id"] == asked["message_id"]
    assert scene.pace.slots[0][0] == Place("telegram", str(GROUP))


async def test_a_question_in_company_is_to_one_person(scene: Scene):
    """Typed: a reply to the message. Pressed: the person is named."""
    scene.front.script = lambda _: Reply(ask=Ask("几点？", "08:30", Action("times")))
    async with scene.running():
        scene.fake.people.say(GROUP, "/settings", user_id=READER)
        await until(lambda: scene.fake.messages(GROUP))
        scene.fake.people.press(GROUP, 2, "times_ask", user_id=READER)
        await until(lambda: len(scene.fake.messages(GROUP)) == 2)
    typed, pressed = scene.fake.messages(GROUP)
    assert typed["reply_to_message"]["message_id"] == 1
    assert pressed["text"] == "小林: 几点？ ✏️"
    assert pressed["entities"][0]["user"]["id"] == READER


async def test_coming_and_going(scene: Scene):
    """Added, removed, blocked; a lifted block is silent, because /start follows."""
    people = scene.fake.people
    async with scene.running():
        people.add_bot(GROUP, ADMIN)
        await until(lambda: scene.front.heard)
        people.kick_bot(GROUP, ADMIN)
        people.block(READER)
        await until(lambda: len(scene.front.heard) == 3)
        people.say(READER, "/start")
        await until(lambda: len(scene.front.heard) == 4)
    heard = [(one.kind, one.place.address) for one in scene.front.heard]
    assert sorted(heard[:3]) == [("joined", str(GROUP)), ("left", str(GROUP)), ("left", "101")]
    assert heard[3] == ("command", "101")
    joined = next(one for one in scene.front.heard if one.kind == "joined")
    assert joined.is_place_admin


async def test_a_group_that_becomes_a_supergroup_is_told_once_known(scene: Scene):
    """The service messages name the old and the new address; no handler is asked."""
    async with scene.running():
        scene.fake.people.migrate(BASIC, -1005550001)
        await until(lambda: scene.relocated)
    move = (Place("telegram", str(BASIC)), Place("telegram", "-1005550001"))
    assert set(scene.relocated) == {move}
    assert scene.front.heard == []


async def test_a_move_of_a_known_group_is_written_and_of_a_stranger_is_no_error(scene: Scene):
    """The address in storage follows; a group nobody has subscribed in changes nothing."""
    audience = scene.store.audience
    scene.platform._tell_relocated = audience.move
    known = await audience.channel(Place("telegram", str(BASIC)), "group")
    scene.fake.people.chat(-777, "group", title="路人")
    async with scene.running():
        scene.fake.people.migrate(-777, -1005550008)
        scene.fake.people.migrate(BASIC, -1005550009)
        await heard_next(scene, partial(scene.fake.people.say, READER, "/help"))
    moved = await audience.find(Place("telegram", "-1005550009"))
    assert moved is not None
    assert moved.id == known.id
    assert await audience.find(Place("telegram", "-1005550008")) is None


async def test_a_reply_follows_a_group_that_moved(scene: Scene):
    """The group was upgraded while the handler worked: the answer goes to the new address."""
    people = scene.fake.people

    def answer(_incoming):
        people.migrate(BASIC, -1005550002, tells=False)
        return Reply((said("第 12 期"),))

    scene.front.script = answer
    async with scene.running():
        people.say(BASIC, "/latest", user_id=READER)
        await until(lambda: -1005550002 in scene.fake.world.state.chats)
        await until(lambda: scene.fake.messages(-1005550002))
    assert scene.relocated == [(Place("telegram", str(BASIC)), Place("telegram", "-1005550002"))]


async def test_a_reply_waits_out_a_limit_and_is_never_doubled(scene: Scene):
    """429: the same again after the halt. A lost answer: not again, for the message may be out."""
    scene.front.script = lambda incoming: Reply((said(incoming.route),))
    scene.fake.faults.add("retry_after", method="sendMessage", seconds=3)
    async with scene.running():
        scene.fake.people.say(READER, "/latest")
        await until(lambda: scene.fake.messages(READER))
        scene.fake.faults.add("lose_answer", method="sendMessage")
        scene.fake.people.say(READER, "/help")
        await until(lambda: len(scene.fake.messages(READER)) == 2)
        await asyncio.sleep(0.2)
    assert scene.pace.halts == [(Place("telegram", "101"), 3.0)]
    assert [one["text"] for one in scene.fake.messages(READER)] == ["latest", "help"]
