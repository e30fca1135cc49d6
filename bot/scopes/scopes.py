"""Where a command was given: the thread, channel, category and server around it, and what admins set for them."""

from dataclasses import dataclass

import discord
from tempera.bot.exceptions import NoSuchScope
from tempera.bot.origin import Origin, Source
from tempera.bot.resources import Resources
from tempera.bot.scopes.resolve import Scope
from tempera.storage.channel_settings import SERVER, ScopeSettings, settings_of

Interaction = discord.Interaction[discord.Client]


@dataclass(frozen=True, slots=True)
class Location:
    """A thread, channel, category or server, by its origin."""

    origin: Origin
    id: int  # tempera.storage.channel_settings.SERVER for the whole server


def locations_of(interaction: Interaction) -> list[Location]:
    """Return what surrounds a command with its scope ids, the nearest first; nothing in direct messages."""
    channel, guild = interaction.channel, interaction.guild
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
    """Return the locations of a channel, which may be one that the bot is not told of."""
    channel = guild.get_channel(channel_id)
    locations = [Location(Origin(Source.CHANNEL, channel.name if channel else ""), channel_id)]
    if channel and channel.category:
        locations.append(Location(Origin(Source.CATEGORY, channel.category.name), channel.category.id))
    return locations


async def scopes_of(resources: Resources, interaction: Interaction) -> list[Scope]:
    """Return what surrounds a command with its settings, the nearest first."""
    locations = locations_of(interaction)
    if interaction.guild_id is None or not locations:
        return []
    known = await settings_of(resources.database, interaction.guild_id, [location.id for location in locations])
    return [Scope(location.origin, known.get(location.id, ScopeSettings())) for location in locations]


def chosen_location(interaction: Interaction, where: str | None) -> Location:
    """Return the scope that the user means, the nearest if they don't say; raises NoSuchScope."""
    for location in locations_of(interaction):
        if where in (None, location.origin.source):
            return location
    raise NoSuchScope(Source(where or Source.SERVER))
