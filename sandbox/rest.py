"""Discord's v10 HTTP calls that the bot makes; any other is 404 and is written down."""

import json
import re
import time
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox import answers
from sandbox.commands import check_scope, commands_in, overwrite_commands
from sandbox.errors import ApiError, invalid_form
from sandbox.interaction_payloads import callback_json, message_json
from sandbox.payloads import application_json, user_json
from sandbox.state import Interaction, Json, Message
from sandbox.world import World

COMMANDS = "/applications/{application_id}/commands"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
WEBHOOK = "/webhooks/{application_id}/{interaction_token}"
MESSAGE = WEBHOOK + "/messages/{message_id}"


class Rest:
    """The HTTP half of the stand-in."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.calls: list[str] = []
        self.unknown_calls: list[str] = []

    def application(self) -> web.Application:
        """Return the aiohttp application to mount under /api/v10."""
        app = web.Application(middlewares=[self._worded], client_max_size=25 * 2**20)
        app.router.add_get("/users/@me", self._me)
        app.router.add_get("/applications/@me", self._application)
        app.router.add_get("/oauth2/applications/@me", self._application)
        for path in (COMMANDS, GUILD_COMMANDS):
            app.router.add_get(path, self._commands)
            app.router.add_put(path, self._overwrite_commands)
        app.router.add_post(CALLBACK, self._answer)
        app.router.add_post(WEBHOOK, self._follow_up)
        app.router.add_get(MESSAGE, self._message)
        app.router.add_patch(MESSAGE, self._edit)
        app.router.add_delete(MESSAGE, self._delete)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        return app

    @web.middleware
    async def _worded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note the call, and turn a refusal into Discord's JSON."""
        resource = request.match_info.route.resource
        path = resource.canonical if resource else request.path
        self.calls.append(f"{request.method} {path.removeprefix('/api/v10')}")
        try:
            return await handler(request)
        except ApiError as error:
            return _json(error.body(), status=error.status)

    async def _unknown(self, request: web.Request) -> web.Response:
        self.unknown_calls.append(f"{request.method} {request.path.removeprefix('/api/v10')}")
        raise ApiError(404, 0, "404: Not Found")

    def _check_token(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self._world.token}":
            raise ApiError(401, 0, "401: Unauthorized")

    async def _me(self, request: web.Request) -> web.Response:
        self._check_token(request)
        personal = {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}
        return _json({**user_json(self._world.bot), **personal})

    async def _application(self, request: web.Request) -> web.Response:
        self._check_token(request)
        return _json(application_json(self._world))

    def _scope(self, request: web.Request) -> int | None:
        self._check_token(request)
        path = request.match_info
        return check_scope(self._world, path["application_id"], path.get("guild_id"))

    async def _commands(self, request: web.Request) -> web.Response:
        return _json(commands_in(self._world, self._scope(request)))

    async def _overwrite_commands(self, request: web.Request) -> web.Response:
        scope = self._scope(request)
        definitions = _parsed(await request.text())
        if not isinstance(definitions, list):
            raise invalid_form({(): ("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")})
        return _json(overwrite_commands(self._world, scope, definitions))

    async def _answer(self, request: web.Request) -> web.Response:
        interaction = self._world.interactions.get(_number(request.match_info["interaction_id"]))
        if interaction is None or interaction.token != request.match_info["interaction_token"]:
            raise ApiError(404, 10062, "Unknown interaction")
        body, uploads = await _read(request)
        answers.answer(self._world, interaction, body, uploads)
        if request.query.get("with_response", "0").lower() not in ("1", "true"):
            return web.Response(status=204)
        return _json(callback_json(interaction, body["type"], self._world))

    def _interaction(self, request: web.Request) -> Interaction:
        """Return the answered interaction that the webhook's token belongs to."""
        path, world = request.match_info, self._world
        known = {interaction.token: interaction for interaction in world.interactions.values()}
        interaction = known.get(path["interaction_token"])
        ours = path["application_id"] == str(world.application_id)
        if not ours or interaction is None or interaction.original is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        if time.monotonic() - interaction.created_seconds > world.timing.token_lifetime_seconds:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return interaction

    def _answered(self, request: web.Request) -> Message:
        """Return the message that the path names, if the interaction made it."""
        interaction, name = self._interaction(request), request.match_info["message_id"]
        for message in (interaction.original, *interaction.followups):
            named = name == "@original" and message is interaction.original
            if message and not message.deleted and (named or name == str(message.id)):
                return message
        raise ApiError(404, 10008, "Unknown Message")

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request)
        message = answers.follow_up(self._world, interaction, *await _read(request))
        if request.query.get("wait", "false").lower() not in ("1", "true"):
            return web.Response(status=204)
        return self._shown(message)

    async def _message(self, request: web.Request) -> web.Response:
        return self._shown(self._answered(request))

    async def _edit(self, request: web.Request) -> web.Response:
        message = self._answered(request)
        answers.edit(self._world, message, *await _read(request))
        return self._shown(message)

    async def _delete(self, request: web.Request) -> web.Response:
        answers.delete(self._world, self._answered(request))
        return web.Response(status=204)

    def _shown(self, message: Message) -> web.Response:
        return _json(message_json(message, self._world))


def _json(body: Any, status: int = 200) -> web.Response:
    """Answer with JSON as Discord does: without a charset, which discord.py would take for plain text."""
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


async def _read(request: web.Request) -> tuple[Json, list[answers.Upload]]:
    """Return the JSON body and the files, from plain JSON or from a form with payload_json."""
    if request.content_type != "multipart/form-data":
        return _object(await request.text()), []
    form, uploads = await request.post(), []
    for name, value in form.items():
        index = re.fullmatch(r"files\[(\d+)\]", name)
        if index and isinstance(value, web.FileField):
            uploads.append(answers.Upload(int(index[1]), value.filename, value.file.read()))
    return _object(str(form.get("payload_json", "{}"))), uploads


def _object(text: str) -> Json:
    body = _parsed(text)
    if not isinstance(body, dict):
        raise invalid_form({(): ("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")})
    return body


def _parsed(text: str) -> Any:
    try:
        return json.loads(text or "{}")
    except json.JSONDecodeError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None
