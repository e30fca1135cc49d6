"""The command tree: a command's task is registered, or refused while the bot is stopping."""

from typing import Any

import discord
from discord import app_commands

from tempera.bot.exceptions import BlockedByOperator
from tempera.bot.gateway.lasting_client import LastingClient
from tempera.bot.replies.errors.message import restarting
from tempera.bot.respond import locale_of, reply_error, reply_privately

FOR_ALL = {"privacy", "help", "admin"}  # admins have a check of their own


class CommandTree(app_commands.CommandTree[LastingClient]):
    """The command tree; new commands are refused while the bot is stopping."""

    async def interaction_check(self, interaction: discord.Interaction[LastingClient]) -> bool:
        """Register the command's task, or refuse the command."""
        tasks = self.client.resources.tasks
        if not tasks.closing:
            tasks.add_current()
            return await self._is_allowed(interaction)
        if interaction.type is discord.InteractionType.application_command:
            await reply_privately(interaction, restarting(locale_of(interaction)))
        return False

    async def _is_allowed(self, interaction: discord.Interaction[LastingClient]) -> bool:
        """Refuse those whom the operator has blocked everything but what is about their data."""
        data: Any = interaction.data
        if data["name"] in FOR_ALL:
            return True
        try:
            self.client.resources.blocks.check(interaction.user.id, interaction.guild_id)
        except BlockedByOperator as blocked:
            if interaction.type is discord.InteractionType.application_command:
                await reply_error(interaction, blocked)
            else:
                await interaction.response.autocomplete([])
            return False
        return True

    async def on_error(
        self, interaction: discord.Interaction[LastingClient], error: app_commands.AppCommandError
    ) -> None:
        """Report the error to the user."""
        await reply_error(interaction, error)
