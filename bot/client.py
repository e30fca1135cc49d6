"""The bot's side of the connection to Discord: its start and end, its commands and events, and reloads."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import discord
from pydantic import SecretStr

from tempera.bot.answers.clicks.buttons import answer_button, pinned_button
from tempera.bot.answers.mentions.answering import answer_message
from tempera.bot.commands.tree import add_commands
from tempera.bot.config.reload import reloaded
from tempera.bot.exceptions import SettingsInvalid
from tempera.bot.gateway.command_tree import CommandTree
from tempera.bot.gateway.lasting_client import LastingClient
from tempera.bot.gateway.strange_clicks import refuse_strange, refuse_strange_form
from tempera.bot.history.pages import page_button
from tempera.bot.privacy.deletion import delete_button
from tempera.bot.registration.background_sync import CommandSync
from tempera.bot.registration.command_translator import CommandTranslator
from tempera.bot.replies.admin import Difference, change
from tempera.bot.resources import Resources
from tempera.bot.running.background import in_background
from tempera.bot.upkeep.daily import look_after_data
from tempera.models.errors import BadCheckpoint
from tempera.storage.errors import StorageUnavailable
from tempera.storage.servers.presence import note_present, note_removed

LOG_LOCALE = "en"

log = logging.getLogger(__name__)


class TemperaClient(LastingClient):
    """The bot."""

    def __init__(self, resources: Resources, api_url: str) -> None:
        super().__init__(resources)
        self.tree = CommandTree(self)
        self._admin_guilds: list[discord.Object] = []
        self.add_commands()
        self.add_dynamic_items(
            answer_button(resources), pinned_button(resources), delete_button(resources), page_button(resources)
        )
        self._connection_task: asyncio.Task[None]
        self._sync = CommandSync(self.tree, resources, api_url, lambda: [one.id for one in self._admin_guilds])

    @asynccontextmanager
    async def connected(self, token: SecretStr) -> AsyncIterator[None]:
        """Connect; at the end, give texts in progress their deadline. Raises LoginFailure and other errors."""
        await self.login(token.get_secret_value())
        self._sync.request()
        self._connection_task = asyncio.create_task(self.stay_connected())
        try:
            async with in_background(self._sync.keep_syncing()):
                await self._until_ready()
                await self._sync.wait()
                async with in_background(look_after_data(self, self.resources)):
                    yield
        finally:
            await self.close()
            await asyncio.wait({self._connection_task})

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

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is a prompt; Discord sends messages only where that is wanted."""
        if self.user and self.resources.settings.generation.answer_mentions:
            await answer_message(self.resources, message, self.user)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Record that the bot is in this server, and register the server's own commands."""
        self.resources.tasks.add_current()
        await note_present(self.resources.database, {guild.id})
        if guild.id in self.resources.settings.admin.guild_ids:
            await self._sync.renew()

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
        """Translate the commands."""
        await self.tree.set_translator(CommandTranslator())

    def add_commands(self) -> None:
        """Build the commands for the current settings; running commands are not affected."""
        for guild in (None, *self._admin_guilds):
            self.tree.clear_commands(guild=guild)
        self._admin_guilds = [discord.Object(guild_id) for guild_id in self.resources.settings.admin.guild_ids]
        add_commands(self.tree, self.resources, self.reload, self._admin_guilds)

    def reload_soon(self) -> None:
        """Reload the settings in the background; the log says what came of it."""
        asyncio.create_task(self._reload_quietly())  # noqa: RUF006 - it registers itself

    async def _reload_quietly(self) -> None:
        self.resources.tasks.add_current()
        with suppress(SettingsInvalid, BadCheckpoint):
            await self.reload()

    async def reload(self) -> list[Difference]:
        """Reload the settings, completely or not at all; raises SettingsInvalid, BadCheckpoint."""
        try:
            self.resources.settings, differences = await reloaded(self.resources.settings)
        except (SettingsInvalid, BadCheckpoint) as error:
            log.warning("config.yaml was not reloaded: %s", error)
            raise
        log.info(
            "config.yaml was reloaded: %s",
            "; ".join(change(each, LOG_LOCALE) for each in differences) or "nothing has changed",
        )
        for hint in self.resources.settings.hints:
            log.warning("%s", hint)
        self.add_commands()
        await self._sync.renew()
        return differences
