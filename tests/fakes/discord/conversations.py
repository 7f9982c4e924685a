"""How do interactions answer? One first answer within three seconds, followups for fifteen minutes."""

from typing import Any

from tests.fakes.discord import rules
from tests.fakes.discord.calls import files_of
from tests.fakes.discord.log import Call
from tests.fakes.discord.refusals import Refusal
from tests.fakes.discord.state import ANSWER_S, EPHEMERAL, LIFE_S, Interaction, Message
from tests.fakes.discord.world import Answer, Ids, World

MESSAGE, THINKING, UPDATING, UPDATE, COMPLETION, MODAL = 4, 5, 6, 7, 8, 9
USER_INSTALLED_FOLLOWUPS = 5
_FITTING = {  # which first answers an interaction of each type takes
    2: {MESSAGE, THINKING, MODAL},
    3: {MESSAGE, THINKING, UPDATING, UPDATE, MODAL},
    4: {COMPLETION},
    5: {MESSAGE, THINKING, UPDATING, UPDATE},
}


async def callback(world: World, call: Call, ids: Ids) -> Answer:
    interaction = world.state.interactions.get(int(ids["interaction_id"]))
    if interaction is None or interaction.token != ids["interaction_token"]:
        raise Refusal(404, 10062)
    waited = world.state.clock.monotonic() - interaction.born
    if interaction.callbacks:
        raise Refusal(400, 40060)
    if waited > ANSWER_S:
        raise Refusal(404, 10062)
    body = call.body or {}
    kind = body.get("type")
    if kind not in _FITTING[interaction.type]:
        raise Refusal(400, 50035)
    message = _first_answer(world, call, interaction, kind, body.get("data") or {})
    interaction.callbacks.append(kind)
    interaction.answered_after = waited
    if kind not in (THINKING, UPDATING):
        interaction.settled.set()
    await world.changed()
    if call.query.get("with_response", "") not in ("1", "true"):
        return 204, None
    found: dict[str, Any] = {"id": str(interaction.id), "type": interaction.type}
    resource: dict[str, Any] = {"type": kind}
    if message is not None:
        found["response_message_id"] = str(message.id)
        found["response_message_ephemeral"] = message.is_ephemeral
        resource["message"] = message.shown
    return 200, {"interaction": found, "resource": resource}


async def followup(world: World, call: Call, ids: Ids) -> Answer:
    interaction = _open(world, ids)
    if interaction.is_user_installed and interaction.followups >= USER_INSTALLED_FOLLOWUPS:
        raise Refusal(403, 50013)
    body = world.new_message(call, rules.message(call.body or {}))
    interaction.followups += 1
    if interaction.is_thinking:
        # the first followup of a deferred answer takes its place, seen by whom it was deferred for
        message = _settle_original(world, call, interaction, body)
    else:
        message = _made(world, call, interaction, body)
    interaction.settled.set()
    await world.changed()
    return 200, message.shown


async def get_reply(world: World, _call: Call, ids: Ids) -> Answer:
    interaction = _open(world, ids)
    return 200, _reply(world, interaction, ids).shown


async def patch_reply(world: World, call: Call, ids: Ids) -> Answer:
    interaction = _open(world, ids)
    message = _reply(world, interaction, ids, may_think=True)
    is_thinking = interaction.is_thinking and message.id == interaction.original
    was_v2 = message.is_v2 and not is_thinking
    body = world.take_message(call, rules.message(call.body or {}, was_v2=was_v2), message.files)
    if is_thinking:
        _settle_original(world, call, interaction, body)
    else:
        world.state.change(message, body, files_of(call))
        world.log.stored(call, message.id)
    interaction.settled.set()
    await world.changed()
    return 200, message.shown


async def delete_reply(world: World, _call: Call, ids: Ids) -> Answer:
    interaction = _open(world, ids)
    message = _reply(world, interaction, ids, may_think=True)
    message.is_deleted = True
    interaction.is_thinking = False
    interaction.messages = [one for one in interaction.messages if one != message.id]
    interaction.settled.set()
    await world.changed()
    return 204, None


def _first_answer(
    world: World, call: Call, interaction: Interaction, kind: int, data: dict[str, Any]
) -> Message | None:
    match kind:
        case 4:
            body = world.new_message(call, rules.message(data, at=("data",)))
            message = _made(world, call, interaction, body)
            interaction.original = message.id
            return message
        case 5:
            interaction.is_thinking = True
            thinking = world.state.store(
                interaction.channel,
                {"flags": (data.get("flags") or 0) & EPHEMERAL},
                {},
                person=interaction.person,
                interaction=interaction.id,
            )
            interaction.original = thinking.id
            return thinking
        case 6:
            interaction.original = interaction.message
            return None
        case 7:
            pressed = world.state.messages[interaction.message or 0]
            body = world.take_message(
                call, rules.message(data, was_v2=pressed.is_v2, at=("data",)), pressed.files
            )
            world.state.change(pressed, body, files_of(call))
            world.log.stored(call, pressed.id)
            interaction.original = pressed.id
            return pressed
        case 8:
            world.found(call, rules.choices(data))
            interaction.choices = data.get("choices") or []
        case 9:
            world.found(call, rules.modal(data))
            interaction.modal = data
    return None


def _made(world: World, call: Call, interaction: Interaction, body: dict[str, Any]) -> Message:
    message = world.store(
        call, interaction.channel, body, person=interaction.person, interaction=interaction.id
    )
    interaction.messages.append(message.id)
    return message


def _settle_original(world: World, call: Call, interaction: Interaction, body: dict[str, Any]) -> Message:
    message = world.state.messages[interaction.original or 0]
    hidden = message.shown["flags"] & EPHEMERAL
    kept = world.state.store(
        interaction.channel,
        {**body, "flags": (body.get("flags") or 0) | hidden},
        files_of(call),
        message_id=message.id,
        person=interaction.person,
        interaction=interaction.id,
    )
    world.log.stored(call, kept.id)
    interaction.messages.append(kept.id)
    interaction.is_thinking = False
    return kept


def _open(world: World, ids: Ids) -> Interaction:
    """The conversation of a token, while it lives and once it was answered."""
    interaction = world.state.by_token.get(ids["webhook_token"])
    if interaction is None or int(ids["webhook_id"]) != world.state.application:
        raise Refusal(404, 10015)
    if world.state.clock.monotonic() - interaction.born > LIFE_S or not interaction.callbacks:
        raise Refusal(404, 10015)
    return interaction


def _reply(world: World, interaction: Interaction, ids: Ids, *, may_think: bool = False) -> Message:
    wanted = ids["message_id"]
    number = interaction.original if wanted == "@original" else int(wanted)
    message = world.state.messages.get(number or 0)
    is_ours = message is not None and (
        message.interaction == interaction.id or message.id == interaction.original
    )
    if message is None or message.is_deleted or not is_ours:
        raise Refusal(404, 10008)
    if interaction.is_thinking and message.id == interaction.original and not may_think:
        raise Refusal(404, 10008)
    return message
