"""Builds Discord's v10 JSON objects for users, guilds and the application."""

from datetime import UTC, datetime

from tempera.sandbox.state.guilds import Channel, ChannelType, Guild, Overwrite, Role, User
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.permissions import overwrites_of
from tempera.sandbox.state.world import World

UNUSED_GUILD_FIELDS: Json = {  # the same for every guild; discord.py reads them
    "presences": (),
    "voice_states": (),
    "stage_instances": (),
    "guild_scheduled_events": (),
    "soundboard_sounds": (),
    "emojis": (),
    "stickers": (),
    "features": (),
    "large": False,
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
UNUSED_APPLICATION_FIELDS: Json = {
    "icon": None,
    "type": None,
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "0" * 64,
    "flags": 0,
    "flags_new": "0",
    "redirect_uris": (),
    "interactions_endpoint_url": None,
    "role_connections_verification_url": None,
    "approximate_user_install_count": 0,
    "approximate_user_authorization_count": 0,
    "explicit_content_filter": 0,
    "team": None,
    "eligible_oauth2_scopes": ("bot", "applications.commands"),
}
OF_GUILD_CREATE = (  # what GUILD_CREATE adds to a guild object
    "channels",
    "guild_scheduled_events",
    "joined_at",
    "large",
    "member_count",
    "members",
    "presences",
    "soundboard_sounds",
    "stage_instances",
    "threads",
    "unavailable",
    "voice_states",
)
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


def member_json(user: User, guild: Guild) -> Json:
    """Return a guild member object."""
    return {
        "user": user_json(user),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [str(role_id) for role_id in guild.member_roles.get(user.id, ())],
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


def channel_json(channel: Channel, guild: Guild | None) -> Json:
    """Return a channel object for a guild channel or thread, or without a guild for a DM."""
    common = {"id": str(channel.id), "type": channel.kind, "flags": 0, "last_message_id": None}
    if guild is None:
        recipients = [user_json(channel.owner)] if channel.owner else []
        return {**common, "recipients": recipients}
    common |= {"guild_id": str(guild.id), "name": channel.name, "rate_limit_per_user": 0}
    common["parent_id"] = None if channel.parent_id is None else str(channel.parent_id)
    if channel.kind is ChannelType.THREAD:
        return {**common, **_thread_json(channel, guild)}
    overwrites = [_overwrite_json(user_id, one) for user_id, one in overwrites_of(guild, channel).items()]
    own: Json = {"position": channel.position, "topic": channel.topic, "nsfw": False}
    return {**common, **own, "permission_overwrites": overwrites}


def _overwrite_json(user_id: int, overwrite: Overwrite) -> Json:
    return {"id": str(user_id), "type": 1, "allow": str(int(overwrite.allow)), "deny": str(int(overwrite.deny))}


def _thread_json(thread: Channel, guild: Guild) -> Json:
    """Return the fields that only threads have."""
    dates = {"archive_timestamp": JOINED_AT, "create_timestamp": JOINED_AT}
    return {
        "owner_id": str(thread.owner.id if thread.owner else guild.owner_id),
        "thread_metadata": {"archived": False, "locked": False, "auto_archive_duration": 1440, **dates},
        "message_count": 0,
        "member_count": 1,
        "total_message_sent": 0,
    }


def guild_json(guild: Guild) -> Json:
    """Return the guild object of GUILD_CREATE; bots without the intent for presences see no other members."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "roles": [role_json(role, position) for position, role in enumerate(guild.roles)],
        "channels": [
            channel_json(channel, guild) for channel in guild.channels if channel.kind is not ChannelType.THREAD
        ],
        "members": [member_json(member, guild) for member in guild.members.values() if member.bot],
        "member_count": len(guild.members),
        "threads": [channel_json(channel, guild) for channel in guild.channels if channel.kind is ChannelType.THREAD],
        "joined_at": JOINED_AT,
        "unavailable": False,
        "preferred_locale": guild.preferred_locale,
        **UNUSED_GUILD_FIELDS,
        **guild.decoration,
    }


def changed_guild_json(guild: Guild) -> Json:
    """Return the guild object of GUILD_UPDATE."""
    return {key: value for key, value in guild_json(guild).items() if key not in OF_GUILD_CREATE}


def application_json(world: World) -> Json:
    """Return the application object."""
    return {
        "id": str(world.application_id),
        "name": world.bot.display_name,
        "description": "Writes with character-level recurrent neural networks.",
        "bot": user_json(world.bot),
        "owner": user_json(world.alice),
        "approximate_guild_count": len(world.bot_guilds),
        **UNUSED_APPLICATION_FIELDS,
    }
