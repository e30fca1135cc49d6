"""/generate: a network writes on from the user's words."""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range

from bot.answers.start import answer, random_seed
from bot.commands.options import with_params
from bot.presets.lookup import chosen_preset, complete_preset
from bot.replies.languages import in_language, language_name, languages_of
from bot.resources import Resources
from bot.scopes.resolve import Options, check_model, resolve
from bot.scopes.scopes import scopes_of
from models.sampling_params import OPTIONS, partial_params
from storage.presets import PresetValues

MAX_CHOICES = 25  # of Discord

Interaction = discord.Interaction[discord.Client]


def generate_command(resources: Resources) -> app_commands.Command[Any, ..., None]:
    """Build the command for these resources."""

    @app_commands.command(description="Write on from your words, character by character")
    @with_params(OPTIONS, {"length": resources.settings.generation.max_length}, show_defaults=True)
    @app_commands.describe(
        prompt="How the text begins",
        model="Who writes (default: see /voice)",
        preset="Settings under a name; the options here win over them",
        private="Only you see the answer",
        language="In which of the model's languages (default: that of your words)",
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def generate(
        interaction: Interaction,
        prompt: Range[str, 1, 1500],
        model: Range[str, 1, 100] | None = None,
        preset: Range[str, 1, 100] | None = None,
        private: bool = False,
        language: Range[str, 1, 100] | None = None,
        **params: Any,
    ) -> None:
        options = Options(prompt=prompt, model=model, preset=preset, language=language, params=partial_params(params))
        await write(resources, interaction, options, private=private)

    @generate.autocomplete("model")
    async def complete_model(_: Interaction, typed: str) -> list[Choice[str]]:
        return model_choices(resources, typed)

    @generate.autocomplete("language")
    async def complete_language(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return language_choices(resources, interaction.namespace.model, typed)

    @generate.autocomplete("preset")
    async def complete_presets(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await complete_preset(resources, interaction.user.id, interaction.guild_id, typed)

    return generate


def model_choices(resources: Resources, typed: str) -> list[Choice[str]]:
    """Offer the models by name, with the title that config.yaml gives them."""
    titles = {name: voice.title for name, voice in resources.settings.models.voices.items() if voice.title}
    shown = {f"{name} · {titles[name]}"[:100] if name in titles else name: name for name in resources.library.names()}
    return [Choice(name=choice, value=shown[choice]) for choice in ranked(tuple(shown), typed)]


def language_choices(resources: Resources, model: str | None, typed: str) -> list[Choice[str]]:
    """Offer the languages of the model named beside it, else those of all."""
    codes = {language_name(code): code for code in languages_of(resources.library, model)}
    return [Choice(name=name, value=codes[name]) for name in ranked(tuple(codes), typed)]


def ranked(names: tuple[str, ...], typed: str) -> list[str]:
    """Return the names that hold what was typed, those that begin with it first."""
    typed = typed.strip().lower()
    found = (name for name in names if typed in name.lower())
    return sorted(found, key=lambda name: not name.lower().startswith(typed))[:MAX_CHOICES]


async def write(resources: Resources, interaction: Interaction, options: Options, *, private: bool) -> None:
    """Answer with a text as the options, their preset and this channel have it; raises what can be refused at once."""
    scopes = await scopes_of(resources, interaction)
    preset = await resources.running.in_time(_preset(resources, interaction, options))
    resolved = resolve(options, preset, scopes, resources.settings, random_seed())
    check_model(resolved, resources.library.names())
    card = resources.library.card(resolved.request.model)
    request = in_language(resolved.request, card, resolved.language, interaction.locale)
    await answer(resources, interaction, request, request.prompt, private=private, parent_id=None)


async def _preset(resources: Resources, interaction: Interaction, options: Options) -> PresetValues | None:
    if options.preset is None:
        return None
    user_id, guild_id = interaction.user.id, interaction.guild_id
    return await chosen_preset(resources, user_id, guild_id, options.preset)
