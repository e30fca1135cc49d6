"""The composition root: opens everything the bot needs, and closes it in reverse order."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import yarl
from discord import utils
from discord.gateway import DiscordWebSocket
from discord.http import Route
from pydantic import SecretStr

from tempera.bot.client import TemperaClient
from tempera.bot.config.environment import DiscordServer
from tempera.bot.config.settings import Settings
from tempera.bot.gateway.json_text import from_json
from tempera.bot.monitoring.endpoint import monitored
from tempera.bot.process.library_logs import brief_library_logs
from tempera.bot.process.signals import on_signals
from tempera.bot.resources import Resources
from tempera.bot.upkeep.backups import keeping_backups
from tempera.models.engine.engine import Engine
from tempera.models.errors import BadCheckpoint
from tempera.models.library import Library
from tempera.models.memory import give_back_freed
from tempera.storage.database import open_database
from tempera.storage.file.instance_lock import only_instance
from tempera.storage.texts.history import close_interrupted
from tempera.storage.texts.leftovers import leftovers_path
from tempera.storage.texts.storing import storing_texts
from tempera.storage.url import database_path
from tempera.storage.watch import watched

log = logging.getLogger(__name__)


async def serve(settings: Settings, token: SecretStr, server: DiscordServer) -> None:
    """Run the bot until a signal stops it; raises what keeps it from starting or ends its connection for good."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine always runs in a task
    on_signals(stop=task.cancel, reload=lambda: None)
    with suppress(asyncio.CancelledError):
        async with running_bot(settings, token, server) as client:
            on_signals(stop=task.cancel, reload=client.reload_soon)
            gc.collect()
            give_back_freed()  # what only the start needed: reading cards, building commands
            log.info("Ready as %s", client.user)
            await client.until_disconnected()


@asynccontextmanager
async def running_bot(settings: Settings, token: SecretStr, server: DiscordServer) -> AsyncIterator[TemperaClient]:
    """Yield the bot once it is ready; at the end, texts in progress get until the deadline to finish."""
    for hint in settings.hints:
        log.warning("%s", hint)
    library = open_library(settings)
    with only_instance(settings.storage.url), _discord_at(server), brief_library_logs():
        async with (
            open_database(settings.storage.url) as database,
            watched(database),
            storing_texts(database, leftovers_path(database_path(settings.storage.url))) as texts,
            open_engine(library, settings) as engine,
        ):
            await close_interrupted(database)
            resources = Resources(settings, library, engine, database, texts)
            await resources.blocks.load()
            async with (
                keeping_backups(resources),
                TemperaClient(resources, server.api_url) as client,
                monitored(client, resources),
                client.connected(token),
            ):
                yield client


def open_engine(library: Library, settings: Settings) -> Engine:
    """Return an engine with these settings."""
    return Engine(
        library,
        max_running=settings.queue.max_running,
        max_waiting=settings.queue.max_waiting,
        memory_mb=settings.models.memory_mb,
        threads=settings.models.threads,
    )


def open_library(settings: Settings) -> Library:
    """Read all model cards into the cache; raises BadCheckpoint if the default model is damaged."""
    library = Library(settings.models.folder)
    library.card(settings.models.default)
    for name in library.names():
        try:
            library.card(name)
        except BadCheckpoint as error:
            log.error("%s", error)
    return library


@contextmanager
def _discord_at(server: DiscordServer) -> Iterator[None]:
    """Make discord.py use a server, and read what it sends; it supports only one per process."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, utils._from_json  # noqa: SLF001 - it has no other way
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_url, yarl.URL(server.gateway_url)
    utils._from_json = from_json  # noqa: SLF001
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, utils._from_json = before  # noqa: SLF001
