"""Delete the data of servers that removed the bot, after a grace period."""

import asyncio
import logging
from datetime import timedelta

import discord

from tempera.bot.resources import Resources
from tempera.storage.errors import StorageUnavailable
from tempera.storage.servers.presence import note_all_present, purge

HOUR_SECONDS = 60 * 60
DAY_SECONDS = 24 * HOUR_SECONDS

log = logging.getLogger(__name__)


async def purge_removed_guilds(client: discord.Client, resources: Resources) -> None:
    """Find missed removals and delete data whose grace period is over, now and once a day."""
    database = resources.database
    while True:
        try:
            grace = timedelta(days=resources.settings.storage.removed_guild_grace_days)
            # The client's servers include those that are temporarily unavailable.
            await note_all_present(database, {guild.id for guild in client.guilds})
            for guild_id in await purge(database, grace):
                log.info("Everything that was kept for server %s is deleted", guild_id)
        except StorageUnavailable as error:
            log.warning("The rows of removed servers could not be looked after, in an hour again: %s", error)
            await asyncio.sleep(HOUR_SECONDS)
            continue
        except Exception:
            log.exception("The rows of removed servers could not be looked after; tomorrow again")
        await asyncio.sleep(DAY_SECONDS)
