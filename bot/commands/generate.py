"""/generate: a network continues the user's text."""

from typing import Any

from discord import app_commands
from discord.app_commands import Choice, Range

from tempera.bot.answers.generate import generate_text
from tempera.bot.commands.options.autocomplete import language_choices, model_choices, usable_choices
from tempera.bot.commands.options.notches import temperature_choices
from tempera.bot.commands.options.params import ModelName, PresetName, Prompt, with_params
from tempera.bot.replies import commands as descriptions
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction
from tempera.bot.scopes.resolve import Options
from tempera.models.sampling_params import OPTIONS, partial_params


def generate_command(resources: Resources) -> app_commands.Command[Any, ..., None]:
    """Build the command for these resources."""

    @app_commands.command(description=descriptions.GENERATE)
    @with_params(OPTIONS, {"length": resources.settings.generation.max_length}, show_defaults=True)
    @app_commands.describe(
        prompt=descriptions.PROMPT,
        model=f"{descriptions.MODEL} (default: {descriptions.SEE_SETTINGS})",
        preset=descriptions.PRESET,
        private=descriptions.PRIVATE,
        language=descriptions.LANGUAGE,
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def generate(
        interaction: Interaction,
        prompt: Prompt,
        model: ModelName | None = None,
        preset: PresetName | None = None,
        private: bool = False,
        language: Range[str, 1, 100] | None = None,
        **params: Any,
    ) -> None:
        given = partial_params(params)
        options = Options(prompt=prompt, model=model, preset=preset, language=language, params=given)
        await generate_text(resources, interaction, options, private=private)

    @generate.autocomplete("model")
    async def complete_model(_: Interaction, typed: str) -> list[Choice[str]]:
        return model_choices(resources, typed)

    @generate.autocomplete("temperature")
    async def complete_temperature(interaction: Interaction, typed: object) -> list[Choice[float]]:
        return await temperature_choices(resources, interaction, typed)

    @generate.autocomplete("language")
    async def complete_language(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return language_choices(resources, interaction.namespace.model, typed)

    @generate.autocomplete("preset")
    async def complete_preset(interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await usable_choices(resources, interaction, typed)

    return generate
