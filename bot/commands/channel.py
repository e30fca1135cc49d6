"""/channel: what /generate does in a thread, channel, category or server."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, Choice

from tempera.bot.commands.options.autocomplete import model_choices
from tempera.bot.commands.options.params import ENGLISH, ModelName, required_param
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.channel import changed, cleared
from tempera.bot.replies.params import param_name
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.bot.scopes.permissions import check_may_set
from tempera.bot.scopes.report import flat, show_settings
from tempera.bot.scopes.scopes import Location, chosen_location
from tempera.models.sampling_params import CHANNEL_PARAMS, SPECS, ParamSpec, partial_params
from tempera.storage.servers.channel_settings import Changes, ScopeSettings, change, reset

Where = Literal["thread", "channel", "category", "server"]
CLEARABLE = {
    "model": "model",
    **{param_name(spec, ENGLISH): spec.name for spec in CHANNEL_PARAMS},
    descriptions.ON_OR_OFF: "enabled",
}


class ChannelCommands(app_commands.Group):
    """The subcommands of /channel; Discord hides them from ordinary members, and each checks the permission again."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(
            name="channel",
            description=descriptions.CHANNEL,
            default_permissions=discord.Permissions(manage_channels=True),
            allowed_contexts=AppCommandContext(guild=True),
            allowed_installs=AppInstallationType(guild=True),
        )
        self._resources = resources
        for spec in CHANNEL_PARAMS:
            self.add_command(self._command(spec))
        for switch in (self.on, self.off, self.show, self.reset):  # these come last
            self.remove_command(switch.name)
            self.add_command(switch)

    def _command(self, spec: ParamSpec) -> app_commands.Command["ChannelCommands", ..., None]:
        """Return the command that sets one parameter."""
        value_name = spec.unit or "value"

        @required_param(spec, value_name)
        @app_commands.describe(where=descriptions.WHERE)
        async def set_param(interaction: Interaction, where: Where | None = None, **given: Any) -> None:
            await self._change(interaction, where, {"params": partial_params({spec.name: given[value_name]})})

        description = descriptions.CHANNEL_PARAM.format(param=param_name(spec, ENGLISH))
        return app_commands.Command(name=spec.name, description=description, callback=set_param)

    @app_commands.command(description=descriptions.CHANNEL_MODEL)
    @app_commands.describe(name=descriptions.MODEL, where=descriptions.WHERE)
    async def model(self, interaction: Interaction, name: ModelName, where: Where | None = None) -> None:
        """Set the model, which must exist."""
        self._resources.library.card(name)
        await self._change(interaction, where, {"model": name})

    @app_commands.command(description=descriptions.CHANNEL_ON)
    @app_commands.describe(where=descriptions.WHERE)
    async def on(self, interaction: Interaction, where: Where | None = None) -> None:
        """Turn /generate on."""
        await self._change(interaction, where, {"enabled": True})

    @app_commands.command(description=descriptions.CHANNEL_OFF)
    @app_commands.describe(where=descriptions.WHERE)
    async def off(self, interaction: Interaction, where: Where | None = None) -> None:
        """Turn /generate off."""
        await self._change(interaction, where, {"enabled": False})

    @app_commands.command(description=descriptions.CHANNEL_SHOW)
    async def show(self, interaction: Interaction) -> None:
        """Show what /settings shows."""
        await show_settings(self._resources, interaction)

    @app_commands.command(description=descriptions.CHANNEL_RESET)
    @app_commands.rename(name="setting")
    @app_commands.describe(name=descriptions.SETTING, where=descriptions.WHERE)
    @app_commands.choices(name=[Choice(name=shown, value=name) for shown, name in CLEARABLE.items()])
    async def reset(self, interaction: Interaction, name: str | None = None, where: Where | None = None) -> None:
        """Clear one setting of a scope, or all."""
        guild_id, chosen = permitted_location(interaction, where)
        if name is None:
            await reset(self._resources.database, guild_id, chosen.id)
        else:
            given_back: Changes = {"params": {name: None}} if name in SPECS else {name: None}  # type: ignore[misc]
            await change(self._resources.database, guild_id, chosen.id, **given_back)
        await show_settings(self._resources, interaction, cleared(chosen.origin, locale_of(interaction)))

    @model.autocomplete("name")
    async def complete_model(self, _: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the models."""
        return model_choices(self._resources, typed)

    async def _change(self, interaction: Interaction, where: Where | None, changes: Changes) -> None:
        guild_id, chosen = permitted_location(interaction, where)
        await change(self._resources.database, guild_id, chosen.id, **changes)
        line = changed(chosen.origin, flat(ScopeSettings(**changes)), locale_of(interaction))
        await show_settings(self._resources, interaction, line)


def permitted_location(interaction: Interaction, where: Where | None) -> tuple[int, Location]:
    """Return the server and the location whose settings the user can change; raises NoSuchScope, MissingPermissions."""
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    chosen = chosen_location(interaction, where)
    check_may_set(interaction, chosen)
    return interaction.guild_id, chosen
