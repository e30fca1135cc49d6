"""Answer messages that mention the bot, reply to it or are sent to it directly, where the owner wants that."""

import logging
from contextlib import suppress

import discord

from tempera.bot.answers.generate import request_for
from tempera.bot.answers.mentions.channel_answer import ChannelAnswer
from tempera.bot.answers.mentions.mention import Mention, is_meant, prompt_of
from tempera.bot.answers.start import start_together
from tempera.bot.discord_failure import FROM_DISCORD, brief
from tempera.bot.exceptions import BlockedByOperator, NothingToContinue
from tempera.bot.replies.composers.composer import OneText
from tempera.bot.replies.errors.message import error_message
from tempera.bot.resources import Resources
from tempera.bot.scopes.resolve import Options

REFUSAL_SECONDS = 20.0  # for which a refusal is shown: everyone sees it

log = logging.getLogger(__name__)


async def answer_message(resources: Resources, message: discord.Message, me: discord.ClientUser) -> None:
    """Answer a message that is a prompt, or say for a while why not; unexpected errors are raised."""
    if resources.tasks.closing or not is_meant(message, me):
        return
    resources.tasks.add_current()
    with suppress(BlockedByOperator):  # who gets no answer
        resources.blocks.check(message.author.id, message.guild.id if message.guild else None)
        await _answer_or_tell(resources, message, me)


async def _answer_or_tell(resources: Resources, message: discord.Message, me: discord.ClientUser) -> None:
    try:
        await _answer(resources, message, prompt_of(message, me))
    except FROM_DISCORD as error:
        log.info("A message could not be answered: %s", brief(error))
    except Exception as error:
        if not await _is_told(message, error):
            raise


async def _answer(resources: Resources, message: discord.Message, prompt: str) -> None:
    if not prompt:
        raise NothingToContinue
    asker = Mention(message)
    request = await request_for(resources, asker, Options(prompt=prompt), private=False)
    locale = str(asker.locale)
    await start_together(resources, asker, [request], OneText(), lambda key: ChannelAnswer(message, key, locale))


async def _is_told(message: discord.Message, error: Exception) -> bool:
    words = error_message(error, str(Mention(message).locale), message.created_at)
    if words is None:
        return False
    try:
        await message.reply(words, mention_author=False, delete_after=REFUSAL_SECONDS)
    except FROM_DISCORD as failure:
        log.info("A refusal could not be told: %s", brief(failure))
    return True
