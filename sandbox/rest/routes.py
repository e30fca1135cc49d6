"""Discord's v10 HTTP calls that the bot makes; any other is 404 and is written down."""

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.payloads.objects import application_json, user_json
from sandbox.rest.bodies import json_answer, parsed
from sandbox.rest.channels import ChannelCalls, check_token
from sandbox.rest.rate_limits import RateLimits
from sandbox.rest.webhooks import Webhooks
from sandbox.state.commands import check_scope, commands_in, overwrite_commands
from sandbox.state.errors import ApiError, invalid_form
from sandbox.state.world import World

COMMANDS = "/applications/{application_id}/commands"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"


class Rest:
    """The HTTP half of the stand-in."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._limits = RateLimits(world.timing.rate_limit_seconds)
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
        app.add_routes([*Webhooks(self._world).routes(), *ChannelCalls(self._world).routes()])
        app.router.add_route("*", "/{path:.*}", self._unknown)
        return app

    @web.middleware
    async def _worded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note the call, count it against its limit, and turn a refusal into Discord's JSON."""
        resource = request.match_info.route.resource
        path = resource.canonical if resource else request.path
        self.calls.append(f"{request.method} {path.removeprefix('/api/v10')}")
        bucket = self._limits.take(request, path.removeprefix("/api/v10"))
        try:
            refused = bucket is not None and bucket.left < 0
            response = bucket.refusal() if bucket and refused else await handler(request)
        except ApiError as error:
            response = json_answer(error.body(), status=error.status)
        if bucket:
            response.headers.update(bucket.headers())
        return response

    async def _unknown(self, request: web.Request) -> web.Response:
        self.unknown_calls.append(f"{request.method} {request.path.removeprefix('/api/v10')}")
        raise ApiError(404, 0, "404: Not Found")

    async def _me(self, request: web.Request) -> web.Response:
        check_token(self._world, request)
        personal = {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}
        return json_answer({**user_json(self._world.bot), **personal})

    async def _application(self, request: web.Request) -> web.Response:
        check_token(self._world, request)
        return json_answer(application_json(self._world))

    def _scope(self, request: web.Request) -> int | None:
        check_token(self._world, request)
        path = request.match_info
        return check_scope(self._world, path["application_id"], path.get("guild_id"))

    async def _commands(self, request: web.Request) -> web.Response:
        return json_answer(commands_in(self._world, self._scope(request)))

    async def _overwrite_commands(self, request: web.Request) -> web.Response:
        scope = self._scope(request)
        definitions = parsed(await request.text())
        if not isinstance(definitions, list):
            raise invalid_form({(): ("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")})
        return json_answer(overwrite_commands(self._world, scope, definitions))
