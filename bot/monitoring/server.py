"""The server of GET /healthz and /metrics."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from tempera.bot.exceptions import EndpointUnavailable
from tempera.bot.monitoring.health import health
from tempera.bot.monitoring.state import State
from tempera.bot.resources import Resources

HEALTHY, UNHEALTHY = 200, 503


@asynccontextmanager
async def serving(client: discord.Client, resources: Resources) -> AsyncIterator[None]:
    """Serve both until the block ends; raises EndpointUnavailable."""
    settings = resources.settings.monitoring
    app = web.Application()
    endpoint = _Endpoint(client, resources)
    app.add_routes([web.get("/healthz", endpoint.health), web.get("/metrics", endpoint.metrics)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await _listen(runner, settings.host, settings.port)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise EndpointUnavailable(host, port, reason) from error


class _Endpoint:
    def __init__(self, client: discord.Client, resources: Resources) -> None:
        self._client, self._resources = client, resources

    async def health(self, _: web.Request) -> web.Response:
        """Say whether the bot can answer, and if not, why."""
        found = await health(self._client, self._resources)
        problems = {part: problem for part, problem in found.items() if problem}
        return web.json_response({"problems": problems}, status=UNHEALTHY if problems else HEALTHY)

    async def metrics(self, _: web.Request) -> web.Response:
        """Return all metrics in Prometheus's text format."""
        registry = CollectorRegistry()
        registry.register(State(self._client, self._resources, await health(self._client, self._resources)))
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
