"""The message of one answer: sent, then edited as the text grows, as long as it can be reached."""

import asyncio
import io
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from tempera.bot.answers.button_row import button_row
from tempera.bot.answers.first_response import respond_first
from tempera.bot.discord_failure import FAILURES, DiscordFailure, brief, failure_of
from tempera.bot.replies.reply import Reply
from tempera.bot.running.pauses import growing_pauses
from tempera.bot.running.uncertain import UncertainResponses

TOKEN_SECONDS = 15 * 60  # how long an interaction's token can be used
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0

log = logging.getLogger(__name__)


class AnswerMessage:
    """The message that shows one text, edited through the last interaction with it."""

    _interaction: discord.Interaction[discord.Client]

    def __init__(self, interaction: discord.Interaction[discord.Client] | None, generation_id: int) -> None:
        """interaction: None for a message that is sent and edited in its channel."""
        if interaction is not None:
            self._interaction = interaction
        self._generation_id = generation_id
        self._in_channel: discord.PartialMessage | None = None
        self._shown: Reply | None = None
        self._token_ends_at = time.monotonic() + TOKEN_SECONDS

    async def defer(self, uncertain: UncertainResponses, *, private: bool) -> int | None:
        """Defer the answer, which determines whether it is private; return the message's id."""
        defer = self._interaction.response.defer
        message_id = await respond_first(self._interaction, uncertain, lambda: defer(ephemeral=private, thinking=True))
        self._remember(message_id, private=private)
        return message_id

    async def respond(self, uncertain: UncertainResponses, reply: Reply, *, private: bool) -> int | None:
        """Send the answer as the first response itself; return the message's id."""
        send = self._interaction.response.send_message

        async def respond() -> discord.InteractionCallbackResponse[discord.Client]:
            view = button_row(reply.buttons, self._generation_id)
            return await send(reply.content, files=files_of(reply), view=view, ephemeral=private)

        message_id = await respond_first(self._interaction, uncertain, respond)
        self._remember(message_id, private=private)
        self._shown = reply
        return message_id

    def _remember(self, message_id: int | None, *, private: bool) -> None:
        if message_id and self._interaction.channel_id and not private:
            channel = self._interaction.client.get_partial_messageable(self._interaction.channel_id)
            self._in_channel = channel.get_partial_message(message_id)

    def renew(self, click: discord.Interaction[discord.Client]) -> None:
        """Use the interaction of a click on this message from now on: its token is new."""
        self._interaction = click
        self._token_ends_at = time.monotonic() + TOKEN_SECONDS

    async def show(self, reply: Reply) -> None:
        """Edit the message, unless it already shows this; raises what Discord refuses."""
        if reply != self._shown:
            await self._through_token_or_channel(
                lambda: self._interaction.edit_original_response(**self._parts(reply)),
                lambda message: message.edit(**self._parts(reply)),
            )
            self._shown = reply

    async def settle(self, reply: Reply) -> DiscordFailure | None:
        """Show the final state, tried again for as long as the token lives; return why that is impossible, if it is."""
        return await self._until_accepted(lambda: self.show(reply))

    async def tell_privately(self, reply: Reply) -> None:
        """Tell the user through a message of its own; a first one would fill in an answer that is still deferred."""
        try:
            if self._shown is None:
                await self._interaction.delete_original_response()
            await self._interaction.followup.send(reply.content, files=files_of(reply), ephemeral=True)
        except FAILURES as error:
            log.warning("The user of text %s could not be told: %s", self._generation_id, brief(error))

    async def delete(self) -> DiscordFailure | None:
        """Delete the message as persistently as the last edit; return why that is impossible, if it is."""
        return await self._until_accepted(
            lambda: self._through_token_or_channel(
                lambda: self._interaction.delete_original_response(),  # noqa: PLW0108 - there may be no interaction
                discord.PartialMessage.delete,
            )
        )

    async def _until_accepted(self, request: Callable[[], Awaitable[None]]) -> DiscordFailure | None:
        for pause_seconds in growing_pauses(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS):
            try:
                await request()
            except FAILURES as error:
                failure = failure_of(error)
                if failure is not DiscordFailure.PASSING or time.monotonic() > self._token_ends_at:
                    log.info("The message of text %s can't be changed: %s", self._generation_id, failure)
                    return failure
                log.warning("The last edit of text %s failed and is repeated: %s", self._generation_id, brief(error))
            else:
                return None
            await asyncio.sleep(pause_seconds)
        return None

    async def _through_token_or_channel(
        self,
        by_token: Callable[[], Awaitable[object]],
        in_channel: Callable[[discord.PartialMessage], Awaitable[object]],
    ) -> None:
        """Use the interaction's token, or once it has expired, the channel, if the bot can see it."""
        try:
            await by_token()
        except discord.HTTPException as error:
            if failure_of(error) is not DiscordFailure.EXPIRED or self._in_channel is None:
                raise
            await in_channel(self._in_channel)

    def _parts(self, reply: Reply) -> dict[str, Any]:
        return {
            "content": reply.content,
            "attachments": files_of(reply),
            "view": button_row(reply.buttons, self._generation_id),
        }


def files_of(reply: Reply) -> list[discord.File]:
    """Return what is attached to a reply."""
    return [discord.File(io.BytesIO(reply.file.text.encode()), reply.file.name)] if reply.file else []
