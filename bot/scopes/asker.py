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
