"""/preset: settings under a name, one's own or shared by a server."""

from dataclasses import replace
from functools import partial
from typing import Any

from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, Choice, Range

from bot.commands.generate import Interaction, language_choices, model_choices, write
from bot.commands.options import with_params
from bot.presets.form import MAX_OPENING_CHARACTERS, OUTSIDE_FORM, PresetForm, has_form_values
from bot.presets.lookup import choices, complete_preset, named_preset, new_name, spoken_language
from bot.replies.markdown import bold
from bot.replies.presets import listing, page, saved
from bot.resources import Resources
from bot.scopes.permissions import check_may_set
from bot.scopes.resolve import Options, Source
from bot.scopes.scopes import chosen_place
from models.sampling_params import OPTIONS, partial_params
from storage.errors import PresetNameTaken
from storage.presets import (
    PresetValues,
    change_preset,
    delete_preset,
    find_preset,
    own_preset,
    preset_name,
    ranked_presets,
    save_preset,
    share_preset,
    unshare_preset,
)

ALL = 1000  # more presets than anyone may have
Name = Range[str, 1, 32]


class PresetCommands(app_commands.Group):
    """The subcommands of /preset."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(
            name="preset",
            description="Settings under a name",
            allowed_contexts=AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=AppInstallationType(guild=True, user=True),
        )
        self._resources = resources

    @app_commands.command(description="Keep settings under a name; a form opens if you give none here")
    @with_params(OPTIONS)
    @app_commands.describe(
        name="What to call it",
        model="Who writes",
        opening="Text that stands before every prompt",
        language="In which of the model's languages (default: that of the prompt)",
    )
    async def save(
        self,
        interaction: Interaction,
        name: Name,
        model: Range[str, 1, 100] | None = None,
        opening: Range[str, 1, MAX_OPENING_CHARACTERS] | None = None,
        language: Range[str, 1, 100] | None = None,
        **params: Any,
    ) -> None:
        """Keep a new preset at once, or open the form for it."""
        given = partial_params(params)
        values = PresetValues(model=model, params=given, opening=opening or "", language=language)
        await self._save(interaction, new_name(name), values)

    async def _save(self, interaction: Interaction, name: str, values: PresetValues) -> None:
        database, limit = self._resources.database, self._resources.settings.presets.per_user
        if values.model:
            self._resources.library.card(values.model)
        if values.language:
            code = spoken_language(self._resources.library, values.model, values.language)
            values = replace(values, language=code)
        keep = partial(save_preset, database, interaction.user.id, name, limit=limit)
        if not has_form_values(values):
            if await find_preset(database, interaction.user.id, None, name):
                raise PresetNameTaken(name)
            await interaction.response.send_modal(PresetForm(self._resources, name, values, keep))
            return
        await self._resources.running.in_time(keep(values))
        await interaction.response.send_message(saved(name, values), ephemeral=True)

    @app_commands.command(description="Change one of your presets in a form")
    @with_params(OUTSIDE_FORM)
    @app_commands.describe(
        name="One of your presets", language="In which of the model's languages (no room in the form)"
    )
    async def edit(
        self, interaction: Interaction, name: Name, language: Range[str, 1, 100] | None = None, **params: Any
    ) -> None:
        """Open the form; what it has no field for is kept together with it."""
        preset = await own_preset(self._resources.database, interaction.user.id, name)
        code = language and spoken_language(self._resources.library, preset.model, language)
        values = replace(
            preset.values, params={**preset.params, **partial_params(params)}, language=code or preset.language
        )
        keep = partial(change_preset, self._resources.database, preset)
        await interaction.response.send_modal(PresetForm(self._resources, preset.name, values, keep))

    @app_commands.command(description="Write on from your words with a preset")
    @app_commands.describe(
        name="A preset that you can use here", prompt="How the text begins", private="Only you see the answer"
    )
    async def use(
        self, interaction: Interaction, name: Name, prompt: Range[str, 1, 1500], private: bool = False
    ) -> None:
        """Answer as /generate does with this preset."""
        await write(self._resources, interaction, Options(prompt=prompt, preset=name), private=private)

    @app_commands.command(name="list", description="Every preset that you can use here")
    async def list_presets(self, interaction: Interaction) -> None:
        """List one's own, the server's and Tempera's own presets."""
        database, limit = self._resources.database, self._resources.settings.presets.per_user
        own = await ranked_presets(database, interaction.user.id, None, limit=ALL)
        shared = await ranked_presets(database, None, interaction.guild_id, limit=ALL)
        await interaction.response.send_message(listing(own, shared, limit), ephemeral=True)

    @app_commands.command(description="Everything that one preset sets")
    @app_commands.describe(name="A preset that you can use here")
    async def show(self, interaction: Interaction, name: Name) -> None:
        """Show one preset."""
        values = await named_preset(self._resources, interaction.user.id, interaction.guild_id, name)
        shown = page(preset_name(name), values, self._resources.library.names())
        await interaction.response.send_message(shown, ephemeral=True)

    @app_commands.command(description="Delete one of your presets; what a server shares of it stays")
    @app_commands.describe(name="One of your presets")
    async def delete(self, interaction: Interaction, name: Name) -> None:
        """Delete a preset of one's own."""
        deleting = delete_preset(self._resources.database, interaction.user.id, name)
        await self._resources.running.in_time(deleting)
        await interaction.response.send_message(f"Deleted: {bold(preset_name(name))}", ephemeral=True)

    @app_commands.command(description="Give this server a copy of one of your presets (needs Manage Server)")
    @app_commands.describe(name="One of your presets")
    async def share(self, interaction: Interaction, name: Name) -> None:
        """Share a copy with the server."""
        guild_id, limit = curated_server(interaction), self._resources.settings.presets.per_guild
        sharing = share_preset(self._resources.database, interaction.user.id, guild_id, name, limit)
        shared = await self._resources.running.in_time(sharing)
        line = f"{bold(shared.name)} is shared: everyone on this server finds it under preset: in /generate."
        await interaction.response.send_message(line, ephemeral=True)

    @app_commands.command(description="Take back a preset that this server shares (needs Manage Server)")
    @app_commands.describe(name="A preset that this server shares")
    async def unshare(self, interaction: Interaction, name: Name) -> None:
        """Delete the server's copy."""
        unsharing = unshare_preset(self._resources.database, curated_server(interaction), name)
        await self._resources.running.in_time(unsharing)
        await interaction.response.send_message(f"No longer shared: {bold(preset_name(name))}", ephemeral=True)

    @save.autocomplete("model")
    async def complete_model(self, _: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the models."""
        return model_choices(self._resources, typed)

    @save.autocomplete("language")
    @edit.autocomplete("language")
    async def complete_language(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the languages of the model, or of all."""
        return language_choices(self._resources, interaction.namespace.model, typed)

    @use.autocomplete("name")
    @show.autocomplete("name")
    async def complete_usable(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer what can be used here."""
        return await complete_preset(self._resources, interaction.user.id, interaction.guild_id, typed)

    @edit.autocomplete("name")
    @delete.autocomplete("name")
    @share.autocomplete("name")
    async def complete_own(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer one's own."""
        return choices(await ranked_presets(self._resources.database, interaction.user.id, None, typed))

    @unshare.autocomplete("name")
    async def complete_shared(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer what the server shares."""
        return choices(await ranked_presets(self._resources.database, None, interaction.guild_id, typed))


def curated_server(interaction: Interaction) -> int:
    """Return the server whose presets the user may choose; raises NoPrivateMessage, MissingPermissions."""
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    check_may_set(interaction, chosen_place(interaction, Source.SERVER))
    return interaction.guild_id
