"""Who asks for a text, and where: by a command, a click, or a message."""

from typing import Any, Protocol

import discord


class Asker(Protocol):
    """What every interaction has, and a message too."""

    @property
    def user(self) -> discord.User | discord.Member:
        """Who asks."""

    @property
    def guild(self) -> discord.Guild | None:
        """The server, None in direct messages."""

    @property
    def guild_id(self) -> int | None:
        """The server's id."""

    @property
    def channel(self) -> Any:
        """The channel or thread."""

    @property
    def channel_id(self) -> int | None:
        """The channel's id."""

    @property
    def locale(self) -> discord.Locale:
        """The language in which the user uses Discord, as far as it is known."""

    @property
    def guild_locale(self) -> discord.Locale | None:
        """The server's language, None in direct messages."""


def answer_locale(asker: Asker, *, private: bool) -> str:
    """Return the language of an answer: the server's where everyone sees it, otherwise the user's."""
    public = None if private else asker.guild_locale
    return str(public or asker.locale)
