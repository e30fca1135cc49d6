"""The command tree: a command's task is registered, or refused while the bot is stopping."""

import discord
from discord import app_commands

from tempera.bot.gateway.lasting_client import LastingClient
from tempera.bot.replies.errors.message import restarting
from tempera.bot.respond import locale_of, reply_error, reply_privately


class CommandTree(app_commands.CommandTree[LastingClient]):
    """The command tree; new commands are refused while the bot is stopping."""

    async def interaction_check(self, interaction: discord.Interaction[LastingClient]) -> bool:
        """Register the command's task, or refuse the command."""
        tasks = self.client.resources.tasks
        if not tasks.closing:
            tasks.add_current()
        elif interaction.type is discord.InteractionType.application_command:
            await reply_privately(interaction, restarting(locale_of(interaction)))
        return not tasks.closing

    async def on_error(
        self, interaction: discord.Interaction[LastingClient], error: app_commands.AppCommandError
    ) -> None:
        """Report the error to the user."""
        await reply_error(interaction, error)
