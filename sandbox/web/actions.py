"""What a visitor does on the page: commands, clicks, forms, messages, threads, permissions, and languages."""

import dataclasses
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.client.discord_client import Player
from sandbox.client.exchange import Run
from sandbox.client.guild_admin import GuildChanges
from sandbox.client.modals import Modal
from sandbox.payloads.interactions import message_json
from sandbox.state.errors import SandboxError
from sandbox.state.interactions import CATEGORY, LOCALES, THREAD, Channel, Json, User
from sandbox.state.permissions import Permission
from sandbox.state.visibility import sees_channel
from sandbox.state.world import World
from sandbox.web.visitors import channel_named, channel_view, visitor_named

Action = Callable[[Json, User], Awaitable[web.Response]]
SWITCHES = {  # the permissions that the page can give and take
    "manage_messages": Permission.MANAGE_MESSAGES,
    "manage_channels": Permission.MANAGE_CHANNELS,
    "manage_server": Permission.MANAGE_GUILD,
}


class PageActions:
    """The calls of the page that change something."""

    def __init__(self, world: World, player: Player, changes: GuildChanges) -> None:
        self._world = world
        self._player = player
        self._changes = changes

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; each takes a JSON body with the visitor's name in `user`."""
        actions: dict[str, Action] = {
            "commands": self._run,
            "completions": self._complete,
            "clicks": self._click,
            "forms": self._submit,
            "messages": self._post,
            "threads": self._start_thread,
            "conversations": self._converse,
            "permissions": self._permit,
            "locales": self._change_locale,
        }
        return [web.post(f"/sandbox/{path}", self._answering(action)) for path, action in actions.items()]

    def _answering(self, action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return the action as a handler that words what the sandbox refuses."""

        async def answer(request: web.Request) -> web.Response:
            body = await request.json()
            try:
                return await action(body, visitor_named(self._world, body.get("user")))
            except SandboxError as error:
                return _refusal(error)
            except KeyError as error:
                raise web.HTTPNotFound(text=f"no such thing: {error}") from None

        return answer

    def _channel(self, body: Json, visitor: User) -> Channel:
        channel = channel_named(self._world, body["channel"])
        if not sees_channel(self._world, visitor, channel):
            raise web.HTTPNotFound(text="no such channel")
        return channel

    async def _run(self, body: Json, visitor: User) -> web.Response:
        return _sent(self._player.run(body["command"], body["options"], visitor, self._channel(body, visitor)))

    async def _complete(self, body: Json, visitor: User) -> web.Response:
        command, option, typed, others = (body[key] for key in ("command", "option", "typed", "options"))
        choices = await self._player.complete(command, option, typed, others, visitor, self._channel(body, visitor))
        return web.json_response([dataclasses.asdict(choice) for choice in choices])

    async def _click(self, body: Json, visitor: User) -> web.Response:
        message = self._world.messages[int(body["message"])]
        return _sent(self._player.click(message, body["custom_id"], visitor, body.get("values")))

    async def _submit(self, body: Json, visitor: User) -> web.Response:
        opener = self._world.interactions[int(body["form"])]
        if opener.user != visitor or opener.modal is None:
            raise web.HTTPForbidden(text="the form is another user's")
        return _sent(self._player.submit(Modal(opener), body["values"]))

    async def _post(self, body: Json, visitor: User) -> web.Response:
        content = str(body["content"]).strip()
        if not 1 <= len(content) <= 2000:
            raise web.HTTPBadRequest(text="a message has 1 to 2000 characters")
        message = self._player.post(content, visitor, self._channel(body, visitor))
        return web.json_response(message_json(message, self._world), status=201)

    async def _start_thread(self, body: Json, visitor: User) -> web.Response:
        channel, name = self._channel(body, visitor), str(body["name"]).strip()
        if channel.guild_id is None or channel.kind in (THREAD, CATEGORY) or not 1 <= len(name) <= 100:
            raise web.HTTPBadRequest(text="a thread has a name of 1 to 100 characters, and a channel")
        thread = self._changes.start_thread(channel, name, user=visitor)
        return web.json_response(channel_view(self._world, thread), status=201)

    async def _converse(self, _body: Json, visitor: User) -> web.Response:
        """Open the visitor's direct messages with the bot."""
        channel = self._changes.direct_messages(visitor)
        return web.json_response(channel_view(self._world, channel), status=201)

    async def _permit(self, body: Json, visitor: User) -> web.Response:
        change = self._changes.allow if body["allowed"] else self._changes.deny
        change(visitor, SWITCHES[body["permission"]], guild=self._world.guilds[int(body["guild"])])
        return web.json_response({})

    async def _change_locale(self, body: Json, visitor: User) -> web.Response:
        """Let the visitor use Discord in another language."""
        if body["locale"] not in LOCALES:
            raise web.HTTPBadRequest(text="no such language")
        self._world.locales[visitor.id] = body["locale"]
        return web.json_response({})


def _sent(run: Run) -> web.Response:
    return web.json_response({"id": str(run.interaction.id)}, status=202)


def _refusal(error: SandboxError) -> web.Response:
    """Answer with the error's type and words, and the option that is at fault."""
    body = {"error": type(error).__name__, "message": str(error), "option": getattr(error, "option", None)}
    return web.json_response(body, status=422)
