"""The first response to an interaction, repeated if it is uncertain whether Discord received it."""

from collections.abc import Awaitable, Callable

import aiohttp
import discord

from tempera.bot.discord_failure import DiscordFailure, failure_of
from tempera.bot.respond import ANSWERED, Interaction
from tempera.bot.running.uncertain import UncertainResponses

Respond = Callable[[], Awaitable[discord.InteractionCallbackResponse[discord.Client] | None]]


async def respond_first(interaction: Interaction, uncertain: UncertainResponses, respond: Respond) -> int | None:
    """Respond and return the message's id; raises what Discord refuses, and nothing was sent then.

    An error on the way leaves open whether Discord has carried the request out: if it then says that the interaction
    has been responded to, that was this response.
    """
    try:
        response = await _sent(respond)
    except discord.HTTPException as error:
        if failure_of(error) is not DiscordFailure.TAKEN or interaction.id not in uncertain:
            raise
        interaction.extras[ANSWERED] = True
        return (await interaction.original_response()).id
    return response.message_id if response else None


async def _sent(respond: Respond) -> discord.InteractionCallbackResponse[discord.Client] | None:
    """Respond, once more if the connection was cut; discord.py repeats server errors itself."""
    try:
        return await respond()
    except (aiohttp.ClientError, OSError):
        return await respond()
