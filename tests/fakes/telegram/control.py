"""How does a test in another process drive the fake? A few JSON calls under /control."""

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.telegram.limits import Rates

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

Json = dict[str, Any]
Action = Callable[["FakeTelegram", Json], Any]


def _chat(fake: "FakeTelegram", body: Json) -> Any:
    """{"id": -100…, "type": "supergroup", "title": …, "members": {"101": "administrator"}, "topics": {"7": true}, …}"""
    details = {name: value for name, value in body.items() if name not in ("id", "type")}
    for name in ("members", "topics"):
        if name in details:
            details[name] = {int(key): value for key, value in details[name].items()}
    if "muted" in details:
        details["muted"] = set(details["muted"])
    return fake.people.chat(body["id"], body.get("type"), **details).shown()


def _say(fake: "FakeTelegram", body: Json) -> Any:
    """{"chat_id": 101, "text": "/start", …}: the arguments of `People.say`."""
    return fake.people.say(body.pop("chat_id"), body.pop("text", None), **body)


def _file(fake: "FakeTelegram", body: Json) -> Any:
    """{"chat_id": 101, "name": "a.md", "content": base64, "mime"?, "caption"?}"""
    content = base64.b64decode(body.pop("content"))
    return fake.people.send_file(body.pop("chat_id"), content, body.pop("name"), **body)


def _press(fake: "FakeTelegram", body: Json) -> Any:
    """{"chat_id": 101, "message_id": 5, "label": …}: the arguments of `People.press`."""
    return {"query_id": fake.people.press(body.pop("chat_id"), body.pop("message_id"), **body)}


def _update(fake: "FakeTelegram", body: Json) -> Any:
    """Any update, exactly as given."""
    fake.world.updates.put_raw(body)
    return True


def _block(fake: "FakeTelegram", body: Json) -> Any:
    fake.people.block(body["user_id"])
    return True


def _add(fake: "FakeTelegram", body: Json) -> Any:
    fake.people.add_bot(body["chat_id"], body["by"], as_admin=body.get("as_admin", False))
    return True


def _kick(fake: "FakeTelegram", body: Json) -> Any:
    fake.people.kick_bot(body["chat_id"], body["by"])
    return True


def _migrate(fake: "FakeTelegram", body: Json) -> Any:
    return fake.people.migrate(body["chat_id"], body["new_id"], tells=body.get("tells", True)).shown()


def _fault(fake: "FakeTelegram", body: Json) -> Any:
    """{"kind": "lose_answer", "method": "sendMessage", "nth": 3, "times": 1, "chance": 1}"""
    return fake.faults.add(**body).as_json()


def _clear(fake: "FakeTelegram", body: Json) -> Any:
    """{"seed": 7}: no faults from now on, and chance begins anew."""
    fake.faults.clear()
    fake.faults.reseed(body.get("seed", 0))
    return True


def _rates(fake: "FakeTelegram", body: Json) -> Any:
    """{"is_enforced": false} or any other field of `Rates`."""
    fake.world.limiter.reset(Rates(**{**asdict(fake.world.limiter.rates), **body}))
    return asdict(fake.world.limiter.rates)


def _revoke(fake: "FakeTelegram", body: Json) -> Any:
    fake.is_revoked = body.get("is_revoked", True)
    return True


def _rich(fake: "FakeTelegram", body: Json) -> Any:
    """{"has_rich": false}: a server that knows no rich messages."""
    fake.world.has_rich = body.get("has_rich", True)
    return True


def _stop(fake: "FakeTelegram", _body: Json) -> Any:
    fake.stopping.set()
    return True


ACTIONS: dict[str, Action] = {
    "chat": _chat,
    "say": _say,
    "file": _file,
    "press": _press,
    "update": _update,
    "block": _block,
    "add": _add,
    "kick": _kick,
    "migrate": _migrate,
    "fault": _fault,
    "clear": _clear,
    "rates": _rates,
    "revoke": _revoke,
    "rich": _rich,
    "stop": _stop,
}


def _view(fake: "FakeTelegram", name: str, query: dict[str, str]) -> Any:
    """GET /control/<name>: `log` (since=n), `findings`, `messages` (chat=id), `faults`, `state`."""
    match name:
        case "log":
            return [entry.as_json() for entry in fake.log.entries[int(query.get("since", 0)) :]]
        case "findings":
            return fake.findings
        case "messages":
            return fake.messages(int(query["chat"]), own=query.get("own", "1") == "1")
        case "faults":
            return [fault.as_json() for fault in fake.faults.faults]
        case "state":
            return {
                "base": fake.base,
                "token": fake.token,
                "checks_calls": fake.checks_calls,
                "pending": len(fake.world.updates.pending),
                "confirmed": fake.world.updates.confirmed,
                "polls": fake.world.updates.polls,
                "chats": [chat.shown() for chat in fake.world.state.chats.values()],
                "commands": len(fake.world.state.commands),
            }
    raise web.HTTPNotFound


def add_control(app: web.Application, fake: "FakeTelegram") -> None:
    """The routes of the control door."""

    async def act(request: web.Request) -> web.Response:
        action = ACTIONS.get(request.match_info["name"])
        if action is None:
            raise web.HTTPNotFound
        body = json.loads(await request.read() or b"{}")
        try:
            return web.json_response(action(fake, body))
        except (LookupError, TypeError) as error:
            return web.json_response({"error": repr(error)}, status=400)

    async def view(request: web.Request) -> web.Response:
        return web.json_response(_view(fake, request.match_info["name"], dict(request.query)))

    handlers: tuple[tuple[str, Callable[[web.Request], Awaitable[web.StreamResponse]]], ...] = (
        ("POST", act),
        ("GET", view),
    )
    for verb, handler in handlers:
        app.router.add_route(verb, "/control/{name}", handler)
