"""What a person does in the sandbox: run a command, ask for completions, post a message."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.answers import publish
from sandbox.commands import CHAT_INPUT, GROUP, SUBCOMMAND
from sandbox.errors import BotOffline, NotAcknowledged, UnknownCommand
from sandbox.gateway import Gateway
from sandbox.mentions import EVERYTHING, mark_mentions
from sandbox.options import option_values, resolved_things
from sandbox.run import Run
from sandbox.state import Channel, Interaction, InteractionKind, Json, Message, Shown, User
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Choice:
    """A completion that the bot offered."""

    name: str
    value: str | int | float


class Player:
    """A person at the keyboard of Discord's client."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def run(self, command: str, options: Mapping[str, Any], user: User, channel: Channel) -> Run:
        """Send a slash command; raises OptionRefused, UnknownCommand or BotOffline and then sends nothing."""
        definition, words, declared = self._find(command)
        values = option_values(declared, options)
        data = _command_data(definition, words, values)
        if resolved := resolved_things(values, self._world.guild):
            data["resolved"] = resolved
        return Run(self._world, self._send(InteractionKind.COMMAND, data, user, channel))

    async def complete(
        self,
        command: str,
        option: str,
        typed: str,
        others: Mapping[str, Any],
        user: User,
        channel: Channel,
    ) -> list[Choice]:
        """Return the bot's completions for a half-typed option."""
        definition, words, declared = self._find(command)
        focused = next(known for known in declared if known["name"] == option)
        values = option_values([{**known, "required": False} for known in declared], others)
        values.append({"name": option, "type": focused["type"], "value": typed, "focused": True})
        data = _command_data(definition, words, values)
        interaction = self._send(InteractionKind.AUTOCOMPLETE, data, user, channel)
        await self._world.until(
            lambda: interaction.failed or interaction.choices is not None, "completions", timeout_seconds=10
        )
        if interaction.choices is None:
            raise NotAcknowledged(f"{command} (completing {option})")
        return [Choice(choice["name"], choice["value"]) for choice in interaction.choices]

    def post(self, content: str, user: User, channel: Channel) -> Message:
        """Post an ordinary message."""
        message = self._world.new_message(user, channel)
        message.content = content
        mark_mentions(message, EVERYTHING, self._world.guild)
        message.history.append(Shown(content, time.monotonic()))
        publish(self._world, message)
        return message

    def _find(self, command: str) -> tuple[Json, list[str], list[Json]]:
        """Return the registered command, the words of its subcommand, and the options there."""
        name, *words = command.split()
        scopes = (self._world.guild.id, None)
        found = [self._world.commands[scope, name] for scope in scopes if (scope, name) in self._world.commands]
        if not found or found[0]["type"] != CHAT_INPUT:
            raise UnknownCommand(command, tuple(name for _, name in self._world.commands))
        declared: list[Json] = found[0].get("options") or []
        for word in words:
            inner = [option for option in declared if option["name"] == word]
            if not inner or inner[0]["type"] not in (SUBCOMMAND, GROUP):
                raise UnknownCommand(command, tuple(f"{name} {option['name']}" for option in declared))
            declared = inner[0].get("options") or []
        return found[0], words, declared

    def _send(self, kind: InteractionKind, data: Json, user: User, channel: Channel) -> Interaction:
        if not self._gateway.online:
            raise BotOffline
        interaction = self._world.new_interaction(kind, data, user, channel)
        self._gateway.send_interaction(interaction)
        return interaction


def _command_data(definition: Json, words: list[str], values: list[Json]) -> Json:
    """Return an interaction's data, the values nested under their subcommand."""
    options = values
    for depth, word in reversed(list(enumerate(words, start=1))):
        kind = SUBCOMMAND if depth == len(words) else GROUP
        options = [{"name": word, "type": kind, "options": options}]
    data: Json = {"id": definition["id"], "name": definition["name"], "type": CHAT_INPUT}
    if "guild_id" in definition:
        data["guild_id"] = definition["guild_id"]
    return {**data, "options": options}
