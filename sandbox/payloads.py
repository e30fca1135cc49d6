"""Discord's v10 JSON objects of people, the server and the application."""

from datetime import UTC, datetime

from sandbox.state import Channel, Guild, Json, Role, User
from sandbox.world import World

JOINED_AT = datetime(2026, 1, 1, tzinfo=UTC).isoformat()


def user_json(user: User) -> Json:
    """Return a user object."""
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": user.display_name,
        "discriminator": "0",
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "bot": user.bot,
        "primary_guild": None,
    }


def member_json(user: User) -> Json:
    """Return a guild member object with its user."""
    return {
        "user": user_json(user),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [],
        "joined_at": JOINED_AT,
        "premium_since": None,
        "communication_disabled_until": None,
        "pending": False,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def role_json(role: Role, position: int) -> Json:
    """Return a role object."""
    return {
        "id": str(role.id),
        "name": role.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": position,
        "permissions": str(int(role.permissions)),
        "managed": role.managed,
        "mentionable": not role.managed,
        "flags": 0,
    }


def channel_json(channel: Channel, guild: Guild) -> Json:
    """Return a guild channel object."""
    return {
        "id": str(channel.id),
        "type": channel.kind,
        "guild_id": str(guild.id),
        "name": channel.name,
        "position": channel.position,
        "topic": channel.topic,
        "nsfw": False,
        "flags": 0,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "parent_id": None if channel.parent_id is None else str(channel.parent_id),
        "permission_overwrites": [],
    }


def guild_json(guild: Guild) -> Json:
    """Return the guild as GUILD_CREATE brings it."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "roles": [role_json(role, position) for position, role in enumerate(guild.roles)],
        "channels": [channel_json(channel, guild) for channel in guild.channels],
        "members": [member_json(member) for member in guild.members],
        "member_count": len(guild.members),
        "threads": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "emojis": [],
        "stickers": [],
        "features": [],
        "joined_at": JOINED_AT,
        "large": False,
        "unavailable": False,
        "preferred_locale": "en-US",
        "icon": None,
        "splash": None,
        "banner": None,
        "description": None,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "afk_timeout": 300,
        "system_channel_flags": 0,
    }


def application_json(world: World) -> Json:
    """Return the application that the bot belongs to."""
    return {
        "id": str(world.application_id),
        "name": world.bot.display_name,
        "icon": None,
        "description": "Writes with character-level recurrent neural networks.",
        "type": None,
        "bot": user_json(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user_json(world.alice),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
    }
