"""The sandbox as one HTTP server on loopback: Discord's API, its gateway, and the web page."""

import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from tempera.sandbox.client.discord_client import AutocompleteChoice, DiscordClient
from tempera.sandbox.client.exchange import TIMEOUT_SECONDS, Exchange
from tempera.sandbox.client.guild_admin import GuildAdmin
from tempera.sandbox.client.modals import Modal
from tempera.sandbox.gateway.gateway import Gateway
from tempera.sandbox.limits.bounds import REQUEST_BYTES
from tempera.sandbox.rest.routes import API_ROOT, RestApi
from tempera.sandbox.state.errors import PortUnavailable
from tempera.sandbox.state.guilds import Channel, ChannelType, User
from tempera.sandbox.state.interactions import StoredMessage
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.world import Timing, World
from tempera.sandbox.web.page import Page

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


class Sandbox:
    """A running stand-in for Discord, with everything that its users can do."""

    def __init__(self, world: World, gateway: Gateway, rest: RestApi, client: DiscordClient, admin: GuildAdmin) -> None:
        self._world = world
        self._client = client
        self.gateway = gateway
        self.url = world.url
        self.api_url = f"{world.url}{API_ROOT}"
        self.gateway_url = f"{world.url.replace('http', 'ws', 1)}/gateway"
        self.token = world.token
        self.application_id = world.application_id
        self.guild, self.second_guild = world.guild, world.second_guild
        self.alice, self.bob, self.bot = world.alice, world.bob, world.bot
        self.locales = world.locales
        self.new_id, self.forget, self.listeners = world.new_id, world.forget, world.listeners
        self.general, self.poems, self.laboratory = (c for c in world.guild.channels if c.kind is ChannelType.TEXT)
        self.lobby, self.workshop = (c for c in world.second_guild.channels if c.kind is ChannelType.TEXT)
        self.allow, self.deny, self.unlock_command = admin.allow, admin.deny, admin.unlock_command
        self.start_thread, self.dm_channel = admin.start_thread, admin.dm_channel
        self.remove_bot, self.add_bot = admin.remove_bot, admin.add_bot
        self.add_person, self.add_guild = admin.add_person, admin.add_guild
        self.set_guild_locale = admin.set_guild_locale
        self.begin_outage, self.end_outage = admin.begin_outage, admin.end_outage
        self.inject, self.clear_faults = rest.faults.inject, rest.faults.clear
        self.blocked_words = world.blocked_words
        self.calls = rest.calls
        self.unknown_calls = rest.unknown_calls
        self.rate_limited_calls = rest.rate_limited_calls

    @property
    def messages(self) -> list[StoredMessage]:
        """All messages that have not been deleted, oldest first."""
        return [message for message in self._world.messages.values() if not message.deleted]

    @property
    def commands(self) -> dict[str, Json]:
        """The registered commands by name."""
        return {name: command for (_, name), command in self._world.commands.items()}

    async def invoke(
        self, command: str, /, *, user: User | None = None, channel: Channel | None = None, **options: Any
    ) -> Exchange:
        """Invoke a slash command ("generate", "preset save"); raises InvalidOption, sending nothing."""
        return self._client.invoke(command, options, user or self.alice, channel or self.general)

    async def invoke_on(self, message: StoredMessage, command: str, /, *, user: User | None = None) -> Exchange:
        """Choose a command in the menu of a message."""
        return self._client.invoke_on(message, command, user or self.alice)

    async def forge_command(
        self, command: str, /, *, user: User | None = None, channel: Channel | None = None, **options: Any
    ) -> Exchange:
        """Invoke a slash command with values that Discord's client would not send."""
        return self._client.forge_command(command, options, user or self.alice, channel or self.general)

    async def autocomplete(
        self,
        command: str,
        option: str,
        typed: str,
        /,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        **others: Any,
    ) -> list[AutocompleteChoice]:
        """Return the bot's choices for a partly typed option, given the other options."""
        user, channel = user or self.alice, channel or self.general
        return await self._client.autocomplete(command, option, typed, others, user, channel)

    async def click(
        self, message: StoredMessage, name: str, *, user: User | None = None, values: list[str] | None = None
    ) -> Exchange:
        """Click the button, or select `values` in the menu, with this custom_id or label; raises NotClickable.

        The user defaults to the one who sees an ephemeral message, otherwise Alice.
        """
        addressee = message.interaction.user if message.ephemeral and message.interaction else self.alice
        return self._client.click(message, name, user or addressee, values)

    async def forge_click(self, message: StoredMessage, custom_id: str, *, user: User | None = None) -> Exchange:
        """Send a click that Discord's client would not allow: any custom_id, on any message."""
        return self._client.forge_click(message, custom_id, user or self.alice)

    async def submit_modal(self, modal: Modal, values: Mapping[str, Any] | None = None, /) -> Exchange:
        """Submit a modal, with values by custom_id or label, otherwise the initial ones; raises InvalidOption."""
        return self._client.submit_modal(modal, values or {})

    async def post(
        self,
        content: str,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        reply_to: StoredMessage | None = None,
    ) -> StoredMessage:
        """Post an ordinary message, or a reply."""
        return self._client.post(content, user or self.alice, channel or self.general, reply_to)

    def expire_tokens(self) -> None:
        """Expire all interaction tokens now, as Discord does after 15 minutes."""
        for interaction in self._world.interactions.values():
            interaction.token_expired = True

    async def wait_for_command(self, name: str, timeout_seconds: float = TIMEOUT_SECONDS) -> Json:
        """Return the command's definition once the bot has registered it."""
        return await self._world.wait_until(
            lambda: self.commands.get(name),
            f"the bot to register /{name}",
            timeout_seconds,
            lambda: f"registered: {', '.join(self.commands)}",
        )

    async def wait_for_bot(self, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """Wait until a bot is connected to the gateway."""
        await self._world.wait_until(lambda: self.gateway.connected, "a bot to connect", timeout_seconds)


@asynccontextmanager
async def running_sandbox(
    port: int = 0,
    *,
    application_id: int | None = None,
    timing: Timing | None = None,
    beside: Iterable[web.RouteDef | web.StaticDef] = (),
) -> AsyncIterator[Sandbox]:
    """Serve a new sandbox on 127.0.0.1, on a free port if `port` is 0; raises PortUnavailable.

    beside: routes of other pages.
    """
    world = World(application_id, timing or Timing())
    gateway, rest = Gateway(world), RestApi(world)
    client, admin = DiscordClient(world, gateway), GuildAdmin(world, gateway)
    page = Page(world, client, admin)
    app = web.Application(middlewares=[only_loopback], client_max_size=REQUEST_BYTES)
    app.add_routes([web.get("/gateway", gateway.connect), *page.routes(), *beside])
    app.add_subapp(API_ROOT, rest.application())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        world.url = f"http://127.0.0.1:{await _listen(runner, port)}"
        yield Sandbox(world, gateway, rest, client, admin)
    finally:
        page.close_streams()
        await gateway.close()
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> int:
    """Listen on the port and return its number."""
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise PortUnavailable(port, reason) from error
    return int(runner.addresses[0][1])


@web.middleware
async def only_loopback(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Reject other host names (DNS rebinding) and pages of other origins."""
    host = urlsplit(f"//{request.host}").hostname
    origin = request.headers.get("Origin")
    if host not in LOOPBACK_HOSTS or origin not in (None, f"http://{request.host}"):
        raise web.HTTPForbidden(text="The sandbox only serves this machine.")
    return await handler(request)
