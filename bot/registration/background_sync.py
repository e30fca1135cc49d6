"""Send changed commands to Discord in the background, however long it refuses or delays them."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress

import aiohttp
import discord

from tempera.bot.discord_failure import brief
from tempera.bot.registration.command_sync import Tree, sync_commands
from tempera.bot.resources import Resources
from tempera.bot.running.pauses import growing_pauses
from tempera.storage.errors import StorageUnavailable

PATIENCE_SECONDS = 5.0  # for a start, a reload or a new server; then the commands go on in the background
ATTEMPT_SECONDS = 15 * 60.0  # in which discord.py may wait out a rate limit
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 60.0, 60 * 60.0
QUOTA_USED_UP = 30034  # 200 new commands a day
FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, StorageUnavailable)  # OSError: TimeoutError, too

log = logging.getLogger(__name__)


class CommandSync:
    """Sends changed commands to Discord in the background; until it takes them, those that it has are answered."""

    def __init__(self, tree: Tree, resources: Resources, api_url: str, guild_ids: Callable[[], Iterable[int]]) -> None:
        self._tree, self._resources, self._api_url, self._guild_ids = tree, resources, api_url, guild_ids
        self._requested, self._synced = asyncio.Event(), asyncio.Event()

    async def renew(self) -> None:
        """Have the changed commands sent, and wait for that, but not for long."""
        self.request()
        await self.wait()

    def request(self) -> None:
        """Have the changed commands sent."""
        self._synced.clear()
        self._requested.set()

    async def wait(self) -> None:
        """Wait until they have been sent, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._synced.wait()

    async def keep_syncing(self) -> None:
        """Send what has changed whenever that is requested, with growing pauses while Discord refuses it."""
        pauses = growing_pauses(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
        while True:
            await self._requested.wait()
            self._requested.clear()
            if await self._sync():
                if not self._requested.is_set():  # otherwise something has changed meanwhile
                    self._synced.set()
                pauses = growing_pauses(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
            else:
                await self._pause(next(pauses))

    async def _pause(self, seconds: float) -> None:
        """Wait before the next try, unless one is requested earlier."""
        log.info("The commands are sent again in %g seconds", seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._requested.wait()
        self._requested.set()

    async def _sync(self) -> bool:
        """Return whether Discord has the commands now."""
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                await sync_commands(self._tree, self._resources.database, self._api_url, self._guild_ids())
        except FAILURES as error:
            _log(error)
            return False
        return True


def _log(error: Exception) -> None:
    if isinstance(error, discord.HTTPException) and error.code == QUOTA_USED_UP:
        log.warning("Discord takes no more commands today (code 30034); those that it has go on working")
    else:
        log.warning("Discord has not taken the commands, and those that it has go on working: %s", brief(error))
