"""Discord's client in a person's hands: runs commands, clicks components, submits modals, and posts messages."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tempera.sandbox.client.clickables import clickable
from tempera.sandbox.client.exchange import TIMEOUT_SECONDS, Exchange
from tempera.sandbox.client.invocation import find_command
from tempera.sandbox.client.modals import Modal, check_selection
from tempera.sandbox.client.options import option_values
from tempera.sandbox.client.resolved_data import resolved_data
from tempera.sandbox.gateway.gateway import Gateway
from tempera.sandbox.payloads.interactions import message_json
from tempera.sandbox.state.commands import CommandType, OptionType
from tempera.sandbox.state.components import ComponentType
from tempera.sandbox.state.errors import BotOffline, NotAcknowledged, NotClickable
from tempera.sandbox.state.guilds import Channel, User
from tempera.sandbox.state.interactions import Interaction, InteractionType, Revision, StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.mentions import MESSAGE_DEFAULT, update_mentions
from tempera.sandbox.state.visibility import sees_channel, sees_message, visible_command
from tempera.sandbox.state.world import World


@dataclass(frozen=True, slots=True)
class AutocompleteChoice:
    """A choice that the bot offers for a partly typed option."""

    name: str
    value: str | int | float


class DiscordClient:
    """Discord's client, as any user of the sandbox."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def invoke(self, command: str, options: Mapping[str, Any], user: User, channel: Channel) -> Exchange:
        """Send a slash command; raises InvalidOption, UnknownCommand, CommandHidden or BotOffline, sending nothing."""
        invocation = find_command(self._world, command, user, channel)
        values = option_values(invocation.options, options)
        data = invocation.data(values)
        if resolved := resolved_data(values, self._world.guild_of(channel), user):
            data["resolved"] = resolved
        return self._send(self._world.new_interaction(InteractionType.COMMAND, data, user, channel))

    def invoke_on(self, message: StoredMessage, command: str, user: User) -> Exchange:
        """Choose a command in a message's menu; raises UnknownCommand, CommandHidden, NotClickable or BotOffline."""
        if message.deleted or not sees_message(self._world, user, message):
            raise NotClickable(command, f"{user.display_name} can't see the message")
        registered = visible_command(self._world, command, user, message.channel, CommandType.MESSAGE)
        data: Json = {"id": registered["id"], "name": command, "type": CommandType.MESSAGE}
        resolved = {"messages": {str(message.id): message_json(message, self._world)}}
        data |= {"target_id": str(message.id), "resolved": resolved}
        return self._send(self._world.new_interaction(InteractionType.COMMAND, data, user, message.channel))

    def forge_command(self, command: str, options: Mapping[str, Any], user: User, channel: Channel) -> Exchange:
        """Send a slash command with values that Discord's client would refuse, in options that it may not have."""
        invocation = find_command(self._world, command, user, channel)
        types = {option["name"]: option["type"] for option in invocation.options}
        values = [
            {"name": name, "type": types.get(name, OptionType.STRING), "value": value}
            for name, value in options.items()
        ]
        return self._send(self._world.new_interaction(InteractionType.COMMAND, invocation.data(values), user, channel))

    async def autocomplete(
        self, command: str, option: str, typed: str, others: Mapping[str, Any], user: User, channel: Channel
    ) -> list[AutocompleteChoice]:
        """Return the bot's choices for a partly typed option, given the other options' values."""
        invocation = find_command(self._world, command, user, channel)
        data = invocation.autocomplete_data(option, typed, others)
        interaction = self._world.new_interaction(InteractionType.AUTOCOMPLETE, data, user, channel)
        self._send(interaction)
        await self._world.wait_until(
            lambda: interaction.failed or interaction.choices is not None, "autocomplete choices", TIMEOUT_SECONDS
        )
        if interaction.choices is None:
            raise NotAcknowledged(f"/{command} (autocomplete of {option})")
        return [AutocompleteChoice(choice["name"], choice["value"]) for choice in interaction.choices]

    def click(self, message: StoredMessage, name: str, user: User, values: list[str] | None) -> Exchange:
        """Click the button, or select values in the menu, with this custom_id or label.

        Raises NotClickable, InvalidOption or BotOffline.
        """
        component = clickable(message, name, user)
        if not sees_channel(self._world, user, message.channel):
            raise NotClickable(name, f"{user.display_name} can't see #{message.channel.name}")
        data: Json = {"custom_id": component["custom_id"], "component_type": component["type"], "id": component["id"]}
        if component["type"] != ComponentType.BUTTON:
            check_selection(component, values or [], name, required=True)
            data["values"] = values or []
        return self._click(message, data, user)

    def forge_click(self, message: StoredMessage, custom_id: str, user: User) -> Exchange:
        """Send a click on a button that the message doesn't have, or that this user can't see."""
        return self._click(message, {"custom_id": custom_id, "component_type": ComponentType.BUTTON, "id": 1}, user)

    def _click(self, message: StoredMessage, data: Json, user: User) -> Exchange:
        interaction = self._world.new_interaction(InteractionType.COMPONENT, data, user, message.channel)
        interaction.source_message = message
        return self._send(interaction)

    def submit_modal(self, modal: Modal, values: Mapping[str, Any]) -> Exchange:
        """Submit a modal; raises InvalidOption or BotOffline."""
        opener = modal.interaction
        data = modal.submission(values)
        interaction = self._world.new_interaction(InteractionType.MODAL, data, opener.user, opener.channel)
        interaction.source_message, interaction.opened_by = opener.source_message, opener
        return self._send(interaction)

    def post(self, content: str, user: User, channel: Channel, reply_to: StoredMessage | None = None) -> StoredMessage:
        """Post an ordinary message, or a reply, which mentions whom it replies to."""
        message = self._world.new_message(user, channel)
        message.content, message.reply_to = content, reply_to
        update_mentions(message, MESSAGE_DEFAULT, self._world.guild_of(channel))
        if reply_to and reply_to.author not in message.user_mentions:
            message.user_mentions += (reply_to.author,)
        message.history.append(Revision(content, time.monotonic()))
        self._world.publish(message)
        return message

    def _send(self, interaction: Interaction) -> Exchange:
        if not self._gateway.online:
            raise BotOffline
        self._world.start(interaction)
        self._gateway.send_interaction(interaction)
        return Exchange(self._world, interaction)
