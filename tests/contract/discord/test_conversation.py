"""Do people get their answers? Commands, presses, choices and typed words, over real sockets against the strict fake."""

import asyncio

from bot.platforms.base import Form
from bot.platforms.discord.controls import decode
from digest.audience import Place
from digest.document import paragraph
from digest.page import Action, Ask, Button, Choice, File, Option, Reply, page
from tests.contract.discord.stage import Scene, parcel, say, show
from tests.fakes.discord import Fault, component, texts

EPHEMERAL = 1 << 6


def direct(scene: Scene):
    return next(one for one in scene.fake.state.channels.values() if one.kind == "direct")


async def test_a_command_in_a_server_is_answered_for_its_person_alone(live: Scene) -> None:
    """A slash command reaches the handlers in neutral words, and nobody else in the server sees the answer."""
    live.front.lines["search"] = say("找到 3 条")
    said = await live.fake.people.slash(live.text, "search", {"query": "千问"}, is_admin=True)
    (message,) = live.fake.replies(said)
    assert "找到 3 条" in texts(message)
    assert message.is_ephemeral
    (heard,) = live.front.heard
    assert (heard.kind, heard.route, heard.text) == ("command", "search", "千问")
    assert heard.place == Place("discord", str(live.text.id))
    assert (heard.channel_kind, heard.language, heard.is_place_admin) == ("text", "zh-CN", True)
    assert heard.person == "小林"


async def test_a_command_in_private_is_no_secret_message(live: Scene) -> None:
    """In a private chat the answer stays; there is nobody to hide it from, and nobody administers it."""
    said = await live.fake.people.slash(direct(live), "latest")
    (message,) = live.fake.replies(said)
    assert not message.is_ephemeral
    assert live.front.heard[0].channel_kind == "private"
    assert not live.front.heard[0].is_place_admin


async def test_a_member_sets_his_own_chat_and_not_the_place(live: Scene) -> None:
    """Who administers nothing acts for himself: in his private chat, whose id is asked for once."""
    for name in ("subscribe", "subscriptions", "latest"):
        said = await live.fake.people.slash(live.text, name)
        assert live.fake.replies(said)[0].is_ephemeral
    await live.fake.people.slash(live.text, "subscribe", is_admin=True)
    own, own_again, read, place = live.front.heard
    assert own.place == own_again.place == Place("discord", str(direct(live).id))
    assert own.channel_kind == own_again.channel_kind == "private"
    here = Place("discord", str(live.text.id))
    assert (read.place, read.channel_kind) == (place.place, place.channel_kind) == (here, "text")
    assert len(live.fake.log.of("POST", "/users/@me/channels")) == 1


async def test_a_member_whom_discord_gives_no_private_chat_is_told_who_may(live: Scene) -> None:
    """The place stays the server's, so the handlers refuse; nothing is set for anybody."""
    live.fake.faults.add(Fault("503", method="POST", path="/users/@me/channels", times=9))
    said = await live.fake.people.slash(live.text, "subscribe")
    assert live.fake.replies(said)
    (heard,) = live.front.heard
    assert (heard.channel_kind, heard.is_place_admin) == ("text", False)


async def test_an_open_reply_is_seen_by_all(live: Scene) -> None:
    """`is_private=False` is not hidden."""
    live.front.lines["latest"] = say("第 13 期", is_private=False)
    said = await live.fake.people.slash(live.text, "latest")
    assert not live.fake.replies(said)[0].is_ephemeral


async def test_several_pages_are_several_messages(live: Scene) -> None:
    """Further pages follow the first."""
    live.front.lines["latest"] = show(page(paragraph("一")), page(paragraph("二")), page(paragraph("三")))
    said = await live.fake.people.slash(live.text, "latest")
    await live.fake.until(lambda: len(said.messages) == 3)
    assert [texts(message) for message in live.fake.replies(said)] == ["一", "二", "三"]
    assert all(message.is_ephemeral for message in live.fake.replies(said))


async def test_a_press_on_ones_own_message_replaces_it(live: Scene) -> None:
    """Paging happens in place: the ephemeral message changes, no new one comes."""
    turn = ((Button("›", Action("issues", ("2",))),),)
    live.front.lines["command issues"] = show(page(paragraph("第 1 页"), rows=turn))
    live.front.lines["action issues"] = say("第 2 页")
    said = await live.fake.people.slash(live.text, "issues")
    (message,) = live.fake.replies(said)
    pressed = await live.fake.people.press(message, "issues:2")
    assert pressed.callbacks == [7]
    assert texts(message) == "第 2 页"
    assert message.is_ephemeral
    assert live.front.heard[-1].arguments == ("2",)


async def test_a_press_under_a_public_push_is_answered_quietly(live: Scene) -> None:
    """What everybody sees stays as it is; the person gets an answer of his own."""
    rows = ((Button("🔔", Action("subscribe")),),)
    pushed = live.platform.render(page(paragraph("第 13 期"), rows=rows), Form("public"))[0]
    await live.platform.send(parcel(live, live.text, message=pushed))
    (message,) = live.fake.state.in_channel(live.text.id)
    live.front.lines["subscribe"] = say("订阅了")
    pressed = await live.fake.people.press(message, "subscribe")
    assert texts(message) == "第 13 期"
    assert live.fake.replies(pressed)[0].is_ephemeral


async def test_an_old_button_of_another_life_still_works(live: Scene) -> None:
    """Nothing lives in memory: a message that this process never sent is pressed, its repeated name included."""
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "x", "custom_id": "item:3f#2"}]}
    old = live.fake.state.store(live.text.id, {"content": "很久以前", "components": [row]}, {})
    live.front.lines["item"] = say("条目")
    pressed = await live.fake.people.press(old, "item:3f#2")
    assert live.front.heard[-1].arguments == ("3f",)
    assert "条目" in texts(live.fake.replies(pressed)[0])


async def test_a_message_of_an_older_dress_is_replaced_whole(live: Scene) -> None:
    """Content and embeds of an old reply in private go when components take their place."""
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "x", "custom_id": "latest"}]}
    body = {"content": "旧", "embeds": [{"description": "旧"}], "components": [row]}
    old = live.fake.state.store(direct(live).id, body, {})
    live.front.lines["latest"] = say("新")
    await live.fake.people.press(old, "latest")
    assert texts(old) == "新"
    assert old.is_v2


async def test_a_choice_sends_the_action_of_what_was_chosen(live: Scene) -> None:
    """The meaning of a select lies in its options."""
    choice = Choice(
        "栏目", (Option("模型", Action("section", ("a",))), Option("芯片", Action("section", ("b",))))
    )
    first = page(paragraph("第 13 期"))
    live.front.lines["latest"] = Reply((type(first)(first.passages, choices=(choice,)),))
    live.front.lines["section"] = say("芯片")
    said = await live.fake.people.slash(live.text, "latest")
    (message,) = live.fake.replies(said)
    await live.fake.people.select(message, "select:1", ["section:b"])
    assert (live.front.heard[-1].route, live.front.heard[-1].arguments) == ("section", ("b",))
    assert texts(message) == "芯片"


async def test_ticks_of_a_multiple_choice_become_toggles(live: Scene) -> None:
    """Only what changed is toggled, new ticks first, one after the other, and the last word is shown."""
    options = tuple(
        Option(name, Action("toggle", (name,)), is_on=is_on)
        for name, is_on in (("a", True), ("b", False), ("c", True))
    )
    first = page(paragraph("分类"))
    live.front.lines["subscribe"] = Reply((type(first)(first.passages, choices=(Choice("分类", options),)),))
    live.front.lines["toggle"] = lambda incoming: say(f"切换 {incoming.arguments[0]}")
    said = await live.fake.people.slash(live.text, "subscribe")
    (message,) = live.fake.replies(said)
    select = component(message, "multi:1")
    wanted = [option["value"] for option in select["options"] if decode(option["value"]).arguments[0] in "bc"]
    await live.fake.people.select(message, "multi:1", wanted)
    assert [heard.arguments for heard in live.front.heard[1:]] == [("b",), ("a",)]
    assert texts(message) == "切换 a"


async def test_a_choice_without_change_is_only_acknowledged(live: Scene) -> None:
    """Closing a list as it was asks the handlers nothing, and the person sees no failure."""
    options = (Option("a", Action("toggle", ("a",)), is_on=True),)
    first = page(paragraph("分类"))
    live.front.lines["subscribe"] = Reply((type(first)(first.passages, choices=(Choice("分类", options),)),))
    said = await live.fake.people.slash(live.text, "subscribe")
    (message,) = live.fake.replies(said)
    pressed = await live.fake.people.select(message, "multi:1", ["toggle:a"], patience=None)
    await live.fake.until(lambda: pressed.callbacks == [6])
    assert len(live.front.heard) == 1


async def test_a_question_is_a_modal_and_its_words_come_back(live: Scene) -> None:
    """An Ask opens a modal; what was typed is an answer to its action."""
    ask = Ask("想找什么？", "千问", Action("search"))
    live.front.lines["command search"] = Reply(ask=ask)
    live.front.lines["answer search"] = say("3 条")
    asked = await live.fake.people.slash(live.text, "search")
    assert asked.modal is not None
    assert asked.modal["custom_id"] == "search"
    said = await live.fake.people.submit(asked, "千问 价格")
    assert live.front.heard[-1].text == "千问 价格"
    assert live.front.heard[-1].kind == "answer"
    assert texts(live.fake.replies(said)[0]) == "3 条"


async def test_a_question_that_comes_late_is_a_button_that_opens_it(live: Scene) -> None:
    """After a deferral no modal can be opened: the prompt comes with a button that does."""
    live.front.pause_s = 1.7
    live.front.lines["zone_ask"] = Reply(ask=Ask("你在哪个城市？" * 10, "上海", Action("zone")))
    said = await live.fake.people.slash(live.text, "zone_ask")
    (message,) = live.fake.replies(said)
    live.front.pause_s = 0
    opened = await live.fake.people.press(message, "ask:zone")
    assert opened.modal is not None
    assert opened.modal["custom_id"] == "zone"


async def test_a_slow_answer_is_deferred_first(live: Scene) -> None:
    """After a second and a half the person sees that something is coming; then it comes, still for him alone."""
    live.front.pause_s = 1.7
    live.front.lines["latest"] = say("第 13 期")
    said = await live.fake.people.slash(live.text, "latest")
    assert said.callbacks == [5]
    assert said.answered_after is not None
    assert said.answered_after < 2.0
    assert texts(live.fake.replies(said)[0]) == "第 13 期"
    assert live.fake.replies(said)[0].is_ephemeral


async def test_a_slow_open_answer_is_open_all_the_same(live: Scene) -> None:
    """A deferral that only one person sees does not hide what all should see."""
    live.front.pause_s = 1.7
    live.front.lines["latest"] = say("第 13 期", is_private=False)
    said = await live.fake.people.slash(live.text, "latest", patience=None)
    await live.fake.until(lambda: bool(said.messages))
    assert not live.fake.replies(said)[0].is_ephemeral


async def test_a_slow_press_still_replaces_its_message(live: Scene) -> None:
    """Acknowledged in time, replaced when the answer is there."""
    rows = ((Button("›", Action("issues", ("2",))),),)
    live.front.lines["command issues"] = show(page(paragraph("1"), rows=rows))
    live.front.lines["action issues"] = say("2")
    said = await live.fake.people.slash(live.text, "issues")
    live.front.pause_s = 1.7
    (message,) = live.fake.replies(said)
    pressed = await live.fake.people.press(message, "issues:2")
    assert pressed.callbacks == [6]
    assert texts(message) == "2"


async def test_a_passing_word_is_short_and_for_one_person(live: Scene) -> None:
    """A toast is an ephemeral sentence."""
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "🔖", "custom_id": "save:3f"}]}
    old = live.fake.state.store(live.text.id, {"content": "x", "components": [row]}, {})
    live.front.lines["save"] = Reply(toast="已收藏")
    pressed = await live.fake.people.press(old, "save:3f")
    (message,) = live.fake.replies(pressed)
    assert message.shown["content"] == "已收藏"
    assert message.is_ephemeral


async def test_a_reply_of_nothing_leaves_no_waiting_sign(live: Scene) -> None:
    """Discord must be answered: a command is taken back, a press acknowledged."""
    live.front.lines["quiet"] = Reply()
    said = await live.fake.people.slash(live.text, "quiet")
    assert said.callbacks == [5]
    assert live.fake.replies(said) == []
    assert not said.is_thinking


async def test_files_are_handed_over(live: Scene) -> None:
    """A file comes as an attachment with its name and bytes."""
    live.front.lines["export"] = say("给你", files=(File("第12期.md", "# 标题".encode(), "text/markdown"),))
    said = await live.fake.people.slash(live.text, "export")
    await live.fake.until(lambda: len(said.messages) == 2)
    assert live.fake.replies(said)[1].files == {"第12期.md": "# 标题".encode()}


async def test_completions_come_from_the_front(live: Scene) -> None:
    """What is offered is short enough for Discord, and each label stands once."""
    live.front.offers = [
        ("千问" * 60, "千问" * 60),
        ("千问 3", "a"),
        ("千问 3", "b"),
        ("芯片", "c"),
        ("千问 ", ""),
    ]
    offered = await live.fake.people.complete(live.text, "search", "query", "千问")
    assert [len(choice["name"]) for choice in offered] == [100, 4]
    assert len(offered[0]["value"]) == 100
    assert offered[1]["value"] == "a"


async def test_a_failing_completion_is_an_empty_list(live: Scene) -> None:
    """The person's own words stand; nothing is shown as broken."""
    assert await live.fake.people.complete(live.text, "latest", "series", "x") == []


async def test_a_watched_reply_can_be_edited_by_its_token(live: Scene) -> None:
    """The progress of a broadcast is shown by editing an ephemeral message, which only its token can do."""
    live.front.lines["broadcast"] = say("0/3", watch=7)
    said = await live.fake.people.slash(live.text, "broadcast")
    await live.until(lambda: bool(live.front.watched))
    ((campaign, place, message_id),) = live.front.watched
    assert (campaign, place, message_id) == (7, Place("discord", str(live.text.id)), said.messages[0])
    message = live.platform.render(page(paragraph("3/3")), Form("private"))[0]
    await live.platform.edit(place, message_id, message)
    assert texts(live.fake.replies(said)[0]) == "3/3"
    assert live.fake.replies(said)[0].is_ephemeral


async def test_one_failing_interaction_harms_nothing(live: Scene) -> None:
    """A front that breaks its promise costs that interaction; the next is answered, the gateway stays up."""
    live.front.lines["bad"] = RuntimeError("broken")
    live.front.lines["good"] = say("好")
    await live.fake.people.slash(live.text, "bad", patience=None)
    said = await live.fake.people.slash(live.text, "good")
    assert texts(live.fake.replies(said)[0]) == "好"
    assert live.platform.status.state == "up"
    assert live.fake.gateway.identifies == 1


async def test_an_answer_whose_body_is_lost_is_not_given_twice(live: Scene) -> None:
    """204 where a body was asked for: it counts as said, and the rest follows."""
    live.fake.faults.add(Fault("204", path="/callback"))
    live.front.lines["latest"] = show(page(paragraph("一")), page(paragraph("二")))
    said = await live.fake.people.slash(live.text, "latest")
    await live.fake.until(lambda: len(said.messages) == 2)
    assert [texts(message) for message in live.fake.replies(said)] == ["一", "二"]


async def test_an_answer_that_is_repeated_inside_the_library_is_given_once(live: Scene, hasty: None) -> None:
    """500 after it was stored: the library tries again, Discord says it was answered, one message stands there."""
    live.fake.faults.add(Fault("500 after", path="/callback"))
    said = await live.fake.people.slash(live.text, "latest")
    await live.until(lambda: len(live.fake.log.of("POST", "/callback")) == 2)
    assert len(said.messages) == 1


async def test_too_late_is_logged_and_nothing_more(live: Scene) -> None:
    """An interaction that came three seconds late cannot be answered; no second try is made."""
    live.fake.clock.advance(0)
    said = await live.fake.people.slash(live.text, "latest", patience=None)
    live.fake.clock.advance(4)
    await live.until(lambda: bool(live.fake.log.of("POST", "/callback")))
    await asyncio.sleep(0.1)
    assert len(live.fake.log.of("POST", "/callback")) == 1
    assert said.callbacks == []


async def test_a_reply_that_is_refused_becomes_an_apology(live: Scene) -> None:
    """What Discord refuses is replaced by a sentence, so that nobody waits for nothing."""
    live.fake.faults.add(Fault("403 html", path="/callback"))
    said = await live.fake.people.slash(live.text, "latest")
    assert "出了点问题" in texts(live.fake.replies(said)[0])


async def test_a_context_menu_is_left_alone(live: Scene) -> None:
    """What we never registered is no command of ours."""
    message = live.fake.state.store(live.text.id, {"content": "x"}, {})
    await live.fake.people.menu(message, "Save")
    live.front.lines["latest"] = say("好")
    await live.fake.people.slash(live.text, "latest")
    assert [heard.route for heard in live.front.heard] == ["latest"]


async def test_a_user_installed_bot_answers_within_its_followups(live: Scene) -> None:
    """Where the bot is no member it may speak six times; the seventh costs nothing but itself."""
    live.front.lines["latest"] = show(*(page(paragraph(str(number))) for number in range(7)))
    said = await live.fake.people.slash(live.text, "latest", is_user_installed=True)
    await live.fake.until(lambda: len(said.messages) == 6)
    assert live.platform.status.state == "up"


async def test_the_bot_introduces_itself_where_it_comes_and_forgets_where_it_leaves(live: Scene) -> None:
    """A new server is greeted once; a lost one is told to the handlers place by place."""
    from tests.fakes.discord.payloads import guild_payload  # noqa: PLC0415

    live.front.lines["joined "] = say("你好，我每周一送来要闻")
    guild = live.fake.state.guild("新服务器")
    lobby = live.fake.state.channel(guild, "text", "lobby")
    forum = live.fake.state.channel(guild, "forum", "forum")
    await live.fake.gateway.dispatch("GUILD_CREATE", guild_payload(live.fake.state, guild))
    await live.fake.until(lambda: bool(live.fake.state.in_channel(lobby.id)))
    assert live.front.heard[0].kind == "joined"
    await live.fake.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)})
    await live.until(lambda: sum(heard.kind == "left" for heard in live.front.heard) == 2)
    left = {heard.place.address for heard in live.front.heard if heard.kind == "left"}
    assert left == {str(lobby.id), str(forum.id)}
