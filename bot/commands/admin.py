"""/admin: for those who look after the bot itself, in the servers that config.yaml names."""

import logging
from collections.abc import Awaitable, Callable

import discord
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType

from bot.config.loader import SettingsInvalid
from bot.config.reload import reloaded
from bot.replies.admin import change, changes, refusal, status
from bot.resources import Resources
from bot.scopes.permissions import NotAdmin
from bot.scopes.scopes import Interaction
from storage.status import database_status

log = logging.getLogger(__name__)


class AdminCommands(app_commands.Group):
    """The subcommands of /admin."""

    def __init__(self, resources: Resources, renew_commands: Callable[[], Awaitable[None]]) -> None:
        super().__init__(
            name="admin",
            description="Look after Tempera itself",
            default_permissions=discord.Permissions(manage_guild=True),
            allowed_contexts=AppCommandContext(guild=True),
            allowed_installs=AppInstallationType(guild=True),
        )
        self._resources = resources
        self._renew_commands = renew_commands

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Let pass whom config.yaml names, wherever they are; raises NotAdmin."""
        if interaction.user.id not in self._resources.settings.admin.user_ids:
            raise NotAdmin
        return True

    @app_commands.command(description="Read config.yaml again; a fault in it changes nothing")
    async def reload(self, interaction: Interaction) -> None:
        """Take the file's settings, whole or not at all; texts on their way go on as they began."""
        await interaction.response.defer(ephemeral=True)
        try:
            settings, differences = await reloaded(self._resources.settings)
        except SettingsInvalid as error:
            log.warning("config.yaml was not taken: %s", error)
            await interaction.followup.send(refusal(error.problems), ephemeral=True)
            return
        self._resources.settings = settings
        log.info("config.yaml was read again: %s", "; ".join(map(change, differences)) or "nothing has changed")
        for hint in settings.hints:
            log.warning("%s", hint)
        await self._renew_commands()
        await interaction.followup.send(changes(differences, settings.hints), ephemeral=True)

    @app_commands.command(description="Queue, decoder, models, memory, latency and database")
    async def status(self, interaction: Interaction) -> None:
        """Say how the bot is."""
        database = await database_status(self._resources.database)
        client = interaction.client
        line = status(self._resources, database, client.latency, len(client.guilds))
        await interaction.response.send_message(line, ephemeral=True)
