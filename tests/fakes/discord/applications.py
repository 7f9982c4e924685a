"""How does the rest answer? Login, the application, its commands, and where the gateway is."""

from typing import Any

from tests.fakes.discord import rules
from tests.fakes.discord.log import Call
from tests.fakes.discord.refusals import Refusal
from tests.fakes.discord.state import user_payload
from tests.fakes.discord.world import Answer, Ids, World

CREATES_A_DAY = 200


async def me(world: World, _call: Call, _ids: Ids) -> Answer:
    return 200, {
        **user_payload(world.state.bot, is_bot=True),
        "verified": True,
        "mfa_enabled": True,
        "flags": 0,
    }


async def application(world: World, _call: Call, _ids: Ids) -> Answer:
    return 200, {
        "id": str(world.state.application),
        "name": world.state.bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "summary": "",
        "owner": user_payload(world.state.bot),
        "team": None,
        "interactions_endpoint_url": None,
    }


async def get_commands(world: World, _call: Call, ids: Ids) -> Answer:
    return 200, world.state.commands.get(_guild(ids), [])


async def put_commands(world: World, call: Call, ids: Ids) -> Answer:
    """Replace them all; what is new counts to the day's creations."""
    guild = _guild(ids)
    world.found(call, rules.commands(call.body or []))
    before = {(one.get("type", 1), one["name"]): one for one in world.state.commands.get(guild, [])}
    created = sum((one.get("type", 1), one["name"]) not in before for one in call.body or [])
    if world.state.creates.get(guild, 0) + created > CREATES_A_DAY:
        raise Refusal(400, 30034)
    world.state.creates[guild] = world.state.creates.get(guild, 0) + created
    kept = [_kept(world, one, before, guild) for one in call.body or []]
    world.state.commands[guild] = kept
    await world.changed()
    return 200, kept


async def gateway(world: World, _call: Call, _ids: Ids) -> Answer:
    return 200, {
        "url": "",
        "shards": 1,
        "session_start_limit": {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1},
    }


def _guild(ids: Ids) -> int | None:
    return int(ids["guild_id"]) if "guild_id" in ids else None


def _kept(
    world: World, command: dict[str, Any], before: dict[Any, dict[str, Any]], guild: int | None
) -> dict[str, Any]:
    known = before.get((command.get("type", 1), command["name"]))
    number = known["id"] if known else str(world.state.clock.snowflake())
    found = {
        "type": 1,
        **command,
        "id": number,
        "application_id": str(world.state.application),
        "version": str(world.state.clock.snowflake()),
        "default_member_permissions": command.get("default_member_permissions"),
        "nsfw": False,
    }
    return found | ({"guild_id": str(guild)} if guild else {})
