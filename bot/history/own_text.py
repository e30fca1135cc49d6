"""One of a user's own texts, by the number that they typed or chose."""

from dataclasses import asdict

import discord
from discord.app_commands import Choice

from tempera.bot.answers.clicks.next_request import is_of_earlier_version
from tempera.bot.answers.clicks.stored import stored_request
from tempera.bot.answers.start import AnswerRequest, start
from tempera.bot.exceptions import NoSuchText, OverLimit
from tempera.bot.replies.personal.history import choice, retrained
from tempera.bot.resources import Resources
from tempera.bot.scopes.asker import answer_locale
from tempera.bot.scopes.limits import limits_of
from tempera.bot.scopes.permissions import may_generate
from tempera.storage.texts.history import Generation
from tempera.storage.texts.own_texts import own_texts

MAX_CHOICES = 25  # of Discord
MAX_CHOICE_CHARACTERS = 100  # of Discord
MAX_DIGITS = 18  # of a number that SQLite takes

Interaction = discord.Interaction[discord.Client]


async def own_text(resources: Resources, user_id: int, typed: str) -> Generation:
    """Return the user's text of this number, as in `123` or `#123`, as it will be stored; raises NoSuchText."""
    digits = typed.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MAX_DIGITS):
        raise NoSuchText(typed)
    found = await resources.texts.find(int(digits))
    if found is None or found.user_id != user_id:
        raise NoSuchText(typed)
    return found


async def own_choices(resources: Resources, user_id: int, typed: str) -> list[Choice[str]]:
    """Offer the user's newest texts, or those with what was typed in their number or their words."""
    bare = typed.strip().removeprefix("#")
    words = "" if bare.isdecimal() else typed
    page = await own_texts(resources.database, user_id, words, size=MAX_CHOICES)
    return [
        Choice(name=choice(each)[:MAX_CHOICE_CHARACTERS], value=str(each.id))
        for each in page.texts
        if words or bare in str(each.id)
    ]


async def replay(resources: Resources, interaction: Interaction, generation: Generation) -> None:
    """Answer with the same text again; raises ChannelOff, OverLimit, UnknownModel and what else refuses a text."""
    await may_generate(resources, interaction)
    sample = stored_request(resources, interaction, generation)
    for name, limit in asdict(limits_of(resources.settings, generation.model)).items():
        if getattr(sample.params, name) > limit:
            raise OverLimit(generation.model, name, limit)
    is_same = resources.library.card(generation.model).weights_sha256 == generation.model_sha256
    locale = answer_locale(interaction, private=generation.private)
    request = AnswerRequest(
        sample=sample,
        private=generation.private,
        earlier_seed=is_of_earlier_version(generation),
        note="" if is_same else retrained(generation.model, locale),
    )
    await start(resources, interaction, request)
