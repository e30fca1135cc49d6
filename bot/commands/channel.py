"""/channel: what /generate does in a thread, channel, category or server; /voice: what that comes to."""

from collections.abc import Coroutine
from typing import Any, Literal

import discord
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, Choice, Range

from bot.commands.generate import Interaction, model_choices
from bot.commands.options import required_param
from bot.replies.channel import place, report, settings_shown
from bot.replies.params import param_name
from bot.resources import Resources
from bot.scopes.permissions import check_may_set
from bot.scopes.scopes import Place, chosen_place, scopes_of
from models.sampling_params import CHANNEL_PARAMS, SPECS, ParamSpec, partial_params
from storage.channel_settings import Changes, change, reset

Where = Literal["thread", "channel", "category", "server"]
WHERE = "This thread, channel, category or server (default: the nearest)"
FORGETTABLE = {"model": "model", **{param_name(spec): spec.name for spec in CHANNEL_PARAMS}, "on or off": "enabled"}


class ChannelCommands(app_commands.Group):
    """The subcommands of /channel, which Discord hides from members; each asks for the permission again."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(
            name="channel",
            description="What /generate does here when nobody says otherwise",
            default_permissions=discord.Permissions(manage_channels=True),
            allowed_contexts=AppCommandContext(guild=True),
            allowed_installs=AppInstallationType(guild=True),
        )
        self._resources = resources
        for spec in CHANNEL_PARAMS:
            self.add_command(self._command(spec))
        for switch in (self.on, self.off, self.show, self.reset):  # which come last
            self.remove_command(switch.name)
            self.add_command(switch)

    def _command(self, spec: ParamSpec) -> app_commands.Command["ChannelCommands", ..., None]:
        """Return the command that sets one parameter."""
        value_name = spec.unit or "value"

        @required_param(spec, value_name)
        @app_commands.describe(where=WHERE)
        async def set_param(interaction: Interaction, where: Where | None = None, **given: Any) -> None:
            await self._change(interaction, where, {"params": partial_params({spec.name: given[value_name]})})

        return app_commands.Command(
            name=spec.name, description=f"Set the {param_name(spec)} of texts here", callback=set_param
        )

    @app_commands.command(description="Choose who writes here")
    @app_commands.describe(name="Who writes", where=WHERE)
    async def model(self, interaction: Interaction, name: Range[str, 1, 100], where: Where | None = None) -> None:
        """Set the model, which must be there."""
        self._resources.library.card(name)
        await self._change(interaction, where, {"model": name})

    @app_commands.command(description="Let people /generate here")
    @app_commands.describe(where=WHERE)
    async def on(self, interaction: Interaction, where: Where | None = None) -> None:
        """Switch texts on."""
        await self._change(interaction, where, {"enabled": True})

    @app_commands.command(description="Let nobody /generate here")
    @app_commands.describe(where=WHERE)
    async def off(self, interaction: Interaction, where: Where | None = None) -> None:
        """Switch texts off."""
        await self._change(interaction, where, {"enabled": False})

    @app_commands.command(description="What holds here and why, and what is set around it")
    async def show(self, interaction: Interaction) -> None:
        """Show what /voice shows."""
        await tell(self._resources, interaction)

    @app_commands.command(description="Forget what is set, so that wider places hold again")
    @app_commands.rename(name="setting")
    @app_commands.describe(name="Forget only this (default: everything)", where=WHERE)
    @app_commands.choices(name=[Choice(name=shown, value=name) for shown, name in FORGETTABLE.items()])
    async def reset(self, interaction: Interaction, name: str | None = None, where: Where | None = None) -> None:
        """Forget one setting of a place, or all."""
        guild_id, chosen = permitted_place(interaction, where)
        if name is None:
            await self._keep(reset(self._resources.database, guild_id, chosen.id))
        else:
            forgotten: Changes = {"params": {name: None}} if name in SPECS else {name: None}  # type: ignore[misc]
            await self._keep(change(self._resources.database, guild_id, chosen.id, **forgotten))
        await tell(self._resources, interaction, f"Forgotten for {place(chosen.rule)}.")

    @model.autocomplete("name")
    async def complete_model(self, _: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the models."""
        return model_choices(self._resources, typed)

    async def _keep(self, writing: Coroutine[Any, Any, None]) -> None:
        """Write to the database; raises StorageBusy before Discord takes no answer any more."""
        await self._resources.running.in_time(writing)

    async def _change(self, interaction: Interaction, where: Where | None, changes: Changes) -> None:
        guild_id, chosen = permitted_place(interaction, where)
        await self._keep(change(self._resources.database, guild_id, chosen.id, **changes))
        said = ", ".join(settings_shown(changes))
        await tell(self._resources, interaction, f"Set for {place(chosen.rule)}: {said}.")


def voice_command(resources: Resources) -> app_commands.Command[Any, ..., None]:
    """Build the command for these resources."""

    @app_commands.command(description="Who writes here, how, and why")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def voice(interaction: Interaction) -> None:
        await tell(resources, interaction)

    return voice


def permitted_place(interaction: Interaction, where: Where | None) -> tuple[int, Place]:
    """Return the server and the place in it that the user may set; raises NoSuchPlace, MissingPermissions."""
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    chosen = chosen_place(interaction, where)
    check_may_set(interaction, chosen)
    return interaction.guild_id, chosen


async def tell(resources: Resources, interaction: Interaction, line: str = "") -> None:
    """Say privately what holds here now, after a line on what has changed."""
    held = report(await scopes_of(resources, interaction), resources.settings, resources.library.names())
    await interaction.response.send_message("\n".join(filter(None, [line, held])), ephemeral=True)
