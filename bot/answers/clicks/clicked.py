"""What happens when someone clicks a button under an answer."""

import discord

from tempera.bot.action import Action
from tempera.bot.answers.clicks.edit_form import EditForm
from tempera.bot.answers.clicks.escape import way_out
from tempera.bot.answers.clicks.next_request import SAME_SEED, is_of_earlier_version, next_request
from tempera.bot.answers.clicks.stored import stored_reply, stored_request
from tempera.bot.answers.first_response import respond_first
from tempera.bot.answers.message import AnswerMessage
from tempera.bot.answers.pictures.surprise import show_surprise
from tempera.bot.answers.start import AnswerRequest, random_seed, start
from tempera.bot.discord_failure import DiscordFailure, failure_of
from tempera.bot.exceptions import DeletionRefused, NotTheirs, StillWriting, TextGone
from tempera.bot.replies import answer as replies
from tempera.bot.resources import Resources
from tempera.bot.respond import locale_of
from tempera.bot.scopes.asker import answer_locale
from tempera.bot.scopes.limits import limits_of
from tempera.bot.scopes.permissions import may_generate
from tempera.storage.texts.history import Generation, find_compared

Interaction = discord.Interaction[discord.Client]


async def clicked(
    resources: Resources, interaction: Interaction, action: Action, generation_id: int, message_id: int | None
) -> None:
    """Perform the action of a button under a message; everything that refuses it is raised before anything is sent."""
    generation = await shown_text(resources, interaction, generation_id, message_id)
    if action is Action.STOP:
        check_theirs(interaction, generation)
        await _stop(resources, interaction, generation)
    elif generation.id in resources.stops:  # not by the row's status: closing it may have failed
        raise StillWriting
    elif action is Action.DELETE:
        check_theirs(interaction, generation)
        await _delete(resources, interaction, generation)
    elif action is Action.EDIT:
        await _edit(resources, interaction, generation)
    elif action is Action.SURPRISE:
        await show_surprise(resources, interaction, stored_request(resources, interaction, generation), generation.text)
    else:
        await _answer_anew(resources, interaction, action, generation)


async def shown_text(
    resources: Resources, interaction: Interaction, generation_id: int, message_id: int | None
) -> Generation:
    """Return the text that a message shows; raises TextGone for any other, since ids can be forged."""
    generation = await resources.texts.find(generation_id)
    if generation is None or generation.message_id not in (None, message_id):
        raise TextGone
    if generation.channel_id != interaction.channel_id:
        raise TextGone
    if generation.private and generation.user_id != interaction.user.id:
        raise TextGone
    return generation


def check_theirs(interaction: Interaction, generation: Generation) -> None:
    """Raise NotTheirs unless the user owns the text or can manage messages here."""
    held = interaction.permissions
    if interaction.user.id != generation.user_id and not (held.manage_messages or held.administrator):
        raise NotTheirs


async def _stop(resources: Resources, interaction: Interaction, generation: Generation) -> None:
    """Stop a running text; a message that a crash left behind gets its stored text and final buttons."""
    stop = resources.stops.get(generation.id)
    await _acknowledge(resources, interaction)
    if stop:  # if the text has ended meanwhile, its own task shows the end
        stop(interaction)
        return
    locale = answer_locale(interaction, private=generation.private)
    reply = await stored_reply(resources, generation, locale)
    await AnswerMessage(interaction, generation.id).settle(reply)


async def _delete(resources: Resources, interaction: Interaction, generation: Generation) -> None:
    """Delete a message, then the texts that it showed; raises DeletionRefused, and nothing is deleted then."""
    texts = [generation.id]
    if generation.comparison_id is not None:
        texts = [each.id for each in await find_compared(resources.database, generation.comparison_id)]
    try:
        await _acknowledge(resources, interaction)
        failure = await AnswerMessage(interaction, generation.id).delete()
        if failure not in {None, DiscordFailure.GONE}:
            raise DeletionRefused
    except TextGone:
        resources.texts.delete(texts)
        raise
    resources.texts.delete(texts)
    await resources.texts.stored(generation.id)


async def _acknowledge(resources: Resources, interaction: Interaction) -> None:
    """Acknowledge a click that changes the message; raises TextGone if the message was deleted meanwhile."""
    try:
        await respond_first(interaction, resources.uncertain, interaction.response.defer)
    except discord.NotFound as error:
        if failure_of(error) is DiscordFailure.GONE:
            raise TextGone from error
        raise


async def _edit(resources: Resources, interaction: Interaction, generation: Generation) -> None:
    await may_generate(resources, interaction)
    before = stored_request(resources, interaction, generation)
    await interaction.response.send_modal(EditForm(resources, before, generation.id, locale_of(interaction)))


async def _answer_anew(resources: Resources, interaction: Interaction, action: Action, generation: Generation) -> None:
    """Post a new answer that belongs to the user who clicked."""
    await may_generate(resources, interaction)
    with resources.clicks.only_once((interaction.user.id, action, generation.id)):
        before = stored_request(resources, interaction, generation)
        limits = limits_of(resources.settings, generation.model)
        note = ""
        if action is Action.ESCAPE:
            escape = await way_out(resources, before, generation.text, limits)
            locale = answer_locale(interaction, private=generation.private)
            sample, note = escape.request, replies.cut(escape.cut_characters, locale)
        else:
            sample = next_request(action, before, generation.text, random_seed(), limits)
        request = AnswerRequest(
            sample=sample,
            private=generation.private,
            parent_id=generation.id,
            earlier_seed=action in SAME_SEED and is_of_earlier_version(generation),
            note=note,
        )
        await start(resources, interaction, request)
