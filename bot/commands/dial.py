"""/dial: what could come next, and how temperature changes the odds."""

from typing import Any

from discord import app_commands
from discord.app_commands import Choice

from tempera.bot.answers.pictures.dial import show_odds
from tempera.bot.commands.options.autocomplete import model_choices
from tempera.bot.commands.options.notches import temperature_choices
from tempera.bot.commands.options.params import ModelName, Prompt, with_params
from tempera.bot.replies import commands as descriptions
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction
from tempera.bot.scopes.resolve import Options
from tempera.models.sampling_params import SPECS, partial_params


def dial_command(resources: Resources) -> app_commands.Command[Any, ..., None]:
    """Build the command for these resources."""

    @app_commands.command(name="dial", description=descriptions.DIAL)
    @app_commands.describe(
        prompt=descriptions.PROMPT, model=descriptions.MODEL, temperature=descriptions.DIAL_TEMPERATURE
    )
    @with_params([SPECS["temperature"]])
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def dial(interaction: Interaction, prompt: Prompt, model: ModelName | None = None, **params: Any) -> None:
        options = Options(prompt=prompt, model=model, params=partial_params(params))
        await show_odds(resources, interaction, options)

    @dial.autocomplete("temperature")
    async def complete_temperature(interaction: Interaction, typed: object) -> list[Choice[float]]:
        return await temperature_choices(resources, interaction, typed)

    @dial.autocomplete("model")
    async def complete_model(_: Interaction, typed: str) -> list[Choice[str]]:
        return model_choices(resources, typed)

    return dial
