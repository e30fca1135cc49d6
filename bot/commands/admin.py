"""/admin: for the bot's admins, in the servers that config.yaml lists."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import discord
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, Range

from tempera.bot.exceptions import BadServerId, NotAdmin, NotBlockable, NothingNamed, SettingsInvalid
from tempera.bot.replies import admin as replies
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies import rules as rules_replies
from tempera.bot.replies.admin import BotStatus, Difference
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.storage.database import Database
from tempera.storage.errors import StorageUnavailable
from tempera.storage.servers.blocks import block, unblock
from tempera.storage.status import DatabaseStatus, database_status

ServerId = Range[str, 1, 20]


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

    @app_commands.command(description=descriptions.BLOCK)
    @app_commands.describe(who=descriptions.BLOCK_USER, server=descriptions.BLOCK_SERVER)
    async def block(
        self, interaction: Interaction, who: discord.User | None = None, server: ServerId | None = None
    ) -> None:
        """Block a user or a server; raises NothingNamed, NotBlockable, BadServerId."""
        if who and who.id in self._resources.settings.admin.user_ids:
            raise NotBlockable
        await self._change_block(interaction, who, server, is_blocked=True)

    @app_commands.command(description=descriptions.UNBLOCK)
    @app_commands.describe(who=descriptions.BLOCK_USER, server=descriptions.BLOCK_SERVER)
    async def unblock(
        self, interaction: Interaction, who: discord.User | None = None, server: ServerId | None = None
    ) -> None:
        """Stop blocking a user or a server; raises NothingNamed, BadServerId."""
        await self._change_block(interaction, who, server, is_blocked=False)

    async def _change_block(
        self, interaction: Interaction, user: discord.User | None, server: str | None, *, is_blocked: bool
    ) -> None:
        change = block if is_blocked else unblock
        named = [("user", user.id)] if user else []
        named += [("server", server_id(server))] if server else []
        if not named:
            raise NothingNamed
        for kind, key in named:
            await change(self._resources.database, kind, key)
        await self._resources.blocks.load()
        message = rules_replies.block_changed(is_blocked=is_blocked, locale=locale_of(interaction))
        await interaction.response.send_message(message, ephemeral=True)

    @app_commands.command(description=descriptions.BLOCKED)
    async def blocked(self, interaction: Interaction) -> None:
        """List who is blocked."""
        message = rules_replies.blocked(self._resources.blocks.known, locale_of(interaction))
        await interaction.response.send_message(message, ephemeral=True)


def server_id(typed: str) -> int:
    """Return a server's id; raises BadServerId."""
    if not (typed.isascii() and typed.isdecimal() and 0 < int(typed) < 2**63):
        raise BadServerId(typed)
    return int(typed)


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
