"""The buttons under every answer, old or new: a click needs only the button's id and the database."""

import re
from typing import Any

import discord

from tempera.bot.action import Action
from tempera.bot.answers.button_row import CUSTOM_ID, PRESET_ID, drawn, preset_button
from tempera.bot.answers.clicks.clicked import clicked
from tempera.bot.answers.clicks.preset_click import preset_clicked
from tempera.bot.replies.answer import LABELS
from tempera.bot.replies.errors.message import restarting
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of, reply_error, reply_privately

Interaction = discord.Interaction[discord.Client]
AnyButton = discord.ui.Button[discord.ui.View]


def answer_button(resources: Resources) -> type[discord.ui.DynamicItem[AnyButton]]:
    """Build the class that receives clicks."""

    class AnswerButton(discord.ui.DynamicItem[AnyButton], template=CUSTOM_ID):
        """One button of one answer."""

        def __init__(self, action: Action, generation_id: int) -> None:
            super().__init__(drawn(action, generation_id, LABELS[action]))
            self.action = action
            self.generation_id = generation_id

        @classmethod
        async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], match: re.Match[str]) -> "AnswerButton":
            return cls(Action(match["action"]), int(match["generation_id"]))

        async def callback(self, interaction: Interaction) -> None:
            """Perform the action and report errors: discord.py has no handler for errors in here."""
            try:
                await _unless_closing(resources, interaction, self.action, self.generation_id)
            except Exception as error:  # the same errors as in a command
                await reply_error(interaction, error)

    return AnswerButton


def pinned_button(resources: Resources) -> type[discord.ui.DynamicItem[AnyButton]]:
    """Build the class that receives clicks on pinned presets."""

    class PresetButton(discord.ui.DynamicItem[AnyButton], template=PRESET_ID):
        """The button of a pinned preset under one answer."""

        def __init__(self, preset_id: int, generation_id: int) -> None:
            super().__init__(preset_button(preset_id, generation_id, "…"))
            self.preset_id, self.generation_id = preset_id, generation_id

        @classmethod
        async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], match: re.Match[str]) -> "PresetButton":
            return cls(int(match["preset_id"]), int(match["generation_id"]))

        async def callback(self, interaction: Interaction) -> None:
            """Write with the preset, and report errors."""
            try:
                if resources.tasks.closing:
                    await reply_privately(interaction, restarting(locale_of(interaction)))
                    return
                resources.tasks.add_current()
                await preset_clicked(resources, interaction, self.preset_id, self.generation_id)
            except Exception as error:  # the same errors as in a command
                await reply_error(interaction, error)

    return PresetButton


async def _unless_closing(resources: Resources, interaction: Interaction, action: Action, generation_id: int) -> None:
    """Refuse while the bot is stopping; only Stop still works then."""
    if resources.tasks.closing and action is not Action.STOP:
        await reply_privately(interaction, restarting(locale_of(interaction)))
        return
    resources.tasks.add_current()
    message_id = interaction.message.id if interaction.message else None
    await clicked(resources, interaction, action, generation_id, message_id)
