"""How is a fake in another process driven? By HTTP under `/control`: everything a test in this process can do.

POST /control/guild        {"name"?, "locale"?}                                   -> {"id"}
POST /control/channel      {"guild", "kind"?, "name"?, "needs_tag"?}              -> {"id"}
POST /control/user         {"name"?, "locale"?, "is_closed"?, "is_stranger"?}     -> {"id", "direct": channel id}
PATCH /control/channel     {"id", "rights": [...]} | {"id", "is_deleted": true}
PATCH /control/user        {"id", "is_closed"?, "is_stranger"?}
POST /control/slash        {"channel", "name", "options"?, "user"?, "is_admin"?}  -> what was said
                           "files": {option: {"name", "content": base64}} too
POST /control/press        {"message", "custom_id", "user"?, "is_admin"?}         -> what was said
POST /control/select       {"message", "custom_id", "values", …}                  -> what was said
POST /control/submit       {"interaction", "words"}                               -> what was said
POST /control/complete     {"channel", "name", "option", "typed"}                 -> {"choices"}
POST /control/fault        a Fault's fields      DELETE /control/fault
POST /control/gateway      {"do": "reconnect" | "invalidate" | "resume" | "close" | "malformed" | "mode", …}
POST /control/clock        {"advance": seconds}
POST /control/rates        a Rates' fields
GET  /control/log          GET /control/messages?channel=   GET /control/findings   GET /control/state
POST /control/stop
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.discord.faults import Fault
from tests.fakes.discord.people import texts
from tests.fakes.discord.state import Interaction, Message

if TYPE_CHECKING:
    from tests.fakes.discord.server import FakeDiscord

FAKE: web.AppKey["FakeDiscord"] = web.AppKey("fake")


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def add_routes(application: web.Application, fake: "FakeDiscord") -> None:
    application[FAKE] = fake
    router = application.router
    router.add_post("/control/guild", _guild)
    router.add_post("/control/channel", _channel)
    router.add_patch("/control/channel", _change_channel)
    router.add_post("/control/user", _user)
    router.add_patch("/control/user", _change_user)
    router.add_post("/control/slash", _slash)
    router.add_post("/control/press", _press)
    router.add_post("/control/select", _select)
    router.add_post("/control/submit", _submit)
    router.add_post("/control/complete", _complete)
    router.add_post("/control/fault", _fault)
    router.add_delete("/control/fault", _no_faults)
    router.add_post("/control/gateway", _gateway)
    router.add_post("/control/clock", _clock)
    router.add_post("/control/rates", _rates)
    router.add_get("/control/log", _log)
    router.add_get("/control/messages", _messages)
    router.add_get("/control/findings", _findings)
    router.add_get("/control/state", _state)
    router.add_post("/control/stop", _stop)


def message_json(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "channel": message.channel,
        "text": texts(message),
        "is_ephemeral": message.is_ephemeral,
        "is_deleted": message.is_deleted,
        "body": message.body,
        "shown": message.shown,
        "files": {name: len(content) for name, content in message.files.items()},
    }


def interaction_json(fake: "FakeDiscord", interaction: Interaction) -> dict[str, Any]:
    return {
        "id": interaction.id,
        "callbacks": interaction.callbacks,
        "answered_after": interaction.answered_after,
        "modal": interaction.modal,
        "choices": interaction.choices,
        "messages": [message_json(message) for message in fake.replies(interaction)],
        "replaced": (
            message_json(fake.state.messages[interaction.message])
            if interaction.message and {6, 7} & set(interaction.callbacks)
            else None
        ),
    }


async def _asked(request: web.Request) -> tuple["FakeDiscord", dict[str, Any]]:
    body: dict[str, Any] = await request.json() if request.can_read_body else {}
    return request.app[FAKE], body


def _reply(value: Any, status: int = 200) -> web.Response:
    return web.json_response(value, status=status, dumps=dumps)


async def _guild(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    guild = fake.state.guild(**body)
    return _reply({"id": guild.id})


async def _channel(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    guild = fake.state.guilds[int(body.pop("guild"))]
    return _reply({"id": fake.state.channel(guild, **body).id})


async def _change_channel(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    number = int(body["id"])
    if body.get("is_deleted"):
        del fake.state.channels[number]
    if "rights" in body:
        fake.state.channels[number].rights = set(body["rights"])
    return _reply({})


async def _user(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    closed = {key: body.pop(key) for key in ("is_closed", "is_stranger") if key in body}
    user = fake.state.user(**body)
    for key, value in closed.items():
        setattr(user, key, value)
    return _reply({"id": user.id, "direct": fake.state.direct(user).id})


async def _change_user(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    user = fake.state.users[int(body.pop("id"))]
    for key, value in body.items():
        setattr(user, key, value)
    return _reply({})


def _who(fake: "FakeDiscord", body: Mapping[str, Any]) -> dict[str, Any]:
    user = fake.state.users[int(body["user"])] if body.get("user") else None
    return {"user": user, "is_admin": bool(body.get("is_admin"))}


async def _slash(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    channel = fake.state.channels[int(body["channel"])]
    files = {
        option: (one["name"], base64.b64decode(one["content"]))
        for option, one in body.get("files", {}).items()
    }
    said = await fake.people.slash(
        channel, body["name"], body.get("options"), files=files, **_who(fake, body)
    )
    return _reply(interaction_json(fake, said))


async def _press(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    message = fake.state.messages[int(body["message"])]
    said = await fake.people.press(message, body["custom_id"], **_who(fake, body))
    return _reply(interaction_json(fake, said))


async def _select(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    message = fake.state.messages[int(body["message"])]
    said = await fake.people.select(message, body["custom_id"], body["values"], **_who(fake, body))
    return _reply(interaction_json(fake, said))


async def _submit(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    asked = fake.state.interactions[int(body["interaction"])]
    said = await fake.people.submit(asked, body["words"], is_admin=bool(body.get("is_admin")))
    return _reply(interaction_json(fake, said))


async def _complete(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    channel = fake.state.channels[int(body["channel"])]
    choices = await fake.people.complete(channel, body["name"], body["option"], body["typed"])
    return _reply({"choices": choices})


async def _fault(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    if "seed" in body:
        fake.faults.reseed(int(body.pop("seed")))
    if body:
        fake.faults.add(Fault(**body))
    return _reply({})


async def _no_faults(request: web.Request) -> web.Response:
    request.app[FAKE].faults.clear()
    return _reply({})


async def _gateway(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    gateway = fake.gateway
    match body["do"]:
        case "reconnect":
            await gateway.reconnect()
        case "invalidate":
            await gateway.invalidate(is_resumable=False)
        case "resume":
            await gateway.invalidate(is_resumable=True)
        case "close":
            await gateway.close(int(body["code"]))
        case "malformed":
            await gateway.malformed()
        case "mode":
            gateway.mode = body["mode"]
        case unknown:
            return _reply({"error": f"no {unknown!r}"}, 400)
    return _reply({})


async def _clock(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    fake.clock.advance(float(body["advance"]))
    return _reply({})


async def _rates(request: web.Request) -> web.Response:
    fake, body = await _asked(request)
    known = {one.name for one in fields(fake.limits.rates)}
    for key, value in body.items():
        if key not in known:
            return _reply({"error": f"no {key!r}"}, 400)
        setattr(fake.limits.rates, key, value)
    return _reply({})


async def _log(request: web.Request) -> web.Response:
    return _reply([call.as_json() for call in request.app[FAKE].log])


async def _messages(request: web.Request) -> web.Response:
    fake = request.app[FAKE]
    wanted = request.query.get("channel")
    return _reply(
        [
            message_json(message)
            for message in fake.state.messages.values()
            if wanted is None or message.channel == int(wanted)
        ]
    )


async def _findings(request: web.Request) -> web.Response:
    return _reply(request.app[FAKE].findings)


async def _state(request: web.Request) -> web.Response:
    fake = request.app[FAKE]
    return _reply(
        {
            "bot": fake.state.bot.id,
            "is_live": bool(fake.gateway.live),
            "identifies": fake.gateway.identifies,
            "resumes": fake.gateway.resumes,
            "commands": [command["name"] for command in fake.state.commands.get(None, [])],
            "channels": {
                str(one.id): {"kind": one.kind, "name": one.name, "parent": one.parent}
                for one in fake.state.channels.values()
            },
            "most_in_a_second": fake.log.most_in_a_second(),
            "checks_calls": fake.checks_calls,
        }
    )


async def _stop(request: web.Request) -> web.Response:
    request.app[FAKE].stopping.set()
    return _reply({})
