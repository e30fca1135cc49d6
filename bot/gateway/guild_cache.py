"""What the bot remembers of each server: names, categories and permissions, so that thousands take little memory."""

from typing import Any

from discord import ChannelType
from discord.state import ConnectionState

UNUSED = (
    "description",
    "emojis",
    "features",
    "guild_scheduled_events",
    "presences",
    "soundboard_sounds",
    "stage_instances",
    "stickers",
    "threads",
    "voice_states",
)
UNUSED_OF_CHANNELS = ("available_tags", "last_message_id", "topic")
UNUSED_OF_ROLES = ("icon", "tags", "unicode_emoji")


class GuildCache(ConnectionState[Any]):
    """discord.py's cache, without what no command looks at."""

    def parse_guild_create(self, data: Any) -> None:
        """Remember what is used of a server."""
        drop_unused(data)
        super().parse_guild_create(data)


def drop_unused(guild: dict[str, Any]) -> None:
    """Remove what no command looks at from a guild object; only categories' overwrites are used."""
    _drop(guild, UNUSED)
    for role in guild.get("roles", ()):
        _drop(role, UNUSED_OF_ROLES)
    for channel in guild.get("channels", ()):
        _drop(channel, UNUSED_OF_CHANNELS)
        if channel["type"] != ChannelType.category.value:
            _drop(channel, ("permission_overwrites",))


def _drop(data: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        data.pop(name, None)
