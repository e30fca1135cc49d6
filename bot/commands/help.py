"""/help: what there is to use, on one screen."""

from collections.abc import Iterator
from typing import Any

import discord
from discord import app_commands

from bot.commands.generate import Interaction
from bot.resources import Resources

TRY = """Tempera goes on from your words, character by character. Try:
`/generate prompt:ROMEO: temperature:0.8`
A low temperature is careful, a high one wild; the same seed gives the same text.
Some models speak several languages: they go on in that of your words, or in the one that you choose.
The buttons below a text: another one, hotter, cooler, on from its end, or away with it.
"""

Command = app_commands.Command[Any, ..., Any] | app_commands.Group


def help_command(resources: Resources, tree: app_commands.CommandTree[Any]) -> app_commands.Command[Any, ..., None]:
    """Build the command, which tells of those in the tree."""

    @app_commands.command(name="help", description="What Tempera does, and how")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def show_help(interaction: Interaction) -> None:
        lines = [entry(command) for command in usable(tree, resources, interaction)]
        await interaction.response.send_message("\n".join((TRY, *lines)), ephemeral=True)

    return show_help


def usable(tree: app_commands.CommandTree[Any], resources: Resources, interaction: Interaction) -> Iterator[Command]:
    """Yield the commands that this user can use here, those of administrators last."""
    for command in tree.get_commands(type=discord.AppCommandType.chat_input):
        needed = command.default_permissions or discord.Permissions.none()
        if interaction.permissions.is_superset(needed):
            yield command
    if interaction.guild_id and interaction.user.id in resources.settings.admin.user_ids:
        guild = discord.Object(interaction.guild_id)
        yield from tree.get_commands(guild=guild, type=discord.AppCommandType.chat_input)


def entry(command: Command) -> str:
    """Say in one line what a command is for."""
    inner = " · ".join(each.name for each in command.commands) if isinstance(command, app_commands.Group) else ""
    return f"**/{command.name}** {inner and f'*{inner}*: '}{command.description}"
