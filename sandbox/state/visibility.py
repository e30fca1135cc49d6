"""Which channels and commands Discord's client shows to a user."""

from sandbox.state.commands import CHAT_INPUT
from sandbox.state.errors import CommandHidden, UnknownCommand
from sandbox.state.interactions import Channel, Json, User
from sandbox.state.permissions import Permission, may, permissions_in
from sandbox.state.world import World

TO_SERVER, TO_USER = 0, 1  # where an app can be installed
SERVER, DIRECT_MESSAGES = 0, 1  # where a command can be used


def sees_channel(world: World, user: User, channel: Channel) -> bool:
    """Tell whether the user may read the channel; a conversation with the bot is its user's alone."""
    guild = world.guild_of(channel)
    if guild is None:
        return channel.starter == user
    return may(guild, user, Permission.VIEW_CHANNEL, channel)


def visible_command(world: World, name: str, user: User, channel: Channel) -> Json:
    """Return the command, that of the server before the global one; raises UnknownCommand or CommandHidden."""
    scopes = ((channel.guild_id, name), (None, name)) if channel.guild_id else ((None, name),)
    found = [world.commands[scope] for scope in scopes if scope in world.commands]
    if not found or found[0]["type"] != CHAT_INPUT:
        known = sorted({known for scope, known in world.commands if scope in (None, channel.guild_id)})
        raise UnknownCommand(name, tuple(known))
    if reason := hidden_because(world, found[0], user, channel):
        raise CommandHidden(name, reason)
    return found[0]


def visible_commands(world: World, user: User, channel: Channel) -> list[Json]:
    """Return the commands that the user is offered there, by name."""
    own = {name: one for (scope, name), one in world.commands.items() if scope is None}
    if channel.guild_id:
        own |= {name: one for (scope, name), one in world.commands.items() if scope == channel.guild_id}
    shown = [one for one in own.values() if one["type"] == CHAT_INPUT]
    return sorted(
        (one for one in shown if not hidden_because(world, one, user, channel)), key=lambda one: str(one["name"])
    )


def hidden_because(world: World, command: Json, user: User, channel: Channel) -> str:
    """Return why the command is hidden, empty when it is shown."""
    context = SERVER if channel.guild_id else DIRECT_MESSAGES
    if command.get("contexts") and context not in command["contexts"]:
        return "it can't be used in a place of this kind"
    installed = TO_SERVER if context == DIRECT_MESSAGES or channel.guild_id in world.bot_guilds else TO_USER
    if installed not in (command.get("integration_types") or [TO_SERVER]):
        return "the app is not in this server"
    return _missing_permissions(world, command, user, channel)


def _missing_permissions(world: World, command: Json, user: User, channel: Channel) -> str:
    guild = world.guild_of(channel)
    if not sees_channel(world, user, channel) or not may(guild, user, Permission.USE_APPLICATION_COMMANDS, channel):
        return f"{user.display_name} may not use commands in #{channel.name}"
    needed = command.get("default_member_permissions")
    if guild is None or needed is None or (guild.id, command["name"]) in world.unlocked_commands:
        return ""
    held = permissions_in(guild, user, channel)
    enough = held == Permission.ALL or (int(needed) and held & int(needed) == int(needed))
    return "" if enough else f"{user.display_name} lacks the permissions that it asks for"
