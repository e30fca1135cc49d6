"""The buttons under every answer, old or new: what a click needs stands in the button's id and in the database."""

import re
from typing import Any

import discord

from bot.answers.button_row import button
from bot.answers.clicks import FormGone, TextGone, clicked
from bot.answers.next_request import CUSTOM_ID, Action
from bot.replies import errors
from bot.resources import Resources

Interaction = discord.Interaction[discord.Client]
AnyButton = discord.ui.Button[discord.ui.View]


def answer_button(resources: Resources) -> type[discord.ui.DynamicItem[AnyButton]]:
    """Build the class that receives the clicks."""

    class AnswerButton(discord.ui.DynamicItem[AnyButton], template=CUSTOM_ID):
        """One button of one answer."""

        def __init__(self, action: Action, generation_id: int) -> None:
            super().__init__(button(action, generation_id))
            self.action = action
            self.generation_id = generation_id

        @classmethod
        async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], match: re.Match[str]) -> "AnswerButton":
            return cls(Action(match["action"]), int(match["generation_id"]))

        async def callback(self, interaction: Interaction) -> None:
            """Do it, and word what goes wrong: no handler of the client hears of faults in here."""
            try:
                await _unless_closing(resources, interaction, self.action, self.generation_id)
            except Exception as error:  # anything that a command may raise as well
                await errors.respond(interaction, error)

    return AnswerButton


async def _unless_closing(resources: Resources, interaction: Interaction, action: Action, generation_id: int) -> None:
    """Refuse while the bot stops; only a text may still be cut short then."""
    if resources.running.closing and action is not Action.STOP:
        await errors.tell(interaction, errors.RESTARTING)
        return
    resources.running.add_current_task()
    await clicked(resources, interaction, action, generation_id)


async def refuse_strange_form(resources: Resources, interaction: Interaction) -> None:
    """Answer a form that discord.py drops without a word: forms don't outlive a restart."""
    data: Any = interaction.data
    if interaction.type is discord.InteractionType.modal_submit and data["custom_id"] not in resources.running.forms:
        await errors.respond(interaction, FormGone())


async def refuse_strange(interaction: Interaction) -> None:
    """Answer a click that discord.py drops without a word: on no button of ours, or on one that its message lacks."""
    if interaction.type is not discord.InteractionType.component or interaction.message is None:
        return
    data: Any = interaction.data
    clicked_id = str(data["custom_id"])
    if clicked_id not in _ids(interaction.message) or not re.fullmatch(CUSTOM_ID, clicked_id):
        await errors.respond(interaction, TextGone())


def _ids(message: discord.Message) -> set[str | None]:
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    return {item.custom_id for row in rows for item in row.children}
