"""Show surprise: a picture of a text in which each character has a color by how unlikely it was."""

from dataclasses import replace
from typing import Any

import discord

from tempera.bot.action import Action
from tempera.bot.answers.pictures.attached import picture_file
from tempera.bot.exceptions import NothingToShow
from tempera.bot.replies.composers.pictures import NO_PICTURE, surprise_in_words, surprise_picture
from tempera.bot.replies.translation.catalog import catalog
from tempera.bot.resources import Resources
from tempera.bot.respond import Interaction, locale_of, reply_privately
from tempera.bot.scopes.asker import answer_locale
from tempera.models.engine.request import SampleRequest

MAX_CHARACTERS = 2000  # from the start of the text; a picture of more would be too tall to read


async def show_surprise(resources: Resources, interaction: Interaction, sample: SampleRequest, text: str) -> None:
    """Attach the picture to the message whose button was clicked, and remove the button."""
    if not text or interaction.message is None:
        raise NothingToShow
    with resources.clicks.only_once((interaction.message.id, Action.SURPRISE)):
        await interaction.response.defer()
        fitted = resources.library.fit_prompt(sample.model, sample.prompt)
        pieces = await resources.engine.surprises(replace(sample, prompt=fitted.text), text[:MAX_CHARACTERS])
        locale = answer_locale(interaction, private=interaction.message.flags.ephemeral)
        file = await picture_file(surprise_picture(pieces, locale), "surprise.png", surprise_in_words(pieces, locale))
        if file is None:
            await reply_privately(interaction, catalog(locale_of(interaction)).text(NO_PICTURE))
        else:
            await interaction.edit_original_response(**_with(interaction.message, file))


def _with(message: discord.Message, file: discord.File) -> dict[str, Any]:
    """Return the message's attachments with one more, and its buttons without that of the picture."""
    view = discord.ui.View.from_message(message, timeout=None)
    for item in view.children:
        if isinstance(item, discord.ui.Button) and (item.custom_id or "").startswith(f"{Action.SURPRISE}:"):
            view.remove_item(item)
    view.stop()
    return {"attachments": [*message.attachments, file], "view": view}
