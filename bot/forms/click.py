"""What all buttons share: a click is known while it is answered, reports errors, and is refused while the bot stops."""

from collections.abc import Awaitable, Callable

import discord

from tempera.bot.replies.errors.message import restarting
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of, reply_error, reply_privately

Interaction = discord.Interaction[discord.Client]
AnyButton = discord.ui.Button[discord.ui.View]


async def answer_click(
    resources: Resources,
    interaction: Interaction,
    answer: Callable[[], Awaitable[None]],
    *,
    while_closing: bool = False,
) -> None:
    """Answer a click, and report errors: discord.py has no handler for errors in buttons.

    while_closing: whether the click is answered although the bot is stopping.
    """
    try:
        if resources.tasks.closing and not while_closing:
            await reply_privately(interaction, restarting(locale_of(interaction)))
            return
        resources.tasks.add_current()
        await answer()
    except Exception as error:  # the same errors as in a command
        await reply_error(interaction, error)
