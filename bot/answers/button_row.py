"""The buttons under an answer as Discord draws them."""

from collections.abc import Iterable

import discord
from discord import ButtonStyle

from bot.answers.next_request import Action, custom_id

STYLES = {Action.STOP: ButtonStyle.danger, Action.CONTINUE: ButtonStyle.primary}


def button(action: Action, generation_id: int) -> discord.ui.Button[discord.ui.View]:
    """Return one button."""
    style = STYLES.get(action, ButtonStyle.secondary)
    return discord.ui.Button(style=style, label=action.capitalize(), custom_id=custom_id(action, generation_id))


def button_row(actions: Iterable[Action], generation_id: int) -> discord.ui.View:
    """Return the buttons to send along with a message."""
    view = discord.ui.View(timeout=None)
    for action in actions:
        view.add_item(button(action, generation_id))
    # A view that has stopped is sent but not remembered: clicks find their way by the id alone.
    view.stop()
    return view
