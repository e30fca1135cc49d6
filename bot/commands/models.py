"""/models: the models and their cards."""

import logging
from collections.abc import Iterator
from typing import Any

from discord import app_commands
from discord.app_commands import Choice

from tempera.bot.commands.options.autocomplete import model_choices
from tempera.bot.commands.options.params import ModelName
from tempera.bot.config.settings import Settings
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.models import ModelView, overview, page
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of
from tempera.models.errors import BadCheckpoint
from tempera.models.formats.card import ModelCard
from tempera.models.library import Library

log = logging.getLogger(__name__)


def models_command(resources: Resources) -> app_commands.Command[Any, ..., None]:
    """Build the command for these resources."""

    @app_commands.command(description=descriptions.MODELS)
    @app_commands.describe(model=descriptions.MODEL_CARD)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def models(interaction: Interaction, model: ModelName | None = None) -> None:
        library, settings, locale = resources.library, resources.settings, locale_of(interaction)
        if model:
            embed = page(model_view(library.card(model), settings), locale)
        else:
            embed = overview((model_view(card, settings) for card in readable_cards(library)), locale)
        await interaction.response.send_message(embed=embed, ephemeral=True)

    @models.autocomplete("model")
    async def complete_model(_: Interaction, typed: str) -> list[Choice[str]]:
        return model_choices(resources, typed)

    return models


def readable_cards(library: Library) -> Iterator[ModelCard]:
    """Yield the cards of all models; damaged ones are logged."""
    for name in library.names():
        try:
            yield library.card(name)
        except BadCheckpoint as error:
            log.error("%s", error)


def model_view(card: ModelCard, settings: Settings) -> ModelView:
    """Return a model with its settings; what config.yaml sets for all models comes before the card."""
    own = settings.models.of(card.name)
    measured = card.default_temperature if settings.generation.default_temperature is None else None
    return ModelView(
        card,
        own.title or card.title,
        is_default=card.name == settings.models.default,
        defaults={"temperature": measured if own.temperature is None else own.temperature, "length": own.length},
        limits={"temperature": own.max_temperature, "length": own.max_length},
    )
