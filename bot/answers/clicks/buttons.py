"""The buttons under every answer, old or new: a click needs only the button's id and the database."""

import re
from functools import partial
from typing import Any

import discord

from tempera.bot.action import Action
from tempera.bot.answers.button_row import CUSTOM_ID, PRESET_ID, drawn, preset_button
from tempera.bot.answers.clicks.clicked import clicked
from tempera.bot.answers.clicks.preset_click import preset_clicked
from tempera.bot.forms.click import AnyButton, Interaction, answer_click
from tempera.bot.replies.answer import LABELS
from tempera.bot.resources import Resources


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
            """Perform the action; only Stop still works while the bot is stopping."""
            message_id = interaction.message.id if interaction.message else None
            answer = partial(clicked, resources, interaction, self.action, self.generation_id, message_id)
            await answer_click(resources, interaction, answer, while_closing=self.action is Action.STOP)

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
            """Write with the preset."""
            answer = partial(preset_clicked, resources, interaction, self.preset_id, self.generation_id)
            await answer_click(resources, interaction, answer)

    return PresetButton
