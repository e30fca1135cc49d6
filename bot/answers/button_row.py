"""The buttons under an answer as Discord components, and the ids that clicks send back."""

from collections.abc import Iterable

import discord
from discord import ButtonStyle

from tempera.bot.action import Action
from tempera.bot.replies.reply import Button

STYLES = {
    Action.STOP: ButtonStyle.danger,
    Action.CONTINUE: ButtonStyle.primary,
    Action.ESCAPE: ButtonStyle.success,
}
CUSTOM_ID = rf"(?P<action>{'|'.join(Action)}):(?P<generation_id>[0-9]{{1,18}})"
PRESET_ID = r"preset:(?P<preset_id>[0-9]{1,18}):(?P<generation_id>[0-9]{1,18})"
PRESET_ROW = 3  # below all others
MAX_LABEL_CHARACTERS = 80  # of Discord


def custom_id(action: Action, generation_id: int) -> str:
    """Return what Discord sends back when the button is clicked, at most 100 characters."""
    return f"{action}:{generation_id}"


def drawn(action: Action, generation_id: int, label: str) -> discord.ui.Button[discord.ui.View]:
    """Return one button."""
    style = STYLES.get(action, ButtonStyle.secondary)
    return discord.ui.Button(style=style, label=label, custom_id=custom_id(action, generation_id))


def preset_button(preset_id: int, generation_id: int, label: str) -> discord.ui.Button[discord.ui.View]:
    """Return the button of a pinned preset."""
    clicked = f"preset:{preset_id}:{generation_id}"
    return discord.ui.Button(label=label[:MAX_LABEL_CHARACTERS], custom_id=clicked, row=PRESET_ROW)


def button_row(buttons: Iterable[Button], generation_id: int) -> discord.ui.View:
    """Return the buttons to send with a message."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        if button.action:
            view.add_item(drawn(button.action, button.generation_id or generation_id, button.label))
        elif button.preset_id:
            view.add_item(preset_button(button.preset_id, generation_id, button.label))
    # discord.py doesn't keep a stopped view: clicks are dispatched by their id alone.
    view.stop()
    return view
