"""What does Discord tell of servers, channels and members? The objects of gateway events, as full as discord.py needs."""

from typing import Any

from tests.fakes.discord.state import TYPES, Channel, Guild, Interaction, State, User, user_payload

MANAGE_SERVER = 1 << 5
EVERYTHING_ELSE = 0x7FFFFFFFFFFF & ~MANAGE_SERVER & ~(1 << 3)
SIZE_LIMIT = 10 * 2**20


def guild_payload(state: State, guild: Guild) -> dict[str, Any]:
    channels = [channel for channel in state.channels.values() if channel.guild == guild.id]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "owner_id": str(guild.owner),
        "preferred_locale": guild.preferred_locale,
        "joined_at": state.clock.stamp(),
        "large": False,
        "member_count": 2,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "system_channel_flags": 0,
        "system_channel_id": next((str(one.id) for one in channels if one.kind == "text"), None),
        "afk_timeout": 300,
        "afk_channel_id": None,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [role_payload(guild)],
        "members": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "channels": [channel_payload(one) for one in channels if one.kind != "thread"],
        "threads": [channel_payload(one) for one in channels if one.kind == "thread"],
    }


def role_payload(guild: Guild) -> dict[str, Any]:
    return {
        "id": str(guild.id),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": str(EVERYTHING_ELSE),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def channel_payload(channel: Channel, recipient: User | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": str(channel.id),
        "type": TYPES[channel.kind],
        "flags": 0,
        "last_message_id": None,
    }
    if channel.kind == "direct":
        found["recipients"] = [user_payload(recipient)] if recipient else []
        return found
    found |= {"guild_id": str(channel.guild), "name": channel.name, "nsfw": False, "rate_limit_per_user": 0}
    if channel.kind == "thread":
        return found | {
            "parent_id": str(channel.parent),
            "owner_id": str(channel.owner),
            "message_count": 0,
            "member_count": 1,
            "total_message_sent": 0,
            "applied_tags": channel.applied,
            "thread_metadata": {
                "archived": channel.is_archived,
                "auto_archive_duration": 4320,
                "archive_timestamp": "2026-03-01T00:00:00+00:00",
                "locked": False,
                "create_timestamp": "2026-03-01T00:00:00+00:00",
            },
        }
    found |= {"position": 0, "permission_overwrites": [], "parent_id": None, "topic": None}
    if channel.kind == "forum":
        tags = [
            {"id": str(tag), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
            for tag, name in channel.tags.items()
        ]
        found |= {
            "flags": (1 << 4) if channel.needs_tag else 0,
            "available_tags": tags,
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
            "default_auto_archive_duration": 4320,
        }
    return found


def interaction_payload(
    state: State,
    interaction: Interaction,
    data: dict[str, Any],
    person: User,
    channel: Channel,
    *,
    is_admin: bool,
    message: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """All that discord.py reads of an interaction (discord.md §4)."""
    owners = {"1": str(person.id)} if interaction.is_user_installed else {"0": str(channel.guild or 0)}
    found: dict[str, Any] = {
        "id": str(interaction.id),
        "application_id": str(state.application),
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "data": data,
        "channel_id": str(channel.id),
        "channel": channel_payload(channel, person),
        "locale": person.locale,
        "app_permissions": str(EVERYTHING_ELSE),
        "entitlements": [],
        "authorizing_integration_owners": owners,
        "context": 1 if channel.kind == "direct" else 0,
        "attachment_size_limit": SIZE_LIMIT,
    }
    if message is not None:
        found["message"] = message
    if channel.guild is None:
        return found | {"user": user_payload(person)}
    guild = state.guilds.get(channel.guild)
    locale = guild.preferred_locale if guild else "en-US"
    permissions = EVERYTHING_ELSE | (MANAGE_SERVER if is_admin else 0)
    return found | {
        "guild_id": str(channel.guild),
        "guild": {"id": str(channel.guild), "locale": locale, "features": []},
        "guild_locale": locale,
        "member": {
            "user": user_payload(person),
            "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": str(permissions),
        },
    }
