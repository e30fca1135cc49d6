"""Computes permissions from roles and channel overwrites, as Discord does."""

from enum import IntFlag

from tempera.sandbox.state.guilds import Channel, Guild, Overwrite, User


class Permission(IntFlag):
    """Discord's permission bits that the sandbox knows."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    TALK = VIEW_CHANNEL | SEND_MESSAGES | SEND_MESSAGES_IN_THREADS | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY
    MEMBER = TALK | CREATE_PUBLIC_THREADS | USE_APPLICATION_COMMANDS
    APP = MEMBER | MENTION_EVERYONE
    GUILD_WIDE = ADMINISTRATOR | MANAGE_GUILD  # channel overwrites don't affect these
    ALL = (1 << 53) - 1


def permissions_in(guild: Guild, user: User, channel: Channel | None = None) -> int:
    """Return the user's permissions in the channel, or in the guild as a whole."""
    granted = 0
    for role in guild.roles_of(user):
        granted |= role.permissions
    if user.id == guild.owner_id or granted & Permission.ADMINISTRATOR:
        return Permission.ALL
    if channel is None:
        return granted
    overwrite = overwrites_of(guild, channel).get(user.id, Overwrite())
    granted = granted & ~overwrite.deny | overwrite.allow
    return granted if granted & Permission.VIEW_CHANNEL else granted & Permission.GUILD_WIDE


def overwrites_of(guild: Guild, channel: Channel) -> dict[int, Overwrite]:
    """Return the channel's overwrites by user, or else its parent's (a category, or a thread's channel)."""
    while not guild.overwrites.get(channel.id) and channel.parent_id is not None:
        channel = guild.channel(channel.parent_id)
    return guild.overwrites.get(channel.id, {})


def has_permissions(guild: Guild | None, user: User, needed: int, channel: Channel | None = None) -> bool:
    """Return whether the user has all of these permissions; in a DM everyone does."""
    return guild is None or permissions_in(guild, user, channel) & needed == needed
