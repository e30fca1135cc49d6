"""All commands, as the current settings want them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord import app_commands

from tempera.bot.commands.admin import AdminCommands
from tempera.bot.commands.channel import ChannelCommands
from tempera.bot.commands.compare import compare_command
from tempera.bot.commands.continue_this import continue_menu
from tempera.bot.commands.dial import dial_command
from tempera.bot.commands.generate import generate_command
from tempera.bot.commands.help import help_command
from tempera.bot.commands.history import HistoryCommands
from tempera.bot.commands.models import models_command
from tempera.bot.commands.preset import PresetCommands
from tempera.bot.commands.privacy import PrivacyCommands
from tempera.bot.commands.server import ServerCommands
from tempera.bot.commands.settings import settings_command, voice_command
from tempera.bot.replies.admin import Difference
from tempera.bot.resources import Resources


def add_commands(
    tree: app_commands.CommandTree[Any],
    resources: Resources,
    reload_settings: Callable[[], Awaitable[list[Difference]]],
    admin_guilds: Sequence[discord.Object],
) -> None:
    """Add every command to a tree, those of admins for their servers only."""
    tree.add_command(generate_command(resources))
    tree.add_command(compare_command(resources))
    tree.add_command(dial_command(resources))
    tree.add_command(continue_menu(resources))
    tree.add_command(PresetCommands(resources))
    tree.add_command(ChannelCommands(resources))
    tree.add_command(ServerCommands(resources))
    tree.add_command(settings_command(resources))
    tree.add_command(voice_command(resources))
    tree.add_command(models_command(resources))
    tree.add_command(HistoryCommands(resources))
    tree.add_command(PrivacyCommands(resources))
    tree.add_command(help_command(resources, tree))
    if admin_guilds:  # discord.py would interpret an empty list as every server
        tree.add_command(AdminCommands(resources, reload_settings), guilds=admin_guilds)
