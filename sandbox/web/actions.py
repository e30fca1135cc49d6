"""The page's POST endpoints: commands, clicks, modals, messages, threads, permissions and languages."""

import dataclasses
from collections.abc import Awaitable, Callable

from aiohttp import web

from tempera.sandbox.client.discord_client import DiscordClient
from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.client.guild_admin import GuildAdmin
from tempera.sandbox.client.modals import Modal
from tempera.sandbox.limits.bounds import MESSAGE_CONTENT, THREAD_NAME
from tempera.sandbox.payloads.interactions import message_json
from tempera.sandbox.state.errors import SandboxError
from tempera.sandbox.state.guilds import Channel, ChannelType, User
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.permissions import Permission
from tempera.sandbox.state.visibility import sees_channel
from tempera.sandbox.state.world import World
from tempera.sandbox.web.locales import LOCALES
from tempera.sandbox.web.visitors import channel_named, channel_view, visitor_named

Action = Callable[[Json, User], Awaitable[web.Response]]
PERMISSION_SWITCHES = {  # the permissions that a visitor can toggle
    "manage_messages": Permission.MANAGE_MESSAGES,
    "manage_channels": Permission.MANAGE_CHANNELS,
    "manage_server": Permission.MANAGE_GUILD,
}


class PageActions:
    """The endpoints that change something."""

    def __init__(self, world: World, client: DiscordClient, admin: GuildAdmin) -> None:
        self._world = world
        self._client = client
        self._admin = admin

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; each takes a JSON body that names the visitor as `user`."""
        actions: dict[str, Action] = {
            "commands": self._invoke,
            "message-commands": self._invoke_on,
            "autocomplete": self._autocomplete,
            "clicks": self._click,
            "modals": self._submit_modal,
            "messages": self._post,
            "threads": self._start_thread,
            "direct-messages": self._open_dm,
            "permissions": self._set_permission,
            "locales": self._set_locale,
            "guild-locales": self._set_guild_locale,
        }
        return [web.post(f"/sandbox/{path}", self._handler(action)) for path, action in actions.items()]

    def _handler(self, action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return a request handler for the action that turns a SandboxError into a response."""

        async def handle(request: web.Request) -> web.Response:
            body = await request.json()
            try:
                return await action(body, visitor_named(self._world, body.get("user")))
            except SandboxError as error:
                return _error_response(error)
            except KeyError as error:
                raise web.HTTPNotFound(text=f"Not found: {error}") from None

        return handle

    def _channel(self, body: Json, visitor: User) -> Channel:
        channel = channel_named(self._world, body["channel"])
        if not sees_channel(self._world, visitor, channel):
            raise web.HTTPNotFound(text="There is no such channel.")
        return channel

    async def _invoke(self, body: Json, visitor: User) -> web.Response:
        return _accepted(self._client.invoke(body["command"], body["options"], visitor, self._channel(body, visitor)))

    async def _invoke_on(self, body: Json, visitor: User) -> web.Response:
        message = self._world.messages[int(body["message"])]
        return _accepted(self._client.invoke_on(message, body["command"], visitor))

    async def _autocomplete(self, body: Json, visitor: User) -> web.Response:
        command, option, typed, others = (body[key] for key in ("command", "option", "typed", "options"))
        choices = await self._client.autocomplete(command, option, typed, others, visitor, self._channel(body, visitor))
        return web.json_response([dataclasses.asdict(choice) for choice in choices])

    async def _click(self, body: Json, visitor: User) -> web.Response:
        message = self._world.messages[int(body["message"])]
        return _accepted(self._client.click(message, body["custom_id"], visitor, body.get("values")))

    async def _submit_modal(self, body: Json, visitor: User) -> web.Response:
        opener = self._world.interactions[int(body["modal"])]
        if opener.user != visitor or opener.modal is None:
            raise web.HTTPForbidden(text="This modal belongs to another user.")
        return _accepted(self._client.submit_modal(Modal(opener), body["values"]))

    async def _post(self, body: Json, visitor: User) -> web.Response:
        content = str(body["content"]).strip()
        if len(content) not in MESSAGE_CONTENT:
            raise web.HTTPBadRequest(text=f"A message must have {MESSAGE_CONTENT} characters.")
        message = self._client.post(content, visitor, self._channel(body, visitor))
        return web.json_response(message_json(message, self._world), status=201)

    async def _start_thread(self, body: Json, visitor: User) -> web.Response:
        channel, name = self._channel(body, visitor), str(body["name"]).strip()
        if channel.kind is not ChannelType.TEXT:
            raise web.HTTPBadRequest(text="Threads can only be started in text channels.")
        if len(name) not in THREAD_NAME:
            raise web.HTTPBadRequest(text=f"A thread's name must have {THREAD_NAME} characters.")
        thread = self._admin.start_thread(channel, name, user=visitor)
        return web.json_response(channel_view(self._world, thread), status=201)

    async def _open_dm(self, _body: Json, visitor: User) -> web.Response:
        """Open the visitor's DM channel with the bot."""
        channel = self._admin.dm_channel(visitor)
        return web.json_response(channel_view(self._world, channel), status=201)

    async def _set_permission(self, body: Json, visitor: User) -> web.Response:
        change = self._admin.allow if body["allowed"] else self._admin.deny
        change(visitor, PERMISSION_SWITCHES[body["permission"]], guild=self._world.guilds[int(body["guild"])])
        return web.json_response({})

    async def _set_locale(self, body: Json, visitor: User) -> web.Response:
        """Change the language of the visitor's client."""
        self._world.locales[visitor.id] = _chosen_locale(body)
        self._world.announce("locale_changed")
        return web.json_response({})

    async def _set_guild_locale(self, body: Json, _visitor: User) -> web.Response:
        self._admin.set_guild_locale(self._world.guilds[int(body["guild"])], _chosen_locale(body))
        return web.json_response({})


def _chosen_locale(body: Json) -> str:
    if body["locale"] not in LOCALES:
        raise web.HTTPBadRequest(text="This language is not available.")
    return str(body["locale"])


def _accepted(exchange: Exchange) -> web.Response:
    return web.json_response({"id": str(exchange.interaction.id)}, status=202)


def _error_response(error: SandboxError) -> web.Response:
    """Return the error's message, and the option that caused it, if any."""
    body = {"message": str(error), "option": getattr(error, "option", None)}
    return web.json_response(body, status=422)
