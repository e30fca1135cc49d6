"""The message of one answer: deferred, edited as the text grows, left alone once it is out of reach."""

import io
import logging

import discord

from bot.replies import Reply

EXPIRED_TOKEN = 50027  # Discord's error code, 15 minutes after the command

log = logging.getLogger(__name__)


class Message:
    """The answer to an interaction as Discord shows it."""

    def __init__(self, interaction: discord.Interaction[discord.Client]) -> None:
        self._interaction = interaction
        self._shown: Reply | None = None
        self._reachable = True

    async def defer(self, *, private: bool) -> None:
        """Tell Discord that an answer comes; whether it is private is settled by this."""
        await self._interaction.response.defer(ephemeral=private)

    async def show(self, reply: Reply) -> None:
        """Edit the message, unless it shows this already or is gone; raises HTTPException on other faults."""
        if not self._reachable or reply == self._shown:
            return
        try:
            await self._interaction.edit_original_response(content=reply.content, attachments=_files(reply))
        except discord.HTTPException as error:
            self._accept_if_gone(error)
        self._shown = reply

    async def delete(self) -> None:
        """Delete the message, unless it is gone; raises HTTPException on other faults."""
        try:
            await self._interaction.delete_original_response()
        except discord.HTTPException as error:
            self._accept_if_gone(error)

    def _accept_if_gone(self, error: discord.HTTPException) -> None:
        if error.status not in {403, 404} and error.code != EXPIRED_TOKEN:
            raise error
        self._reachable = False
        log.info("An answer can't be shown any longer: %s", error)


def _files(reply: Reply) -> list[discord.File]:
    return [discord.File(io.BytesIO(reply.file.text.encode()), reply.file.name)] if reply.file else []
