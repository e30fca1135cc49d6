"""What a person does in the sandbox: run a command, ask for completions, post a message."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.client.clickables import clickable
from sandbox.client.exchange import PATIENCE_SECONDS, Run
from sandbox.client.modals import Modal, check_choice
from sandbox.client.options import option_values, resolved_things
from sandbox.gateway.gateway import Gateway
from sandbox.rest.messages import publish
from sandbox.state.commands import CHAT_INPUT, GROUP, SUBCOMMAND
from sandbox.state.errors import BotOffline, NotAcknowledged, NotClickable, UnknownCommand
from sandbox.state.interactions import BUTTON, Channel, Interaction, InteractionKind, Json, Message, Shown, User
from sandbox.state.mentions import EVERYTHING, mark_mentions
from sandbox.state.visibility import sees_channel, visible_command
from sandbox.state.world import World


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
        """Send a slash command; raises OptionRefused, UnknownCommand, CommandHidden or BotOffline: nothing is sent."""
        definition, words, declared = self._find(command, user, channel)
        values = option_values(declared, options)
        data = _command_data(definition, words, values)
        if resolved := resolved_things(values, self._world.guild_of(channel), user):
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
        definition, words, declared = self._find(command, user, channel)
        focused = next(known for known in declared if known["name"] == option)
        values = option_values([{**known, "required": False} for known in declared], others)
        values.append({"name": option, "type": focused["type"], "value": typed, "focused": True})
        data = _command_data(definition, words, values)
        interaction = self._send(InteractionKind.AUTOCOMPLETE, data, user, channel)
        await self._world.until(
            lambda: interaction.failed or interaction.choices is not None, "completions", PATIENCE_SECONDS
        )
        if interaction.choices is None:
            raise NotAcknowledged(f"/{command} (completing {option})")
        return [Choice(choice["name"], choice["value"]) for choice in interaction.choices]

    def click(self, message: Message, which: str, user: User, values: list[str] | None) -> Run:
        """Press the button, or choose in the menu, of this custom_id or label; raises NotClickable or OptionRefused."""
        component = clickable(message, which, user)
        self._check_view(which, user, message.channel)
        data: Json = {"custom_id": component["custom_id"], "component_type": component["type"], "id": component["id"]}
        if component["type"] != BUTTON:
            check_choice(component, values or [], which, required=True)
            data["values"] = values or []
        return self._click(message, data, user)

    def _check_view(self, which: str, user: User, channel: Channel) -> None:
        if not sees_channel(self._world, user, channel):
            raise NotClickable(which, f"{user.display_name} does not see #{channel.name}")

    def forge(self, message: Message, custom_id: str, user: User) -> Run:
        """Send a click on a button that the message doesn't have, or not for this user."""
        return self._click(message, {"custom_id": custom_id, "component_type": BUTTON, "id": 1}, user)

    def _click(self, message: Message, data: Json, user: User) -> Run:
        return Run(self._world, self._send(InteractionKind.COMPONENT, data, user, message.channel, source=message))

    def submit(self, modal: Modal, values: Mapping[str, Any]) -> Run:
        """Send a filled-in form; raises OptionRefused."""
        opener = modal.interaction
        data = modal.submission(values)
        places = {"source": opener.source, "opened_by": opener}
        return Run(self._world, self._send(InteractionKind.MODAL, data, opener.user, opener.channel, **places))

    def post(self, content: str, user: User, channel: Channel) -> Message:
        """Post an ordinary message."""
        message = self._world.new_message(user, channel)
        message.content = content
        mark_mentions(message, EVERYTHING, self._world.guild_of(channel))
        message.history.append(Shown(content, time.monotonic()))
        publish(self._world, message)
        return message

    def _find(self, command: str, user: User, channel: Channel) -> tuple[Json, list[str], list[Json]]:
        """Return the registered command, the words of its subcommand, and the options there."""
        name, *words = command.split()
        found = visible_command(self._world, name, user, channel)
        declared: list[Json] = found.get("options") or []
        for word in words:
            inner = [option for option in declared if option["name"] == word]
            if not inner or inner[0]["type"] not in (SUBCOMMAND, GROUP):
                raise UnknownCommand(command, tuple(f"{name} {option['name']}" for option in declared))
            declared = inner[0].get("options") or []
        return found, words, declared

    def _send(self, kind: InteractionKind, data: Json, user: User, channel: Channel, **origin: Any) -> Interaction:
        if not self._gateway.online:
            raise BotOffline
        interaction = self._world.new_interaction(kind, data, user, channel)
        for name, value in origin.items():
            setattr(interaction, name, value)
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
