"""The message that answers a message: a reply that pings nobody, edited as its text grows."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from tempera.bot.answers.button_row import button_row
from tempera.bot.answers.message import AnswerMessage, files_of
from tempera.bot.replies.answer import begun
from tempera.bot.replies.reply import Reply
from tempera.bot.running.uncertain import UncertainResponses


class ChannelAnswer(AnswerMessage):
    """An answer without an interaction: it is sent and edited in the channel itself, and is never private."""

    def __init__(self, message: discord.Message, generation_id: int, locale: str) -> None:
        super().__init__(None, generation_id)
        self._message, self._locale = message, locale

    async def defer(self, uncertain: UncertainResponses, *, private: bool) -> int | None:  # noqa: ARG002 - as above
        """Reply that a text is being written; return the reply's id."""
        sent = await self._send(content=begun(self._locale))
        self._in_channel = sent
        return sent.id

    async def respond(self, uncertain: UncertainResponses, reply: Reply, *, private: bool) -> int | None:  # noqa: ARG002
        """Reply with the text; return the reply's id."""
        view = button_row(reply.buttons, self._generation_id)
        sent = await self._send(content=reply.content, files=files_of(reply), view=view)
        self._in_channel, self._shown = sent, reply
        return sent.id

    async def _send(self, **parts: Any) -> discord.Message:
        """Reply, or write to the channel if the message is gone."""
        reference = self._message.to_reference(fail_if_not_exists=False)
        return await self._message.channel.send(**parts, reference=reference, mention_author=False)

    def renew(self, click: discord.Interaction[discord.Client]) -> None:
        """Go on in the channel: no token is needed."""

    async def tell_privately(self, reply: Reply) -> None:
        """Say nothing more: a message has no private answer."""

    async def _through_token_or_channel(
        self,
        by_token: Callable[[], Awaitable[object]],  # noqa: ARG002 - there is no token
        in_channel: Callable[[discord.PartialMessage], Awaitable[object]],
    ) -> None:
        if self._in_channel:
            await in_channel(self._in_channel)
