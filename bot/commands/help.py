"""/help: all commands on one screen."""

from collections.abc import Iterator
from typing import Any

import discord
from discord import app_commands

from tempera.bot.commands.options.params import RETIRED
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.translation.catalog import catalog
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of

Command = app_commands.Command[Any, ..., Any] | app_commands.Group


def help_command(resources: Resources, tree: app_commands.CommandTree[Any]) -> app_commands.Command[Any, ..., None]:
    """Build the command, which lists the commands in the tree."""

    @app_commands.command(name="help", description=descriptions.HELP)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def show_help(interaction: Interaction) -> None:
        locale = locale_of(interaction)
        t = catalog(locale).text
        lines = [*(entry(command, locale) for command in usable(tree, resources, interaction)), t(descriptions.MENU)]
        if url := resources.settings.storage.privacy_url:
            lines.append(t(descriptions.PRIVACY_PAGE, url=url))
        await interaction.response.send_message("\n".join((t(descriptions.GUIDE), *lines)), ephemeral=True)

    return show_help


def usable(tree: app_commands.CommandTree[Any], resources: Resources, interaction: Interaction) -> Iterator[Command]:
    """Yield the commands that this user can use here, the bot's admin commands last."""
    for command in tree.get_commands(type=discord.AppCommandType.chat_input):
        needed = command.default_permissions or discord.Permissions.none()
        if interaction.permissions.is_superset(needed) and RETIRED not in command.extras:
            yield command
    if interaction.guild_id and interaction.user.id in resources.settings.admin.user_ids:
        guild = discord.Object(interaction.guild_id)
        yield from tree.get_commands(guild=guild, type=discord.AppCommandType.chat_input)


def entry(command: Command, locale: str) -> str:
    """Return a line about a command, by its names in this language."""
    words = catalog(locale)
    names = [words.name("command", each.name) for each in (command, *_inner(command))]
    inner = f"*{' · '.join(names[1:])}*: " if names[1:] else ""
    return f"**/{names[0]}** {inner}{words.text(command.description)}"


def _inner(command: Command) -> list[Command]:
    return command.commands if isinstance(command, app_commands.Group) else []
