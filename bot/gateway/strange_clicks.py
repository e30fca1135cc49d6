"""Clicks and forms that discord.py would silently ignore, because nothing in this process waits for them."""

import re
from typing import Any

import discord

from tempera.bot.answers.button_row import CUSTOM_ID, PRESET_ID
from tempera.bot.exceptions import FormGone, TextGone
from tempera.bot.history.pages import PAGE_ID
from tempera.bot.privacy.deletion import DELETE_ID
from tempera.bot.resources import Resources
from tempera.bot.respond import reply_error

KNOWN = (CUSTOM_ID, PRESET_ID, DELETE_ID, PAGE_ID)

Interaction = discord.Interaction[discord.Client]


async def refuse_strange_form(resources: Resources, interaction: Interaction) -> None:
    """Respond to a form that discord.py silently ignores, such as one from before a restart."""
    data: Any = interaction.data
    if interaction.type is discord.InteractionType.modal_submit and data["custom_id"] not in resources.forms:
        await reply_error(interaction, FormGone())


async def refuse_strange(interaction: Interaction) -> None:
    """Respond to a click that discord.py silently ignores: on an unknown button, or one that isn't in the message."""
    if interaction.type is not discord.InteractionType.component or interaction.message is None:
        return
    data: Any = interaction.data
    clicked_id = str(data["custom_id"])
    if clicked_id not in _ids(interaction.message) or not any(re.fullmatch(each, clicked_id) for each in KNOWN):
        await reply_error(interaction, TextGone())


def _ids(message: discord.Message) -> set[str | None]:
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    return {item.custom_id for row in rows for item in row.children}
