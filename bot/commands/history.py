"""/history: one's own texts."""

from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, Choice, Range

from tempera.bot.answers.clicks.stored import stored_text
from tempera.bot.answers.message import files_of
from tempera.bot.exceptions import StillWriting
from tempera.bot.history.own_text import own_choices, own_text, replay
from tempera.bot.history.pages import MAX_WORDS_CHARACTERS, page_of
from tempera.bot.privacy.export_files import send_export
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.personal import history as replies
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.storage.privacy import TEXTS

Number = Range[str, 1, 20]


class HistoryCommands(app_commands.Group):
    """The subcommands of /history."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(
            name="history",
            description=descriptions.HISTORY,
            allowed_contexts=AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=AppInstallationType(guild=True, user=True),
        )
        self._resources = resources

    @app_commands.command(name="list", description=descriptions.HISTORY_LIST)
    async def list_texts(self, interaction: Interaction) -> None:
        """Show the newest texts."""
        await self._show_page(interaction, "")

    @app_commands.command(description=descriptions.HISTORY_SEARCH)
    @app_commands.describe(words=descriptions.HISTORY_WORDS)
    async def search(self, interaction: Interaction, words: Range[str, 1, MAX_WORDS_CHARACTERS]) -> None:
        """Show the newest texts that hold these words."""
        await self._show_page(interaction, words.strip())

    async def _show_page(self, interaction: Interaction, words: str) -> None:
        content, view = await page_of(self._resources, interaction, words)
        await interaction.response.send_message(content, view=view, ephemeral=True)

    @app_commands.command(description=descriptions.HISTORY_SHOW)
    @app_commands.describe(text=descriptions.HISTORY_TEXT)
    async def show(self, interaction: Interaction, text: Number) -> None:
        """Show one text; raises NoSuchText, StillWriting."""
        locale = locale_of(interaction)
        generation = await own_text(self._resources, interaction.user.id, text)
        if generation.id in self._resources.stops:
            raise StillWriting
        reply = replies.shown(stored_text(self._resources, generation, locale), generation, locale)
        await interaction.response.send_message(reply.content, files=files_of(reply), ephemeral=True)

    @app_commands.command(description=descriptions.HISTORY_REPLAY)
    @app_commands.describe(text=descriptions.HISTORY_TEXT)
    async def replay(self, interaction: Interaction, text: Number) -> None:
        """Write a text again; raises NoSuchText and what refuses a text."""
        generation = await own_text(self._resources, interaction.user.id, text)
        await replay(self._resources, interaction, generation)

    @app_commands.command(description=descriptions.HISTORY_EXPORT)
    async def export(self, interaction: Interaction) -> None:
        """Send all texts, in as many files as Discord's limit takes."""
        await send_export(self._resources, interaction, replies.exported, replies.none_to_export, (TEXTS,))

    @show.autocomplete("text")
    @replay.autocomplete("text")
    async def complete_text(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the user's texts."""
        return await own_choices(self._resources, interaction.user.id, typed)
