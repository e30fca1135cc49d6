"""Delete the data of servers that removed the bot, after a grace period."""

import logging
from datetime import timedelta

import discord

from tempera.bot.resources import Resources
from tempera.storage.servers.presence import note_all_present, purge

log = logging.getLogger(__name__)


async def purge_removed_guilds(client: discord.Client, resources: Resources) -> None:
    """Find missed removals and delete data whose grace period is over; raises StorageUnavailable."""
    database, grace = resources.database, timedelta(days=resources.settings.storage.removed_guild_grace_days)
    # The client's servers include those that are temporarily unavailable.
    await note_all_present(database, {guild.id for guild in client.guilds})
    for guild_id in await purge(database, grace):
        resources.pins.forget(guild_id)
        resources.rules.forget(guild_id)
        log.info("Everything that was kept for server %s is deleted", guild_id)
