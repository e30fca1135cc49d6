"""/privacy: what is stored about oneself, all of it as a file, or none of it any more."""

from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType

from tempera.bot.privacy.deletion import check_nothing_runs, confirmation_view, keeping
from tempera.bot.privacy.export_files import send_export
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.personal import privacy as replies
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.storage.privacy import stored_about


class PrivacyCommands(app_commands.Group):
    """The subcommands of /privacy."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(
            name="privacy",
            description=descriptions.PRIVACY,
            allowed_contexts=AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=AppInstallationType(guild=True, user=True),
        )
        self._resources = resources

    @app_commands.command(description=descriptions.PRIVACY_SHOW)
    async def show(self, interaction: Interaction) -> None:
        """Say what is stored, for how long, and what one can do."""
        stored = await stored_about(self._resources.database, interaction.user.id)
        said = replies.shown(stored, keeping(self._resources), locale_of(interaction))
        await interaction.response.send_message(said, ephemeral=True)

    @app_commands.command(description=descriptions.PRIVACY_EXPORT)
    async def export(self, interaction: Interaction) -> None:
        """Send everything that is stored, in as many files as Discord's limit takes."""
        await send_export(self._resources, interaction, replies.exported, replies.nothing)

    @app_commands.command(description=descriptions.PRIVACY_DELETE)
    async def delete(self, interaction: Interaction) -> None:
        """Say what would be deleted, with a button that does it."""
        locale = locale_of(interaction)
        check_nothing_runs(self._resources, interaction.user.id)
        stored = await stored_about(self._resources.database, interaction.user.id)
        if stored.deletable.is_nothing:
            await interaction.response.send_message(replies.nothing_to_delete(stored, locale), ephemeral=True)
            return
        question = replies.confirmation(stored.deletable, keeping(self._resources), locale)
        await interaction.response.send_message(question, view=confirmation_view(locale), ephemeral=True)
