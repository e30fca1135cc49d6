"""Permission checks: generating where it is turned on, settings for those who manage the scope."""

import discord
from discord.app_commands import MissingPermissions, NoPrivateMessage

from tempera.bot.origin import Source
from tempera.bot.resources import Resources
from tempera.bot.scopes.resolve import check_enabled
from tempera.bot.scopes.scopes import Interaction, Location, chosen_location, scopes_of


async def may_generate(resources: Resources, interaction: Interaction) -> None:
    """Raise ChannelOff where /generate is turned off, MissingPermissions where the user can't use commands."""
    if interaction.guild_id and not interaction.permissions.use_application_commands:
        raise MissingPermissions(["use_application_commands"])
    check_enabled(await scopes_of(resources, interaction))


def check_may_set(interaction: Interaction, location: Location) -> None:
    """Raise MissingPermissions unless the user can change this scope's settings.

    A command's default permissions aren't enough: a server can override them, and scopes reach beyond the channel.
    """
    needed = "manage_guild" if location.origin.source is Source.SERVER else "manage_channels"
    held = _held(interaction, location)
    if not (getattr(held, needed) or held.administrator):
        raise MissingPermissions([needed])


def managed_server(interaction: Interaction) -> int:
    """Return the server, whose settings the user can change; raises NoPrivateMessage, MissingPermissions."""
    if interaction.guild_id is None:
        raise NoPrivateMessage
    check_may_set(interaction, chosen_location(interaction, Source.SERVER))
    return interaction.guild_id


def _held(interaction: Interaction, location: Location) -> discord.Permissions:
    """Return the permissions in a scope; Discord sends those in the channel, a category's are computed."""
    if location.origin.source is not Source.CATEGORY:
        return interaction.permissions
    category = interaction.guild and interaction.guild.get_channel(location.id)
    if not isinstance(category, discord.abc.GuildChannel) or not isinstance(interaction.user, discord.Member):
        return discord.Permissions.none()
    return category.permissions_for(interaction.user)
