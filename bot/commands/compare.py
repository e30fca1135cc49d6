"""/compare: one prompt at several temperatures, or with several models."""

from typing import Any, Literal

from discord import app_commands
from discord.app_commands import Choice, Range

from tempera.bot.answers.compare import MOST, TEMPERATURES, compare
from tempera.bot.commands.options.params import Prompt, with_params
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.composers.comparison import By
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction
from tempera.bot.scopes.resolve import Options
from tempera.models.sampling_params import SPECS, partial_params

PARAMS = tuple(SPECS[name] for name in ("length", "seed"))
MAX_LENGTH = 1000  # characters of each text
OTHER_TEMPERATURES = ("0 0.5 1.0", "0.6 0.8 1.0 1.2")


def compare_command(resources: Resources) -> app_commands.Command[Any, ..., None]:
    """Build the command for these resources."""

    @app_commands.command(name="compare", description=descriptions.COMPARE)
    @with_params(PARAMS, {"length": min(MAX_LENGTH, resources.settings.generation.max_length)})
    @app_commands.describe(prompt=descriptions.PROMPT, by=descriptions.BY, values=descriptions.VALUES)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def compare_texts(
        interaction: Interaction,
        prompt: Prompt,
        by: Literal["temperature", "model"] = "temperature",
        values: Range[str, 1, 200] | None = None,
        **params: Any,
    ) -> None:
        options = Options(prompt=prompt, params=partial_params(params))
        await compare(resources, interaction, options, By(by), values)

    @compare_texts.autocomplete("values")
    async def complete_values(interaction: Interaction, typed: str) -> list[Choice[str]]:
        by_model = interaction.namespace.by == By.MODEL
        usual = [", ".join(resources.library.names()[:MOST])] if by_model else [TEMPERATURES, *OTHER_TEMPERATURES]
        return [Choice(name=value[:100], value=value) for value in dict.fromkeys(filter(None, [typed, *usual]))]

    return compare_texts
