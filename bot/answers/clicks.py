"""What happens when someone clicks a button under an answer."""

import discord

from bot.answers.message import Message
from bot.answers.next_request import SAME_SEED, Action, is_of_earlier_version, limits_of, next_request, request_of
from bot.answers.start import answer, random_seed
from bot.replies import answer as replies
from bot.replies.answer import Reply, Subject
from bot.replies.languages import in_language
from bot.resources import Resources
from bot.scopes.permissions import may_generate
from models.vocabulary import FittedText
from storage import history
from storage.history import Generation, Status

NOTES = {Status.DONE: "", Status.CANCELLED: replies.STOPPED, Status.FAILED: replies.BROKEN_OFF}

Interaction = discord.Interaction[discord.Client]


class FormGone(Exception):
    """The form was opened too long ago, or before the last start."""


class TextGone(Exception):
    """The text is no longer kept, or never was this message's."""


class StillWriting(Exception):
    """The text has not ended yet."""


class NotTheirs(Exception):
    """The text belongs to someone else, and the clicker may not manage messages."""


async def clicked(resources: Resources, interaction: Interaction, action: Action, generation_id: int) -> None:
    """Do what the button says; raises what can be refused before anything is sent."""
    generation = await _generation(resources, interaction, generation_id)
    if action is Action.STOP:
        check_theirs(interaction, generation)
        await _stop(resources, interaction, generation)
    elif generation.id in resources.running.stops:  # the row may say so of a text that could not be closed
        raise StillWriting
    elif action is Action.DELETE:
        check_theirs(interaction, generation)
        await _acknowledge(interaction)
        await Message(interaction, generation.id).delete()
    else:
        await _answer_anew(resources, interaction, action, generation)


async def _generation(resources: Resources, interaction: Interaction, generation_id: int) -> Generation:
    """Return the text that the clicked message shows; raises TextGone for any other, as Discord can't vouch for it."""
    generation = await history.find(resources.database, generation_id)
    shown_in = await history.message_of(resources.database, generation_id)
    clicked_in = interaction.message.id if interaction.message else None
    if generation is None or shown_in not in (None, clicked_in) or generation.channel_id != interaction.channel_id:
        raise TextGone
    if generation.private and generation.user_id != interaction.user.id:
        raise TextGone
    return generation


def check_theirs(interaction: Interaction, generation: Generation) -> None:
    """Raise NotTheirs unless the clicker owns the text or may manage messages here."""
    held = interaction.permissions
    if interaction.user.id != generation.user_id and not (held.manage_messages or held.administrator):
        raise NotTheirs


async def _stop(resources: Resources, interaction: Interaction, generation: Generation) -> None:
    """Cut a running text short; a message left behind by a crash gets its kept text and last buttons."""
    stop = resources.running.stops.get(generation.id)
    await _acknowledge(interaction)
    if stop:  # even if the text has ended meanwhile: then it shows its end itself
        stop(interaction)
        return
    await Message(interaction, generation.id).show(_as_kept(resources, generation))


def _as_kept(resources: Resources, generation: Generation) -> Reply:
    """Return the last state of an answer, from its row alone."""
    request = request_of(generation)
    subject = Subject(
        replies.prompt_shown(request),
        FittedText(generation.prompt, (), ()),
        request,
        limits_of(resources.settings, generation.model).temperature,
        generation.language,
        earlier_seed=is_of_earlier_version(generation),
    )
    note = NOTES.get(generation.status, replies.BROKEN_OFF)
    return replies.finished(subject, generation.text, generation.seconds, note)


async def _acknowledge(interaction: Interaction) -> None:
    """Take a click that changes the clicked message; raises TextGone if that was deleted meanwhile."""
    try:
        await interaction.response.defer()
    except discord.NotFound as gone:
        raise TextGone from gone


async def _answer_anew(resources: Resources, interaction: Interaction, action: Action, generation: Generation) -> None:
    """Post a new answer that belongs to the clicker."""
    await may_generate(resources, interaction)
    with resources.running.only_once((interaction.user.id, action, generation.id)):
        card = resources.library.card(generation.model)
        before = in_language(request_of(generation), card, generation.language, interaction.locale)
        limits = limits_of(resources.settings, generation.model)
        request = next_request(action, before, generation.text, random_seed(), limits)
        await answer(
            resources,
            interaction,
            request,
            replies.prompt_shown(request),
            private=generation.private,
            parent_id=generation.id,
            earlier_seed=action in SAME_SEED and is_of_earlier_version(generation),
        )
