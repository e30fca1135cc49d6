"""Looks up a command as a user types it, and builds the interaction data that invokes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tempera.sandbox.client.options import option_values
from tempera.sandbox.state.commands import CommandType, OptionType
from tempera.sandbox.state.errors import UnknownCommand
from tempera.sandbox.state.guilds import Channel, User
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.visibility import visible_command
from tempera.sandbox.state.world import World

NESTED = (OptionType.SUBCOMMAND, OptionType.SUBCOMMAND_GROUP)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A registered command with the path of the chosen subcommand, and the options declared there."""

    command: Json
    subcommands: list[str]
    options: list[Json]

    def data(self, values: list[Json]) -> Json:
        """Return the interaction data, with the values nested under their subcommand."""
        options = values
        for depth, name in reversed(list(enumerate(self.subcommands, start=1))):
            innermost = depth == len(self.subcommands)
            option_type = OptionType.SUBCOMMAND if innermost else OptionType.SUBCOMMAND_GROUP
            options = [{"name": name, "type": option_type, "options": options}]
        data: Json = {"id": self.command["id"], "name": self.command["name"], "type": CommandType.CHAT_INPUT}
        if "guild_id" in self.command:
            data["guild_id"] = self.command["guild_id"]
        return {**data, "options": options}

    def autocomplete_data(self, option: str, typed: str, others: Mapping[str, Any]) -> Json:
        """Return the data of an autocomplete interaction, in which no option is required yet."""
        focused = next(declared for declared in self.options if declared["name"] == option)
        values = option_values([{**declared, "required": False} for declared in self.options], others)
        return self.data([*values, {"name": option, "type": focused["type"], "value": typed, "focused": True}])


def find_command(world: World, command: str, user: User, channel: Channel) -> Invocation:
    """Return the command of this full name ("preset save"); raises UnknownCommand or CommandHidden."""
    name, *subcommands = command.split()
    registered = visible_command(world, name, user, channel)
    options: list[Json] = registered.get("options") or []
    for subcommand in subcommands:
        matching = [option for option in options if option["name"] == subcommand and option["type"] in NESTED]
        if not matching:
            raise UnknownCommand(command, tuple(f"{name} {option['name']}" for option in options))
        options = matching[0].get("options") or []
    return Invocation(registered, subcommands, options)
