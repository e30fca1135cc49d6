"""GET /healthz and /metrics, where config.yaml turns them on; otherwise not even their libraries are loaded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord

from tempera.bot.resources import Resources


@asynccontextmanager
async def monitored(client: discord.Client, resources: Resources) -> AsyncIterator[None]:
    """Serve both until the block ends, unless the port is 0; raises EndpointUnavailable."""
    if not resources.settings.monitoring.port:
        yield
        return
    from tempera.bot.monitoring.server import serving  # 3 MiB

    async with serving(client, resources):
        yield
