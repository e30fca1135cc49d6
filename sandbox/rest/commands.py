"""Registers the bot's application commands, globally or in one guild."""

from tempera.sandbox.limits.commands import check_commands
from tempera.sandbox.state.commands import CommandType
from tempera.sandbox.state.errors import ApiError
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.world import World


def overwrite_commands(world: World, guild_id: int | None, definitions: list[Json]) -> list[Json]:
    """Replace the commands of a scope (None is global) and return the registered ones; raises ApiError."""
    check_commands(definitions)
    before = {key: world.commands.pop(key) for key in list(world.commands) if key[0] == guild_id}
    for definition in definitions:
        key = (guild_id, definition["name"])
        world.commands[key] = _registered(world, guild_id, definition, before.get(key))
    world.announce("commands_changed")
    return commands_in(world, guild_id)


def commands_in(world: World, guild_id: int | None) -> list[Json]:
    """Return the commands registered in a scope."""
    return [command for (scope, _), command in world.commands.items() if scope == guild_id]


def check_scope(world: World, application_id: str, guild_id: str | None) -> int | None:
    """Return the scope's guild id, None for global; raises ApiError for another application or guild."""
    if application_id != str(world.application_id):
        raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
    if guild_id is None:
        return None
    if guild_id not in map(str, world.bot_guilds):
        raise ApiError(403, 50001, "Missing Access")
    return int(guild_id)


def _registered(world: World, guild_id: int | None, definition: Json, before: Json | None) -> Json:
    """Return the command as Discord stores it; it keeps its id when registered again."""
    command = {
        "id": before["id"] if before else str(world.new_id()),
        "application_id": str(world.application_id),
        "version": str(world.new_id()),
        "default_member_permissions": None,
        "type": CommandType.CHAT_INPUT,
        "description": "",
        "nsfw": False,
        **{key: value for key, value in definition.items() if value is not None},
    }
    if command["default_member_permissions"] is not None:
        command["default_member_permissions"] = str(command["default_member_permissions"])
    if guild_id is not None:
        command["guild_id"] = str(guild_id)
    return command
