"""A stored text as an answer shows it, and its request."""

import discord

from tempera.bot.answers.clicks.next_request import is_of_earlier_version, request_of
from tempera.bot.replies.answer import AnswerView, Ending, ShownText
from tempera.bot.replies.composers.comparison import By, Comparison
from tempera.bot.replies.composers.composer import OneText
from tempera.bot.replies.reply import Reply
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of
from tempera.bot.scopes.languages import in_language
from tempera.bot.scopes.limits import limits_of
from tempera.models.engine.request import SampleRequest
from tempera.models.tokenizers.characters import FittedText
from tempera.storage.texts.history import Generation, Status, find_compared

ENDINGS = {Status.DONE: Ending.COMPLETE, Status.CANCELLED: Ending.STOPPED}

Interaction = discord.Interaction[discord.Client]


async def stored_reply(resources: Resources, generation: Generation, locale: str) -> Reply:
    """Return the final state of an answer from its row, or the rows of what is compared."""
    if generation.comparison_id is None:
        return OneText().finished([stored_text(resources, generation, locale)])
    compared = await find_compared(resources.database, generation.comparison_id)
    texts = [stored_text(resources, each, locale) for each in compared]
    same_model = len({each.model for each in compared}) == 1
    return Comparison(By.TEMPERATURE if same_model else By.MODEL).finished(texts)


def stored_text(resources: Resources, generation: Generation, locale: str) -> ShownText:
    """Return a text that has ended, with what is shown about it."""
    view = AnswerView(
        request_of(generation),
        FittedText(generation.prompt, (), ()),
        locale,
        limits_of(resources.settings, generation.model).temperature,
        generation.language,
        earlier_seed=is_of_earlier_version(generation),
        asked_by=generation.user_id if generation.parent_id else None,
        layout=resources.library.layout(generation.model),
    )
    ending = ENDINGS.get(generation.status, Ending.INTERRUPTED)
    return ShownText(view, generation.text, ending, generation.id)


def stored_request(resources: Resources, interaction: Interaction, generation: Generation) -> SampleRequest:
    """Return the request of a stored text, in its language; raises UnknownModel, BadCheckpoint."""
    card = resources.library.card(generation.model)
    return in_language(request_of(generation), card, generation.language, locale_of(interaction))
