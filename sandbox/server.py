"""The sandbox as one server on loopback: Discord's HTTP calls, its gateway, and the page."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.client.discord_client import Choice, Player
from sandbox.client.exchange import PATIENCE_SECONDS, Run
from sandbox.client.guild_admin import GuildChanges
from sandbox.client.modals import Modal
from sandbox.gateway.gateway import Gateway
from sandbox.rest.routes import Rest
from sandbox.state.errors import PortUnusable
from sandbox.state.interactions import TEXT, Channel, Json, Message, User
from sandbox.state.world import Timing, World
from sandbox.web.page import Page

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


class Sandbox:
    """A running stand-in for Discord, and what a person can do in it."""

    def __init__(self, world: World, gateway: Gateway, rest: Rest, player: Player, changes: GuildChanges) -> None:
        self._world = world
        self._player = player
        self.gateway = gateway
        self.url = world.url
        self.api_url = f"{world.url}/api/v10"
        self.gateway_url = f"{world.url.replace('http', 'ws', 1)}/gateway"
        self.token = world.token
        self.application_id = world.application_id
        self.guild, self.second_guild = world.guild, world.second_guild
        self.alice, self.bob, self.bot = world.alice, world.bob, world.bot
        self.locales = world.locales
        self.general, self.poems, self.laboratory = (c for c in world.guild.channels if c.kind == TEXT)
        self.lobby, self.workshop = (c for c in world.second_guild.channels if c.kind == TEXT)
        self.allow, self.deny, self.unlock = changes.allow, changes.deny, changes.unlock
        self.start_thread, self.direct_messages = changes.start_thread, changes.direct_messages
        self.remove_bot, self.add_bot = changes.remove_bot, changes.add_bot
        self.begin_outage, self.end_outage = changes.begin_outage, changes.end_outage
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

    async def click(
        self, message: Message, which: str, *, user: User | None = None, values: list[str] | None = None
    ) -> Run:
        """Press the button (or choose `values` in the menu) of this custom_id or label; raises NotClickable.

        Without a user it is the one whom a private message is for, else Alice.
        """
        addressee = message.interaction.user if message.ephemeral and message.interaction else self.alice
        return self._player.click(message, which, user or addressee, values)

    async def forge(self, message: Message, custom_id: str, *, user: User | None = None) -> Run:
        """Send a click that Discord's client would never send: any custom_id, on any message."""
        return self._player.forge(message, custom_id, user or self.alice)

    async def submit(self, modal: Modal, values: Mapping[str, Any] | None = None, /) -> Run:
        """Send a form, the fields named by custom_id or label; unnamed ones stay as they are; raises OptionRefused."""
        return self._player.submit(modal, values or {})

    async def post(self, content: str, *, user: User | None = None, channel: Channel | None = None) -> Message:
        """Post an ordinary message."""
        return self._player.post(content, user or self.alice, channel or self.general)

    def expire_tokens(self) -> None:
        """Let all tokens of interactions end now, as they do 15 minutes after each."""
        for interaction in self._world.interactions.values():
            interaction.token_expired = True

    async def wait_for_command(self, name: str, timeout_seconds: float = PATIENCE_SECONDS) -> Json:
        """Return the command's definition once the bot has registered it."""
        return await self._world.until(
            lambda: self.commands.get(name),
            f"the bot to register /{name}",
            timeout_seconds,
            lambda: f"registered: {', '.join(self.commands)}",
        )

    async def wait_for_bot(self, timeout_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until a bot listens on the gateway."""
        await self._world.until(lambda: self.gateway.connected, "a bot on the gateway", timeout_seconds)


@asynccontextmanager
async def running_sandbox(
    port: int = 0, *, application_id: int | None = None, timing: Timing | None = None
) -> AsyncIterator[Sandbox]:
    """Serve a fresh sandbox on 127.0.0.1; port 0 takes a free one; raises PortUnusable."""
    world = World(application_id, timing or Timing())
    gateway, rest = Gateway(world), Rest(world)
    player, changes = Player(world, gateway), GuildChanges(world, gateway)
    page = Page(world, player, changes)
    app = web.Application(middlewares=[only_loopback])
    app.add_routes([web.get("/gateway", gateway.connect), *page.routes()])
    app.add_subapp("/api/v10", rest.application())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        world.url = f"http://127.0.0.1:{await _bound(runner, port)}"
        yield Sandbox(world, gateway, rest, player, changes)
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
