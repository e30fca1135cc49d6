"""The sandbox as one server on loopback: Discord's HTTP calls, its gateway, and the page."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.errors import PortUnusable
from sandbox.gateway import Gateway
from sandbox.page_api import Page
from sandbox.play import Choice, Player
from sandbox.rest import Rest
from sandbox.run import Run
from sandbox.state import Channel, Json, Message, User
from sandbox.world import Timing, World

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


class Sandbox:
    """A running stand-in for Discord, and what a person can do in it."""

    def __init__(self, world: World, gateway: Gateway, rest: Rest, player: Player) -> None:
        self._world = world
        self._player = player
        self.gateway = gateway
        self.url = world.url
        self.api_url = f"{world.url}/api/v10"
        self.gateway_url = f"{world.url.replace('http', 'ws', 1)}/gateway"
        self.token = world.token
        self.application_id = world.application_id
        self.guild = world.guild
        self.alice, self.bob, self.bot = world.alice, world.bob, world.bot
        self.general, self.poems, self.laboratory = (c for c in world.guild.channels if c.kind == 0)
        self.calls = rest.calls
        self.unknown_calls = rest.unknown_calls

    @property
    def messages(self) -> list[Message]:
        """Every message that is still there, oldest first."""
        return [message for message in self._world.messages.values() if not message.deleted]

    @property
    def commands(self) -> dict[str, Json]:
        """The registered commands by name."""
        return {name: command for (_, name), command in self._world.commands.items()}

    async def play(
        self, command: str, /, *, user: User | None = None, channel: Channel | None = None, **options: Any
    ) -> Run:
        """Run a slash command ("generate", "preset save"); raises OptionRefused before anything is sent."""
        return self._player.run(command, options, user or self.alice, channel or self.general)

    async def complete(
        self,
        command: str,
        option: str,
        typed: str,
        /,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        **others: Any,
    ) -> list[Choice]:
        """Return the bot's completions of a half-typed option."""
        who, where = user or self.alice, channel or self.general
        return await self._player.complete(command, option, typed, others, who, where)

    async def post(self, content: str, *, user: User | None = None, channel: Channel | None = None) -> Message:
        """Post an ordinary message."""
        return self._player.post(content, user or self.alice, channel or self.general)

    async def wait_for_command(self, name: str, timeout_seconds: float = 10.0) -> Json:
        """Return the command's definition once the bot has registered it."""
        return await self._world.until(
            lambda: self.commands.get(name),
            f"the bot to register /{name}",
            timeout_seconds,
            lambda: f"registered: {', '.join(self.commands)}",
        )

    async def wait_for_bot(self, timeout_seconds: float = 10.0) -> None:
        """Wait until a bot listens on the gateway."""
        await self._world.until(lambda: self.gateway.connected, "a bot on the gateway", timeout_seconds)


@asynccontextmanager
async def running_sandbox(
    port: int = 0, *, application_id: int | None = None, timing: Timing | None = None
) -> AsyncIterator[Sandbox]:
    """Serve a fresh sandbox on 127.0.0.1; port 0 takes a free one; raises PortUnusable."""
    world = World(application_id, timing or Timing())
    gateway, rest = Gateway(world), Rest(world)
    player = Player(world, gateway)
    page = Page(world, player)
    app = web.Application(middlewares=[only_loopback])
    app.add_routes([web.get("/gateway", gateway.connect), *page.routes()])
    app.add_subapp("/api/v10", rest.application())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        world.url = f"http://127.0.0.1:{await _bound(runner, port)}"
        yield Sandbox(world, gateway, rest, player)
    finally:
        page.end_visits()
        await gateway.close()
        await runner.cleanup()


async def _bound(runner: web.AppRunner, port: int) -> int:
    """Listen on the port and return its number."""
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise PortUnusable(port, reason) from error
    return int(runner.addresses[0][1])


@web.middleware
async def only_loopback(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other hosts' names (DNS rebinding) and other origins' pages."""
    host = urlsplit(f"//{request.host}").hostname
    origin = request.headers.get("Origin")
    if host not in LOOPBACK_HOSTS or origin not in (None, f"http://{request.host}"):
        raise web.HTTPForbidden(text="the sandbox serves this machine only")
    return await handler(request)
