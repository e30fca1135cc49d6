"""/server: what a server's managers allow there."""

import discord
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, Choice, Range

from tempera.bot.commands.options.autocomplete import MAX_CHOICES, ranked
from tempera.bot.exceptions import NoWord
from tempera.bot.moderation.words import MAX_WORD_CHARACTERS, BlockedWords
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies import rules as replies
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.bot.scopes.permissions import managed_server
from tempera.storage.servers.rules import allow_word, block_word, set_cooldown, set_quota

MAX_COOLDOWN_SECONDS = 3600
MAX_QUOTA = 10_000
Word = Range[str, 1, MAX_WORD_CHARACTERS]


class ServerCommands(app_commands.Group):
    """The subcommands of /server; Discord hides them from ordinary members, and each checks the permission again."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(
            name="server",
            description=descriptions.SERVER,
            default_permissions=discord.Permissions(manage_guild=True),
            allowed_contexts=AppCommandContext(guild=True),
            allowed_installs=AppInstallationType(guild=True),
        )
        self._resources = resources

    @app_commands.command(name="block-word", description=descriptions.SERVER_BLOCK)
    @app_commands.describe(word=descriptions.SERVER_WORD)
    async def block_word(self, interaction: Interaction, word: Word) -> None:
        """Block a word; raises NoWord, WordLimitReached."""
        guild_id, bare = managed_server(interaction), " ".join(word.split())
        if not BlockedWords([bare]):
            raise NoWord
        await block_word(self._resources.database, guild_id, bare)
        self._resources.rules.forget(guild_id)
        await _say(interaction, replies.blocked_word(bare, locale_of(interaction)))

    @app_commands.command(name="allow-word", description=descriptions.SERVER_ALLOW)
    @app_commands.describe(word=descriptions.SERVER_BLOCKED_WORD)
    async def allow_word(self, interaction: Interaction, word: Word) -> None:
        """Stop blocking a word."""
        guild_id = managed_server(interaction)
        await allow_word(self._resources.database, guild_id, word)
        self._resources.rules.forget(guild_id)
        await _say(interaction, replies.allowed_word(word, locale_of(interaction)))

    @app_commands.command(description=descriptions.SERVER_COOLDOWN)
    @app_commands.describe(seconds=descriptions.SERVER_SECONDS)
    async def cooldown(self, interaction: Interaction, seconds: Range[int, 0, MAX_COOLDOWN_SECONDS]) -> None:
        """Set the cooldown."""
        guild_id = managed_server(interaction)
        await set_cooldown(self._resources.database, guild_id, seconds)
        await self._show(interaction, guild_id)

    @app_commands.command(description=descriptions.SERVER_QUOTA)
    @app_commands.describe(role=descriptions.SERVER_ROLE, texts=descriptions.SERVER_TEXTS)
    async def quota(
        self, interaction: Interaction, role: discord.Role, texts: Range[int, 0, MAX_QUOTA] | None = None
    ) -> None:
        """Set a role's quota, or remove it."""
        guild_id = managed_server(interaction)
        await set_quota(self._resources.database, guild_id, role.id, texts)
        await self._show(interaction, guild_id)

    @app_commands.command(description=descriptions.SERVER_RULES)
    async def rules(self, interaction: Interaction) -> None:
        """Show all rules."""
        await self._show(interaction, managed_server(interaction))

    async def _show(self, interaction: Interaction, guild_id: int) -> None:
        self._resources.rules.forget(guild_id)
        rules = await self._resources.rules.of(guild_id)
        await _say(interaction, replies.rules(rules.stored, guild_id, locale_of(interaction)))

    @allow_word.autocomplete("word")
    async def complete_word(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the words that are blocked."""
        rules = await self._resources.rules.of(managed_server(interaction))
        return [Choice(name=word, value=word) for word in ranked(rules.stored.words, typed)[:MAX_CHOICES]]


async def _say(interaction: Interaction, message: str) -> None:
    await interaction.response.send_message(message, ephemeral=True)
