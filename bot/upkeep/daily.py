"""What is looked after at the start and once a day: data of servers that are gone, and data that is too old."""

import asyncio
import logging

import discord

from tempera.bot.resources import Resources
from tempera.bot.upkeep.old_texts import purge_old_texts
from tempera.bot.upkeep.removed_guilds import purge_removed_guilds
from tempera.storage.erasure import erase_traces
from tempera.storage.errors import StorageUnavailable
from tempera.storage.servers.rules import drop_old_counts

HOUR_SECONDS = 60 * 60
DAY_SECONDS = 24 * HOUR_SECONDS

log = logging.getLogger(__name__)


async def look_after_data(client: discord.Client, resources: Resources) -> None:
    """Delete what is no longer kept, now and once a day."""
    while True:
        try:
            await purge_removed_guilds(client, resources)
            await purge_old_texts(resources)
            await drop_old_counts(resources.database)
            await erase_traces(resources.database)
        except StorageUnavailable as error:
            log.warning("Old data could not be looked after, in an hour again: %s", error)
            await asyncio.sleep(HOUR_SECONDS)
            continue
        except Exception:
            log.exception("Old data could not be looked after; tomorrow again")
        await asyncio.sleep(DAY_SECONDS)
