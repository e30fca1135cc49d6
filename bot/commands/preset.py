"""/preset: options saved under a name, for oneself or shared by a server."""

from dataclasses import replace
from functools import partial
from typing import Any

from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, Choice, Range

from tempera.bot.answers.generate import generate_text
from tempera.bot.commands.options.autocomplete import (
    language_choices,
    model_choices,
    own_choices,
    shared_choices,
    usable_choices,
)
from tempera.bot.commands.options.notches import temperature_choices
from tempera.bot.commands.options.params import ModelName, Prompt, with_params
from tempera.bot.presets.built_in import BUILT_IN
from tempera.bot.presets.lookup import named_preset, new_name, own_name, spoken_language
from tempera.bot.presets.preset_form import MAX_OPENING_CHARACTERS, OUTSIDE_FORM, PresetForm, has_form_values
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.personal import presets as replies
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.bot.scopes.permissions import managed_server
from tempera.bot.scopes.resolve import Options
from tempera.models.sampling_params import OPTIONS, partial_params
from tempera.storage.errors import PresetNameTaken
from tempera.storage.pins import pin_preset, unpin_preset
from tempera.storage.presets import (
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

MOST_PINNED = 3  # of a server: they have a row of buttons
ALL = 1000  # the maximum of presets.per_user and presets.per_guild
Name = Range[str, 1, 32]
Description = Range[str, 1, 100]


class PresetCommands(app_commands.Group):
    """The subcommands of /preset."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(
            name="preset",
            description=descriptions.PRESETS,
            allowed_contexts=AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=AppInstallationType(guild=True, user=True),
        )
        self._resources = resources

    @app_commands.command(description=descriptions.SAVE)
    @with_params(OPTIONS)
    @app_commands.describe(
        name=descriptions.PRESET_NAME,
        model=descriptions.MODEL,
        opening=descriptions.OPENING,
        language=descriptions.LANGUAGE,
        description=descriptions.DESCRIPTION,
    )
    async def save(
        self,
        interaction: Interaction,
        name: Name,
        model: ModelName | None = None,
        opening: Range[str, 1, MAX_OPENING_CHARACTERS] | None = None,
        language: Range[str, 1, 100] | None = None,
        description: Description | None = None,
        **params: Any,
    ) -> None:
        """Save a new preset at once, or open the form for it."""
        given = partial_params(params)
        values = PresetValues(
            model=model, params=given, opening=opening or "", language=language, description=description or ""
        )
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
            await interaction.response.send_modal(
                PresetForm(self._resources, name, values, keep, locale_of(interaction))
            )
            return
        await keep(values)
        await interaction.response.send_message(replies.saved(name, values, locale_of(interaction)), ephemeral=True)

    @app_commands.command(description=descriptions.EDIT)
    @with_params(OUTSIDE_FORM)
    @app_commands.describe(
        name=descriptions.OWN_PRESET, language=descriptions.LANGUAGE, description=descriptions.DESCRIPTION
    )
    async def edit(
        self,
        interaction: Interaction,
        name: Name,
        language: Range[str, 1, 100] | None = None,
        description: Description | None = None,
        **params: Any,
    ) -> None:
        """Open the form; options without a field are saved together with it."""
        preset = await own_preset(self._resources.database, interaction.user.id, own_name(name))
        code = language and spoken_language(self._resources.library, preset.model, language)
        values = replace(
            preset.values,
            params={**preset.params, **partial_params(params)},
            language=code or preset.language,
            description=preset.description if description is None else description,
        )
        keep = partial(change_preset, self._resources.database, preset)
        await interaction.response.send_modal(
            PresetForm(self._resources, preset.name, values, keep, locale_of(interaction))
        )

    @app_commands.command(description=descriptions.USE)
    @app_commands.describe(name=descriptions.USABLE_PRESET, prompt=descriptions.PROMPT, private=descriptions.PRIVATE)
    async def use(self, interaction: Interaction, name: Name, prompt: Prompt, private: bool = False) -> None:
        """Do what /generate does with this preset."""
        options = Options(prompt=prompt, preset=name)
        await generate_text(self._resources, interaction, options, private=private)

    @app_commands.command(name="list", description=descriptions.LIST)
    async def list_presets(self, interaction: Interaction) -> None:
        """List the user's own, the server's and the built-in presets."""
        database, limit = self._resources.database, self._resources.settings.presets.per_user
        own = await ranked_presets(database, interaction.user.id, None, limit=ALL)
        shared = await ranked_presets(database, None, interaction.guild_id, limit=ALL)
        message = replies.listing(own, shared, BUILT_IN, limit, locale_of(interaction))
        await interaction.response.send_message(message, ephemeral=True)

    @app_commands.command(description=descriptions.SHOW)
    @app_commands.describe(name=descriptions.USABLE_PRESET)
    async def show(self, interaction: Interaction, name: Name) -> None:
        """Show one preset."""
        values = await named_preset(self._resources, interaction.user.id, interaction.guild_id, name)
        models = self._resources.library.names()
        shown = replies.page(preset_name(name), values, models, locale_of(interaction))
        await interaction.response.send_message(shown, ephemeral=True)

    @app_commands.command(description=descriptions.DELETE)
    @app_commands.describe(name=descriptions.OWN_PRESET)
    async def delete(self, interaction: Interaction, name: Name) -> None:
        """Delete one of the user's presets."""
        await delete_preset(self._resources.database, interaction.user.id, own_name(name))
        message = replies.deleted(preset_name(name), locale_of(interaction))
        await interaction.response.send_message(message, ephemeral=True)

    @app_commands.command(description=descriptions.SHARE)
    @app_commands.describe(name=descriptions.OWN_PRESET)
    async def share(self, interaction: Interaction, name: Name) -> None:
        """Share a copy with the server."""
        guild_id, limit = managed_server(interaction), self._resources.settings.presets.per_guild
        shared = await share_preset(self._resources.database, interaction.user.id, guild_id, own_name(name), limit)
        message = replies.shared(shared.name, locale_of(interaction))
        await interaction.response.send_message(message, ephemeral=True)

    @app_commands.command(description=descriptions.UNSHARE)
    @app_commands.describe(name=descriptions.SHARED_PRESET)
    async def unshare(self, interaction: Interaction, name: Name) -> None:
        """Delete the server's copy."""
        guild_id = managed_server(interaction)
        await unshare_preset(self._resources.database, guild_id, own_name(name))
        self._resources.pins.forget(guild_id)
        message = replies.unshared(preset_name(name), locale_of(interaction))
        await interaction.response.send_message(message, ephemeral=True)

    @app_commands.command(description=descriptions.PIN)
    @app_commands.describe(name=descriptions.SHARED_PRESET)
    async def pin(self, interaction: Interaction, name: Name) -> None:
        """Make one of the server's presets a button."""
        guild_id = managed_server(interaction)
        await pin_preset(self._resources.database, guild_id, own_name(name), MOST_PINNED)
        self._resources.pins.forget(guild_id)
        message = replies.pinned(preset_name(name), locale_of(interaction))
        await interaction.response.send_message(message, ephemeral=True)

    @app_commands.command(description=descriptions.UNPIN)
    @app_commands.describe(name=descriptions.SHARED_PRESET)
    async def unpin(self, interaction: Interaction, name: Name) -> None:
        """Remove a preset's button."""
        guild_id = managed_server(interaction)
        await unpin_preset(self._resources.database, guild_id, own_name(name))
        self._resources.pins.forget(guild_id)
        message = replies.unpinned(preset_name(name), locale_of(interaction))
        await interaction.response.send_message(message, ephemeral=True)

    @save.autocomplete("model")
    async def complete_model(self, _: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the models."""
        return model_choices(self._resources, typed)

    @save.autocomplete("temperature")
    async def complete_temperature(self, interaction: Interaction, typed: object) -> list[Choice[float]]:
        """Offer the model's notches."""
        return await temperature_choices(self._resources, interaction, typed)

    @save.autocomplete("language")
    @edit.autocomplete("language")
    async def complete_language(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the languages of the model, or of all models."""
        return language_choices(self._resources, interaction.namespace.model, typed)

    @use.autocomplete("name")
    @show.autocomplete("name")
    async def complete_usable(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the presets that can be used here."""
        return await usable_choices(self._resources, interaction, typed)

    @edit.autocomplete("name")
    @delete.autocomplete("name")
    @share.autocomplete("name")
    async def complete_own(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the user's own presets."""
        return await own_choices(self._resources, interaction, typed)

    @unshare.autocomplete("name")
    @pin.autocomplete("name")
    @unpin.autocomplete("name")
    async def complete_shared(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Offer the presets that the server shares."""
        return await shared_choices(self._resources, interaction, typed)
