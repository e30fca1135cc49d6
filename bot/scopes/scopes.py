"""Where a command was given: the thread, channel, category and server around it, and what admins set for them."""

from dataclasses import dataclass

import discord

from bot.resources import Resources
from bot.scopes.resolve import NoSuchPlace, Rule, Scope, Source
from storage.channel_settings import SERVER, ScopeSettings, settings_of

Interaction = discord.Interaction[discord.Client]


@dataclass(frozen=True, slots=True)
class Place:
    """A thread, channel, category or server, named by its rule."""

    rule: Rule
    id: int  # storage.channel_settings.SERVER for the whole server


def places_of(interaction: Interaction) -> list[Place]:
    """Return what surrounds a command with its scope ids, the nearest first; nothing in direct messages."""
    channel, guild = interaction.channel, interaction.guild
    if guild is None or channel is None:
        return []
    if isinstance(channel, discord.Thread):
        inner = [Place(Rule(Source.THREAD, channel.name), channel.id), *_channel_and_category(guild, channel.parent_id)]
    else:
        inner = _channel_and_category(guild, channel.id)
    return [*inner, Place(Rule(Source.SERVER, guild.name), SERVER)]


def _channel_and_category(guild: discord.Guild, channel_id: int) -> list[Place]:
    """Return the places of a channel, which may be one that the bot is not told of."""
    channel = guild.get_channel(channel_id)
    places = [Place(Rule(Source.CHANNEL, channel.name if channel else ""), channel_id)]
    if channel and channel.category:
        places.append(Place(Rule(Source.CATEGORY, channel.category.name), channel.category.id))
    return places


async def scopes_of(resources: Resources, interaction: Interaction) -> list[Scope]:
    """Return what surrounds a command with its settings, the nearest first."""
    places = places_of(interaction)
    if interaction.guild_id is None or not places:
        return []
    known = await settings_of(resources.database, interaction.guild_id, [place.id for place in places])
    return [Scope(place.rule, known.get(place.id, ScopeSettings())) for place in places]


def chosen_place(interaction: Interaction, where: str | None) -> Place:
    """Return the place that the user means, the nearest if they don't say; raises NoSuchPlace."""
    for place in places_of(interaction):
        if where in (None, place.rule.source):
            return place
    raise NoSuchPlace(Source(where or Source.SERVER))
