"""The buttons under every answer, old or new: what a click needs stands in the button's id and in the database."""

import re
from typing import Any

import discord
from tempera.bot.action import Action
from tempera.bot.answers.button_row import CUSTOM_ID, drawn
from tempera.bot.answers.clicks import clicked
from tempera.bot.exceptions import FormGone, TextGone
from tempera.bot.replies.answer import LABELS
from tempera.bot.replies.errors.message import restarting
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of, reply_error, reply_privately

Interaction = discord.Interaction[discord.Client]
AnyButton = discord.ui.Button[discord.ui.View]


def answer_button(resources: Resources) -> type[discord.ui.DynamicItem[AnyButton]]:
    """Build the class that receives the clicks."""

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
            """Do it, and tell what goes wrong: no handler of the client hears of errors in here."""
            try:
                await _unless_closing(resources, interaction, self.action, self.generation_id)
            except Exception as error:  # anything that a command may raise as well
                await reply_error(interaction, error)

    return AnswerButton


async def _unless_closing(resources: Resources, interaction: Interaction, action: Action, generation_id: int) -> None:
    """Refuse while the bot stops; only a text may still be cut short then."""
    if resources.tasks.closing and action is not Action.STOP:
        await reply_privately(interaction, restarting(locale_of(interaction)))
        return
    resources.tasks.add_current()
    await clicked(resources, interaction, action, generation_id)


async def refuse_strange_form(resources: Resources, interaction: Interaction) -> None:
    """Answer a form that discord.py drops without a word: forms don't outlive a restart."""
    data: Any = interaction.data
    if interaction.type is discord.InteractionType.modal_submit and data["custom_id"] not in resources.forms:
        await reply_error(interaction, FormGone())


async def refuse_strange(interaction: Interaction) -> None:
    """Answer a click that discord.py drops without a word: on no button of ours, or on one that its message lacks."""
    if interaction.type is not discord.InteractionType.component or interaction.message is None:
        return
    data: Any = interaction.data
    clicked_id = str(data["custom_id"])
    if clicked_id not in _ids(interaction.message) or not re.fullmatch(CUSTOM_ID, clicked_id):
        await reply_error(interaction, TextGone())


def _ids(message: discord.Message) -> set[str | None]:
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    return {item.custom_id for row in rows for item in row.children}
