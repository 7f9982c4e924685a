"""Does the fake behave as Discord's documentation says? Codes, limits, faults, findings; and its other door, /control."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import TOKEN, FakeDiscord, Fault, Rates
from tests.fakes.discord.specification import specification

ROOT = Path(__file__).parents[3]
V2 = 1 << 15
ANSWERED = tuple[int, Any, Any]


class Caller:
    """Speaks to the fake as anybody could."""

    def __init__(self, fake: FakeDiscord, session: aiohttp.ClientSession) -> None:
        self.fake = fake
        self.session = session
        self.text = next(one for one in fake.state.channels.values() if one.kind == "text")

    async def __call__(self, method: str, path: str, body: Any = None, *, token: str = TOKEN) -> ANSWERED:
        headers = {"Authorization": f"Bot {token}"}
        address = f"{self.fake.api_base}{path}"
        async with self.session.request(method, address, json=body, headers=headers) as response:
            is_json = response.headers.get("Content-Type") == "application/json"
            return (
                response.status,
                await response.json() if is_json else await response.text(),
                response.headers,
            )

    async def post(self, **body: Any) -> ANSWERED:
        return await self("POST", f"/channels/{self.text.id}/messages", body)

    async def code(self, **body: Any) -> tuple[int, int]:
        status, answer, _ = await self.post(**body)
        return status, answer.get("code", 0)

    def forget(self, *words: str) -> None:
        """These findings were meant, in this order, and no others were made."""
        found, self.fake.world.findings = self.fake.world.findings, []
        assert len(found) == len(words), found
        for finding, word in zip(found, words, strict=True):
            assert word in finding


@pytest.fixture
async def call(fake: FakeDiscord) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(fake, session)


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def button(custom_id: str, **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "x", "custom_id": custom_id, **more}


async def test_every_answer_has_discords_headers(call: Caller) -> None:
    """Exactly JSON, a `Via`, and the bucket's numbers."""
    _, _, headers = await call.post(content="x")
    assert headers["Content-Type"] == "application/json"
    assert headers["Via"]
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("5", "4")
    assert float(headers["X-RateLimit-Reset-After"]) > 4
    assert {"X-RateLimit-Reset", "X-RateLimit-Bucket"} <= set(headers)


async def test_codes_by_cause(call: Caller) -> None:
    """Token, channel, sight, right, message, and what is empty."""
    state = call.fake.state
    assert (await call("GET", "/users/@me", token="no"))[:2] == (
        401,
        {"message": "401: Unauthorized", "code": 0},
    )
    assert (await call("POST", "/channels/1/messages", {"content": "x"}))[1]["code"] == 10003
    assert (await call("GET", f"/channels/{call.text.id}/messages/1"))[1]["code"] == 10008
    assert await call.code() == (400, 50006)
    call.text.rights = {"view"}
    assert await call.code(content="x") == (403, 50013)
    call.text.rights = set()
    assert await call.code(content="x") == (403, 50001)
    assert (await call("POST", "/interactions/1/x/callback", {"type": 6}))[1]["code"] == 10062
    assert (await call("POST", f"/webhooks/{state.application}/x", {"content": "x"}))[1]["code"] == 10015


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"content": "x" * 2_001}, "content"),
        ({"content": "x", "flags": V2, "components": [text("y")]}, "content"),
        ({"components": [text("y")]}, "V2 flag"),
        ({"flags": V2, "components": [text("x" * 2_001), text("x" * 2_000)]}, "4000 or fewer"),
        ({"flags": V2, "components": [{"type": 17, "components": [text("x")] * 40}]}, "40 or fewer"),
        ({"flags": V2, "components": [text(" ")]}, "empty text"),
        ({"embeds": [{"description": "x" * 3_001}] * 2}, "6000"),
        ({"embeds": [{"description": "x", "url": "no address"}]}, "URL"),
        ({"content": "x", "components": [row(button(str(number))) for number in range(6)]}, "5 or fewer"),
        ({"content": "x", "components": [row(button("a"), button("a"))]}, "stands 2 times"),
        ({"content": "x", "components": [row(button("a", url="https://x.test"))]}, "exactly one"),
        ({"content": "x", "components": [row(button("a", label=" "))]}, "label or emoji"),
        ({"content": "x", "enforce_nonce": True}, "without nonce"),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "exclude"),
        ({"flags": V2, "components": [{"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}]}, "not attached"),
    ],
)  # fmt: skip
async def test_what_the_description_lets_pass_is_refused(
    call: Caller, body: dict[str, Any], word: str
) -> None:
    """50035 with a tree, and a finding that fails the test of whoever sent it."""
    status, answer, _ = await call.post(**body)
    assert (status, answer["code"]) == (400, 50035)
    assert answer["errors"]
    call.forget(word)


async def test_the_tree_names_the_field(call: Caller) -> None:
    """As discord.py prints it: `In embeds.0.description: …`."""
    if specification() is None:
        pytest.skip(
            "no specs: discord-openapi.json is not there; set ZHOUZHI_SHARED to the folder that holds it"
        )
    _, answer, _ = await call.post(embeds=[{"description": "x" * 4_097}])
    (error,) = answer["errors"]["embeds"]["0"]["description"]["_errors"]
    assert error == {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 4096 or fewer in length."}
    call.forget("4096")


async def test_the_description_is_kept_to(call: Caller) -> None:
    """Types, unions by `type`, unknown fields and parameters; what Discord would ignore is taken, and found."""
    if specification() is None:
        pytest.skip(
            "no specs: discord-openapi.json is not there; set ZHOUZHI_SHARED to the folder that holds it"
        )
    assert await call.code(content=7) == (400, 50035)
    assert await call.code(
        content="x", components=[row({"type": 2, "style": 9, "custom_id": "a", "label": "x"})]
    ) == (400, 50035)
    assert await call.code(content="x", components=[{"type": 99}]) == (400, 50035)
    assert await call.code(content="x", alowed_mentions={"parse": []}) == (200, 0)
    await call("GET", f"/channels/{call.text.id}/messages?limits=3")
    await call("GET", "/channels/none/of/these")
    found = call.fake.world.findings
    call.fake.world.findings = []
    assert ["content" in found[0], "style" in found[1], "99" in found[2]] == [True] * 3
    assert "unknown field: alowed_mentions" in found[3]
    assert "limits" in found[4]
    assert "no such endpoint" in found[5]


async def test_too_many_bytes_are_a_server_error(call: Caller) -> None:
    """The rule nobody wrote down answers 500."""
    status, _, _ = await call.post(flags=V2, components=[text("字" * 3_500)])
    assert status == 500


async def test_a_bucket_a_channel_and_fifty_a_second(call: Caller) -> None:
    """The sixth post within the window, and the fifty-first call within a second, are too fast, each in its scope."""
    for _ in range(5):
        assert (await call.post(content="x"))[0] == 200
    status, answer, headers = await call.post(content="x")
    assert (status, headers["X-RateLimit-Scope"], answer["global"]) == (429, "user", False)
    assert 0 < answer["retry_after"] <= 5
    call.fake.clock.advance(5)
    assert (await call.post(content="x"))[0] == 200
    call.fake.clock.advance(2)
    answers = [await call("GET", f"/channels/{call.text.id}") for _ in range(51)]
    assert [status for status, _, _ in answers].count(429) == 1
    assert answers[-1][1]["global"]
    assert answers[-1][2]["X-RateLimit-Global"] == "true"


async def test_ten_thousand_refusals_are_a_ban(call: Caller) -> None:
    """What is not listened to ends in an answer without `Via` that is no JSON, until ten minutes have passed."""
    call.fake.limits.rates = Rates(invalid_in_ten_minutes=3)
    for _ in range(3):
        await call("GET", "/users/@me", token="no")
    status, answer, headers = await call("GET", "/users/@me")
    assert status == 429
    assert isinstance(answer, str)
    assert "Via" not in headers
    call.fake.clock.advance(601)
    assert (await call("GET", "/users/@me"))[0] == 200


async def test_the_v2_flag_cannot_be_taken_off(call: Caller) -> None:
    """An edit keeps it, and content cannot be put beside it."""
    _, made, _ = await call.post(flags=V2, components=[text("x")])
    address = f"/channels/{call.text.id}/messages/{made['id']}"
    _, answer, _ = await call("PATCH", address, {"flags": 0, "components": [text("y")]})
    assert answer["flags"] & V2
    assert (await call("PATCH", address, {"content": "y"}))[1]["code"] == 50035
    call.forget("content")


async def test_crossposts_have_an_hourly_quota(call: Caller) -> None:
    """Only in announcement channels, once a message, ten an hour."""
    official = next(one for one in call.fake.state.channels.values() if one.kind == "announcement")
    made = [call.fake.state.store(official.id, {"content": "x"}, {}) for _ in range(11)]
    address = f"/channels/{official.id}/messages/{{}}/crosspost"
    assert [(await call("POST", address.format(one.id)))[0] for one in made] == [200] * 10 + [429]
    assert (await call("POST", address.format(made[0].id)))[1]["code"] == 40033
    mine = call.fake.state.store(call.text.id, {"content": "x"}, {})
    assert (await call("POST", f"/channels/{call.text.id}/messages/{mine.id}/crosspost"))[1]["code"] == 50024


async def test_history_pins_and_private_chats(call: Caller) -> None:
    """Newest first after an anchor; the newest pin on top; one private chat a person."""
    ids = [int((await call.post(content=str(number)))[1]["id"]) for number in range(3)]
    _, answer, _ = await call("GET", f"/channels/{call.text.id}/messages?after={ids[0]}&limit=100")
    assert [int(one["id"]) for one in answer] == [ids[2], ids[1]]
    for number in ids[:2]:
        assert (await call("PUT", f"/channels/{call.text.id}/messages/pins/{number}"))[0] == 204
    assert call.text.pins == [ids[1], ids[0]]
    assert (await call("DELETE", f"/channels/{call.text.id}/messages/pins/{ids[1]}"))[0] == 204
    user = call.fake.state.user("阿明")
    chats = [
        (await call("POST", "/users/@me/channels", {"recipient_id": str(user.id)}))[1]["id"] for _ in range(2)
    ]
    assert chats[0] == chats[1]


async def test_an_interaction_is_answered_once_in_time(call: Caller) -> None:
    """Twice is 40060, after three seconds 10062, after fifteen minutes its token is unknown."""
    state = call.fake.state
    said = await call.fake.people.slash(call.text, "latest", patience=None)
    address = f"/interactions/{said.id}/{said.token}/callback?with_response=1"
    _, answer, _ = await call("POST", address, {"type": 4, "data": {"content": "x"}})
    assert answer["resource"]["message"]["content"] == "x"
    assert (await call("POST", address, {"type": 4, "data": {"content": "x"}}))[1]["code"] == 40060
    late = await call.fake.people.slash(call.text, "latest", patience=None)
    call.fake.clock.advance(3.1)
    address = f"/interactions/{late.id}/{late.token}/callback"
    assert (await call("POST", address, {"type": 4, "data": {"content": "x"}}))[1]["code"] == 10062
    call.fake.clock.advance(15 * 60)
    address = f"/webhooks/{state.application}/{said.token}?wait=true"
    assert (await call("POST", address, {"content": "x"}))[1]["code"] == 10015


async def test_commands_are_checked_as_a_whole(call: Caller) -> None:
    """Names, order of options, and the day's quota of creations."""
    address = f"/applications/{call.fake.state.application}/commands"
    option = {"type": 3, "name": "a", "description": "x", "required": False}
    wrong = {
        "type": 1,
        "name": "Latest",
        "description": "x",
        "options": [option, {**option, "name": "b", "required": True}],
    }
    assert (await call("PUT", address, [wrong]))[1]["code"] == 50035
    call.forget("name is invalid", "Required options")
    right = [{"type": 1, "name": f"c{number}", "description": "x"} for number in range(100)]
    other = [{**command, "name": f"{command['name']}x"} for command in right]
    assert (await call("PUT", address, right))[0] == 200
    assert (await call("PUT", address, right))[0] == 200
    assert (await call("PUT", address, other))[0] == 200
    assert (await call("PUT", address, [{**right[0], "name": "one-more"}]))[1]["code"] == 30034


async def test_faults_strike_as_ordered_and_by_chance_with_a_seed(call: Caller) -> None:
    """The n-th call, before or after storing; the same seed strikes the same calls."""
    call.fake.limits.rates = Rates(is_enforced=False)
    call.fake.faults.add(Fault("502", method="POST", path="/messages", skip=1))
    call.fake.faults.add(Fault("500 after", method="POST", path="/messages", skip=2))
    assert [(await call.post(content=str(number)))[0] for number in range(4)] == [200, 502, 500, 200]
    assert len(call.fake.state.in_channel(call.text.id)) == 3
    call.fake.faults.clear()
    patterns = []
    for _ in range(2):
        call.fake.faults.clear()
        call.fake.faults.reseed(7)
        call.fake.faults.add(Fault("503", method="POST", chance=0.5, times=99))
        patterns.append([(await call.post(content="x"))[0] for _ in range(20)])
    assert patterns[0] == patterns[1]
    assert set(patterns[0]) == {200, 503}


async def test_a_lost_answer_is_in_the_log(call: Caller) -> None:
    """Stored, never answered: the log knows both."""
    call.fake.faults.add(Fault("lose", method="POST"))
    with pytest.raises(aiohttp.ClientError):
        await call.post(content="x")
    (logged,) = call.fake.log.of("POST", "/messages")
    assert logged.stored is not None
    assert (logged.status, logged.fault) == (None, "lose")


async def test_uploads_and_attachments_belong_together(call: Caller) -> None:
    """A form's files are kept under their listed names; what is listed and not sent is found."""

    def form(numbers: list[int]) -> aiohttp.FormData:
        data = aiohttp.FormData(quote_fields=False)
        listed = [{"id": number, "filename": f"{number}.png"} for number in numbers]
        data.add_field("payload_json", json.dumps({"content": "x", "attachments": listed}))
        data.add_field("files[0]", b"png", filename="any.png", content_type="application/octet-stream")
        return data

    address = f"{call.fake.api_base}/channels/{call.text.id}/messages"
    headers = {"Authorization": f"Bot {TOKEN}"}
    async with call.session.post(address, data=form([0]), headers=headers) as response:
        assert response.status == 200
    assert call.fake.state.in_channel(call.text.id)[0].files == {"0.png": b"png"}
    async with call.session.post(address, data=form([0, 1]), headers=headers) as response:
        assert (await response.json())["code"] == 50035
    call.forget("uploads [0]")


async def test_a_gateway_of_a_wrong_token_and_greedy_intents(fake: FakeDiscord) -> None:
    """4004 and 4014, and 4002 for what is longer than a payload may be."""
    async with aiohttp.ClientSession() as session:
        for change, code in (
            ({"token": "no"}, 4004),
            ({"intents": 1 << 15}, 4014),
            ({"x": "y" * 5_000}, 4002),
        ):
            async with session.ws_connect(fake.gateway_url) as socket:
                assert (await socket.receive_json())["op"] == 10
                await socket.send_json({"op": 2, "d": {"token": TOKEN, "intents": 1, **change}})
                await socket.receive()
                assert socket.close_code == code


async def test_too_many_gateway_events_close_it(fake: FakeDiscord) -> None:
    """More than 120 within a minute."""
    async with aiohttp.ClientSession() as session, session.ws_connect(fake.gateway_url) as socket:
        await socket.receive_json()
        for _ in range(121):
            await socket.send_json({"op": 1, "d": None})
        async for _ in socket:
            pass
        assert socket.close_code == 4008


async def test_it_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    """Driven through /control, logging every accept before its answer, and ending by request."""
    log = tmp_path / "calls.jsonl"
    arguments = ["-m", "tests.fakes.discord", "--log", str(log), "--life", "60", "--with-parent"]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env=os.environ,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        _, base, token = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().split()
        async with aiohttp.ClientSession() as session:

            async def control(name: str, /, **body: Any) -> Any:
                async with session.post(f"{base}/control/{name}", json=body) as response:
                    return await response.json()

            guild = await control("guild", name="服务器")
            channel = await control("channel", guild=guild["id"], kind="text", name="news")
            await control("fault", kind="lose", method="POST", path="/messages")
            address = f"{base}/api/v10/channels/{channel['id']}/messages"
            with pytest.raises(aiohttp.ClientError):
                await session.post(address, json={"content": "x"}, headers={"Authorization": f"Bot {token}"})
            async with session.get(f"{base}/control/messages", params={"channel": channel["id"]}) as response:
                assert [one["text"] for one in await response.json()] == ["x"]
            async with session.get(f"{base}/control/findings") as response:
                assert await response.json() == []
            await control("stop")
        assert await asyncio.wait_for(process.wait(), 10) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert [event["event"] for event in events] == ["stored"]
    assert events[0]["body"] == {"content": "x"}
