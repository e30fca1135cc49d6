"""A client whose connection outlasts what discord.py can't read, and which ends its texts before it closes."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import aiohttp
import discord

from tempera.bot.gateway.guild_cache import GuildCache
from tempera.bot.gateway.unreadable_events import dropping_unreadable
from tempera.bot.resources import Resources
from tempera.bot.running.pauses import growing_pauses

# Discord sends the servers right after READY; the bot doesn't need to wait for all of them.
GUILD_READY_SECONDS = 0.1
CLOSING_SECONDS = 0.5  # Discord need not confirm it
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0  # between connections
UNREADABLE = 4000  # a close code after which a session can be resumed

log = logging.getLogger(__name__)


class LastingClient(discord.Client):
    """A client without privileged intents, mentions or a message cache."""

    def __init__(self, resources: Resources) -> None:
        # No warnings about missing voice libraries: the bot doesn't use voice.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        trace = aiohttp.TraceConfig()
        resources.uncertain.watch(trace)
        resources.measures.watch(trace)
        super().__init__(
            http_trace=trace,
            intents=discord.Intents(guilds=True, messages=resources.settings.generation.answer_mentions),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=GUILD_READY_SECONDS,
        )
        self.resources = resources
        self._stopping: asyncio.Task[None] | None = None

    def _get_state(self, **options: Any) -> GuildCache:
        state = GuildCache(
            dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options
        )
        state.parsers = dropping_unreadable(state.parsers, self._count_unreadable)
        return state

    async def on_fault(self, kind: str) -> None:
        """Count a fault."""
        self.resources.measures.faults[kind] += 1

    def _count_unreadable(self) -> None:
        self.resources.measures.faults["Discord: unreadable"] += 1

    async def stay_connected(self) -> None:
        """Connect until the connection ends for good; what discord.py can't read ends only the present one."""
        for pause_seconds in growing_pauses(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS):
            try:
                await self.connect()
            except discord.DiscordException:
                raise
            except Exception as error:
                if self.is_closed():
                    return
                self._count_unreadable()
                log.warning("Connecting again: discord.py can't read what Discord sent (%s)", type(error).__name__)
                await self._drop_connection()
                await asyncio.sleep(pause_seconds)
            else:
                return

    async def _drop_connection(self) -> None:
        if self.ws:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await self.ws.close(code=UNREADABLE)

    async def close(self) -> None:
        """End the texts in progress, which are answered through this client, then close it."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._stop())
        try:
            await asyncio.shield(self._stopping)
        except asyncio.CancelledError:  # a second signal: don't wait any longer
            self._stopping.cancel()
            await asyncio.wait({self._stopping})

    async def _stop(self) -> None:
        try:
            await self.resources.tasks.finish(self.resources.settings.shutdown.deadline_seconds)
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await super().close()
