"""How do channels answer? Messages, edits, threads, pins and crossposts, as the bot."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.discord import rules
from tests.fakes.discord.calls import files_of
from tests.fakes.discord.log import Call
from tests.fakes.discord.payloads import channel_payload
from tests.fakes.discord.refusals import Refusal
from tests.fakes.discord.state import CROSSPOSTED, Channel, Message, State
from tests.fakes.discord.world import Answer, Ids, World

POSTABLE = frozenset(("text", "announcement", "thread", "direct"))


async def get_channel(world: World, _call: Call, ids: Ids) -> Answer:
    channel = _channel(world.state, ids)
    _need(channel, "view")
    return 200, _payload(world.state, channel)


async def patch_channel(world: World, call: Call, ids: Ids) -> Answer:
    """A post gets another name or other tags, or is opened again."""
    channel = _channel(world.state, ids)
    _need(channel, "view")
    if call.body.get("archived") is False and channel.is_archived:
        _rights(channel, "send")
    channel.is_archived = call.body.get("archived", channel.is_archived)
    if channel.is_archived and call.body.keys() - {"archived"}:
        raise Refusal(400, 50083)
    channel.name = call.body.get("name", channel.name)
    channel.applied = list(call.body.get("applied_tags", channel.applied))
    return 200, _payload(world.state, channel)


async def delete_channel(world: World, _call: Call, ids: Ids) -> Answer:
    channel = _channel(world.state, ids)
    _need(channel, "manage_threads")
    del world.state.channels[channel.id]
    return 200, _payload(world.state, channel)


async def get_messages(world: World, call: Call, ids: Ids) -> Answer:
    """Newest first, as Discord does, whatever the anchor."""
    channel = _channel(world.state, ids)
    _need(channel, "view", "history")
    limit, after = int(call.query.get("limit", 50)), int(call.query.get("after", 0))
    before = int(call.query.get("before", 1 << 63))
    standing = [one for one in world.state.in_channel(channel.id) if after < one.id < before]
    taken = standing[:limit] if "after" in call.query else standing[-limit:]
    return 200, [message.shown for message in reversed(taken)]


async def get_message(world: World, _call: Call, ids: Ids) -> Answer:
    channel = _channel(world.state, ids)
    _need(channel, "view", "history")
    return 200, _message(world.state, channel, ids).shown


async def post_message(world: World, call: Call, ids: Ids) -> Answer:
    channel = _channel(world.state, ids)
    body = world.new_message(call, rules.message(call.body or {}))
    _admit(world.state, channel, body, has_files=bool(call.files))
    known = _known_nonce(world.state, body)
    if known is not None:
        call.is_repeat = True
        return 200, known.shown
    kept = world.store(call, channel.id, body)
    if body.get("nonce") is not None:
        world.state.nonces[world.state.bot.id, str(body["nonce"])] = (world.state.clock.monotonic(), kept.id)
    await world.changed()
    return 200, kept.shown


async def patch_message(world: World, call: Call, ids: Ids) -> Answer:
    channel = _channel(world.state, ids)
    _need(channel, "view")
    message = _message(world.state, channel, ids)
    if channel.is_archived:
        raise Refusal(400, 50083)
    body = world.take_message(call, rules.message(call.body or {}, was_v2=message.is_v2), message.files)
    world.state.change(message, body, files_of(call))
    await world.changed()
    return 200, message.shown


async def delete_message(world: World, _call: Call, ids: Ids) -> Answer:
    channel = _channel(world.state, ids)
    _message(world.state, channel, ids).is_deleted = True
    await world.changed()
    return 204, None


async def crosspost(world: World, _call: Call, ids: Ids) -> Answer:
    channel = _channel(world.state, ids)
    if channel.kind != "announcement":
        raise Refusal(400, 50024)
    message = _message(world.state, channel, ids)
    if message.shown["flags"] & CROSSPOSTED:
        raise Refusal(400, 40033)
    world.limits.crosspost(channel.id)
    message.shown["flags"] |= CROSSPOSTED
    return 200, message.shown


async def post_thread(world: World, call: Call, ids: Ids) -> Answer:
    """A post in a forum, with its first message."""
    forum = _channel(world.state, ids)
    if forum.kind != "forum":
        raise Refusal(400, 50024)
    _need(forum, "view")
    body = world.new_message(call, rules.forum_post(call.body or {}))
    _rights(forum, "send", "threads")
    if forum.needs_tag and not call.body.get("applied_tags"):
        raise Refusal(400, 40067)
    thread = Channel(
        world.state.clock.snowflake(),
        "thread",
        call.body["name"],
        forum.guild,
        rights=set(forum.rights),
        parent=forum.id,
        owner=world.state.bot.id,
        applied=list(call.body.get("applied_tags") or ()),
    )
    world.state.channels[thread.id] = thread
    kept = world.store(call, thread.id, body, message_id=thread.id)
    await world.changed()
    return 201, {**channel_payload(thread), "message": kept.shown}


async def post_message_thread(world: World, call: Call, ids: Ids) -> Answer:
    """A thread under a message: it has the message's id."""
    channel = _channel(world.state, ids)
    _rights(channel, "threads")
    message = _message(world.state, channel, ids)
    thread = Channel(
        message.id,
        "thread",
        call.body["name"],
        channel.guild,
        rights=set(channel.rights),
        parent=channel.id,
        owner=world.state.bot.id,
    )
    world.state.channels[thread.id] = thread
    return 201, channel_payload(thread)


async def active_threads(world: World, _call: Call, ids: Ids) -> Answer:
    guild = int(ids["guild_id"])
    if guild not in world.state.guilds:
        raise Refusal(404, 10004)
    threads = [
        one
        for one in world.state.channels.values()
        if one.kind == "thread" and one.guild == guild and not one.is_archived
    ]
    return 200, {"threads": [channel_payload(one) for one in threads], "members": []}


async def put_pin(world: World, _call: Call, ids: Ids) -> Answer:
    channel = _channel(world.state, ids)
    _rights(channel, "manage_messages")
    channel.pins.insert(0, _message(world.state, channel, ids).id)
    return 204, None


async def delete_pin(world: World, _call: Call, ids: Ids) -> Answer:
    channel = _channel(world.state, ids)
    _rights(channel, "manage_messages")
    message = _message(world.state, channel, ids)
    channel.pins = [pin for pin in channel.pins if pin != message.id]
    return 204, None


async def open_direct(world: World, call: Call, _ids: Ids) -> Answer:
    user = world.state.users.get(int(call.body["recipient_id"]))
    if user is None:
        raise Refusal(400, 50035)
    return 200, channel_payload(world.state.direct(user), user)


def _payload(state: State, channel: Channel) -> dict[str, Any]:
    return channel_payload(channel, state.users.get(channel.user or 0))


def _channel(state: State, ids: Ids) -> Channel:
    channel = state.channels.get(int(ids["channel_id"]))
    if channel is None:
        raise Refusal(404, 10003)
    return channel


def _message(state: State, channel: Channel, ids: Ids) -> Message:
    message = state.messages.get(int(ids["message_id"]))
    if message is None or message.channel != channel.id or message.is_deleted or message.is_ephemeral:
        raise Refusal(404, 10008)
    return message


def _need(channel: Channel, *rights: str) -> None:
    """Without sight of a channel nothing else is told."""
    if channel.kind != "direct" and "view" not in channel.rights:
        raise Refusal(403, 50001)
    _rights(channel, *rights)


def _rights(channel: Channel, *rights: str) -> None:
    if channel.kind != "direct" and not set(rights) <= channel.rights:
        raise Refusal(403, 50013)


def _admit(state: State, channel: Channel, body: Mapping[str, Any], *, has_files: bool) -> None:
    """Whether the bot may post this here."""
    if channel.kind not in POSTABLE:
        raise Refusal(400, 50024)
    if channel.kind == "direct":
        user = state.users[channel.user or 0]
        if user.is_stranger:
            raise Refusal(403, 50278)
        if user.is_closed:
            raise Refusal(403, 50007)
        return
    _need(channel, "view", "send_in_threads" if channel.kind == "thread" else "send")
    if body.get("embeds"):
        _rights(channel, "embed")
    if has_files:
        _rights(channel, "attach")


def _known_nonce(state: State, body: Mapping[str, Any]) -> Message | None:
    """The message this author stored under the nonce in the last minutes."""
    if not body.get("enforce_nonce") or body.get("nonce") is None:
        return None
    at, message_id = state.nonces.get((state.bot.id, str(body["nonce"])), (0.0, 0))
    if not message_id or state.clock.monotonic() - at > state.nonce_s:
        return None
    return state.messages[message_id]
