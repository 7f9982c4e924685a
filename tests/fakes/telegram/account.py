"""What can a bot ask about itself and its chats? Profile, menus, members, files, presses."""

import json
from collections.abc import Callable
from typing import Any

from tests.fakes.telegram.calls import Call
from tests.fakes.telegram.refusals import bad
from tests.fakes.telegram.state import FakeChat, Json
from tests.fakes.telegram.world import World

ADMIN_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def get_me(world: World, _call: Call) -> Json:
    return world.state.bot


def delete_webhook(world: World, call: Call) -> bool:
    world.updates.webhook = ""
    if call.flag("drop_pending_updates"):
        world.updates.pending.clear()
    return True


def get_webhook_info(world: World, _call: Call) -> Json:
    return {
        "url": world.updates.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }


def answer_callback_query(world: World, call: Call) -> bool:
    query_id = call.text("callback_query_id")
    came = world.state.queries.pop(query_id, None)
    if came is None or world.now() - came > world.query_life_s:
        raise bad(TOO_OLD)
    if len(call.text("text")) > 200:
        call.findings.append("answerCallbackQuery.text takes 200 characters")
    world.answers[query_id] = call.text("text")
    return True


def get_chat(world: World, call: Call) -> Json:
    chat = world.state.find(call.get("chat_id"))
    if chat.migrated_to is None and chat.standing in ("kicked", "left"):
        world.state.check_access(chat)
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        False,
    )
    return chat.shown() | {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": gifts}


def get_chat_member(world: World, call: Call) -> Json:
    chat = world.state.find(call.get("chat_id"))
    world.state.check_access(chat)
    user_id = call.integer("user_id")
    if user_id is None or (user_id not in world.state.people and user_id != world.state.bot["id"]):
        raise bad("user not found")
    return member(world, chat, user_id)


def member(world: World, chat: FakeChat, user_id: int, status: str | None = None) -> Json:
    """A `ChatMember` of any status."""
    status = status or chat.members.get(user_id, "left")
    user = world.author if user_id == world.state.bot["id"] else world.state.person(user_id)
    found: Json = {"status": status, "user": user}
    if status == "creator":
        found["is_anonymous"] = False
    if status == "administrator":
        found |= dict.fromkeys(ADMIN_RIGHTS, False) | {"can_manage_chat": True}
    if status == "kicked":
        found["until_date"] = 0
    return found


def get_file(world: World, call: Call) -> Json:
    file = world.state.files.get(call.text("file_id"))
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > 20_000_000:
        raise bad("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique,
        "file_size": len(file.content),
        "file_path": f"{file.kind}s/{file.file_id}",
    }


def set_my_commands(world: World, call: Call) -> bool:
    commands = call.get("commands")
    if isinstance(commands, str):
        raise bad("can't parse commands JSON object")
    if not isinstance(commands, list):
        raise bad("expected an Array of BotCommand")
    for one in commands:
        _check_command(one, call)
    if len(commands) > 100:
        call.findings.append("more than 100 commands in one scope")
    scope = call.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        world.state.find(scope["chat_id"])
    world.state.commands[_scope(call)] = commands
    return True


def _check_command(one: Json, call: Call) -> None:
    name = str(one.get("command", "")).removeprefix("/")
    if not name:
        raise bad("command must be non-empty")
    if len(name) > 32:
        raise bad("command length must not exceed 32")
    if not name.isascii() or not name.replace("_", "a").isalnum() or name != name.lower():
        raise bad("BOT_COMMAND_INVALID")
    if len(str(one.get("description", ""))) > 256:
        raise bad("command description length must not exceed 256")
    if not one.get("description"):
        call.findings.append(f"command {name} without a description")


def get_my_commands(world: World, call: Call) -> list[Json]:
    return world.state.commands.get(_scope(call), [])


def delete_my_commands(world: World, call: Call) -> bool:
    world.state.commands.pop(_scope(call), None)
    return True


def _scope(call: Call) -> tuple[str, str]:
    return json.dumps(call.get("scope") or {"type": "default"}, sort_keys=True), call.text("language_code")


def profile_setter(field: str, limit: int) -> Callable[[World, Call], bool]:
    """setMyName, setMyDescription, setMyShortDescription."""

    def set_field(world: World, call: Call) -> bool:
        if len(call.text(field)) > limit:
            call.findings.append(f"{field} takes {limit} characters")
        world.state.profile[(field, call.text("language_code"))] = call.text(field)
        return True

    return set_field


def profile_getter(field: str) -> Callable[[World, Call], Any]:
    def get_field(world: World, call: Call) -> Json:
        known = world.state.profile
        return {field: known.get((field, call.text("language_code")), known.get((field, ""), ""))}

    return get_field


def send_chat_action(world: World, call: Call) -> bool:
    world.state.writable(call.get("chat_id"), call.integer("message_thread_id"), "action")
    return True
