"""The interaction callback and webhook endpoints, which need only the interaction's token."""

import asyncio
import time

from aiohttp import web

from tempera.sandbox.payloads.interactions import callback_json, message_json
from tempera.sandbox.rest import callbacks, messages
from tempera.sandbox.rest.bodies import json_response, parse_id, read_body
from tempera.sandbox.rest.paths import CALLBACK, WEBHOOK, WEBHOOK_MESSAGE
from tempera.sandbox.state.errors import ApiError
from tempera.sandbox.state.interactions import Interaction, InteractionType, StoredMessage
from tempera.sandbox.state.world import World


class WebhookEndpoints:
    """Serves responses to interactions."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return the routes under /api/v10."""
        return [
            web.post(CALLBACK, self._respond),
            web.post(WEBHOOK, self._follow_up),
            web.get(WEBHOOK_MESSAGE, self._get_message),
            web.patch(WEBHOOK_MESSAGE, self._edit),
            web.delete(WEBHOOK_MESSAGE, self._delete),
        ]

    async def _respond(self, request: web.Request) -> web.Response:
        interaction = self._world.interactions.get(parse_id(request.match_info["interaction_id"]))
        if interaction is None or interaction.token != request.match_info["interaction_token"]:
            raise ApiError(404, 10062, "Unknown interaction")
        body, uploads = await read_body(request)
        callbacks.respond(self._world, interaction, body, uploads)
        await asyncio.sleep(self._world.timing.callback_seconds)
        if request.query.get("with_response", "0").lower() not in ("1", "true"):
            return web.Response(status=204)
        return json_response(callback_json(interaction, body["type"], self._world))

    def _interaction(self, request: web.Request) -> Interaction:
        """Return the acknowledged interaction with this token; raises ApiError if it is unknown or has expired."""
        path, world = request.match_info, self._world
        interaction = world.by_token.get(path["interaction_token"])
        ours = path["application_id"] == str(world.application_id)
        if not ours or interaction is None or interaction.acknowledged_after_seconds is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        if interaction.kind is InteractionType.AUTOCOMPLETE:
            raise ApiError(404, 10015, "Unknown Webhook")
        age_seconds = time.monotonic() - interaction.created_seconds
        if interaction.token_expired or age_seconds > world.timing.token_lifetime_seconds:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return interaction

    def _message(self, request: web.Request) -> StoredMessage:
        """Return the message in the path: a response, a follow-up, or the clicked message."""
        interaction, name = self._interaction(request), request.match_info["message_id"]
        for message in (interaction.original, *interaction.followups, interaction.source_message):
            is_original = name == "@original" and message is interaction.original
            if message and not message.deleted and (is_original or name == str(message.id)):
                return message
        raise ApiError(404, 10008, "Unknown Message")

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction = self._interaction(request)
        message = messages.follow_up(self._world, interaction, *await read_body(request))
        if request.query.get("wait", "false").lower() not in ("1", "true"):
            return web.Response(status=204)
        return self._message_response(message)

    async def _get_message(self, request: web.Request) -> web.Response:
        return self._message_response(self._message(request))

    async def _edit(self, request: web.Request) -> web.Response:
        message = self._message(request)
        messages.edit(self._world, message, *await read_body(request))
        return self._message_response(message)

    async def _delete(self, request: web.Request) -> web.Response:
        messages.delete(self._world, self._message(request))
        return web.Response(status=204)

    def _message_response(self, message: StoredMessage) -> web.Response:
        return json_response(message_json(message, self._world))
