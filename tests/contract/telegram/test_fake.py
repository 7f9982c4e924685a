"""Does the fake behave as the real server? Formatting, files, polls, limits, faults; and its other door, /control."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.contract.telegram.caller import KEY, TEXT, Caller, expect_findings, keyboard
from tests.contract.telegram.stage import ADMIN, BASIC, GROUP, NEWS, READER, png
from tests.fakes.telegram import TOKEN, FakeTelegram, Rates
from tests.fakes.telegram.formatting import from_html, from_markdown
from tests.fakes.telegram.specification import Specification

ROOT = Path(__file__).parents[3]


async def test_tokens_and_paths(call: Caller):
    """A malformed token, a foreign one, a path that is none, a method nobody knows; names ignore case."""
    assert (await call("getMe", token="12:short"))["description"] == "Unauthorized: invalid token specified"
    assert (await call("getMe", token="1234:" + "A" * 30))["description"] == "Unauthorized"
    async with call.session.get(f"{call.fake.base}/nowhere") as response:
        assert (response.status, (await response.json())["description"]) == (404, "Not Found")
    assert (await call("sendRiddle"))["description"] == "Not Found: method not found"
    expect_findings(call.fake, "a method this server does not know")
    assert (await call.ok("GETME"))["username"] == call.fake.world.state.bot["username"]


async def test_parameters_come_in_every_way(call: Caller):
    """Query, form, multipart and JSON say the same; numbers and objects may be written as words."""
    address = f"{call.fake.base}/bot{TOKEN}/sendMessage"
    markup = json.dumps(keyboard(KEY))
    form = aiohttp.FormData({"chat_id": str(READER), "text": "form", "reply_markup": markup})
    parts = aiohttp.FormData(default_to_multipart=True)
    for name, value in (("chat_id", str(READER)), ("text", "parts"), ("reply_markup", markup)):
        parts.add_field(name, value)
    query = {"chat_id": str(READER), "text": "query", "reply_markup": markup}
    await call.session.get(address, params=query)
    await call.session.post(address, data=form)
    await call.session.post(address, data=parts)
    await call.ok("sendMessage", chat_id=str(READER), text="json", reply_markup=markup)
    shown = call.fake.messages(READER)
    assert [one["text"] for one in shown] == ["query", "form", "parts", "json"]
    assert all(one["reply_markup"] == keyboard(KEY) for one in shown)


async def test_what_the_real_server_ignores_is_found(call: Caller):
    """A typo in a name, a nested field that does not exist, a wrong type, a missing parameter."""
    if not call.fake.checks_calls:
        pytest.skip(
            "no specs: telegram-bot-api.json is not there; set ZHOUZHI_SHARED to the folder that holds it"
        )
    await call("sendMessage", **TEXT, disable_notifications=True)
    await call("sendMessage", **TEXT, link_preview_options={"disabled": True})
    await call("sendMessage", **TEXT, disable_notification="perhaps")
    await call("editMessageText", chat_id=READER, message_id=1)
    await call("answerCallbackQuery", callback_query_id="1", show_alert=1)
    await call("sendMessage", chat_id=READER)
    expect_findings(
        call.fake,
        "unknown parameter 'disable_notifications'",
        "unknown field 'disabled' of LinkPreviewOptions",
        "sendMessage ->.link_preview_options",  # the answer shows what was asked for
        "'perhaps' is no Boolean",
        "show_alert: 1 is no Boolean",
        "required parameter 'text' is missing",
    )


async def test_real_rules_without_words_are_found(call: Caller):
    """Nothing is invented: the call passes and the test fails."""
    nine = keyboard(*[KEY] * 9)
    many = {"inline_keyboard": [[KEY] * 8] * 13}
    entities = [{"type": "bold", "offset": 0, "length": 1}] * 101
    await call.ok("sendMessage", **TEXT, reply_markup=nine)
    await call.ok("sendMessage", **TEXT, reply_markup=many)
    await call.ok("sendMessage", **TEXT, entities=entities)
    await call.ok("sendMessage", **TEXT, entities=[{"type": "bold", "offset": 0, "length": 9}])
    await call.ok(
        "sendMessage", **{**TEXT, "text": "😀x"}, entities=[{"type": "bold", "offset": 1, "length": 1}]
    )
    query = call.fake.people.press(READER, 1, "x")
    await call.ok("answerCallbackQuery", callback_query_id=query, text="x" * 201)
    expect_findings(
        call.fake,
        "more than 8 buttons in a row",
        "104 buttons in one keyboard",
        "101 entities in one message",
        "out of the text or within a character",
        "out of the text or within a character",
        "takes 200 characters",
    )


async def test_text_is_stored_as_the_server_stores_it(call: Caller):
    """HTML becomes entities, white space at the ends goes, offsets follow."""
    sent = await call.ok(
        "sendMessage",
        chat_id=READER,
        text="  😀 <b>粗</b>&amp;<a href='https://a.example'>链</a> \n",
        parse_mode="HTML",
    )
    assert sent["text"] == "😀 粗&链"
    assert sent["entities"] == [
        {"type": "bold", "offset": 3, "length": 1},
        {"type": "text_link", "offset": 5, "length": 1, "url": "https://a.example"},
    ]


def test_html_and_markdown_of_every_kind():
    """Nested tags, code with a language, expandable quotes; MarkdownV2 with escapes."""
    text, entities = from_html(
        '<blockquote expandable>a<i>b</i></blockquote><pre><code class="language-py">x</code></pre>'
    )
    assert text == "abx"
    assert entities == [
        {"type": "expandable_blockquote", "offset": 0, "length": 2},
        {"type": "italic", "offset": 1, "length": 1},
        {"type": "pre", "offset": 2, "length": 1, "language": "py"},
    ]
    text, entities = from_markdown("*b* _i_ __u__ ~s~ ||p|| `c` [l](https://a.example) \\.")
    assert text == "b i u s p c l ."
    assert [one["type"] for one in entities] == [
        "bold", "italic", "underline", "strikethrough", "spoiler", "code", "text_link",
    ]  # fmt: skip


async def test_edits_change_and_refuse(call: Caller):
    """The same again is refused; an edit without a keyboard takes it away; a stranger's message is not ours."""
    sent = await call.ok("sendMessage", **TEXT, reply_markup=keyboard(KEY))
    mine = {"chat_id": READER, "message_id": sent["message_id"]}
    again = await call("editMessageText", **mine, text="x", reply_markup=keyboard(KEY))
    assert again["description"].startswith(
        "Bad Request: message is not modified: specified new message content"
    )
    edited = await call.ok("editMessageText", **mine, text="x")
    assert "reply_markup" not in edited
    foreign = call.fake.people.say(READER, "早")
    refused = await call("editMessageText", chat_id=READER, message_id=foreign["message_id"], text="x")
    assert refused["description"] == "Bad Request: message can't be edited"
    assert await call.ok("deleteMessage", **mine) is True
    assert call.fake.messages(READER) == []


async def test_files_live_on(call: Caller):
    """Uploaded once, sent again by id, fetched by its path, and of the kind it was."""
    content = png(30, 20)
    parts = aiohttp.FormData({"chat_id": str(READER), "photo": "attach://one"})
    parts.add_field("one", content, filename="x.png", content_type="image/png")
    async with call.session.post(f"{call.fake.base}/bot{TOKEN}/sendPhoto", data=parts) as response:
        sent = (await response.json())["result"]
    file_id = sent["photo"][-1]["file_id"]
    assert (sent["photo"][-1]["width"], sent["photo"][-1]["height"]) == (30, 20)
    await call.ok("sendPhoto", chat_id=NEWS, photo=file_id)
    path = (await call.ok("getFile", file_id=file_id))["file_path"]
    async with call.session.get(f"{call.fake.base}/file/bot{TOKEN}/{path}") as response:
        assert await response.read() == content
    wrong = await call("sendDocument", chat_id=READER, document=file_id)
    assert wrong["description"] == "Bad Request: wrong file identifier/HTTP URL specified"
    for name, reason in (
        ("x.webm", "photo has unsupported extension"),
        ("x.png", "PHOTO_INVALID_DIMENSIONS"),
    ):
        parts = aiohttp.FormData({"chat_id": str(READER), "photo": "attach://one"})
        parts.add_field("one", png(1, 30), filename=name, content_type="image/png")
        async with call.session.post(f"{call.fake.base}/bot{TOKEN}/sendPhoto", data=parts) as response:
            assert (await response.json())["description"].startswith(f"Bad Request: {reason}")


async def test_copies_forwards_and_reactions(call: Caller):
    """A forward names its origin, a copy only its id, a reaction is kept; protected content stays."""
    sent = await call.ok("sendMessage", chat_id=NEWS, text="原文")
    source = {"from_chat_id": NEWS, "message_id": sent["message_id"]}
    forwarded = await call.ok("forwardMessage", chat_id=READER, **source)
    assert (forwarded["text"], forwarded["forward_origin"]["type"]) == ("原文", "channel")
    copied = await call.ok("copyMessage", chat_id=READER, **source)
    assert set(copied) == {"message_id"}
    like = [{"type": "emoji", "emoji": "👍"}]
    await call.ok("setMessageReaction", chat_id=NEWS, message_id=sent["message_id"], reaction=like)
    assert call.fake.stored(NEWS, sent["message_id"]).reactions == like
    call.fake.chat(NEWS).is_protected = True
    assert not (await call("forwardMessage", chat_id=READER, **source))["ok"]


async def test_ids_run_per_channel_and_in_one_box(call: Caller):
    """Channels and supergroups count for themselves, private chats and basic groups together."""
    ids = [
        (await call.ok("sendMessage", chat_id=chat, text="x"))["message_id"]
        for chat in (READER, NEWS, GROUP, BASIC, NEWS, READER)
    ]
    assert ids == [1, 1, 1, 2, 2, 3]


async def test_a_poll_waits_and_keeps_what_is_not_confirmed(call: Caller):
    """Nothing comes before its time, nothing is lost before it is confirmed, allowed kinds only."""
    waiting = asyncio.create_task(call.ok("getUpdates", timeout=5, allowed_updates=["message"]))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    call.fake.people.say(READER, "早")
    first = await waiting
    assert first == await call.ok("getUpdates")
    call.fake.people.say(NEWS, "post")
    assert await call.ok("getUpdates", offset=first[0]["update_id"] + 1, allowed_updates=["message"]) == []
    (post,) = await call.ok("getUpdates", offset=first[0]["update_id"] + 1)
    assert "channel_post" in post
    assert call.fake.world.updates.confirmed == 1


async def test_two_pollers_and_a_webhook_conflict(call: Caller):
    """The older poll fails; while a webhook is set, every poll does."""
    older = asyncio.create_task(call("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    await call.ok("getUpdates", timeout=0)
    assert (await older)["description"].startswith("Conflict: terminated by other getUpdates request")
    call.fake.world.updates.webhook = "https://example.org"
    assert (await call("getUpdates"))["description"].startswith(
        "Conflict: can't use getUpdates method while webhook"
    )
    await call.ok("deleteWebhook")
    assert (await call.ok("getWebhookInfo"))["url"] == ""


async def test_presses_expire(call: Caller):
    """Answered once; a second time, or too late, is too old."""
    query = call.fake.people.press(READER, 1, "x")
    await call.ok("answerCallbackQuery", callback_query_id=query)
    assert not (await call("answerCallbackQuery", callback_query_id=query))["ok"]
    call.fake.world.query_life_s = 0
    late = call.fake.people.press(READER, 1, "x")
    assert not (await call("answerCallbackQuery", callback_query_id=late))["ok"]


RATES = [
    (Rates(per_second=3), [READER, NEWS, GROUP, BASIC], 3),
    (Rates(per_second=3, model="bucket"), [READER, NEWS, GROUP, BASIC], 3),
    (Rates(), [READER, READER], 1),
    (Rates(chat_burst=3), [READER] * 4, 3),
    (Rates(chat_burst=9, per_group_minute=4), [GROUP] * 5, 4),
    (Rates(chat_burst=9, per_group_minute=4, model="bucket"), [GROUP] * 5, 4),
]


@pytest.mark.parametrize(("rates", "chats", "passed"), RATES)
async def test_limits_are_enforced(call: Caller, rates, chats, passed):
    """So many pass at once, the next is told to wait, in both models of counting."""
    call.fake.world.limiter.reset(rates)
    bodies = [await call("sendMessage", chat_id=chat, text="x") for chat in chats]
    assert [body["ok"] for body in bodies] == [True] * passed + [False]
    wait = bodies[-1]["parameters"]["retry_after"]
    assert (bodies[-1]["error_code"], bodies[-1]["description"]) == (
        429,
        f"Too Many Requests: retry after {wait}",
    )
    assert 1 <= wait <= 60
    assert call.fake.log.most_within(60) == passed


async def test_a_waiting_time_is_enough(call: Caller):
    """Whoever waits as told passes."""
    call.fake.world.limiter.reset(Rates(per_chat_s=0.2))
    assert [(await call("sendMessage", **TEXT))["ok"] for _ in range(2)] == [True, False]
    await asyncio.sleep(0.2)
    assert (await call("sendMessage", **TEXT))["ok"]


async def test_faults_strike_where_they_are_told(call: Caller):
    """By method, chat and count; chance is seeded; all struck calls are in the log."""
    call.fake.faults.add("forbidden", method="sendMessage", chat=NEWS, nth=2)
    oks = [(await call("sendMessage", chat_id=chat, text="x"))["ok"] for chat in (NEWS, READER, NEWS, NEWS)]
    assert oks == [True, True, False, True]
    call.fake.faults.clear()
    runs = []
    for _ in range(2):
        call.fake.faults.clear()
        call.fake.faults.reseed(7)
        call.fake.faults.add("error_before", times=0, chance=0.5)
        runs.append([(await call("sendMessage", **TEXT))["ok"] for _ in range(12)])
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 2
    assert sum(entry.fault == "error_before" for entry in call.fake.log.entries) == 2 * runs[0].count(False)


async def test_members_are_told_apart(call: Caller):
    """Creator, member, stranger; each as the specification wants it."""
    for user, status in ((ADMIN, "creator"), (READER, "member")):
        call.fake.world.state.person(user)
        assert (await call.ok("getChatMember", chat_id=GROUP, user_id=user))["status"] == status
    call.fake.world.state.person(5)
    assert (await call.ok("getChatMember", chat_id=GROUP, user_id=5))["status"] == "left"
    assert (await call.ok("getChat", chat_id=NEWS))["title"] == "周知频道"
    assert await call.ok("setMyDescription", description="周知") is True
    assert (await call.ok("getMyDescription"))["description"] == "周知"


async def test_without_a_specification_validation_is_off_and_says_so(tmp_path: Path):
    """The fake still refuses by its own rules."""
    async with (
        FakeTelegram(specification=Specification(tmp_path / "none.json")) as fake,
        aiohttp.ClientSession() as session,
    ):
        fake.people.private(READER)
        assert not fake.checks_calls
        caller = Caller(fake, session)
        assert (await caller("sendMessage", chat_id=READER, text="x", nonsense=1))["ok"]
        assert not (await caller("sendMessage", chat_id=READER, text=""))["ok"]
        assert fake.findings == []


async def test_it_runs_as_a_process_of_its_own_and_is_driven_by_http(tmp_path: Path):
    """Chats, words, presses, faults and the log through /control; every accept is in the file before its answer."""
    log = tmp_path / "calls.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.telegram", "--log", str(log), "--with-parent",
        cwd=ROOT, env=dict(os.environ), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    _, base, token = (await process.stdout.readline()).decode().split()
    async with aiohttp.ClientSession(base, timeout=aiohttp.ClientTimeout(10)) as session:

        async def control(name: str, **body: Any) -> Any:
            async with session.post(f"/control/{name}", json=body) as response:
                assert response.status == 200, await response.text()
                return await response.json()

        async def view(name: str) -> Any:
            async with session.get(f"/control/{name}") as response:
                return await response.json()

        await control("chat", id=READER, title="小林")
        await control("rates", is_enforced=False)
        await control("fault", kind="lose_answer", method="sendMessage", nth=2)
        send = {"chat_id": READER, "text": "x", "reply_markup": keyboard(KEY)}
        async with session.post(f"/bot{token}/sendMessage", json=send) as response:
            sent = (await response.json())["result"]
        with pytest.raises(aiohttp.ClientError):
            await session.post(f"/bot{token}/sendMessage", json=send)
        await control("say", chat_id=READER, text="/start")
        await control("press", chat_id=READER, message_id=sent["message_id"], label="x")
        await control("block", user_id=READER)
        state, calls, findings = await view("state"), await view("log"), await view("findings")
        assert (state["pending"], [one["stored"] for one in calls], findings) == (3, [[1], [2]], [])
        assert len(await view(f"messages?chat={READER}")) == 2
        async with session.post("/control/say", json={"chat_id": 77, "text": "x"}) as response:
            assert response.status == 400
        await control("stop")
    assert await asyncio.wait_for(process.wait(), 10) == 0
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [(one["event"], one["number"]) for one in lines] == [
        ("stored", 0),
        ("answered", 0),
        ("stored", 1),
        ("cut", 1),
    ]
