"""The bot's side of the connection to Discord: intents, mentions, commands, and their errors."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
from discord import app_commands
from pydantic import SecretStr

from tempera.bot.answers.buttons import answer_button, refuse_strange, refuse_strange_form
from tempera.bot.command_sync import sync_commands, sync_guild
from tempera.bot.command_translator import CommandTranslator
from tempera.bot.commands.admin import AdminCommands
from tempera.bot.commands.channel import ChannelCommands
from tempera.bot.commands.generate import generate_command
from tempera.bot.commands.help import help_command
from tempera.bot.commands.models import models_command
from tempera.bot.commands.preset import PresetCommands
from tempera.bot.commands.settings import settings_command, voice_command
from tempera.bot.guild_cache import GuildCache
from tempera.bot.removed_guilds import purge_removed_guilds
from tempera.bot.replies.errors.message import restarting
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of, reply_error, reply_privately
from tempera.storage.errors import StorageUnavailable
from tempera.storage.guilds import note_present, note_removed

# Discord sends the servers right after READY; the bot doesn't need to wait for all of them.
GUILD_READY_SECONDS = 0.1

log = logging.getLogger(__name__)


class CommandTree(app_commands.CommandTree["TemperaClient"]):
    """The command tree; new commands are refused while the bot is stopping."""

    async def interaction_check(self, interaction: discord.Interaction["TemperaClient"]) -> bool:
        """Register the command's task, or refuse the command."""
        tasks = self.client.resources.tasks
        if not tasks.closing:
            tasks.add_current()
        elif interaction.type is discord.InteractionType.application_command:
            await reply_privately(interaction, restarting(locale_of(interaction)))
        return not tasks.closing

    async def on_error(
        self, interaction: discord.Interaction["TemperaClient"], error: app_commands.AppCommandError
    ) -> None:
        """Report the error to the user."""
        await reply_error(interaction, error)


class TemperaClient(discord.Client):
    """A client without privileged intents, mentions or a message cache."""

    def __init__(self, resources: Resources, api_url: str) -> None:
        # No warnings about missing voice libraries: the bot doesn't use voice.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        trace = aiohttp.TraceConfig()
        resources.uncertain.watch(trace)
        super().__init__(
            http_trace=trace,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=GUILD_READY_SECONDS,
        )
        self.resources = resources
        self.tree = CommandTree(self)
        self._admin_guilds: list[discord.Object] = []
        self.add_commands()
        self.add_dynamic_items(answer_button(resources))
        self._connection_task: asyncio.Task[None]
        self._api_url = api_url

    def _get_state(self, **options: Any) -> GuildCache:
        return GuildCache(dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options)

    @asynccontextmanager
    async def connected(self, token: SecretStr) -> AsyncIterator[None]:
        """Connect; at the end, give texts in progress their deadline. Raises LoginFailure and other errors."""
        await self.login(token.get_secret_value())
        self._connection_task = asyncio.create_task(self.connect())
        try:
            await self._until_ready()
            async with self._purging_removed_guilds():
                yield
        finally:
            deadline_seconds = self.resources.settings.shutdown.deadline_seconds
            log.info("Stopping: texts in progress get %g seconds", deadline_seconds)
            await self.resources.tasks.finish(deadline_seconds)
            await self.close()
            await asyncio.wait({self._connection_task})

    @asynccontextmanager
    async def _purging_removed_guilds(self) -> AsyncIterator[None]:
        task = asyncio.create_task(purge_removed_guilds(self, self.resources))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def on_interaction(self, interaction: discord.Interaction["TemperaClient"]) -> None:
        """Respond to clicks and forms that discord.py would ignore."""
        await refuse_strange(interaction)
        await refuse_strange_form(self.resources, interaction)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log why an event could not be handled; what the database misses now, the daily look finds."""
        error = sys.exc_info()[1]
        if isinstance(error, StorageUnavailable):
            log.error("%s: %s: %s", event_method, type(error).__name__, error)
        else:
            await super().on_error(event_method, *args, **kwargs)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Record that the bot is in this server, and register the server's own commands."""
        self.resources.tasks.add_current()
        await note_present(self.resources.database, {guild.id})
        if guild.id in self.resources.settings.admin.guild_ids:
            await sync_guild(self.tree, self.resources.database, self._api_url, guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Record that the bot was removed from this server."""
        self.resources.tasks.add_current()
        await note_removed(self.resources.database, guild.id)

    async def until_disconnected(self) -> None:
        """Wait until the connection is lost for good; raises the reason."""
        await asyncio.shield(self._connection_task)

    async def _until_ready(self) -> None:
        ready = asyncio.create_task(self.wait_until_ready())
        try:
            await asyncio.wait({self._connection_task, ready}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if self._connection_task.done():
            self._connection_task.result()

    async def setup_hook(self) -> None:
        """Register commands that have changed."""
        await self.tree.set_translator(CommandTranslator())
        await self._sync_commands()

    def add_commands(self) -> None:
        """Build the commands for the current settings; running commands are not affected."""
        for guild in (None, *self._admin_guilds):
            self.tree.clear_commands(guild=guild)
        self._admin_guilds = [discord.Object(guild_id) for guild_id in self.resources.settings.admin.guild_ids]
        self.tree.add_command(generate_command(self.resources))
        self.tree.add_command(PresetCommands(self.resources))
        self.tree.add_command(ChannelCommands(self.resources))
        self.tree.add_command(settings_command(self.resources))
        self.tree.add_command(voice_command(self.resources))
        self.tree.add_command(models_command(self.resources))
        self.tree.add_command(help_command(self.resources, self.tree))
        if self._admin_guilds:  # discord.py would interpret an empty list as every server
            self.tree.add_command(AdminCommands(self.resources, self._renew_commands), guilds=self._admin_guilds)

    async def _renew_commands(self) -> None:
        self.add_commands()
        await self._sync_commands()

    async def _sync_commands(self) -> None:
        guild_ids = [guild.id for guild in self._admin_guilds]
        await sync_commands(self.tree, self.resources.database, self._api_url, guild_ids)
