"""The message of one answer: deferred, then edited as the text grows, as long as it can be reached."""

import io
import logging
from typing import Any

import discord

from tempera.bot.answers.button_row import button_row
from tempera.bot.replies.reply import Reply

EXPIRED_TOKEN = 50027  # Discord's error code, 15 minutes after the command or click

log = logging.getLogger(__name__)


class AnswerMessage:
    """The message that shows one text, edited through the last interaction with it."""

    def __init__(self, interaction: discord.Interaction[discord.Client], generation_id: int) -> None:
        self._interaction = interaction
        self._generation_id = generation_id
        self._in_channel: discord.PartialMessage | None = None
        self._shown: Reply | None = None
        self._reachable = True

    async def defer(self, *, private: bool) -> int | None:
        """Defer the answer, which determines whether it is private; return the message's id."""
        response = await self._interaction.response.defer(ephemeral=private, thinking=True)
        message_id = response.message_id if response else None
        if message_id and self._interaction.channel_id and not private:
            channel = self._interaction.client.get_partial_messageable(self._interaction.channel_id)
            self._in_channel = channel.get_partial_message(message_id)
        return message_id

    def renew(self, click: discord.Interaction[discord.Client]) -> None:
        """Use the interaction of a click on this message from now on: its token is new."""
        self._interaction, self._reachable = click, True

    async def show(self, reply: Reply) -> None:
        """Edit the message, unless it already shows this or is gone; raises HTTPException on other errors."""
        if not self._reachable or reply == self._shown:
            return
        try:
            await self._edit(reply)
        except discord.HTTPException as error:
            self._accept_if_gone(error)
        self._shown = reply

    async def _edit(self, reply: Reply) -> None:
        """Edit through the interaction, or once its token has expired, through the channel if the bot can see it."""
        try:
            await self._interaction.edit_original_response(**self._parts(reply))
        except discord.HTTPException as error:
            if error.code != EXPIRED_TOKEN or self._in_channel is None:
                raise
            await self._in_channel.edit(**self._parts(reply))

    def _parts(self, reply: Reply) -> dict[str, Any]:
        files = [discord.File(io.BytesIO(reply.file.text.encode()), reply.file.name)] if reply.file else []
        return {
            "content": reply.content,
            "attachments": files,
            "view": button_row(reply.buttons, self._generation_id),
        }

    async def delete(self) -> None:
        """Delete the message, unless it is gone; raises HTTPException on other errors."""
        try:
            await self._interaction.delete_original_response()
        except discord.HTTPException as error:
            self._accept_if_gone(error)

    def _accept_if_gone(self, error: discord.HTTPException) -> None:
        if error.status not in {403, 404} and error.code != EXPIRED_TOKEN:
            raise error
        self._reachable = False
        log.info("An answer can't be shown any longer: %s", error)
