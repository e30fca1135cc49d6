"""/admin: for the bot's admins, in the servers that config.yaml lists."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import discord
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType

from tempera.bot.exceptions import NotAdmin, SettingsInvalid
from tempera.bot.replies import admin as replies
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.admin import BotStatus, Difference
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.storage.database import Database
from tempera.storage.errors import StorageUnavailable
from tempera.storage.status import DatabaseStatus, database_status


class AdminCommands(app_commands.Group):
    """The subcommands of /admin."""

    def __init__(self, resources: Resources, reload_settings: Callable[[], Awaitable[list[Difference]]]) -> None:
        super().__init__(
            name="admin",
            description=descriptions.ADMIN,
            default_permissions=discord.Permissions(manage_guild=True),
            allowed_contexts=AppCommandContext(guild=True),
            allowed_installs=AppInstallationType(guild=True),
        )
        self._resources = resources
        self._reload_settings = reload_settings

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Raise NotAdmin unless config.yaml lists the user."""
        if interaction.user.id not in self._resources.settings.admin.user_ids:
            raise NotAdmin
        return True

    @app_commands.command(description=descriptions.RELOAD)
    async def reload(self, interaction: Interaction) -> None:
        """Reload the settings, completely or not at all; texts in progress keep theirs."""
        await interaction.response.defer(ephemeral=True)
        locale = locale_of(interaction)
        try:
            differences = await self._reload_settings()
        except SettingsInvalid as error:
            await interaction.followup.send(replies.refusal(error.problems, locale), ephemeral=True)
            return
        hints = self._resources.settings.hints
        await interaction.followup.send(replies.changes(differences, hints, locale), ephemeral=True)

    @app_commands.command(description=descriptions.STATUS)
    async def status(self, interaction: Interaction) -> None:
        """Show the bot's status."""
        bot = await bot_status(self._resources, interaction.client)
        await interaction.response.send_message(replies.status(bot, locale_of(interaction)), ephemeral=True)


async def bot_status(resources: Resources, client: discord.Client) -> BotStatus:
    """Return everything that /admin status shows."""
    engine, queue = resources.engine, resources.settings.queue
    database, trouble = await _database_status(resources.database)
    decoder = {"decoder": memory_bytes(engine.decoder_pid)} if engine.decoder_pid else {}
    return BotStatus(
        running=engine.running,
        max_running=queue.max_running,
        waiting=engine.waiting,
        max_waiting=queue.max_waiting,
        characters_per_second=engine.characters_per_second,
        decoding=engine.decoding,
        models=resources.library.names(),
        default_model=resources.settings.models.default,
        memory_bytes={"bot": memory_bytes("self"), **decoder},
        latency_seconds=client.latency,
        servers=len(client.guilds),
        database=database,
        faults=resources.measures.faults,
        decoder_restarts=engine.decoder_restarts,
        unsaved_texts=len(resources.texts) if resources.texts.trouble else 0,
        database_trouble=trouble,
    )


async def _database_status(database: Database) -> tuple[DatabaseStatus | None, StorageUnavailable | None]:
    """Return the database's size, and what is wrong with it."""
    try:
        return await database_status(database), database.trouble
    except StorageUnavailable as error:
        return None, database.trouble or error


def memory_bytes(pid: int | str) -> int | None:
    """Return a process's resident memory; None if the system doesn't provide it."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), None)
