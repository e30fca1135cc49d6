"""The thread, channel, category and server around a command, and their settings."""

from dataclasses import dataclass

import discord

from tempera.bot.exceptions import NoSuchScope
from tempera.bot.origin import Origin, Source
from tempera.bot.resources import Resources
from tempera.bot.scopes.asker import Asker
from tempera.bot.scopes.resolve import Scope
from tempera.storage.servers.channel_settings import SERVER, ScopeSettings, settings_of

Interaction = discord.Interaction[discord.Client]


@dataclass(frozen=True, slots=True)
class Location:
    """A thread, channel, category or server."""

    origin: Origin
    id: int  # scope id: tempera.storage.servers.channel_settings.SERVER for the whole server


def locations_of(asker: Asker) -> list[Location]:
    """Return the locations around a command, nearest first; none in direct messages."""
    channel, guild = asker.channel, asker.guild
    if guild is None or channel is None:
        return []
    if isinstance(channel, discord.Thread):
        inner = [
            Location(Origin(Source.THREAD, channel.name), channel.id),
            *_channel_and_category(guild, channel.parent_id),
        ]
    else:
        inner = _channel_and_category(guild, channel.id)
    return [*inner, Location(Origin(Source.SERVER, guild.name), SERVER)]


def _channel_and_category(guild: discord.Guild, channel_id: int) -> list[Location]:
    """Return a channel's location and that of its category; the bot may not know the channel."""
    channel = guild.get_channel(channel_id)
    locations = [Location(Origin(Source.CHANNEL, channel.name if channel else ""), channel_id)]
    if channel and channel.category:
        locations.append(Location(Origin(Source.CATEGORY, channel.category.name), channel.category.id))
    return locations


async def scopes_of(resources: Resources, asker: Asker) -> list[Scope]:
    """Return the scopes around a command with their settings, nearest first."""
    locations = locations_of(asker)
    if asker.guild_id is None or not locations:
        return []
    known = await settings_of(resources.database, asker.guild_id, [location.id for location in locations])
    return [Scope(location.origin, known.get(location.id, ScopeSettings())) for location in locations]


def chosen_location(interaction: Interaction, where: str | None) -> Location:
    """Return the location that the user chose, the nearest by default; raises NoSuchScope."""
    for location in locations_of(interaction):
        if where in (None, location.origin.source):
            return location
    raise NoSuchScope(Source(where or Source.SERVER))
