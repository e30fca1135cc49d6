"""Discord's v10 HTTP API, as far as the bot uses it; any other call is recorded and answered with 404."""

from aiohttp import web
from aiohttp.typedefs import Handler

from tempera.sandbox.payloads.commands import localized
from tempera.sandbox.payloads.objects import application_json, user_json
from tempera.sandbox.rest.bodies import json_response, parse_json
from tempera.sandbox.rest.channels import ChannelEndpoints, check_token
from tempera.sandbox.rest.commands import check_scope, commands_in, overwrite_commands
from tempera.sandbox.rest.faults import Faults, answer_with
from tempera.sandbox.rest.paths import APPLICATION, COMMANDS, GUILD_COMMANDS, ME
from tempera.sandbox.rest.rate_limits import RateLimits
from tempera.sandbox.rest.webhooks import WebhookEndpoints
from tempera.sandbox.state.errors import ApiError, invalid_form
from tempera.sandbox.state.locales import DEFAULT_LOCALE
from tempera.sandbox.state.world import World

API_ROOT = "/api/v10"
TRUE = ("True", "true", "1")  # in query strings


class RestApi:
    """The HTTP API that bots call."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rate_limits = RateLimits(world.timing.rate_limit_seconds)
        self.calls: list[str] = []
        self.unknown_calls: list[str] = []
        self.rate_limited_calls: list[str] = []
        self.faults = Faults()

    def application(self) -> web.Application:
        """Return the aiohttp application to mount under API_ROOT."""
        app = web.Application(middlewares=[self._middleware])
        app.router.add_get(ME, self._me)
        app.router.add_get(APPLICATION, self._application)
        app.router.add_get("/oauth2/applications/@me", self._application)
        for path in (COMMANDS, GUILD_COMMANDS):
            app.router.add_get(path, self._commands)
            app.router.add_put(path, self._overwrite_commands)
        app.add_routes([*WebhookEndpoints(self._world).routes(), *ChannelEndpoints(self._world).routes()])
        app.router.add_route("*", "/{path:.*}", self._unknown)
        return app

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record the call, enforce its rate limit, and turn ApiError into a JSON response."""
        resource = request.match_info.route.resource
        path = (resource.canonical if resource else request.path).removeprefix(API_ROOT)
        self.calls.append(f"{request.method} {path}")
        if fault := self.faults.take(request.method, path):
            return await answer_with(fault, request, handler)
        bucket = self._rate_limits.take(request, path)
        try:
            exceeded = bucket is not None and bucket.remaining < 0
            self.rate_limited_calls += [f"{request.method} {path}"] * exceeded
            response = bucket.too_many_requests() if bucket and exceeded else await handler(request)
        except ApiError as error:
            response = json_response(error.body(), status=error.status)
        if bucket:
            response.headers.update(bucket.headers())
        return response

    async def _unknown(self, request: web.Request) -> web.Response:
        self.unknown_calls.append(f"{request.method} {request.path.removeprefix(API_ROOT)}")
        raise ApiError(404, 0, "404: Not Found")

    async def _me(self, request: web.Request) -> web.Response:
        check_token(self._world, request)
        personal = {"mfa_enabled": False, "locale": DEFAULT_LOCALE, "verified": True, "email": None}
        return json_response({**user_json(self._world.bot), **personal})

    async def _application(self, request: web.Request) -> web.Response:
        check_token(self._world, request)
        return json_response(application_json(self._world))

    def _scope(self, request: web.Request) -> int | None:
        check_token(self._world, request)
        path = request.match_info
        return check_scope(self._world, path["application_id"], path.get("guild_id"))

    async def _commands(self, request: web.Request) -> web.Response:
        commands = commands_in(self._world, self._scope(request))
        if request.query.get("with_localizations") in TRUE:
            return json_response(commands)
        locale = request.headers.get("X-Discord-Locale", DEFAULT_LOCALE)
        return json_response([localized(command, locale) for command in commands])

    async def _overwrite_commands(self, request: web.Request) -> web.Response:
        scope = self._scope(request)
        definitions = parse_json(await request.text())
        if not isinstance(definitions, list):
            raise invalid_form({(): ("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")})
        return json_response(overwrite_commands(self._world, scope, definitions))
