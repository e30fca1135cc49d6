"""Decides which channels, messages and commands Discord's client shows to a user."""

from tempera.sandbox.state.commands import CommandType
from tempera.sandbox.state.errors import CommandHidden, UnknownCommand
from tempera.sandbox.state.guilds import Channel, User
from tempera.sandbox.state.interactions import StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.permissions import Permission, has_permissions, permissions_in
from tempera.sandbox.state.world import World

GUILD_INSTALL, USER_INSTALL = 0, 1  # integration types
GUILD, BOT_DM = 0, 1  # interaction contexts


def sees_channel(world: World, user: User, channel: Channel) -> bool:
    """Return whether the user can see the channel; a DM is visible only to its recipient."""
    guild = world.guild_of(channel)
    if guild is None:
        return channel.owner == user
    return has_permissions(guild, user, Permission.VIEW_CHANNEL, channel)


def sees_message(world: World, user: User, message: StoredMessage) -> bool:
    """Return whether the user can see the message: its channel, and if it is ephemeral, that it is for them."""
    return is_addressed_to(user, message) and sees_channel(world, user, message.channel)


def is_addressed_to(user: User, message: StoredMessage) -> bool:
    """Return whether the message is public, or an ephemeral response to this user."""
    addressee = message.interaction and message.interaction.user
    return not message.ephemeral or addressee == user


def visible_command(
    world: World, name: str, user: User, channel: Channel, kind: CommandType = CommandType.CHAT_INPUT
) -> Json:
    """Return the command, preferring the guild's to the global one; raises UnknownCommand or CommandHidden."""
    scopes = ((channel.guild_id, name), (None, name)) if channel.guild_id else ((None, name),)
    found = [world.commands[scope] for scope in scopes if scope in world.commands]
    if not found or found[0]["type"] != kind:
        known = sorted({known for scope, known in world.commands if scope in (None, channel.guild_id)})
        raise UnknownCommand(name, tuple(known))
    if reason := _hidden_reason(world, found[0], user, channel):
        raise CommandHidden(name, reason)
    return found[0]


def visible_commands(
    world: World, user: User, channel: Channel, kind: CommandType = CommandType.CHAT_INPUT
) -> list[Json]:
    """Return the commands of a kind that the user sees in the channel, sorted by name."""
    commands = {name: one for (scope, name), one in world.commands.items() if scope is None}
    if channel.guild_id:
        commands |= {name: one for (scope, name), one in world.commands.items() if scope == channel.guild_id}
    shown = [one for one in commands.values() if one["type"] == kind]
    return sorted(
        (one for one in shown if not _hidden_reason(world, one, user, channel)), key=lambda one: str(one["name"])
    )


def _hidden_reason(world: World, command: Json, user: User, channel: Channel) -> str:
    """Return why the command is hidden, or an empty string if it is visible."""
    context = GUILD if channel.guild_id else BOT_DM
    if command.get("contexts") and context not in command["contexts"]:
        return "it isn't available in this kind of channel"
    in_guild = context == BOT_DM or channel.guild_id in world.bot_guilds
    installed = GUILD_INSTALL if in_guild else USER_INSTALL
    if installed not in (command.get("integration_types") or [GUILD_INSTALL]):
        return "the app isn't in this server"
    return _missing_permissions(world, command, user, channel)


def _missing_permissions(world: World, command: Json, user: User, channel: Channel) -> str:
    guild = world.guild_of(channel)
    if not sees_channel(world, user, channel) or not has_permissions(
        guild, user, Permission.USE_APPLICATION_COMMANDS, channel
    ):
        return f"{user.display_name} can't use commands in #{channel.name}"
    needed = command.get("default_member_permissions")
    if guild is None or needed is None or (guild.id, command["name"]) in world.unlocked_commands:
        return ""
    held = permissions_in(guild, user, channel)
    enough = held == Permission.ALL or (int(needed) and held & int(needed) == int(needed))
    return "" if enough else f"{user.display_name} lacks the required permissions"
