"""Continue this: a message's menu takes its text as a prompt; Discord sends the text along, whatever the intents."""

import discord
from discord import app_commands

from tempera.bot.action import Action
from tempera.bot.answers.clicks.clicked import clicked
from tempera.bot.answers.generate import generate_text
from tempera.bot.exceptions import NothingToContinue
from tempera.bot.replies import commands as descriptions
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction
from tempera.bot.scopes.resolve import Options
from tempera.storage.texts.history import find_shown

MAX_PROMPT_CHARACTERS = 1500  # as in /generate, from the end of the message


def continue_menu(resources: Resources) -> app_commands.ContextMenu:
    """Build the entry of the menu for these resources."""

    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def continue_this(interaction: Interaction, message: discord.Message) -> None:
        generation_id = await find_shown(resources.database, message.id)
        if generation_id is not None:
            await clicked(resources, interaction, Action.CONTINUE, generation_id, message.id)
            return
        prompt = discord.utils.remove_markdown(message.clean_content).strip()
        if not prompt:
            raise NothingToContinue
        options = Options(prompt=prompt[-MAX_PROMPT_CHARACTERS:])
        await generate_text(resources, interaction, options, private=message.flags.ephemeral)

    return app_commands.ContextMenu(name=descriptions.CONTINUE_THIS, callback=continue_this)
