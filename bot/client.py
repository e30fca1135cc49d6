"""The bot's side of the connection to Discord: intents, mentions, commands, and what becomes of their faults."""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
from discord import app_commands
from pydantic import SecretStr

from bot import errors
from bot.commands.generate import generate_command
from bot.resources import Resources
from storage.command_sync import remember_sync, synced_fingerprint
from storage.database import Database

# Discord sends the servers right after READY; nothing here waits for the last of them.
GUILD_READY_SECONDS = 0.1

log = logging.getLogger(__name__)


class CommandTree(app_commands.CommandTree["TemperaClient"]):
    """The commands; new ones are refused while the bot stops."""

    async def interaction_check(self, interaction: discord.Interaction["TemperaClient"]) -> bool:
        """Count the command as running, or refuse it."""
        running = self.client.resources.running
        if not running.closing:
            running.add_current_task()
        elif interaction.type is discord.InteractionType.application_command:
            await errors.tell(interaction, errors.RESTARTING)
        return not running.closing

    async def on_error(
        self, interaction: discord.Interaction["TemperaClient"], error: app_commands.AppCommandError
    ) -> None:
        """Word the fault for the user."""
        await errors.respond(interaction, error)


class TemperaClient(discord.Client):
    """A client that needs nothing privileged, pings nobody and keeps no messages."""

    def __init__(self, resources: Resources, api_url: str) -> None:
        # Nothing speaks here, so nothing has to be said about missing voice libraries.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=GUILD_READY_SECONDS,
        )
        self.resources = resources
        self.tree = CommandTree(self)
        self.tree.add_command(generate_command(resources))
        self._connection_task: asyncio.Task[None]
        self._api_url = api_url

    @asynccontextmanager
    async def connected(self, token: SecretStr) -> AsyncIterator[None]:
        """Connect, and at the end give running texts their deadline; raises LoginFailure and other refusals."""
        await self.login(token.get_secret_value())
        self._connection_task = asyncio.create_task(self.connect())
        try:
            await self._until_ready()
            yield
        finally:
            await self.resources.running.finish(self.resources.settings.shutdown.deadline_seconds)
            await self.close()
            await asyncio.wait({self._connection_task})

    async def until_disconnected(self) -> None:
        """Wait until the connection is lost for good; raises what Discord said."""
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
        """Register the commands where they are not known yet."""
        await sync_commands(self.tree, self.resources.database, self._api_url)


async def sync_commands(tree: CommandTree, database: Database, api_url: str) -> None:
    """Send the commands to Discord if they differ from those last sent for this application and address."""
    application_id = tree.client.application_id or 0
    fingerprint = command_fingerprint(tree)
    if await synced_fingerprint(database, application_id, api_url) == fingerprint:
        return
    await tree.sync()
    await remember_sync(database, application_id, api_url, fingerprint)
    log.info("Commands were sent to Discord")


def command_fingerprint(tree: CommandTree) -> str:
    """Return a checksum of everything that Discord is told about the commands."""
    payload = sorted((command.to_dict(tree) for command in tree.get_commands()), key=lambda command: command["name"])
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
