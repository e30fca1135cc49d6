"""/models: who can write, and what is known of each."""

import logging
from collections.abc import Iterator
from typing import Any

from discord import app_commands
from discord.app_commands import Choice, Range

from bot.commands.generate import Interaction, model_choices
from bot.replies.models import overview, page
from bot.resources import Resources
from models.card import ModelCard
from models.errors import BadCheckpoint
from models.library import Library

log = logging.getLogger(__name__)


def models_command(resources: Resources) -> app_commands.Command[Any, ..., None]:
    """Build the command for these resources."""

    @app_commands.command(description="Who can write, and what is known of each")
    @app_commands.describe(model="Show this one's whole card")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def models(interaction: Interaction, model: Range[str, 1, 100] | None = None) -> None:
        library, section = resources.library, resources.settings.models
        embed = page(library.card(model), section) if model else overview(readable_cards(library), section)
        await interaction.response.send_message(embed=embed, ephemeral=True)

    @models.autocomplete("model")
    async def complete_model(_: Interaction, typed: str) -> list[Choice[str]]:
        return model_choices(resources, typed)

    return models


def readable_cards(library: Library) -> Iterator[ModelCard]:
    """Yield the cards of all models; one that is damaged is left to the log."""
    for name in library.names():
        try:
            yield library.card(name)
        except BadCheckpoint as error:
            log.error("%s", error)
