"""/settings: what applies here, and where it is set."""

from typing import Any

from discord import app_commands

from tempera.bot.commands.options.params import RETIRED
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.channel import renamed
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.bot.scopes.report import show_settings


def settings_command(resources: Resources) -> app_commands.Command[Any, ..., None]:
    """Build the command for these resources."""

    @app_commands.command(description=descriptions.SETTINGS)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def settings(interaction: Interaction) -> None:
        await show_settings(resources, interaction)

    return settings


def voice_command(resources: Resources) -> app_commands.Command[Any, ..., None]:
    """Build the command under its former name, which points to the new one."""

    @app_commands.command(description=descriptions.VOICE, extras={RETIRED: True})
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def voice(interaction: Interaction) -> None:
        await show_settings(resources, interaction, renamed(locale_of(interaction)))

    return voice
