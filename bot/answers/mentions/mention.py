"""A message that mentions the bot, replies to it or is sent to it directly, as a request for a text."""

import re
from dataclasses import dataclass
from typing import Any

import discord

MAX_PROMPT_CHARACTERS = 1500  # as in /generate, from the end of the message


@dataclass(frozen=True, slots=True)
class Mention:
    """Who asks, and where; see tempera.bot.scopes.asker.Asker."""

    message: discord.Message

    @property
    def user(self) -> discord.User | discord.Member:
        """The author."""
        return self.message.author

    @property
    def guild(self) -> discord.Guild | None:
        """The server, None in direct messages."""
        return self.message.guild

    @property
    def guild_id(self) -> int | None:
        """The server's id."""
        return self.message.guild.id if self.message.guild else None

    @property
    def channel(self) -> Any:
        """The channel or thread."""
        return self.message.channel

    @property
    def channel_id(self) -> int:
        """The channel's id."""
        return self.message.channel.id

    @property
    def locale(self) -> discord.Locale:
        """The server's language: a message doesn't tell its author's."""
        return self.guild_locale or discord.Locale.american_english

    @property
    def guild_locale(self) -> discord.Locale | None:
        """The server's language, None in direct messages."""
        return self.message.guild.preferred_locale if self.message.guild else None


def is_meant(message: discord.Message, me: discord.ClientUser) -> bool:
    """Whether a person's message is a prompt: Discord counts a reply that pings as a mention."""
    if message.author.bot or message.type not in {discord.MessageType.default, discord.MessageType.reply}:
        return False
    return message.guild is None or me in message.mentions


def prompt_of(message: discord.Message, me: discord.ClientUser) -> str:
    """Return what a message says besides mentioning the bot, as plain text."""
    without = re.sub(rf"<@!?{me.id}>", "", message.content)
    names = {f"<@{user.id}>": f"@{user.display_name}" for user in message.mentions}
    named = re.sub(r"<@!?(\d+)>", lambda found: names.get(f"<@{found[1]}>", "@someone"), without)
    return discord.utils.remove_markdown(named).strip()[-MAX_PROMPT_CHARACTERS:]
