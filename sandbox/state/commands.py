"""The commands that the bot registers, refused where Discord would refuse them."""

from collections.abc import Iterator
from itertools import chain

from sandbox.state.errors import ApiError, Faults, invalid_form
from sandbox.state.interactions import Json
from sandbox.state.world import World

CHAT_INPUT = 1
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
OPTION_TYPES = range(1, 12)
MAX_COMMANDS = {1: 100, 2: 15, 3: 15}
MAX_CHARACTERS = 8000
Found = Iterator[tuple[tuple[str, ...], tuple[str, str]]]
REQUIRED = ("BASE_TYPE_REQUIRED", "This field is required")


def overwrite_commands(world: World, guild_id: int | None, definitions: list[Json]) -> list[Json]:
    """Replace the commands of this scope (None is global) and return them as registered."""
    faults = dict(chain.from_iterable(_faults_at(str(i), d) for i, d in enumerate(definitions)))
    faults.update(_set_faults(definitions))
    if faults:
        raise invalid_form(faults)
    before = {key: world.commands.pop(key) for key in list(world.commands) if key[0] == guild_id}
    for definition in definitions:
        key = (guild_id, definition["name"])
        world.commands[key] = _registered(world, guild_id, definition, before.get(key))
    world.announce("commands_changed")
    return commands_in(world, guild_id)


def commands_in(world: World, guild_id: int | None) -> list[Json]:
    """Return the commands of this scope."""
    return [command for (scope, _), command in world.commands.items() if scope == guild_id]


def check_scope(world: World, application_id: str, guild_id: str | None) -> int | None:
    """Return the scope's server, None for global; refuses another application or server."""
    if application_id != str(world.application_id):
        raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
    if guild_id is None:
        return None
    if guild_id not in map(str, world.bot_guilds):
        raise ApiError(403, 50001, "Missing Access")
    return int(guild_id)


def _registered(world: World, guild_id: int | None, definition: Json, before: Json | None) -> Json:
    command = {
        "id": before["id"] if before else str(world.new_id()),
        "application_id": str(world.application_id),
        "version": str(world.new_id()),
        "default_member_permissions": None,
        "type": CHAT_INPUT,
        "description": "",
        "nsfw": False,
        **{key: value for key, value in definition.items() if value is not None},
    }
    if command["default_member_permissions"] is not None:
        command["default_member_permissions"] = str(command["default_member_permissions"])
    if guild_id is not None:
        command["guild_id"] = str(guild_id)
    return command


def _set_faults(definitions: list[Json]) -> Faults:
    """Return the faults of the set as a whole."""
    kinds = [definition.get("type") or CHAT_INPUT for definition in definitions]
    for kind, limit in MAX_COMMANDS.items():
        if kinds.count(kind) > limit:
            return {(): ("MAX_COMMANDS", f"Maximum number of application commands reached ({limit}).")}
    names = list(zip(kinds, (definition.get("name") for definition in definitions), strict=True))
    repeated = next((i for i, name in enumerate(names) if name in names[:i]), None)
    if repeated is None:
        return {}
    fault = ("APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    return {(str(repeated), "name"): fault}


def _faults_at(place: str, definition: Json) -> Found:
    for path, fault in chain(_command_faults(definition), _nested_faults(definition, ())):
        yield (place, *path), fault


def _command_faults(command: Json) -> Found:
    if (command.get("type") or CHAT_INPUT) != CHAT_INPUT:
        yield from _length_faults(command, "name", 1, 32)
        return
    yield from _name_faults(command)
    yield from _length_faults(command, "description", 1, 100)
    if _characters(command) > MAX_CHARACTERS:
        fault = f"Command exceeds maximum size ({MAX_CHARACTERS})"
        yield (), ("APPLICATION_COMMAND_TOO_LARGE", fault)


def _nested_faults(parent: Json, path: tuple[str, ...]) -> Found:
    """Walk the options, those of subcommands included."""
    options = parent.get("options") or []
    yield from (((*path, "options"), fault) for fault in _list_faults(options))
    for index, option in enumerate(options):
        place = (*path, "options", str(index))
        faults = chain(_name_faults(option), _length_faults(option, "description", 1, 100), _option_faults(option))
        yield from (((*place, *inner), fault) for inner, fault in faults)
        yield from _nested_faults(option, place)


def _list_faults(options: list[Json]) -> Iterator[tuple[str, str]]:
    if len(options) > 25:
        yield "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        yield "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists"
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        reason = "Required options must be placed before non-required options"
        yield "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", reason


def _option_faults(option: Json) -> Found:
    kind, choices = option.get("type"), option.get("choices") or []
    if kind not in OPTION_TYPES:
        yield ("type",), ("BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}.")
    if option.get("autocomplete") and (choices or kind not in (STRING, INTEGER, NUMBER)):
        reason = "Autocomplete can not be set to true with choices or on this option type"
        yield ("autocomplete",), ("APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", reason)
    if len(choices) > 25:
        yield ("choices",), ("BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, choice in enumerate(choices):
        for path, fault in _length_faults(choice, "name", 1, 100):
            yield ("choices", str(index), *path), fault


def _name_faults(thing: Json) -> Found:
    yield from _length_faults(thing, "name", 1, 32)
    for locale, name in {"": thing.get("name") or "", **(thing.get("name_localizations") or {})}.items():
        if name != name.lower() or not all(c.isalnum() or c in "-_'" for c in name):
            path = ("name_localizations", locale) if locale else ("name",)
            yield path, ("STRING_TYPE_REGEX", "String value did not match validation regex.")


def _length_faults(thing: Json, key: str, least: int, most: int) -> Found:
    texts: dict[tuple[str, ...], str | None] = {(key,): thing.get(key)}
    texts |= {(f"{key}_localizations", k): v for k, v in (thing.get(f"{key}_localizations") or {}).items()}
    for path, text in texts.items():
        if text is None:
            yield path, REQUIRED
        elif not least <= len(text) <= most:
            yield path, ("BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def _characters(thing: Json) -> int:
    """Count names, descriptions and choice values; of localisations the longest counts."""

    def longest(key: str) -> int:
        return max(map(len, [thing.get(key) or "", *(thing.get(f"{key}_localizations") or {}).values()]))

    nested = [*(thing.get("options") or []), *(thing.get("choices") or [])]
    value = thing.get("value")
    own = longest("name") + longest("description") + (len(value) if isinstance(value, str) else 0)
    return own + sum(map(_characters, nested))
